"""Reads Mermaid flowcharts: nodes, arrows and subgraphs as they stand in the text, each with its line.

Knows nothing of designs; `diagram_text` makes components, connections and zones of it. What only styles a drawing
(`style`, `classDef`, `linkStyle`, `click`, `direction`) is passed over.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NoReturn

Line = Literal["solid", "dotted", "thick"]

MAX_NODES = 2_000
MAX_ARROWS = 6_000
MAX_DEPTH = 50
MAX_REPORTED = 20

# Longest opener first: `((` must not be read as `(`.
SHAPES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("(((", (")))",), "double-circle"),
    ("((", ("))",), "circle"),
    ("([", ("])",), "stadium"),
    ("[[", ("]]",), "subroutine"),
    ("[(", (")]",), "cylinder"),
    ("[/", ("/]", "\\]"), "slanted"),
    ("[\\", ("\\]", "/]"), "slanted"),
    ("{{", ("}}",), "hexagon"),
    ("[", ("]",), "rectangle"),
    ("(", (")",), "rounded"),
    ("{", ("}",), "diamond"),
    (">", ("]",), "flag"),
)
NAME = re.compile(r"(?:[\w.$!#%'*+/\\?`]|-(?![-.>])|=(?!=))+")
CLASS = re.compile(r":::([\w-]+)")
EDGE_ID = re.compile(r"([\w-]+)@(?=[<xo]?[-=~])")
ARROW = re.compile(r"(?P<tail><|[xo](?=[-=]))?(?:--+(?=[-xo>])|==+(?=[=xo>])|-\.+-(?=[xo>]?))(?P<head>[-=xo>]?)|~~~+")
OPEN_ARROW = re.compile(r"(?P<tail><|[xo](?=[-=]))?(?P<stroke>--|==|-\.)(?=[^-=.>])")
CLOSING = {
    "--": re.compile(r"--+(?P<head>[-xo>])"),
    "==": re.compile(r"==+(?P<head>[=xo>])"),
    "-.": re.compile(r"\.+-(?P<head>[xo>]?)"),
}
LINES: dict[str, Line] = {"-": "solid", "=": "thick", ".": "dotted"}
ENTITY = re.compile(r"#(\w{1,32});")
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
KEYWORD = re.compile(r"(subgraph|end|direction|classDef|class|style|linkStyle|click|accTitle|accDescr)(?=[\s:]|$)")
HEADER = re.compile(r"(?:flowchart(?:-elk)?|graph)(?:\s+(?:TB|TD|BT|RL|LR))?$")
FIELD = re.compile(r"\s*([\w-]+)\s*:\s*(?:\"([^\"]*)\"|([^,\"}]*))\s*,?")


@dataclass(frozen=True)
class TextProblem:
    """What is wrong on one line of the text, and what was expected there. Lines count from 1."""

    line: int
    message: str


class DiagramTextError(ValueError):
    """The text is refused whole; `problems` says line by line why."""

    def __init__(self, problems: list[TextProblem]) -> None:
        super().__init__("; ".join(f"line {each.line}: {each.message}" for each in problems[:5]))
        self.problems = problems


@dataclass
class Node:
    """A node as far as the text tells; what it does not tell is None. `box` is the subgraph that it stands in."""

    name: str
    line: int
    label: str | None = None
    shape: str | None = None
    box: str = ""
    classes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Arrow:
    source: str
    target: str
    stroke: Line
    label: str
    line: int
    name: str = ""


@dataclass
class Box:
    """A subgraph, inside `parent`."""

    name: str
    line: int
    label: str | None = None
    parent: str = ""
    classes: list[str] = field(default_factory=list)


@dataclass
class Flowchart:
    """Nodes, arrows and boxes in the order of the text; `styles` are the classes that it defines for looks.

    `left_out` are the lines of arrows to or from a box, of foreign texts.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)
    styles: set[str] = field(default_factory=set)
    left_out: list[int] = field(default_factory=list)


class _UnreadableError(Exception):
    """What is wrong with the statement at hand."""


