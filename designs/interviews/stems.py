"""The stems by which questions and entries are compared. PURE."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from web.meaning.words import stem

# Words that form a question on any subject.
EMPTY = frozenset(Path(__file__).with_name("empty_words.txt").read_text(encoding="utf-8").split())
# Synonyms in any scenario; a stem on the right counts as the stem on the left.
SAME: dict[str, str] = {
    stem(other): stem(word)
    for word, others in {
        "stop": "cancel abort terminate halt interrupt",
        "fail": "crash die dies died break breaks broke broken outage",
        "people": "person user users",
        "chain": "chains dependency dependencies depend dag workflow",
        "machine": "machines server servers node nodes box boxes host hosts",
        "loss": "lose loses lost losing",
        "delete": "remove erase",
        "keep": "kept retain retention",
        "picture": "image images photo photos",
        "fast": "quick quickly faster",
        "number": "numeric",
        "document": "doc docs",
        "second": "sec secs",
    }.items()
    for other in others.split()
}


def stems_of(words: Iterable[str]) -> list[str]:
    """The stem of each word that is not empty, in order."""
    return [SAME.get(found, found) for found in (stem(word) for word in words if word not in EMPTY)]
