"""A document without front matter becomes a tree: each heading a section with its own text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from studyguide.notes.blocks import Line, body_text
from studyguide.notes.slugs import distinct, slugify
from studyguide.notes.titles import plain_title


@dataclass(kw_only=True)
class Section:
    """A heading (its Markdown) with the lines before its first sub-heading; `level` is its depth in the tree, from
    1."""

    slug: str
    title: str
    line: int
    level: int
    lines: list[Line] = field(default_factory=list)
    children: list[Section] = field(default_factory=list)

    def walk(self) -> Iterator[Section]:
        """This section and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def body(self) -> str:
        return "\n".join(body_text(self.lines)).strip("\n")

    @property
    def is_category(self) -> bool:
        """A heading with no text of its own."""
        return not any(line.text.strip() for line in self.lines)


def outlined(lines: Sequence[Line], *, title: str, first_line: int = 1) -> list[Section]:
    """The top sections of a document. Text before the first heading belongs to a section of the document's own `title`.

    A heading belongs to the nearest heading above it whose number of # is smaller, so levels may skip or go back; a
    single title at the top with everything below it keeps its place as the root. Slugs are distinct in the document.
    """
    roots: list[Section] = []
    stack: list[tuple[int, Section]] = []
    taken: set[str] = set()
    pending: list[Line] = []

    def finish() -> None:
        if stack:
            stack[-1][1].lines = pending[:]
        elif any(line.text.strip() for line in pending):
            slug = distinct(slugify(title), parent="", taken=taken)
            taken.add(slug)
            roots.append(Section(slug=slug, title=title, line=first_line, level=1, lines=pending[:]))
        pending.clear()

    for line in lines:
        if not line.heading_level or not line.text.strip():
            pending.append(line)
            continue
        finish()
        while stack and stack[-1][0] >= line.heading_level:
            stack.pop()
        parent = stack[-1][1] if stack else None
        slug = distinct(slugify(plain_title(line.text)), parent=parent.slug if parent else "", taken=taken)
        section = Section(slug=slug, title=line.text.strip(), line=line.number, level=len(stack) + 1)
        taken.add(slug)
        (parent.children if parent else roots).append(section)
        stack.append((line.heading_level, section))
    finish()
    return roots
