"""Addresses of topics: short, readable, distinct; and the anchors that other tools give to headings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable

MAX_LENGTH = 80
TRIED_IN_TURN = 20
MARKUP = re.compile(r"[`*_~\[\]]|\(https?:[^)]*(?:\)|\Z)")
SHARP = re.compile(r"\b([A-Z])#")  # C# and F# are not C and F
PLURAL = re.compile(r"\((e?s)\)")
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
IN_WORDS = frozenset("LMN")  # letters, the marks that belong to them in many scripts, and digits
LATIN = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff\ufb00-\ufb06\uff00-\uff5e\u2100-\u214f]")


def slugify(title: str) -> str:
    """Lower-case letters, digits and hyphens; letters of other scripts stay as they are; never empty."""
    whole = PLURAL.sub(r"\1", MARKUP.sub("", SHARP.sub(r"\1-sharp", title))).replace("&", " and ")
    if not whole.isascii():
        whole = LATIN.sub(_folded, unicodedata.normalize("NFC", whole))
        whole = unicodedata.normalize("NFC", whole.lower().replace("\u0307", ""))
    signs = (c if unicodedata.category(c)[0] in IN_WORDS else " " for c in whole.lower())
    return "-".join("".join(signs).split())[:MAX_LENGTH].strip("-") or "untitled"


def _folded(found: re.Match[str]) -> str:
    """A Latin letter without its accents: ü is u, № is No."""
    return "".join(c for c in unicodedata.normalize("NFKD", found.group()) if not unicodedata.combining(c))


def distinct(slug: str, *, parent: str, taken: Container[str]) -> str:
    """The slug, or with its parent's in front when it is taken, or with the first free number behind."""
    if slug not in taken:
        return slug
    named = f"{parent}-{slug}"[:MAX_LENGTH].strip("-") if parent else slug
    if named not in taken:
        return named
    return f"{named}-{_first_free(named, taken)}"


def _first_free(named: str, taken: Container[str]) -> int:
    """From 2 on. After some that are taken one by one the search goes in doubled steps and halves them again, so that
    twenty thousand alike cost twenty thousand short searches."""
    for number in range(2, TRIED_IN_TURN):
        if f"{named}-{number}" not in taken:
            return number
    low, high = TRIED_IN_TURN - 1, TRIED_IN_TURN * 2
    while f"{named}-{high}" in taken:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{named}-{middle}" in taken else (low, middle)
    return high


def github_anchors(titles: Iterable[str]) -> list[str]:
    """The anchors that GitHub gives to the headings of a document, in their order."""
    seen: Counter[str] = Counter()
    anchors = []
    for title in titles:
        anchor = NOT_IN_ANCHORS.sub("", title.strip().lower()).replace(" ", "-")
        anchors.append(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return anchors
