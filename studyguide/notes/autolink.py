"""Finds the names of topics in prose.

A name of several words links wherever it stands. A single word links only when its author declared it as a topic's
title or alias in front matter: any heading is a title, and most of one word ("First", "Setup") name no subject.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studyguide.notes.directory import Directory

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
BETWEEN = re.compile(r"[ \t\n]+|[-‐/ ]")
MIN_LETTERS = 5
ORDINARY = frozenset(Path(__file__).with_name("ordinary_words.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, kw_only=True)
class Mention:
    """Characters `start` to `stop` of a text mean the topic `slug`."""

    start: int
    stop: int
    slug: str


class Autolinker:
    """Built once for all topics; `mentions` costs one look-up a word."""

    def __init__(self, directory: Directory) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
        self._seen: set[str] = set()
        self._first: set[str] = set()
        for name, slugs in directory.names().items():
            linkable = [slug for slug in slugs if directory.entries[slug].may_autolink]
            if len(linkable) != 1:
                continue
            slug = linkable[0]
            entry = directory.entries[slug]
            written = next((n for n in (entry.title, *entry.aliases) if " ".join(n.casefold().split()) == name), name)
            words = tuple(_root(word) for word in WORD.findall(written))
            if words and self._may_link(words, written, is_declared=entry.is_declared):
                self._phrases[words[0]].append((words, slug, written))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))

    def may_mention(self, text: str) -> bool:
        """Whether a word of the text begins a name: most texts have none, and asking takes half of looking."""
        words = set(WORD.findall(text))
        if fresh := words - self._seen:
            self._seen |= fresh
            self._first |= {word for word in fresh if _root(word) in self._phrases}
        return not self._first.isdisjoint(words)

    def mentions(self, text: str, *, skip: set[str]) -> Iterator[Mention]:
        """Non-overlapping mentions from left to right, the longest name first; topics in `skip` are passed over, and
        each topic found is added to it."""
        found = list(WORD.finditer(text))
        roots = [_root(word.group()) for word in found]
        free = 0
        for position, root in enumerate(roots):
            if root not in self._phrases or position < free:
                continue
            hit = self._at(text, found, roots, position, skip)
            if hit is not None:
                length, slug = hit
                skip.add(slug)
                free = position + length
                yield Mention(start=found[position].start(), stop=found[free - 1].end(), slug=slug)

    def _may_link(self, words: tuple[str, ...], written: str, *, is_declared: bool) -> bool:
        if len(words) > 1:
            telling = [word for word in words if word not in ORDINARY and (len(word) > 3 or word.upper() in written)]
            return bool(telling) or is_declared
        if not is_declared:
            return False
        return _is_acronym(written) or (len(words[0]) >= MIN_LETTERS and words[0] not in ORDINARY)

    def _at(
        self, text: str, found: list[re.Match[str]], roots: list[str], position: int, skip: set[str]
    ) -> tuple[int, str] | None:
        for words, slug, written in self._phrases[roots[position]]:
            stop = position + len(words)
            if slug in skip or tuple(roots[position:stop]) != words:
                continue
            if not all(
                BETWEEN.fullmatch(text, found[i].end(), found[i + 1].start()) for i in range(position, stop - 1)
            ):
                continue
            if _is_acronym(written) and not found[position].group().rstrip("s").isupper():
                continue
            return len(words), slug
        return None


def _is_acronym(written: str) -> bool:
    letters = [c for c in written if c.isalpha()]
    return len(letters) >= 2 and " " not in written and sum(c.isupper() for c in letters) >= len(letters) - 1


@lru_cache(maxsize=50_000)
def _root(word: str) -> str:
    """Lower case and singular, as far as links need: queues and queue, proxies and proxy, caches and cache."""
    low = word.casefold()
    if word.isupper():
        return low  # HTTPS is not several HTTP, nor DNS several DN
    if len(low) > 4 and low.endswith("ies"):
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2] if not low.endswith("aches") else low[:-1]
    if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low
