"""Notes for benchmarks: the shipped topics, unchanged or multiplied."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CARDS = re.compile(r"^```cards\n.*?^```\n?", re.DOTALL | re.MULTILINE)
OUR_FENCES = re.compile(r"^```(?:calculator|lab|figures)\n.*?^```\n?", re.DOTALL | re.MULTILINE)


def shipped_notes(*, at_least_bytes: int = 0) -> list[tuple[str, bytes]]:
    """(path, content) of the shipped topics in order: all of them, or the first up to this many bytes."""
    taken: list[tuple[str, bytes]] = []
    for file in sorted((ROOT / "fixtures" / "topics").rglob("*.md")):
        if file.name != "_category.md":
            taken.append((str(file), file.read_bytes()))
            if at_least_bytes and sum(len(content) for _, content in taken) >= at_least_bytes:
                break
    return taken


def plain_markdown(content: bytes) -> str:
    """A topic as plain Markdown for other tools: without front matter, cards, and embeds of this site."""
    text = FRONT_MATTER.sub("", content.decode())
    return OUR_FENCES.sub("", CARDS.sub("", text))


def many_notes(count: int) -> list[tuple[str, str]]:
    """`count` different files of plain Markdown, (name, text), made by repeating the shipped ones."""
    notes = shipped_notes()
    made = []
    for number in range(count):
        path, content = notes[number % len(notes)]
        head = f"---\ntitle: {Path(path).stem} {number}\n---\n"
        made.append((f"note-{number:04}.md", head + plain_markdown(content)))
    return made
