"""What can be counted of prose: long sentences, and acronyms that nobody explains."""

from __future__ import annotations

import re
from collections.abc import Iterator

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CLAIM = re.compile(r'\?\?\? misconception "[^\n]*"\n\s*\*\*Truth\.\*\*')
ASKED = re.compile(r'^(\?\?\? question "[^\n]*")\n', re.MULTILINE)  # a text of its own above its answer
LINK = re.compile(r"\[\[(?:figure:)?([^\]|]+)(?:\\?\|([^\]]+))?\]\]")
END = re.compile(r"(?<=[.!?])(?:\*\*)?\s+(?=[\"'*(A-Z0-9`])")
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.|>|!!!|\?\?\?|#)\s)")
ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")


def sentences(markdown: str) -> Iterator[str]:
    """Those of the text, without front matter, code, headings, tables and sources."""
    body = ASKED.sub(r"\1\n\n", CLAIM.sub("", FENCE.sub("", markdown.split("\n---\n", 1)[-1])))
    for block in BLOCK.split(body):
        if block.lstrip().startswith(("#", "|")) or "\n|" in block:
            continue
        text = LINK.sub(lambda link: link[2] or link[1], block.partition("**Source:**")[0])
        yield from (said.strip() for said in END.split(" ".join(text.split())) if said.strip())


def long_sentences(markdown: str, *, most: int = 35) -> list[str]:
    return [said for said in sentences(markdown) if len(said.split()) > most]


def unexplained_acronyms(markdown: str, known: frozenset[str]) -> set[str]:
    """Those of the text that are neither common ones nor explained in brackets, or by brackets."""
    text = " ".join(sentences(markdown))
    explained = set(re.findall(r"\b([A-Z]{3,6})\s*\((?=[A-Za-z])", text)) | set(re.findall(r"\(([A-Z]{3,6})\b", text))
    return set(ACRONYM.findall(text)) - explained - known
