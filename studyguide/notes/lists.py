"""Lists as people indent them. Python-Markdown nests by four spaces only; two and three are as common in real notes."""

from __future__ import annotations

import re
from itertools import pairwise

from studyguide.notes.blocks import fence_of

ITEM = re.compile(r"^(?P<indent> *)(?P<mark>[-*+]|\d{1,9}[.)])(?P<gap> +)(?=\S)")
BULLETS = "-*+"
OWN_BLOCK = re.compile(r"^ *(#{1,6} |>|`{3}|~{3}|\|)")
STEP = 4


def normalised(text: str) -> str:
    """The same text with every list nested by four spaces a level, and a blank line where a list would not start."""
    out: list[str] = []
    levels: list[tuple[int, int]] = []  # indent of the item's mark, column of its text, outermost first
    fence, shift = "", 0
    for raw in text.split("\n"):
        line = raw.expandtabs(4)
        indent = len(line) - len(line.lstrip(" "))
        marked = fence_of(line)
        if fence:
            out.append(" " * max(0, indent + shift) + line.lstrip(" ") if line.strip() else "")
            if marked and marked["mark"].startswith(fence) and not marked["info"].strip():
                fence = ""
            continue
        if not line or line.isspace():
            out.append("")
            continue
        if not (levels or marked or line[indent] in BULLETS or line[indent].isdecimal()):
            out.append(line)  # most lines: nothing before or in them is a list
            continue
        item = ITEM.match(line)
        if item and not (indent >= STEP and not levels):
            _start_item(item, indent, levels, out)
        else:
            levels = _still_open(levels, line, indent, is_after_blank=bool(out) and not out[-1])
            depth = len(levels)
            extra = max(0, indent - levels[-1][1]) if levels else indent
            out.append(" " * (STEP * depth + extra) + line.lstrip(" "))
        if marked:
            fence = marked["mark"]
            shift = len(out[-1]) - len(out[-1].lstrip(" ")) - indent
    return "\n".join(out)


def _start_item(item: re.Match[str], indent: int, levels: list[tuple[int, int]], out: list[str]) -> None:
    while levels and indent < levels[-1][1] and not (indent > levels[-1][0] + 1):
        levels.pop()
    depth = len(levels)
    if depth == 0 and out and out[-1] and not ITEM.match(out[-1]) and not out[-1].startswith(" "):
        out.append("")
    levels.append((indent, item.end()))
    text = item.string[item.end() :]
    mark = item["mark"].replace(")", ".")
    out.append(" " * (STEP * depth) + f"{mark} {text}")


def _still_open(
    levels: list[tuple[int, int]], line: str, indent: int, *, is_after_blank: bool
) -> list[tuple[int, int]]:
    """Which items a line of text continues: a new block, or a paragraph after a blank line, must lie under its item."""
    if is_after_blank or OWN_BLOCK.match(line):
        return [level for level in levels if indent > level[0]]
    return levels


def depths(text: str) -> list[int]:
    """How deep each item of a normalised text lies; for tests and reports."""
    return [len(item["indent"]) // STEP for line in text.split("\n") if (item := ITEM.match(line))]


def is_deepening_by_one(found: list[int]) -> bool:
    """Whether no item lies more than one level below the one before it."""
    return all(after <= before + 1 for before, after in pairwise(found))
