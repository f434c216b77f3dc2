"""Reads a Mermaid flowchart: nodes with shapes, edges with labels, chains, `&`, and subgraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from web.charts.mermaid.errors import MermaidError

Direction = Literal["TD", "BT", "LR", "RL"]
Stroke = Literal["solid", "dotted", "thick"]

MAX_LINES = 5_000
HEADER = re.compile(r"(?:flowchart|graph)(?:\s+(TD|TB|BT|LR|RL))?\s*;?$")
IDENTIFIER = re.compile(r"[^\W]\w*(?:[-.](?=\w)\w+)*")
# Opening bracket, closing bracket, shape; the longer ones first, since "(" also opens "([" and "((".
SHAPES = [
    ("([", "])", "stadium"),
    ("[(", ")]", "cylinder"),
    ("((", "))", "circle"),
    ("[[", "]]", "subroutine"),
    ("{{", "}}", "hexagon"),
    ("[", "]", "box"),
    ("(", ")", "round"),
    ("{", "}", "diamond"),
    (">", "]", "flag"),
]
ARROW = re.compile(
    r"""\s*(?P<start><)?(?:
        (?P<dotted>-\.+-?(?:\s(?P<dotted_text>[^|>\n]+?)\s\.+-)?)
      | (?P<thick>={2,}(?:\s(?P<thick_text>[^=|>\n]+?)\s={2,})?)
      | (?P<solid>-{2,}(?:\s(?P<solid_text>[^-|>\n](?:[^|>\n]*?[^-|>\n])?)\s-{2,})?)
    )(?P<head>[>xo](?=[\s|]|$|\w|"))?\s*(?:\|(?P<label>[^|\n]*)\|)?\s*""",
    re.VERBOSE,
)
IGNORED = ("classDef ", "class ", "style ", "linkStyle ", "click ", "accTitle", "accDescr", "direction ")


@dataclass(frozen=True, kw_only=True)
class FlowNode:
    id: str
    label: str
    shape: str
    css_class: str = ""


@dataclass(frozen=True, kw_only=True)
class FlowEdge:
    source: str
    target: str
    label: str = ""
    stroke: Stroke = "solid"
    has_head: bool = True
    has_tail: bool = False


@dataclass(frozen=True, kw_only=True)
class Subgraph:
    id: str
    label: str
    members: tuple[str, ...]
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Flowchart:
    """Nodes and edges in the order of their first mention."""

    direction: Direction
    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]
    subgraphs: tuple[Subgraph, ...] = ()


@dataclass
class _OpenSubgraph:
    id: str
    label: str
    parent: str | None
    members: list[str] = field(default_factory=list)


def parse_flowchart(source: str) -> Flowchart:
    """Raises MermaidError at the first line that is not a flowchart we understand."""
    lines = source.split("\n")
    if len(lines) > MAX_LINES:
        raise MermaidError(f"more than {MAX_LINES} lines", line=MAX_LINES)
    reader = _Reader()
    direction: Direction | None = None
    for number, raw in enumerate(lines, start=1):
        text = raw.strip()
        if not text or text.startswith("%%"):
            continue
        if direction is None:
            direction = _direction(text, number)
            continue
        for statement in _statements(text):
            reader.read(statement, number)
    if direction is None:
        raise MermaidError("expected `flowchart TD` or another direction, found nothing", line=1)
    return reader.finished(direction, last_line=len(lines))


def _direction(text: str, number: int) -> Direction:
    header = HEADER.match(text)
    if not header:
        raise MermaidError(f"expected `flowchart` with TD, BT, LR or RL, found {text[:40]!r}", line=number)
    found = header.group(1) or "TD"
    return "TD" if found == "TB" else found  # type: ignore[return-value]  # the pattern admits only directions


def _statements(text: str) -> list[str]:
    """Splits at semicolons outside quotes and brackets' quotes."""
    if ";" not in text or '"' in text:
        return [text.rstrip(";")]
    return [part.strip() for part in text.split(";") if part.strip()]