def parse(text: str, *, is_foreign: bool = False) -> Flowchart:
    """The flowchart. Raises DiagramTextError, which names every line that could not be read.

    Foreign texts may have arrows to subgraphs, which are left out.
    """
    reader = _Reader(is_foreign=is_foreign)
    for line, statement in _statements(text):
        try:
            reader.read(statement, line)
        except _UnreadableError as trouble:
            reader.problems.append(TextProblem(line, str(trouble)))
            if len(reader.problems) == MAX_REPORTED:
                break
    return reader.finish()


def unescape(label: str) -> str:
    """A label as people see it: Mermaid writes `#quot;` and `#35;`, and `<br>` where a line breaks."""
    label = LINE_BREAK.sub(" ", label)
    return ENTITY.sub(lambda found: _entity(found[1]) or found[0], label)


def _entity(name: str) -> str:
    if name.isascii() and name.isdecimal():
        return chr(int(name)) if int(name) <= 0x10FFFF and not 0xD800 <= int(name) <= 0xDFFF else ""
    return html.unescape(f"&{name};") if f"{name};" in html.entities.html5 else ""


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Statements with their lines, without comments, directives and front matter."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = 0
    if lines and lines[0].strip() == "---":
        start = next((number + 1 for number in range(1, len(lines)) if lines[number].strip() == "---"), 0)
    for number, line in enumerate(lines[start:], start + 1):
        if not line.lstrip().startswith("%%"):
            for statement in _split(line):
                if statement.strip():
                    yield number, statement.strip()


def _split(line: str) -> list[str]:
    """The line at its semicolons; those in quotes, between bars and at the end of entities belong to labels."""
    if ";" not in line:
        return [line]
    return re.findall(r"(?:\"[^\"]*(?:\"|$)|\|[^|]*(?:\||$)|#\w+;|[^;])+", line)


class _Reader:
    def __init__(self, *, is_foreign: bool) -> None:
        self.is_foreign = is_foreign
        self.chart = Flowchart()
        self.problems: list[TextProblem] = []
        self.open: list[str] = []
        self.has_begun = False
        self.given: list[tuple[int, list[str], str]] = []

    def read(self, statement: str, line: int) -> None:
        if not self.has_begun:
            self.has_begun = True
            if not HEADER.match(statement):
                raise _UnreadableError(f"A drawing begins with `flowchart LR`; this was {_shown(statement)}.")
            return
        keyword = KEYWORD.match(statement)
        if keyword is None or (keyword[1] == "end" and statement != "end"):
            _Chain(statement, line, self.chart, self.open[-1] if self.open else "").read()
        elif keyword[1] == "subgraph":
            self._subgraph(statement[len("subgraph") :].strip(), line)
        elif keyword[1] == "end":
            if not self.open:
                raise _UnreadableError("This `end` closes nothing: every `subgraph` before it has its own.")
            self.open.pop()
        elif keyword[1] == "class":
            self._class(statement, line)
        elif keyword[1] == "classDef":
            self.chart.styles.update(re.split(r"\s*,\s*", [*statement.split(None, 2), "", ""][1]))

    def finish(self) -> Flowchart:
        if not self.has_begun:
            self.problems.append(TextProblem(1, "The text is empty; a drawing begins with `flowchart LR`."))
        for name in self.open:
            self.problems.append(TextProblem(self.chart.boxes[name].line, f"The subgraph {name} has no `end`."))
        for line, names, given in self.given:
            self._give_class(line, names, given)
        self._nodes_named_like_boxes()
        if self.problems:
            raise DiagramTextError(sorted(self.problems, key=lambda each: each.line)[:MAX_REPORTED])
        return self.chart

    def _subgraph(self, rest: str, line: int) -> None:
        name, label = _box_title(rest)
        if name in self.chart.boxes:
            raise _UnreadableError(f"{name} is already the subgraph of line {self.chart.boxes[name].line}.")
        if len(self.open) == MAX_DEPTH:
            raise _UnreadableError(f"Subgraphs are nested deeper than {MAX_DEPTH} levels.")
        self.chart.boxes[name] = Box(name, line, label, self.open[-1] if self.open else "")
        self.open.append(name)

    def _class(self, statement: str, line: int) -> None:
        found = re.fullmatch(r"class\s+(\S+(?:\s*,\s*\S+)*)\s+([\w-]+)", statement)
        if found is None:
            raise _UnreadableError("`class` takes names and a kind: `class europe,asia region`.")
        self.given.append((line, re.split(r"\s*,\s*", found[1]), found[2]))

    def _give_class(self, line: int, names: list[str], given: str) -> None:
        for name in names:
            thing = self.chart.boxes.get(name) or self.chart.nodes.get(name)
            if thing is None:
                self.problems.append(TextProblem(line, f"Nothing in the drawing is called {name}."))
            else:
                thing.classes.append(given)

    def _nodes_named_like_boxes(self) -> None:
        """`europe:::region` styles the subgraph; an arrow to it is more than we can draw."""
        for name in self.chart.nodes.keys() & self.chart.boxes.keys():
            node = self.chart.nodes.pop(name)
            self.chart.boxes[name].classes += node.classes
        if self.is_foreign:
            boxes = self.chart.boxes.keys()
            self.chart.left_out = [each.line for each in self.chart.arrows if {each.source, each.target} & boxes]
            self.chart.arrows = [each for each in self.chart.arrows if not {each.source, each.target} & boxes]
        for arrow in self.chart.arrows:
            for end in (arrow.source, arrow.target):
                if end in self.chart.boxes:
                    message = f"{end} is a subgraph; an arrow joins two boxes inside or outside of it."
                    self.problems.append(TextProblem(arrow.line, message))


