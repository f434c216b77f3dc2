"""What authors left out of sight: Obsidian's %% comments %%. Comments in HTML are left to the sanitiser."""

from __future__ import annotations

import re

FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
CODE_OR_COMMENT = re.compile(r"(?P<code>`[^`\n]*`)|%%.*?%%")
MARK = "%%"


def without_comments(text: str) -> tuple[str, int]:
    """The text with comments blanked, so that lines keep their numbers, and how many there were.

    A comment stands within a line, or begins a line and ends in a later one. One that is never closed is text.
    """
    if MARK not in text:
        return text, 0
    lines = text.split("\n")
    last = max(number for number, line in enumerate(lines) if MARK in line)
    count, fence, begun = 0, "", -1
    for number, line in enumerate(lines):
        if begun >= 0:
            if MARK in line:
                lines[begun : number + 1] = [""] * (number - begun) + [line.partition(MARK)[2]]
                begun, count = -1, count + 1
            continue
        if marked := FENCE.match(line):
            fence = "" if fence and marked[1].startswith(fence) else fence or marked[1]
        elif not fence and MARK in line:
            lines[number], found = _within(line)
            count += found
            if lines[number].lstrip().startswith(MARK) and number < last:
                begun = number
    return "\n".join(lines), count


def _within(line: str) -> tuple[str, int]:
    """The line without comments that begin and end in it, and how many there were."""
    count = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal count
        if found["code"]:
            return found[0]
        count += 1
        return ""

    return CODE_OR_COMMENT.sub(kept, line), count
