"""Names of people, compared as people compare them. PURE."""

from __future__ import annotations

import re
import unicodedata

# Letters that no Unicode decomposition turns into a plain letter.
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ŋ": "n"}
)
APOSTROPHES = re.compile("[\u0027\u2018\u2019\u02bc\u02b9\u0060\u00b4\u2032]")
NOT_A_LETTER = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """The name without capitals, accents and variants of the apostrophe, its parts separated by single spaces."""
    small = unicodedata.normalize("NFKD", APOSTROPHES.sub("", name)).casefold().translate(PLAIN)
    bare = "".join(letter for letter in small if not unicodedata.combining(letter))
    return NOT_A_LETTER.sub(" ", bare).strip()


def turned(name: str) -> str:
    """`Lovelace, Ada` as `Ada Lovelace`; a name without exactly one comma as it is."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma and "," not in given else name


def name_key(name: str) -> str:
    """One key for all ways of writing a person's name, also with the family name first."""
    return folded(turned(name))


def parts_key(name: str) -> str:
    """The same whatever the order of the parts: `Lovelace Ada` and `Ada Lovelace`."""
    return " ".join(sorted(folded(name).split()))
