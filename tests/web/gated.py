"""An application behind the gate, for a server of tests: it spins, freezes or counts the bytes that came."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from web.limits.gate import Gate, Limits


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    match environ["PATH_INFO"]:
        case "/spin":
            while True:
                pass
        case "/freeze":
            re.fullmatch("(a+)+b", "a" * 60)  # holds the interpreter's lock for years
    size = len(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(size).encode()]


application = Gate(
    answer,
    Limits(
        cpu_seconds=0.5, silent_seconds=5, per_address=30, slow=4, waiting=100, frozen_seconds=3, body_bytes=5_000_000
    ),
)
