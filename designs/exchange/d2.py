"""D2 as far as boxes and arrows go: `web: Web {shape: cylinder}`, `a -> b: asks`, containers by braces or dots."""

from __future__ import annotations

import re

from designs.exchange.boxes import Boxes, Tokens, unquoted
from designs.exchange.problems import Imported, ImportFailedError

TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|#[^\n]*|\\\n)|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<block>\|[^|\n]*\n[^|]*\|)|(?P<arrow><?-+>|<-+|--+)|(?P<mark>[{}:;\n\[\]])"
    r"|(?P<word>(?:[^\s\"'#{}:;|<>\-\[\]]|-(?![->])|[|<>])+)"
)
SHAPES = {
    "cylinder": "database",
    "stored_data": "database",
    "queue": "queue",
    "person": "client",
    "cloud": "third party",
}
# What a map says of looks and of the whole drawing.
RESERVED = {
    *("shape", "style", "icon", "near", "width", "height", "direction", "tooltip", "link", "class", "classes", "vars"),
    *(
        "label",
        "constraint",
        "grid-rows",
        "grid-columns",
        "layers",
        "scenarios",
        "steps",
        "top",
        "left",
        "source-arrowhead",
    ),
    "target-arrowhead",
}
MAX_DEPTH = 50


def read(text: str) -> Imported:
    reader = _Reader(text)
    reader.statements("", 0)
    return reader.finished()


class _Reader:
    """Every key is a box until something lies in it, which makes it a zone."""

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="D2")
        self.boxes = Boxes()
        self.labels: dict[str, str] = {}
        self.shapes: dict[str, str] = {}
        self.inside: dict[str, str] = {}
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
        ends, arrows = [self._words()], []
        while self.tokens.peek().kind == "arrow":
            arrows.append(self.tokens.take().text)
            ends.append(self._words())
        name = ends[0].partition(".")[0]
        if not arrows and name in RESERVED:
            self._reserved(ends[0], around)
            return
        keys = [self._named(each, around) for each in ends]
        label = self._value() if self.tokens.skip(":") else ""
        if arrows:
            self.lines += [
                (one, other, arrow, label) for one, other, arrow in zip(keys, keys[1:], arrows, strict=False)
            ]
            if self.tokens.peek().text == "{":
                self.tokens.skip_block()
            return
        if label:
            self.labels[keys[0]] = label
        if self.tokens.peek().text == "{" and self.tokens.skip("{"):
            self.statements(keys[0], depth + 1)

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

    def _value(self) -> str:
        said = []
        while (token := self.tokens.peek()).kind != "end" and token.text not in ("\n", ";", "{", "}"):
            taken = self.tokens.take()
            said.append(unquoted(taken.text.strip("|")))
        return " ".join(" ".join(said).split())

    def _reserved(self, name: str, around: str) -> None:
        value = self._value() if self.tokens.skip(":") else ""
        if name == "label" and around:
            self.labels[around] = value
        elif name == "shape" and around:
            self.shapes[around] = value
        if self.tokens.peek().text == "{":
            self.tokens.skip_block()
            if name in ("layers", "scenarios", "steps"):
                self.boxes.warnings.lost("board", "a design has one drawing", name=name)

    def _named(self, name: str, around: str) -> str:
        """The whole key, after all that it lies in; `_` is what lies around the container."""
        parts = [part.strip() for part in name.split(".")]
        while parts and parts[0] == "_":
            around, parts = self.inside.get(around, ""), parts[1:]
        key = around
        for part in parts:
            if part in RESERVED:
                break
            inner = f"{key}.{part}" if key else part
            if inner not in self.inside:
                if inner.count(".") > MAX_DEPTH:
                    raise ImportFailedError(f"containers are nested deeper than {MAX_DEPTH}")
                self.inside[inner] = key
                self.labels[inner] = part.replace("\x00", ".")
            key = inner
        return key

    def finished(self) -> Imported:
        holders = {each for each in self.inside.values() if each}
        for key, around in self.inside.items():
            if key in holders:
                self.boxes.zone(key, self.labels[key], parent=around)
            else:
                shape = self.shapes.get(key, "")
                self.boxes.box(key, self.labels[key], hint=SHAPES.get(shape, ""), zone=around)
        for one, other, arrow, label in self.lines:
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
        return self.boxes.imported(nothing="there is no box in it")
