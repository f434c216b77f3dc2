"""Addresses of topics: short, readable, distinct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

MAX_LENGTH = 80
MARKUP = re.compile(r"[`*_~\[\]]|\(https?:[^)]*\)")
WORD = re.compile(r"[^\W_]+")
PLURAL = re.compile(r"\((e?s)\)")


def slugify(title: str) -> str:
    """Lower-case letters, digits and hyphens; letters of other scripts stay; never empty."""
    whole = PLURAL.sub(r"\1", MARKUP.sub("", title)).replace("&", " and ")
    if not whole.isascii():
        folded = unicodedata.normalize("NFKD", whole)
        whole = "".join(c for c in folded.lower() if not unicodedata.combining(c))
    words = WORD.findall(whole.lower())
    return "-".join(words)[:MAX_LENGTH].strip("-") or "untitled"


def distinct(slug: str, *, parent: str, taken: Container[str]) -> str:
    """The slug, or with its parent's in front when it is taken, or with the first free number behind."""
    if slug not in taken:
        return slug
    named = f"{parent}-{slug}"[:MAX_LENGTH].strip("-") if parent else slug
    if named not in taken:
        return named
    number = 2
    while f"{named}-{number}" in taken:
        number += 1
    return f"{named}-{number}"
