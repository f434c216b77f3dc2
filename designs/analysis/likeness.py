"""Decides by their names, never by their kind alone, which boxes are instances of one thing and which are different
things.

`API 1` and `API 2` are two instances of one thing; `User service` and `Order service` are not, whatever their
neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from designs.analysis.graph import Graph

# Words that only distinguish instances of one thing.
TELLING_APART = re.compile(
    r"(?<![^\W_])(?:\d+[a-z]?|[a-z]\d*|az|zone|region|eu|us|ap|east|west|north|south|central|primary|secondary|replica"
    r"|copy|instance|node|blue|green|left|right|first|second|third|old|new)(?![^\W_])"
)
TRAILING = re.compile(r"(?<!\d)\d+$")
SPLIT = re.compile(r"[^0-9a-zA-Z]+|(?<=[a-z])(?=[A-Z])|(?<=[a-z])(?=\d)")
# Words that do not describe what a service is for.
GENERAL = frozenset(
    {
        "service", "services", "server", "servers", "api", "app", "web", "backend", "svc", "get", "list", "read",
        "post", "put", "create", "add", "new", "update", "delete", "set", "send", "find", "the", "a", "of", "by", "for",
        "all", "id", "http", "rest",
    }
)  # fmt: skip


def stem(graph: Graph, component: str) -> tuple[str, str, str]:
    """What a component has in common with its equals: kind, technology, and its name without the words that distinguish
    it.
    """
    box = graph.components[component]
    words = " ".join(part for part in SPLIT.split(box.label or component) if part).casefold()
    left = TELLING_APART.sub(" ", words)
    return box.kind, box.technology.casefold(), " ".join(TRAILING.sub("", part) for part in left.split()).strip()


def words_of(*texts: str) -> frozenset[str]:
    """The meaningful words of names: `getOrder` and `Order service` share `order`."""
    found = (part.casefold() for text in texts for part in SPLIT.split(text) if part)
    return frozenset(_singular(word) for word in found if word not in GENERAL)


def by_stem(graph: Graph, components: Iterable[str]) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in components:
        found.setdefault(stem(graph, each), []).append(each)
    return found


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > len("abs") else word
