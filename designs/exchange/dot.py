"""Graphviz dot: nodes, edges and clusters."""

from __future__ import annotations

import itertools
import re

from designs.exchange.boxes import Boxes, Token, Tokens, unquoted
from designs.exchange.problems import Imported, ImportFailedError

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|#[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)|(?P<string>\"(?:[^\"\\]|\\[\s\S])*\")|(?P<html><(?=[^-\s]|\s*<)(?:[^<>]|<[^<>]*>)*>)"
    r"|(?P<arrow>->|--)|(?P<word>-?(?:[\w.]|[^\x00-\x7f])+)|(?P<mark>[{}\[\];,=:+])"
)
SHAPES = {"cylinder": "database", "folder": "", "component": ""}

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
PORT = re.compile(r"<[^<>]*>")


def read(text: str) -> Imported:
    reader = _Reader(text)
    reader.graph()
    return reader.boxes.imported(nothing="there is no node in the graph")


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="a dot graph")
        self.boxes = Boxes()
        self.is_directed = True

    def graph(self) -> None:
        self.tokens.skip("strict")
        first = self.tokens.take()
        if first.text.lower() not in ("digraph", "graph"):
            raise ImportFailedError("a dot file begins with digraph or graph", line=first.line)
        self.is_directed = first.text.lower() == "digraph"
        if self.tokens.peek().text != "{":
            self.boxes.title = unquoted(self.tokens.take().text)
        self.tokens.expect("{")
        self._statements("", 0)
        if self.tokens.peek().kind != "end":
            self.boxes.warnings.lost("graph", "the first of the file was read")

    def _statements(self, zone: str, depth: int) -> list[str]:
        """Reads statements up to the closing bracket; returns the nodes that they name, in their order."""
        if depth > 50:
            raise ImportFailedError("clusters are nested deeper than 50 levels", line=self.tokens.peek().line)
        named: list[str] = []
        while not self.tokens.skip("}"):
            token = self.tokens.peek()
            if token.kind == "end":
                raise ImportFailedError("a { is not closed", line=token.line)
            if token.text in (";", ","):
                self.tokens.take()
            else:
                named += self._statement(zone, depth)
        return named

    def _statement(self, zone: str, depth: int) -> list[str]:
        token = self.tokens.peek()
        if token.kind == "word" and token.text.lower() in ("node", "edge", "graph") and self.tokens.peek(1).text == "[":
            self._defaults(zone)
            return []
        if self.tokens.peek(1).text == "=":
            name, value = self.tokens.take().text, self.tokens.take() and self.tokens.take()
            if name.lower() == "label":
                self._label(zone, _said(value))
            return []
        ends = [self._end(zone, depth)]
        while self.tokens.peek().kind == "arrow":
            self.tokens.take()
            ends.append(self._end(zone, depth))
        attributes = self._attributes()
        if len(ends) == 1:
            for key in ends[0]:
                self._node(key, attributes, zone)
        for left, right in itertools.pairwise(ends):
            self._edges(left, right, attributes)
        return [key for end in ends for key in end]

    def _defaults(self, zone: str) -> None:
        """`graph [label="Shop"]` names the whole drawing; defaults of nodes and edges are looks."""
        word, attributes = self.tokens.take().text.lower(), self._attributes()
        if word == "graph" and attributes.get("label"):
            self._label(zone, attributes["label"])

    def _end(self, zone: str, depth: int) -> list[str]:
        token = self.tokens.take()
        if token.text == "{" and token.kind == "mark":
            return list(dict.fromkeys(self._statements(zone, depth + 1)))
        if token.kind == "word" and token.text.lower() == "subgraph":
            key = unquoted(self.tokens.take().text) if self.tokens.peek().text != "{" else ""
            self.tokens.expect("{")
            if not key.startswith("cluster"):
                return list(dict.fromkeys(self._statements(zone, depth + 1)))
            self.boxes.zone(key, key.removeprefix("cluster").strip("_"), parent=zone)
            return list(dict.fromkeys(self._statements(key, depth + 1)))
        if token.kind not in ("word", "string", "html"):
            raise ImportFailedError(f"expected a node, found {token.text[:30]!r}", line=token.line)
        while self.tokens.skip(":"):  # a port
            self.tokens.take()
        key = _said(token)
        if key not in self.boxes.components:
            self.boxes.box(key, zone=zone)
        elif zone and not self.boxes.components[key].get("zone"):
            self.boxes.components[key]["zone"] = zone
        return [key]

    def _node(self, key: str, attributes: dict[str, str], zone: str) -> None:
        if zone or attributes:
            label = attributes.get("label", "")
            if attributes.get("shape", "").lower() in ("record", "mrecord"):
                label = " ".join(re.sub(r"[{}|]", " ", PORT.sub(" ", label)).split())
            shape = SHAPES.get(attributes.get("shape", ""), "")
            has_own = self.boxes.components[key].get("zone")
            self.boxes.box(key, label if label != "\\N" else "", hint=shape, zone="" if has_own else zone)

    def _edges(self, left: list[str], right: list[str], attributes: dict[str, str]) -> None:
        """From each node to each. Unseen edges, which may be millions, are counted without going through them."""
        if attributes.get("style") not in ("invis", "invisible"):
            for source in left:
                for target in right:
                    self._edge(source, target, attributes)
        elif left and right:
            name, count = f"{left[0]} – {right[0]}", len(left) * len(right)
            self.boxes.warnings.lost("unseen edge", "it only holds boxes in place", name=name, count=count)

    def _edge(self, source: str, target: str, attributes: dict[str, str]) -> None:
        direction = attributes.get("dir", "forward" if self.is_directed else "none")
        kind = "async" if attributes.get("style") in ("dashed", "dotted") else "sync"
        label = attributes.get("label") or attributes.get("xlabel") or ""
        ends = f"{source} – {target}"
        if direction == "none":
            self.boxes.warnings.lost(
                "arrow", "{they} had no arrowhead", name=ends, fate="read as a call from the first"
            )
        if direction == "both":
            self.boxes.warnings.lost(
                "arrow", "{they} had a head at both ends", name=ends, fate="read as a call each way"
            )
        if direction != "back":
            self.boxes.arrow(source, target, label, kind="async" if kind == "async" else "sync")
        if direction in ("back", "both"):
            self.boxes.arrow(target, source, label, kind="async" if kind == "async" else "sync")

    def _label(self, zone: str, label: str) -> None:
        if zone:
            self.boxes.zones[zone]["label"] = self.boxes.name(label)
        else:
            self.boxes.title = label

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while self.tokens.skip("["):
            while not self.tokens.skip("]"):
                token = self.tokens.take()
                if token.kind == "end":
                    raise ImportFailedError("a [ is not closed", line=token.line)
                if token.text not in (",", ";") and self.tokens.skip("="):
                    value = self.tokens.take()
                    said = _said(value)
                    while self.tokens.skip("+"):
                        said += _said(self.tokens.take())
                    found[token.text.lower()] = said
        return found


def _said(token: Token) -> str:
    if token.kind == "html":
        return " ".join(MARKUP.sub(" ", token.text[1:-1]).split())
    return unquoted(token.text.replace("\\\n", "").replace("\\n", " ").replace("\\l", " ").replace("\\r", " "))
