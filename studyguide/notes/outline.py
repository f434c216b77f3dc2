"""A document without front matter becomes a tree: each heading a section with its own text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from studyguide.notes.blocks import Line, body_text, scanned
from studyguide.notes.slugs import distinct, slugify


@dataclass(kw_only=True)
class Section:
    """A heading with the text before its first sub-heading; `level` is its depth in the tree, from 1."""

    slug: str
    title: str
    line: int
    level: int
    body: str = ""
    children: list[Section] = field(default_factory=list)

    def walk(self) -> Iterator[Section]:
        """This section and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def is_category(self) -> bool:
        """A heading with no text of its own."""
        return not self.body.strip()


def outlined(text: str, *, path: str, title: str, first_line: int = 1) -> list[Section]:
    """The top sections of a document. Text before the first heading belongs to a section of the document's own `title`.

    A heading belongs to the nearest heading above it whose number of # is smaller, so levels may skip or go back; a
    single title at the top with everything below it keeps its place as the root. Slugs are distinct in the document.
    """
    lines = scanned(text, path=path, first_line=first_line)
    roots: list[Section] = []
    stack: list[tuple[int, Section]] = []
    taken: set[str] = set()
    pending: list[Line] = []

    def finish() -> None:
        body = "\n".join(body_text(pending)).strip("\n")
        if stack:
            stack[-1][1].body = body
        elif body.strip():
            preface = Section(
                slug=distinct(slugify(title), parent="", taken=taken), title=title, line=first_line, level=1
            )
            preface.body = body
            taken.add(preface.slug)
            roots.append(preface)
        pending.clear()

    for line in lines:
        if not line.heading_level or not line.text.strip():
            pending.append(line)
            continue
        finish()
        while stack and stack[-1][0] >= line.heading_level:
            stack.pop()
        parent = stack[-1][1] if stack else None
        slug = distinct(slugify(line.text), parent=parent.slug if parent else "", taken=taken)
        section = Section(slug=slug, title=line.text.strip(), line=line.number, level=len(stack) + 1)
        taken.add(slug)
        (parent.children if parent else roots).append(section)
        stack.append((line.heading_level, section))
    finish()
    return roots
