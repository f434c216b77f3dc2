"""Notes for benchmarks: the shipped topics, as they are or as many as wanted."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CARDS = re.compile(r"^```cards\n.*?^```\n?", re.DOTALL | re.MULTILINE)
OUR_FENCES = re.compile(r"^```(?:calculator|lab)\n.*?^```\n?", re.DOTALL | re.MULTILINE)


def shipped_notes(*, at_least_bytes: int = 0) -> list[tuple[str, bytes]]:
    """(path, content) of the shipped topics in order, all of them or the first so many bytes of them."""
    taken: list[tuple[str, bytes]] = []
    for file in sorted((ROOT / "fixtures" / "topics").rglob("*.md")):
        if file.name != "_category.md":
            taken.append((str(file), file.read_bytes()))
            if at_least_bytes and sum(len(content) for _, content in taken) >= at_least_bytes:
                break
    return taken


def plain_markdown(content: bytes) -> str:
    """A topic as any Markdown tool would take it: without front matter, cards, and what only our site embeds."""
    text = FRONT_MATTER.sub("", content.decode())
    return OUR_FENCES.sub("", CARDS.sub("", text))


def many_notes(count: int) -> list[tuple[str, str]]:
    """`count` different files of plain Markdown, (name, text), made of the shipped ones over and over."""
    notes = shipped_notes()
    made = []
    for number in range(count):
        path, content = notes[number % len(notes)]
        head = f"---\ntitle: {Path(path).stem} {number}\n---\n"
        made.append((f"note-{number:04}.md", head + plain_markdown(content)))
    return made
