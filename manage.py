#!/usr/bin/env python
"""Django's command line for Loadbearing."""

from __future__ import annotations

import gc
import os
import sys

from config import own_machine

# These read and write files alone. They need no site, so they need none of its secrets either.
WITHOUT_A_SITE = ("analyse", "calculate", "convert", "scaffold")
# A command lives shortly: a tenth of its start went into looking for garbage among what was only just loaded.
GARBAGE_THRESHOLDS = (50_000, 20, 100)


def main(arguments: list[str]) -> None:
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(f"{sys.executable} has no Django. `make run` installs it: call .venv/bin/python manage.py instead.")
    if arguments[:1] and arguments[0] in WITHOUT_A_SITE and "SECRET_KEY" not in os.environ:
        os.environ["DEBUG"] = "1"
    elif own_machine.is_meant(arguments, os.environ):
        os.environ.update(own_machine.defaults() | os.environ)
        sys.stderr.write("SECRET_KEY is not set, so this is about the site that `make run` made.\n")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in arguments:
            raise
        sys.exit(f"ImproperlyConfigured: {error}")


if __name__ == "__main__":
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    main(sys.argv[1:])
