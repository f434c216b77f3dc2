"""The settings of a site on a developer's own machine, in one place: `make run` serves with them and manage.py uses
them.

`python -m config.own_machine COMMAND...` runs a command with these settings; the environment takes precedence. In
production `config.wsgi` refuses to start without its settings. So does manage.py as soon as the environment says
anything about a site, or when it is to serve or check one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY_FILE = ROOT / "var" / "secret_key"  # made by `make run`, readable only by its owner
# Setting one of these means a real site, which must then be configured completely.
SPEAKS_OF_A_SITE = ("SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "BEHIND_PROXY")
SERVING = ("runserver", "testserver")


def defaults() -> dict[str, str]:
    """The defaults; OSError when `make run` has not created them, or another user did."""
    return {
        "SECRET_KEY": SECRET_KEY_FILE.read_text(encoding="ascii").strip(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS": "0",
    }


def is_meant(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether manage.py, with these arguments, may work on the site that `make run` made."""
    if not arguments or arguments[0] in SERVING or "--deploy" in arguments:
        return False
    if any(each.startswith("--settings") for each in arguments):
        return False
    return os.access(SECRET_KEY_FILE, os.R_OK) and not any(name in environment for name in SPEAKS_OF_A_SITE)


def main(command: Sequence[str]) -> None:
    if not command:
        sys.exit("usage: python -m config.own_machine COMMAND...")
    needed = defaults()
    said = {name: value for name, value in os.environ.items() if value or name not in needed}  # empty counts as none
    os.execvpe(command[0], list(command), needed | said)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
