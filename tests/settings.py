"""The site's settings with changes for tests: fast password hashing, and static files directly from their folders."""

from __future__ import annotations

import os

for name, value in {
    "SECRET_KEY": "tests-only-" * 5,
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "HTTPS": "0",
    "LOG_LEVEL": "WARNING",
    "REQUESTS_PER_MINUTE": "0",
    "CACHE_URL": "locmem://",
}.items():
    os.environ.setdefault(name, value)

from config.settings import *  # noqa: E402, F403
from config.settings import BASE_DIR, STATICFILES_DIRS, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATICFILES_DIRS = [*STATICFILES_DIRS, BASE_DIR / "tests" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
