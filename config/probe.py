"""`python -m config.probe URL` ends with 0 when the address answers 200: for containers without curl."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def main(url: str) -> int:
    if not url.startswith("http://"):
        return 2
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:  # noqa: S310  (http only, see above)
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
