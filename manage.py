#!/usr/bin/env python
"""Django's command line for Loadbearing."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

# These turn one file into another. They need no site, so they need none of its secrets either.
WITHOUT_A_SITE = ("analyse", "convert")

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_A_SITE and "SECRET_KEY" not in os.environ:
        os.environ["DEBUG"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
