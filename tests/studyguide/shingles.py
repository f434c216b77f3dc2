"""Runs of eight words as salted hashes, so that a test knows the notes' sentences without holding one of them.

`python -m tests.studyguide.shingles NOTES` writes the file anew; with NOTES_PATH in the environment a test compares it.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import cache
from pathlib import Path

RUN = 8
SALT = b"loadbearing"
BYTES = 5  # among some ten thousand hashes, a chance of 1e-4 that any of fifty thousand runs of ours meets one
STORED = Path(__file__).with_name("notes_shingles.bin")
WORD = re.compile(r"[a-z0-9']+")


def shingles(text: str) -> dict[bytes, str]:
    """Every run of eight words by its hash; case and punctuation count for nothing."""
    words = WORD.findall(text.lower())
    runs = (" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return {hashlib.sha256(SALT + run.encode()).digest()[:BYTES]: run for run in runs}


@cache
def stored_shingles() -> frozenset[bytes]:
    kept = STORED.read_bytes()
    return frozenset(kept[start : start + BYTES] for start in range(0, len(kept), BYTES))


def notes_at_hand() -> str:
    path = os.environ.get("NOTES_PATH", "")
    return Path(path).read_text(encoding="utf-8") if path and Path(path).is_file() else ""


if __name__ == "__main__":
    STORED.write_bytes(b"".join(sorted(shingles(Path(sys.argv[1]).read_text(encoding="utf-8")))))
