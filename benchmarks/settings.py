"""The production settings of the site on this machine, with one bare view as the yardstick of requests."""

from __future__ import annotations

import os

for name, value in {
    "SECRET_KEY": "benchmarks-only-" * 4,
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "HTTPS": "0",
    "LOG_LEVEL": "WARNING",
    "AUDIT_LOG_LEVEL": "WARNING",
    "REQUESTS_PER_MINUTE": "0",
}.items():
    os.environ.setdefault(name, value)

from config.settings import *  # noqa: E402, F403

ROOT_URLCONF = "benchmarks.urls"
