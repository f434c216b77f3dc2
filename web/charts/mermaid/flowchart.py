"""Reads Mermaid flowcharts: the one reader for notes, cards and the drawings of designs.

It reads what Mermaid's own grammar reads, token by token, so labels and arrows may go over several lines. Each node
lies in the subgraph that Mermaid would draw it in. Every pattern looks at a character a bounded number of times, so the
time is linear in the length of the text.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from web.charts.mermaid.errors import MermaidError, TextProblem
from web.charts.mermaid.source import label_text, read_source
from web.reading.safe_yaml import YamlError, read_yaml

Direction = Literal["TB", "BT", "LR", "RL"]
Stroke = Literal["solid", "dotted", "thick", "invisible"]
Head = Literal["", "arrow", "circle", "cross"]

MAX_NODES = 2_000
MAX_EDGES = 6_000
MAX_SUBGRAPHS = 1_000
MAX_DEPTH = 50
MAX_REPORTED = 20

HEADER = re.compile(
    r"(?:flowchart-elk|flowchart|graph|swimlane-beta)(?![\w-])[ \t]*(TB|TD|BR|BT|RL|LR|[<>^v](?![\w-]))?", re.ASCII
)
DIRECTIONS: dict[str, Direction] = {
    "TB": "TB", "TD": "TB", "v": "TB", "BT": "BT", "^": "BT", "LR": "LR", ">": "LR", "RL": "RL", "<": "RL"
}  # fmt: skip
BLANKS = re.compile(r"[ \t]+")
SEPARATORS = re.compile(r"[\s;]+")
END_OF_STATEMENT = re.compile(r"[ \t]*(?:[;\n]|%%|\Z)")
KEYWORD = re.compile(
    r"(?:subgraph|direction|classDef|class|style|linkStyle|click|href|accTitle|accDescr)(?=[\s:{]|\Z)"
    r"|end(?=[ \t]*(?:[;\n]|%%|\Z))"
)
NAME = re.compile(r"(?:[\w.$!#%'*+/\\?`,]|-(?![-.>])|=(?!=)|:(?!::)|&(?=[^\s&]))+")
CLASS = re.compile(r":::([\w-]+)")
EDGE_ID = re.compile(r"([^\s\"\[\](){}|@]{1,200}+)@(?=[<xo]?[-=~.])")
LINK = re.compile(
    r"\s*(?:(?P<tail>[<xo])?(?:--+(?P<solid>[-xo>])|==+(?P<thick>[=xo>])|-?\.++-(?P<dotted>[xo>]?))|(?P<invisible>~~~+))"
)
OPEN_LINK = re.compile(r"\s*(?P<tail>[<xo])?(?P<stroke>--|==|-\.)")
CLOSING_LINK = {
    "--": re.compile(r"--+([-xo>])"),
    "==": re.compile(r"==+([=xo>])"),
    "-.": re.compile(r"(?<!\.)-?\.++-([xo>]?)"),
}
STROKES: dict[str, Stroke] = {"--": "solid", "==": "thick", "-.": "dotted"}
HEADS: dict[str, Head] = {">": "arrow", "<": "arrow", "o": "circle", "x": "cross"}
QUOTED = re.compile(r"\s*\"([^\"]*)(\")?\s*")
BRACKET = re.compile(r"[\[\](){}|\"]")
BAR_LABEL = re.compile(r"\|\s*+(?:\"([^\"]*+)\"|([^|\"]*+))\s*+\|")
PROPERTY = re.compile(r"\|[\w-]+:[\w-]+\|")
# Longest opener first: `((` must not be read as `(`. What closes each, and Mermaid's name of the shape.
SHAPES: tuple[tuple[str, dict[str, str]], ...] = (
    ("(((", {")))": "doublecircle"}),
    ("((", {"))": "circle"}),
    ("([", {"])": "stadium"}),
    ("(-", {"-)": "ellipse"}),
    ("[[", {"]]": "subroutine"}),
    ("[(", {")]": "cylinder"}),
    ("[|", {"]": "rect"}),
    ("[/", {"/]": "lean_right", "\\]": "trapezoid"}),
    ("[\\", {"\\]": "lean_left", "/]": "inv_trapezoid"}),
    ("{{", {"}}": "hexagon"}),
    ("[", {"]": "square"}),
    ("(", {")": "round"}),
    ("{", {"}": "diamond"}),
    (">", {"]": "odd"}),
)
CLOSERS = {opener: re.compile("|".join(map(re.escape, closers))) for opener, closers in SHAPES}
STYLE_GOES_ON = re.compile(r";[ \t]*[\w-]+[ \t]*:(?!::)")
CALL = re.compile(r"\s*(?:call\s+)?\w[\w.]*\([^()]*\)")  # what it calls may stand on several lines
CLICK = re.compile(r"\s+([^\s\"]+)\s*(?:href\s*)?(?:\"([^\"]*)\")?")


@dataclass
class Node:
    """A node; what the text does not say is None. `line` is the line of its label, or of its first mention.

    `subgraph` is the id of the subgraph in which it is drawn, empty outside of all.
    """

    id: str
    line: int
    label: str | None = None
    shape: str | None = None
    subgraph: str = ""
    classes: list[str] = field(default_factory=list)
    link: str = ""

    @property
    def name(self) -> str:
        return self.id if self.label is None else self.label


@dataclass(frozen=True)
class Edge:
    """From source to target as written; `tail` and `head` say what is drawn at either end. `id` is the one given."""

    source: str
    target: str
    line: int
    label: str = ""
    stroke: Stroke = "solid"
    head: Head = "arrow"
    tail: Head = ""
    id: str = ""


@dataclass
class Subgraph:
    """A subgraph, drawn inside `parent`. Its label is None when it has no other than its id."""

    id: str
    line: int
    label: str | None = None
    parent: str = ""
    classes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.id if self.label is None else self.label


@dataclass
class Flowchart:
    """Nodes, edges and subgraphs by id in the order of the text. Edges may begin or end at subgraphs.

    `styles` are the classes that the text defines for looks; `unknown` are lines and names that `class` found nothing
    for; `passed_over` counts the statements that only style a drawing or call a script, by their keyword.
    """

    direction: Direction = "TB"
    title: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    subgraphs: dict[str, Subgraph] = field(default_factory=dict)
    styles: set[str] = field(default_factory=set)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def parse_flowchart(text: str) -> Flowchart:
    """Raises MermaidError, which names every line that cannot be read, up to a limit."""
    return _Reader(text).read()


class _UnreadableError(Exception):
    """What is wrong where the reader stands."""


@dataclass
class _Open:
    """A subgraph that has not ended: its id, and the ids that its lines name."""

    id: str
    members: dict[str, None] = field(default_factory=dict)


class _Reader:
    def __init__(self, text: str) -> None:
        source = read_source(text)
        self.text, self.at = source.text, 0
        self.breaks = [found.start() for found in re.finditer("\n", self.text)]
        self.chart = Flowchart(title=source.title)
        self.problems: list[TextProblem] = []
        self.open: list[_Open] = []
        self.holders: dict[str, str] = {}
        self.edge_ids: set[str] = set()
        self.given: list[tuple[int, str, str]] = []

    def read(self) -> Flowchart:
        begun = self._header()
        while begun and self._skip_separators():
            start = self.at
            try:
                self._statement()
                self._end_of_statement()
            except _UnreadableError as trouble:
                self.problems.append(TextProblem(self._line(), str(trouble)))
                if len(self.problems) == MAX_REPORTED:
                    break
                self._next_line(start)
        return self._finished()

    def _header(self) -> bool:
        self._skip_separators()
        found = HEADER.match(self.text, self.at)
        if found is None:
            line = self.text[self.at :].split("\n", 1)[0].strip()
            said = f"this was {_shown(line)}." if line else "the text is empty."
            message = f"A drawing begins with `flowchart LR`; {said}"
            if not line:
                message = "The text is empty; a drawing begins with `flowchart LR`."
            self.problems.append(TextProblem(self._line() if line else 1, message))
            return False
        self.chart.direction = DIRECTIONS.get(found[1] or "TB", "TB")
        self.at = found.end()
        if not END_OF_STATEMENT.match(self.text, self.at):
            line = self.text[found.start() :].split("\n", 1)[0].strip()
            self.problems.append(
                TextProblem(self._line(), f"A drawing begins with `flowchart LR`; this was {_shown(line)}.")
            )
            return False
        return True

    def _finished(self) -> Flowchart:
        chart = self.chart
        for each in self.open:
            self.problems.append(TextProblem(chart.subgraphs[each.id].line, f"The subgraph {each.id} has no `end`."))
        if self.problems:
            raise MermaidError(self.problems[:MAX_REPORTED])
        for name in chart.nodes.keys() & chart.subgraphs.keys():
            chart.subgraphs[name].classes += chart.nodes.pop(name).classes
        for name, node in chart.nodes.items():
            node.subgraph = self.holders.get(name, "")
        for name, subgraph in chart.subgraphs.items():
            subgraph.parent = self._parent(name)
        for line, name, given in self.given:
            if thing := chart.subgraphs.get(name) or chart.nodes.get(name):
                thing.classes.append(given)
            elif name not in self.edge_ids:
                chart.unknown.append((line, name))
        return chart

    def _parent(self, name: str) -> str:
        """The subgraph around; none where subgraphs would lie in each other."""
        around, seen = self.holders.get(name, ""), {name}
        while around and around not in seen:
            seen.add(around)
            around = self.holders.get(around, "")
        if len(seen) > MAX_DEPTH:
            line = self.chart.subgraphs[name].line
            raise MermaidError([TextProblem(line, f"Subgraphs are nested deeper than {MAX_DEPTH} levels.")])
        return "" if around else self.holders.get(name, "")

    # -- statements

    def _statement(self) -> None:
        found = KEYWORD.match(self.text, self.at)
        if found is None:
            self._chain()
            return
        keyword, start = found[0], self.at
        self.at = found.end()
        if keyword == "subgraph":
            self._subgraph()
        elif keyword == "end":
            self._close(start)
        elif keyword == "class":
            self._class()
        elif keyword == "classDef":
            self.chart.styles.update(
                each.strip() for each in self._rest_of_style().split(None, 1)[:1] for each in each.split(",")
            )
        elif keyword == "click":
            self._click()
        elif keyword == "accDescr" and (block := re.compile(r"\s*\{[^}]*\}").match(self.text, self.at)):
            self.at = block.end()
        elif keyword in ("style", "linkStyle"):
            self._rest_of_style()
            self.chart.passed_over[keyword] += 1
        else:
            self._rest_of_line()

    def _subgraph(self) -> None:
        line = self._line()
        name, label = self._subgraph_title()
        if len(self.open) == MAX_DEPTH:
            raise _UnreadableError(f"Subgraphs are nested deeper than {MAX_DEPTH} levels.")
        if name not in self.chart.subgraphs:
            if len(self.chart.subgraphs) == MAX_SUBGRAPHS:
                raise _UnreadableError(f"A drawing may have {MAX_SUBGRAPHS:,} subgraphs.")
            self.chart.subgraphs[name] = Subgraph(name, line, label)
        self.open.append(_Open(name))

    def _subgraph_title(self) -> tuple[str, str | None]:
        """Id and label: `eu["Europe"]`, `eu [Europe]`, `eu`, `"Europe"`, `Europe and Asia`."""
        self._blanks()
        quoted = QUOTED.match(self.text, self.at)
        if quoted and quoted[2]:
            self.at = quoted.end(2)
            label = _said(quoted[1])
            return self._free_name(label), label
        start = self.at
        stop = re.compile(r"[^\[\n;\"]*").match(self.text, start)
        name = stop[0].strip() if stop else ""
        self.at = stop.end() if stop else start
        if self.text.startswith("[", self.at) and name:
            self.at += 1
            return name, self._label("[", "]")[0]
        if not name or self.text.startswith(('"', "["), self.at):
            rest = self.text[start:].split("\n", 1)[0].strip()
            if not rest:
                raise _UnreadableError('`subgraph` needs a name: `subgraph europe["Europe"]`.')
            raise _UnreadableError(f'A subgraph is written `subgraph europe["Europe"]`; this was {_shown(rest)}.')
        return (self._free_name(name), _said(name)) if " " in name else (name, None)

    def _free_name(self, label: str) -> str:
        """An unused id: subgraphs without an id of their own are never the same one, even with equal titles."""
        names = (f"{label} {number}" if number > 1 else label for number in itertools.count(1))
        return next(name for name in names if name not in self.chart.subgraphs)

    def _close(self, at: int) -> None:
        """Ends a subgraph. A node named in two subgraphs belongs to the one that ends first, as in Mermaid."""
        if not self.open:
            self.at = at
            raise _UnreadableError("This `end` closes nothing: every `subgraph` before it has its own.")
        done = self.open.pop()
        for member in done.members:
            if member != done.id:
                self.holders.setdefault(member, done.id)
        if self.open:
            self.open[-1].members.setdefault(done.id)

    def _class(self) -> None:
        line = self._line()
        words = self._rest_of_line().split()
        if len(words) < 2 or not re.fullmatch(r"[\w-]+", words[-1]):
            raise _UnreadableError("`class` takes names and a kind: `class europe,asia region`.")
        names = [name for word in words[:-1] for name in word.split(",") if name]
        self.given += [(line, name, words[-1]) for name in names]

    def _click(self) -> None:
        found = CLICK.match(self.text, self.at)
        if found is None:
            raise _UnreadableError('`click` takes a box and an address: `click api "https://example.org"`.')
        self.at = found.end()
        if call := CALL.match(self.text, self.at):
            self.at = call.end()
        node = self.chart.nodes.get(found[1])
        if node is not None and found[2]:
            node.link = found[2]
        elif not found[2]:
            self.chart.passed_over["click"] += 1
        self._rest_of_line(quoted=True)

    # -- chains of nodes and edges

    def _chain(self) -> None:
        left = self._group()
        while True:
            edge = self._link()
            if edge is None:
                return
            right = self._group()
            self._join(left, right, edge)
            left = right

    def _join(self, left: list[str], right: list[str], edge: Edge) -> None:
        if len(self.chart.edges) + len(left) * len(right) > MAX_EDGES:
            raise _UnreadableError(f"A drawing may have {MAX_EDGES:,} connections.")
        for source in left:
            for target in right:
                # A group has one edge of the id that it gives: between its last source and its first target.
                is_named = edge.id not in self.edge_ids and source == left[-1] and target == right[0]
                name = edge.id if edge.id and is_named else ""
                if name:
                    self.edge_ids.add(name)
                self.chart.edges.append(
                    Edge(source, target, edge.line, edge.label, edge.stroke, edge.head, edge.tail, name)
                )

    def _group(self) -> list[str]:
        names = [self._node()]
        while True:
            self._blanks()
            if not self.text.startswith("&", self.at):
                return names
            self.at += 1
            names.append(self._node())

    def _node(self) -> str:
        self._blanks()
        found = NAME.match(self.text, self.at)
        if found is None:
            self._expected('the name of a box: `api` or `api["Tweet service"]:::service`')
        name = found[0]
        if found.end() == len(self.text) or self.text[found.end()] != "@" or name not in self.edge_ids:
            self._mention(name)
        self.at = found.end()
        self._details(name)
        return name

    def _mention(self, name: str) -> None:
        if self.open:
            self.open[-1].members.setdefault(name)
        if name not in self.chart.nodes:
            if len(self.chart.nodes) == MAX_NODES:
                raise _UnreadableError(f"A drawing may have {MAX_NODES:,} components.")
            self.chart.nodes[name] = Node(name, self._line())

    def _details(self, name: str) -> None:
        node = self.chart.nodes.get(name) or Node(name, 0)
        if not self.text.startswith("@{", self.at):
            self._shape(node)
        while True:
            if self.text.startswith("@{", self.at):
                self._fields(node)
            elif found := CLASS.match(self.text, self.at):
                node.classes.append(found[1])
                self.at = found.end()
            else:
                break
        if self.text.startswith(":", self.at):
            self._expected("`:::` and a kind, such as `:::service`")

    def _shape(self, node: Node) -> None:
        for opener, closers in SHAPES:
            if self.text.startswith(opener, self.at):
                line = self._line()
                self.at += len(opener)
                if opener == "[|" and (given := PROPERTY.match(self.text, self.at - 1)):
                    self.at = given.end()
                node.label, closer = self._label(opener, next(iter(closers)))
                node.shape, node.line = closers[closer], line
                return

    def _label(self, opener: str, closer: str) -> tuple[str, str]:
        """What stands up to the closing bracket, and which bracket that was."""
        start = self.at
        quoted = QUOTED.match(self.text, start)
        if quoted:
            found = CLOSERS[opener].match(self.text, quoted.end()) if quoted[2] else None
            if not quoted[2] or (found is None and "\n" in quoted[1]):
                raise _UnreadableError('The label has no closing `"`.')
            if found is None:
                self.at = quoted.end()
                self._expected(f"`{closer}` after the label")
            self.at = found.end()
            return _said(quoted[1]), found[0]
        found = CLOSERS[opener].search(self.text, start)
        if found is None or self._is_broken(start, found.start()):
            self._expected(f"`{closer}` after the label")
        self.at = found.end()
        return _said(self.text[start : found.start()]), found[0]

    def _is_broken(self, start: int, end: int) -> bool:
        """Over several lines a bracket inside means that this label was never closed."""
        return "\n" in self.text[start:end] and BRACKET.search(self.text, start, end) is not None

    def _fields(self, node: Node) -> None:
        """`@{ shape: cyl, label: "Tweets" }`: a mapping in YAML, on one line or on several."""
        start = self.at + 2
        found = re.compile(r"(?:[^}\"]|\"[^\"]*\")*").match(self.text, start)
        end = found.end() if found else start
        if not self.text.startswith("}", end):
            self.at = start
            self._expected('`}` after the fields of the box, such as `@{ shape: cyl, label: "Tweets" }`')
        given = self.text[start:end]
        try:
            value = read_yaml((given if "\n" in given else "{" + given + "}").encode(errors="replace"), file="").value
        except YamlError as error:
            raise _UnreadableError(f"The fields of {node.id} cannot be read: {error.message}.") from None
        self.at = end + 1
        fields = value if isinstance(value, dict) else {}
        if fields.get("shape"):
            node.shape = str(fields["shape"])
        if fields.get("label"):
            node.label, node.line = _said(str(fields["label"])), self._line()

    def _link(self) -> Edge | None:
        """The edge up to where its target begins, without its ends; None when there is no more."""
        name = ""
        self._blanks()
        if found := EDGE_ID.match(self.text, self.at):
            name, self.at = found[1], found.end()
        line = self._line(re.compile(r"\s*").match(self.text, self.at).end())  # type: ignore[union-attr]
        if link := LINK.match(self.text, self.at):
            self.at = link.end()
            strokes: tuple[Stroke, ...] = ("solid", "thick", "dotted", "invisible")
            stroke = next(each for each in strokes if link[each] is not None)
            head = HEADS.get(link[stroke], "")
            label = self._bar_label()
        elif opened := OPEN_LINK.match(self.text, self.at):
            stroke, label, head = self._inner_label(opened)
            link = opened
        elif name or not END_OF_STATEMENT.match(self.text, self.at):
            self._expected("an arrow (`-->`, `-.->`, `==>`), or the end of the line")
        else:
            return None
        tail = HEADS.get(link["tail"] or "", "")
        self._all_blanks()
        return Edge("", "", line, label, stroke, head, tail, name)

    def _inner_label(self, opened: re.Match[str]) -> tuple[Stroke, str, Head]:
        """`-- asks -->`: the label between the two halves of the edge."""
        self.at = opened.end()
        quoted = QUOTED.match(self.text, self.at)
        start = quoted.end() if quoted and quoted[2] else self.at
        closing = CLOSING_LINK[opened["stroke"]].search(self.text, start)
        if closing is None:
            self._expected("the other half of the arrow: `a -- asks --> b`")
        label = self.text[self.at : closing.start()].strip()
        self.at = closing.end()
        return STROKES[opened["stroke"]], _said(label.removeprefix('"').removesuffix('"')), HEADS.get(closing[1], "")

    def _bar_label(self) -> str:
        at = self.at
        self._all_blanks()
        if not self.text.startswith("|", self.at):
            self.at = at
            return ""
        found = BAR_LABEL.match(self.text, self.at)
        if found is None:
            self._expected('the arrow\'s label between bars: `-->|"asks"|`')
        self.at = found.end()
        return _said(found[1] if found[1] is not None else found[2])

    # -- the text

    def _line(self, at: int | None = None) -> int:
        return bisect.bisect_left(self.breaks, self.at if at is None else at) + 1

    def _blanks(self) -> None:
        if found := BLANKS.match(self.text, self.at):
            self.at = found.end()

    def _all_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _skip_separators(self) -> bool:
        """Whether there is another statement."""
        if found := SEPARATORS.match(self.text, self.at):
            self.at = found.end()
        return self.at < len(self.text)

    def _end_of_statement(self) -> None:
        self._blanks()
        if self.text.startswith("%%", self.at):
            self._rest_of_line()
        if self.at < len(self.text) and self.text[self.at] not in ";\n":
            self._expected("an arrow (`-->`, `-.->`, `==>`), or the end of the line")

    def _rest_of_line(self, *, quoted: bool = False) -> str:
        """The statement up to its end; what stands in quotes may hold line breaks and semicolons."""
        pattern = r"(?:[^\n;\"]|\"[^\"]*\"|\")*" if quoted else r"[^\n;]*"
        found = re.compile(pattern).match(self.text, self.at)
        start, self.at = self.at, found.end() if found else self.at
        return self.text[start : self.at]

    def _rest_of_style(self) -> str:
        """`style a fill:#fff;stroke:#333`: a semicolon before another property does not end it."""
        start = self.at
        self._rest_of_line()
        while found := STYLE_GOES_ON.match(self.text, self.at):
            self.at = found.end()
            self._rest_of_line()
        return self.text[start : self.at]

    def _next_line(self, start: int) -> None:
        end = self.text.find("\n", max(self.at, start))
        self.at = len(self.text) if end < 0 else end + 1

    def _expected(self, what: str) -> NoReturn:
        rest = self.text[self.at : self.at + 60].split("\n", 1)[0]
        found = f"but found {_shown(rest)}." if rest.strip() else "but the line ends."
        raise _UnreadableError(f"Expected {what}, {found}")


def _said(raw: str) -> str:
    """The label, which is Markdown between backticks."""
    text = raw.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    is_markdown = len(text) > 1 and text[0] == text[-1] == "`"
    return label_text(text[1:-1] if is_markdown else text, is_markdown=is_markdown)


def _shown(text: str) -> str:
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"