def _box_title(rest: str) -> tuple[str, str | None]:
    """Name and label of a subgraph: `eu["Europe"]`, `eu [Europe]`, `eu`, `"Europe"`, `Europe and Asia`."""
    if not rest:
        raise _UnreadableError('`subgraph` needs a name: `subgraph europe["Europe"]`.')
    if found := re.fullmatch(r"([^\s\[\"]+)\s*\[\s*(?:\"([^\"]*)\"|([^\"\]]*))\s*\]", rest):
        return found[1], unescape(found[2] if found[2] is not None else found[3].strip())
    if found := re.fullmatch(r"\"([^\"]*)\"", rest):
        return found[1], unescape(found[1])
    if "[" in rest or '"' in rest:
        raise _UnreadableError(f'A subgraph is written `subgraph europe["Europe"]`; this was {_shown(rest)}.')
    return rest, None if " " not in rest else unescape(rest)


class _Chain:
    """Reads one statement of nodes and arrows: `a["A"]:::client --> b & c -->|"asks"| d`."""

    def __init__(self, statement: str, line: int, chart: Flowchart, box: str) -> None:
        self.text, self.at, self.line, self.chart, self.box = statement, 0, line, chart, box

    def read(self) -> None:
        left = self._nodes()
        while self.at < len(self.text):
            name, strokes, label = self._arrow()
            right = self._nodes()
            for stroke in strokes:
                self._join(left, right, stroke, label, name)
            left = right

    def _join(self, left: list[str], right: list[str], stroke: Stroke, label: str, name: str) -> None:
        if len(self.chart.arrows) + len(left) * len(right) > MAX_ARROWS:
            raise _UnreadableError(f"A drawing may have {MAX_ARROWS:,} connections.")
        for one in left:
            for other in right:
                source, target = (other, one) if stroke.backwards else (one, other)
                self.chart.arrows.append(Arrow(source, target, stroke.line, label, self.line, name))
                name = ""

    def _nodes(self) -> list[str]:
        names = [self._node()]
        while self._skip("&"):
            names.append(self._node())
        return names

    def _node(self) -> str:
        self._blanks()
        found = NAME.match(self.text, self.at)
        if found is None:
            self._expected('the name of a box: `api` or `api["Tweet service"]:::service`')
        self.at = found.end()
        node = self.chart.nodes.get(found[0])
        if node is None:
            if len(self.chart.nodes) == MAX_NODES:
                raise _UnreadableError(f"A drawing may have {MAX_NODES:,} components.")
            node = self.chart.nodes[found[0]] = Node(found[0], self.line)
        node.box = self.box or node.box
        self._details(node)
        return node.name

    def _details(self, node: Node) -> None:
        if self.text.startswith("@{", self.at):
            self._fields(node)
        else:
            self._shape(node)
        while found := CLASS.match(self.text, self.at):
            node.classes.append(found[1])
            self.at = found.end()
        if self.text.startswith(":", self.at):
            self._expected("`:::` and a kind, such as `:::service`")

    def _shape(self, node: Node) -> None:
        for opener, closers, shape in SHAPES:
            if self.text.startswith(opener, self.at):
                self.at += len(opener)
                node.label, node.line = self._label(closers), self.line
                node.shape = shape
                return

    def _label(self, closers: tuple[str, ...]) -> str:
        quoted = re.compile(r"\s*\"([^\"]*)(\")?\s*").match(self.text, self.at)
        if quoted and not quoted[2]:
            raise _UnreadableError('The label has no closing `"` on this line.')
        start = quoted.end() if quoted else self.at
        ends = [found for closer in closers if (found := self.text.find(closer, start)) >= 0]
        end = min(ends, default=-1)
        if end < 0 or (quoted and end != start):
            self.at = start
            self._expected(f"`{closers[0]}` after the label")
        label = quoted[1] if quoted else self.text[start:end].strip()
        self.at = end + len(closers[0])
        return unescape(label[1:-1] if len(label) > 1 and label[0] == label[-1] == "`" else label)

    def _fields(self, node: Node) -> None:
        at = self.at + 2
        while found := FIELD.match(self.text, at):
            value = found[2] if found[2] is not None else found[3].strip()
            if found[1] == "label":
                node.label, node.line = unescape(value), self.line
            elif found[1] == "shape":
                node.shape = value
            at = found.end()
        closing = re.compile(r"\s*\}").match(self.text, at)
        if closing is None:
            self.at = at
            self._expected('`}` after the fields of the box, such as `@{ shape: cyl, label: "Tweets" }`')
        self.at = closing.end()

    def _arrow(self) -> tuple[str, list[Stroke], str]:
        self._blanks()
        name = ""
        if found := EDGE_ID.match(self.text, self.at):
            name, self.at = found[1], found.end()
        if found := ARROW.match(self.text, self.at):
            self.at = found.end()
            strokes = [] if found[0].startswith("~") else _strokes(found[0], found["tail"], found["head"])
            return name, strokes, self._bar_label()
        if found := OPEN_ARROW.match(self.text, self.at):
            closing = CLOSING[found["stroke"]].search(self.text, found.end())
            if closing is None:
                self.at = found.end()
                self._expected("the other half of the arrow: `a -- asks --> b`")
            self.at = closing.end()
            label = self.text[found.end() : closing.start()].strip()
            return name, _strokes(found[0], found["tail"], closing["head"]), unescape(label.strip('"'))
        return self._expected("an arrow (`-->`, `-.->`, `==>`), or the end of the line")

    def _bar_label(self) -> str:
        self._blanks()
        if not self.text.startswith("|", self.at):
            return ""
        found = re.compile(r"\|\s*(?:\"([^\"]*)\"|([^|\"]*))\s*\|").match(self.text, self.at)
        if found is None:
            self._expected('the arrow\'s label between bars: `-->|"asks"|`')
        self.at = found.end()
        return unescape(found[1] if found[1] is not None else found[2].strip())

    def _skip(self, mark: str) -> bool:
        self._blanks()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _expected(self, what: str) -> NoReturn:
        rest = self.text[self.at :]
        raise _UnreadableError(f"Expected {what}, " + (f"but found {_shown(rest)}." if rest else "but the line ends."))


@dataclass(frozen=True)
class Stroke:
    """How one arrow of a statement is drawn; `<-->` is two of them."""

    line: Line
    backwards: bool = False


def _strokes(arrow: str, tail: str | None, head: str | None) -> list[Stroke]:
    line = "dotted" if "." in arrow else LINES[arrow.lstrip("<xo")[0]]
    points_back, points_on = tail == "<", head == ">"
    if points_back and not points_on:
        return [Stroke(line, backwards=True)]
    return [Stroke(line), Stroke(line, backwards=True)] if points_back else [Stroke(line)]


def _shown(text: str) -> str:
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"