class _Reader:
    def __init__(self) -> None:
        self.nodes: dict[str, FlowNode] = {}
        self.edges: list[FlowEdge] = []
        self.open: list[_OpenSubgraph] = []
        self.subgraphs: list[Subgraph] = []

    def read(self, text: str, line: int) -> None:
        if text.startswith("subgraph"):
            self._open_subgraph(text.removeprefix("subgraph").strip(), line)
        elif text == "end":
            self._close_subgraph(line)
        elif not text.startswith(IGNORED):
            self._chain(text, line)

    def finished(self, direction: Direction, *, last_line: int) -> Flowchart:
        if self.open:
            raise MermaidError(f"subgraph {self.open[-1].id!r} has no `end`", line=last_line)
        names = {subgraph.id for subgraph in self.subgraphs}
        return Flowchart(
            direction=direction,
            nodes=tuple(node for node in self.nodes.values() if node.id not in names),
            edges=tuple(edge for edge in self.edges if not {edge.source, edge.target} & names),
            subgraphs=tuple(self.subgraphs),
        )

    def _open_subgraph(self, rest: str, line: int) -> None:
        name = IDENTIFIER.match(rest)
        label = rest
        identifier = (
            name.group() if name and not rest.startswith('"') else f"subgraph-{len(self.subgraphs) + len(self.open)}"
        )
        bracket = re.search(r"\[(.*)\]$", rest)
        if bracket:
            label = bracket.group(1)
        if not rest:
            raise MermaidError("a subgraph needs a name", line=line)
        parent = self.open[-1].id if self.open else None
        self.open.append(_OpenSubgraph(identifier, clean_label(label), parent))

    def _close_subgraph(self, line: int) -> None:
        if not self.open:
            raise MermaidError("`end` without a subgraph", line=line)
        done = self.open.pop()
        if self.open:
            self.open[-1].members += done.members
        self.subgraphs.append(Subgraph(id=done.id, label=done.label, members=tuple(done.members), parent=done.parent))

    def _chain(self, text: str, line: int) -> None:
        sources, position = self._group(text, 0, line)
        while position < len(text):
            arrow = ARROW.match(text, position)
            if not arrow:
                raise MermaidError(f"expected an arrow such as --> at {text[position : position + 20]!r}", line=line)
            targets, position = self._group(text, arrow.end(), line)
            self.edges += [_edge(arrow, source, target) for source in sources for target in targets]
            sources = targets

    def _group(self, text: str, position: int, line: int) -> tuple[list[str], int]:
        """One node, or several joined by `&`."""
        ids = []
        while True:
            identifier, position = self._node(text, position, line)
            ids.append(identifier)
            joined = re.compile(r"\s*&\s*").match(text, position)
            if not joined:
                return ids, position
            position = joined.end()

    def _node(self, text: str, position: int, line: int) -> tuple[str, int]:
        while position < len(text) and text[position] == " ":
            position += 1
        name = IDENTIFIER.match(text, position)
        if not name:
            raise MermaidError(f"expected a node at {text[position : position + 20]!r}", line=line)
        identifier, position = name.group(), name.end()
        label, shape, position = _shape(text, position, line)
        css_class = ""
        if tagged := re.compile(r":::([\w-]+)").match(text, position):
            css_class, position = tagged.group(1), tagged.end()
        known = self.nodes.get(identifier)
        if label is not None or known is None:
            self.nodes[identifier] = FlowNode(
                id=identifier, label=identifier if label is None else label, shape=shape, css_class=css_class
            )
        if self.open and identifier not in self.open[-1].members:
            self.open[-1].members.append(identifier)
        return identifier, position


def _shape(text: str, position: int, line: int) -> tuple[str | None, str, int]:
    for opening, closing, shape in SHAPES:
        if not text.startswith(opening, position):
            continue
        start = position + len(opening)
        if text.startswith('"', start):
            stop = text.find(f'"{closing}', start + 1)
            end = stop + 1 + len(closing)
        else:
            stop = text.find(closing, start)
            end = stop + len(closing)
        if stop < 0:
            raise MermaidError(f"`{opening}` is not closed by `{closing}`", line=line)
        return clean_label(text[start:stop]), shape, end
    return None, "box", position


def _edge(arrow: re.Match[str], source: str, target: str) -> FlowEdge:
    stroke: Stroke = "dotted" if arrow["dotted"] else "thick" if arrow["thick"] else "solid"
    inline = arrow[f"{stroke}_text"]
    return FlowEdge(
        source=source,
        target=target,
        label=clean_label(arrow["label"] or inline or ""),
        stroke=stroke,
        has_head=arrow["head"] is not None,
        has_tail=arrow["start"] is not None,
    )


ENTITY = re.compile(r"#(\w+);")
NAMED = {"quot": '"', "amp": "&", "lt": "<", "gt": ">"}


def clean_label(text: str) -> str:
    """Quotes off, `<br>` to a line break, Mermaid's `#quot;` and `#35;` to characters."""
    bare = re.sub(r"<br\s*/?>", "\n", text.strip().removeprefix('"').removesuffix('"'))
    return ENTITY.sub(lambda entity: _character(entity.group(1), entity.group(0)), bare)


def _character(name: str, whole: str) -> str:
    if name.isdecimal() and 0 < int(name[:7]) < 0x110000:
        return chr(int(name))
    return NAMED.get(name, whole)
