"""Anki's holes: `{{c1::text::hint}}`, which may lie within each other and may be of several numbers (`{{c1,3::…}}`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

OPENING = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3})*)::")
CLOSING = "}}"
DEEPEST = 8


@dataclass
class Hole:
    """Numbers, and texts and further holes in their order. What follows the first `::` outside of holes is the hint."""

    numbers: frozenset[int]
    parts: list[str | Hole] = field(default_factory=list)


def parsed(text: str) -> Hole:
    """A hole without a number that holds the whole text. A hole that is never closed is text."""
    root = Hole(frozenset())
    stack = [(root, "")]
    place = 0
    while place < len(text):
        opening = OPENING.search(text, place)
        closing = text.find(CLOSING, place) if len(stack) > 1 else -1
        if opening and (closing < 0 or opening.start() < closing) and len(stack) <= DEEPEST:
            stack[-1][0].parts.append(text[place : opening.start()])
            stack.append((Hole(frozenset(map(int, opening[1].split(",")))), opening[0]))
            place = opening.end()
        elif closing >= 0:
            hole, _ = stack.pop()
            hole.parts.append(text[place:closing])
            stack[-1][0].parts.append(hole)
            place = closing + len(CLOSING)
        else:
            stack[-1][0].parts.append(text[place:])
            place = len(text)
    while len(stack) > 1:
        hole, mark = stack.pop()
        stack[-1][0].parts += [mark, *hole.parts]
    return root


def asked(text: str, number: int) -> tuple[str, int]:
    """The text in our syntax, with the holes of one number open and all others filled; and how many are open."""
    return _asked(_parsed_once(text), number)


@lru_cache(maxsize=4)  # the numbers of a text are asked one after another
def _parsed_once(text: str) -> Hole:
    return parsed(text)


def _asked(hole: Hole, number: int) -> tuple[str, int]:
    made, count = [], 0
    for part in hole.parts:
        if isinstance(part, str):
            made.append(part)
        elif number in part.numbers and (inside := _words(part).strip()):
            hint = _hint(part)
            made.append(f"{{{{{_safe(inside)}::{hint}}}}}" if hint else f"{{{{{_safe(inside)}}}}}")
            count += 1
        else:
            text, more = _asked(_without_hint(part), number)
            made.append(text)
            count += more
    return "".join(made), count


def _words(hole: Hole) -> str:
    """What the hole hides, with what lies in it filled in."""
    return "".join(part if isinstance(part, str) else _words(part) for part in _without_hint(hole).parts)


def _without_hint(hole: Hole) -> Hole:
    kept: list[str | Hole] = []
    for part in hole.parts:
        if isinstance(part, str) and "::" in part:
            kept.append(part.partition("::")[0])
            break
        kept.append(part)
    return Hole(hole.numbers, kept)


def _hint(hole: Hole) -> str:
    for position, part in enumerate(hole.parts):
        if isinstance(part, str) and "::" in part:
            rest: list[str | Hole] = [part.partition("::")[2], *hole.parts[position + 1 :]]
            words = "".join(each if isinstance(each, str) else _words(each) for each in rest)
            return re.sub(r"[{}]", "", words).strip()
    return ""


def _safe(text: str) -> str:
    return text.replace("::", ":&#58;").replace("{", "&#123;").replace("}", "&#125;")
