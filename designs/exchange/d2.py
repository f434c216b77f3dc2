"""D2 as far as boxes, arrows and tables go: `web: Web {shape: cylinder}`, `a -> b: asks`, containers by braces or dots.

A box of the shape `sql_table` is an entity. Looks, globs and further boards are counted and left out.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace

from designs.exchange.boxes import Boxes, Tokens, unquoted
from designs.exchange.keys import Group
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.tables import Tables
from designs.exchange.types import plain_type

TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|#[^\n]*|\\\n)|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<block>\|\|[^|\n]*\n(?:[^|]|\|(?!\|))*\|\||\|`[^`\n]*\n(?:[^`]|`(?!\|))*`\|"
    r"|\|[^|\n]*\n[^|]*\||\|[a-z]+ [^|\n]*\|)"
    r"|(?P<arrow><?-+>|<-+|--+)|(?P<mark>[{}:;\n\[\]])"
    r"|(?P<word>(?:[^\s\"'#{}:;|<>\-\[\]]|-(?![->])|[|<>])+)"
)
SHAPES = {
    "cylinder": "database",
    "stored_data": "database",
    "queue": "queue",
    "person": "client",
    "cloud": "third party",
}
TABLE, CLASS = "sql_table", "class"
KEYS = {"primary_key": "primary", "unique": "unique"}
# Keys of a map about looks and about the whole drawing.
RESERVED = {
    *("shape", "style", "icon", "near", "width", "height", "direction", "tooltip", "link", "class", "classes", "vars"),
    *("label", "constraint", "grid-rows", "grid-columns", "grid-gap", "vertical-gap", "horizontal-gap", "layers"),
    *("scenarios", "steps", "top", "left", "source-arrowhead", "target-arrowhead", "filled", "desc", "language"),
}
BOARDS = ("layers", "scenarios", "steps")
MAX_DEPTH = 50


def read(text: str) -> Imported:
    reader = _Reader(text)
    reader.statements("", 0)
    return reader.finished()


class _Reader:
    """Reads D2. Every key is a box until it contains another, which makes it a zone, or turns out to be a table."""

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="D2")
        self.boxes = Boxes()
        self.labels: dict[str, str] = {}
        self.shapes: dict[str, str] = {}
        self.classes: dict[str, str] = {}
        self.constraints: dict[str, list[str]] = {}
        self.inside: dict[str, str] = {}
        self.texts: set[str] = set()
        self.gone: set[str] = set()
        self.lines: list[tuple[str, str, str, str]] = []

    def statements(self, around: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ImportFailedError(f"containers are nested deeper than {MAX_DEPTH}", line=self.tokens.peek().line)
        while (token := self.tokens.peek()).kind != "end":
            if token.kind == "mark" and token.text in ("\n", ";"):
                self.tokens.take()
            elif token.kind == "mark" and token.text == "}":
                if not depth:
                    raise ImportFailedError("this } closes nothing", line=token.line)
                self.tokens.take()
                return
            else:
                self._statement(around, depth)
        if depth:
            raise ImportFailedError("a { is not closed", line=self.tokens.peek().line)

    def _statement(self, around: str, depth: int) -> None:
        if self.tokens.peek().text.startswith(("(", "...", "@", "&", "!&")):
            self._left_out()
            return
        ends, arrows = [self._words()], []
        while self.tokens.peek().kind == "arrow":
            arrows.append(self.tokens.take().text)
            ends.append(self._words())
        if any("*" in each for each in ends):
            self._rest_of("pattern", "a design names each box", ends[0])
            return
        if not arrows:
            self._thing(ends[0], around, depth)
            return
        keys = [self._named(each, around) for each in ends]
        _, label = self._value() if self.tokens.skip(":") else (False, "")
        self.lines += [(one, other, arrow, label) for one, other, arrow in zip(keys, keys[1:], arrows, strict=False)]
        if self.tokens.peek().text == "{":
            self.tokens.skip_block()

    def _thing(self, name: str, around: str, depth: int) -> None:
        parts = [part.strip() for part in name.split(".")]
        at = next((number for number, part in enumerate(parts) if part.lower() in RESERVED), len(parts))
        key = self._named(".".join(parts[:at]), around) if at else around
        if at < len(parts):
            self._reserved(parts[at].lower(), key, is_last=at == len(parts) - 1)
            return
        is_text, label = self._value() if self.tokens.skip(":") else (False, "")
        if label == "null":
            self.gone.add(key)
        elif label:
            self.labels[key] = label
        if is_text:
            self.texts.add(key)
        if self.tokens.peek().text == "{" and self.tokens.skip("{"):
            self.statements(key, depth + 1)

    def _left_out(self) -> None:
        """`(a -> b)[0].style: …` refers to an existing arrow, `...@file` to another file."""
        if self.tokens.peek().text.startswith("("):
            self._rest_of("line on an arrow that is drawn before", "it tells looks or another label", "")
        elif "@" in self.tokens.peek().text:
            self._rest_of("import of another file", "it is not here", self.tokens.peek().text)
        else:
            self._rest_of("pattern", "a design names each box", self.tokens.peek().text)

    def _rest_of(self, noun: str, why: str, name: str) -> None:
        self.boxes.warnings.lost(noun, why, name=name)
        while (token := self.tokens.peek()).kind != "end" and token.text not in ("\n", ";", "}"):
            if token.text == "{":
                self.tokens.skip_block()
            elif token.text == "[":
                self.tokens.skip_block("[", "]")
            else:
                self.tokens.take()

    def _words(self) -> str:
        said = []
        while (token := self.tokens.peek()).kind in ("word", "string"):
            said.append(
                unquoted(self.tokens.take().text).replace(".", "\x00")
                if token.kind == "string"
                else self.tokens.take().text
            )
        if not said:
            raise ImportFailedError(
                f"expected the name of a box, found {self.tokens.peek().text[:20]!r}", line=self.tokens.peek().line
            )
        while self.tokens.peek().text == "[":  # an index of an edge
            self.tokens.skip_block("[", "]")
        return " ".join(said)

    def _value(self) -> tuple[bool, str]:
        """Whether it is a block text in bars, and its content."""
        said, is_text, listed = [], False, 0
        while (token := self.tokens.peek()).kind != "end" and (listed or token.text not in ("\n", ";", "{", "}")):
            taken = self.tokens.take()
            listed += (taken.text == "[") - (taken.text == "]")  # `constraint: [primary_key; unique]`
            if taken.kind == "block":
                is_text = True
                said.append(re.sub(r"^\w*\s", "", taken.text.strip("|`")).replace("#", ""))
            else:
                said.append(unquoted(taken.text))
        return is_text, " ".join(" ".join(said).split())

    def _reserved(self, name: str, key: str, *, is_last: bool) -> None:
        """A field of `key`, which is empty for the whole drawing. Nested fields (`style.fill`) are looks."""
        _, value = self._value() if self.tokens.skip(":") else (False, "")
        if is_last and key and name == "label":
            self.labels[key] = value
        elif is_last and key and name == "shape":
            self.shapes[key] = value.lower()
        elif is_last and key and name == "class":
            self.shapes.setdefault(key, self.classes.get(value, ""))
        elif is_last and key and name == "constraint":
            self.constraints[key] = re.findall(r"\w+", value)
        if name == "classes" and self.tokens.peek().text == "{":
            self._classes()
        elif self.tokens.peek().text == "{":
            self.tokens.skip_block()
            if name in BOARDS:
                self.boxes.warnings.lost("board", "a design has one drawing", name=name)

    def _classes(self) -> None:
        """`classes: { db: { shape: cylinder } }`: the shape of each."""
        depth, name = 0, ""
        while (token := self.tokens.take()).kind != "end":
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return
            if depth == 1 and token.kind in ("word", "string"):
                name = unquoted(token.text)
            elif token.text == "shape" and self.tokens.skip(":"):
                self.classes[name] = self.tokens.peek().text.lower()

    def _named(self, name: str, around: str) -> str:
        """The full key with its containers; `_` refers to the container around the current one."""
        parts = deque(part.strip() for part in name.split("."))
        while parts and parts[0] == "_":
            around = self.inside.get(around, "")
            parts.popleft()
        key = around
        for part in parts:
            if part.lower() in RESERVED:
                break
            inner = f"{key}.{part}" if key else part
            if inner not in self.inside:
                if inner.count(".") > MAX_DEPTH:
                    raise ImportFailedError(f"containers are nested deeper than {MAX_DEPTH}")
                self.inside[inner] = key
                self.labels[inner] = part.replace("\x00", ".")
            self.gone.discard(inner)
            key = inner
        return key

    def _without_gone(self) -> None:
        """`key: null` removes a box with its content and its arrows."""
        gone = set(self.gone)
        for key, around in self.inside.items():  # containers come before their content
            if around in gone:
                gone.add(key)
        self.inside = {key: around for key, around in self.inside.items() if key not in gone}
        self.lines = [line for line in self.lines if not gone.intersection(line[:2])]

    def finished(self) -> Imported:
        self._without_gone()
        tables = {key for key in self.inside if self.shapes.get(key) == TABLE}
        rows = {key: around for key, around in self.inside.items() if self.shapes.get(around) in (TABLE, CLASS)}
        self._boxes(tables, rows)
        entities = self._entities(tables, rows)
        for key in [key for key, around in rows.items() if around not in tables]:
            self.boxes.warnings.lost("row of a class", "a design's box has none", name=self.labels[key])
        if entities is None:
            return self.boxes.imported(nothing="there is no box in it")
        if not self.boxes.components:
            return replace(entities, warnings=(*self.boxes.warnings.all(), *entities.warnings))
        found = self.boxes.imported(nothing="")
        document = {**found.document, "data_model": entities.document["data_model"]}
        return replace(found, document=document, warnings=(*found.warnings, *entities.warnings))

    def _boxes(self, tables: set[str], rows: dict[str, str]) -> None:
        lines = [
            (rows.get(one, one), rows.get(other, other), arrow, label)
            for one, other, arrow, label in self.lines
            if not tables & {rows.get(one, one), rows.get(other, other)}
        ]
        touched = {end for line in lines for end in line[:2]}
        holders = {around for key, around in self.inside.items() if around and key not in rows}
        for key, around in self.inside.items():
            if key in rows or key in tables:
                continue
            if key in holders:
                self.boxes.zone(key, self.labels[key], parent=around)
            elif (key in self.texts or self.shapes.get(key) == "text") and key not in touched:
                self.boxes.warnings.lost("text", "it is no box and has no arrow", name=self.labels[key])
            else:
                self.boxes.box(key, self.labels[key], hint=SHAPES.get(self.shapes.get(key, ""), ""), zone=around)
        for line in lines:
            self._line(*line)

    def _line(self, one: str, other: str, arrow: str, label: str) -> None:
        points_on, points_back = arrow.endswith(">"), arrow.startswith("<")
        ends = f"{self.labels.get(one, one)} – {self.labels.get(other, other)}"
        if points_on and points_back:
            self.boxes.warnings.lost(
                "arrow", "{they} had a head at both ends", name=ends, fate="read as a call each way"
            )
        elif not points_on and not points_back:
            self.boxes.warnings.lost(
                "arrow", "{they} had no arrowhead", name=ends, fate="read as a call from the first"
            )
        if points_on or not points_back:
            self.boxes.arrow(one, other, label)
        if points_back:
            self.boxes.arrow(other, one, label)

    def _entities(self, tables: set[str], rows: dict[str, str]) -> Imported | None:
        if not tables:
            return None
        found = Tables()
        for key in self.inside:
            if key in tables:
                found.entity(key, self.labels[key], store="sql")
        for key, table in rows.items():
            if table in tables:
                self._row(found, key, table)
        for one, other, arrow, _ in self.lines:
            holder, target = (one, other) if arrow.endswith(">") or not arrow.startswith("<") else (other, one)
            if rows.get(holder) in tables and rows.get(target, target) in tables:
                found.refer(rows[holder], holder, rows.get(target, target))
            elif tables & {rows.get(one, one), rows.get(other, other)}:
                name = f"{self.labels.get(one, one)} – {self.labels.get(other, other)}"
                found.warnings.lost("arrow of a table", "it does not begin at one of its rows", name=name)
        return found.imported(nothing="")

    def _row(self, found: Tables, key: str, table: str) -> None:
        name = key.removeprefix(f"{table}.")
        typed = self.labels[key] if self.labels[key] != name else ""
        found.field(table, key, name.replace("\x00", "."), type=plain_type(typed))
        for constraint in self.constraints.get(key, []):
            if constraint == "primary_key":
                found.keys(table).primary.append(key)
            elif constraint == "unique":
                found.keys(table).unique.append(Group([key]))
