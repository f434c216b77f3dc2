"""Helps readers of texts that name boxes, groups and arrows without places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designs.document.diagram_fields import CONSUMERS
from designs.document.kinds import BY_SLUG, ComponentKind, ConnectionKind, ZoneKind, guess
from designs.document.limits import MAX_COMPONENTS, MAX_CONNECTIONS, MAX_ITEMS, MAX_NAME, MAX_TEXT
from designs.document.placement import lay_out
from designs.document.schema import blank
from designs.exchange.names import new_ids, one_line
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError, Warnings
from designs.exchange.shapes import clean

MAX_ZONE_DEPTH = 50
ON_DEVICE = re.compile(
    r"mobile|browser|single.?page|\bspa\b|phone|\bios\b|android|desktop|javascript|react|angular|vue", re.IGNORECASE
)


class Boxes:
    """The boxes of a text, by the ids of the text. An arrow may come before its boxes."""

    def __init__(self) -> None:
        self.warnings = Warnings()
        self.title = ""
        self.components: dict[str, dict[str, Any]] = {}
        self.zones: dict[str, dict[str, Any]] = {}
        self.arrows: list[tuple[str, str, dict[str, Any]]] = []
        self.unguessed: set[str] = set()
        self._ways: set[tuple[str, str]] = set()

    def box(
        self,
        key: str,
        label: str = "",
        *,
        kind: ComponentKind | None = None,
        hint: str = "",
        zone: str = "",
        is_server: bool = False,
        **fields: Any,
    ) -> dict[str, Any]:
        """A component; when it is named again, new facts are added.

        The kind follows from label and hint where none is given.
        """
        if key not in self.components:
            if len(self.components) == MAX_COMPONENTS:
                raise ImportFailedError(f"there are more than {MAX_COMPONENTS:,} boxes")
            self.components[key] = {"kind": "service", "label": self.name(label or key)}
        item = self.components[key]
        if label:
            item["label"] = self.name(label)
        if kind is not None:
            self.unguessed.add(key)
        if kind is not None or key not in self.unguessed:
            item["kind"] = kind or self.guessed(label or key, hint, is_server=is_server)
        if zone:
            item["zone"] = zone
        item |= {name: value for name, value in fields.items() if value not in ("", None, 0, False)}
        return item

    def guessed(self, label: str, hint: str, *, is_server: bool = False) -> ComponentKind:
        """`is_server` says that it runs on a server: a "Web app" is then no client, unless it runs on a device."""
        kinds: list[ComponentKind] = [guess(words) for words in (hint, label) if words]
        found: ComponentKind = next((kind for kind in kinds if kind != "service"), "service")
        if is_server and found == "client" and not ON_DEVICE.search(f"{label} {hint}"):
            return "service"
        return found

    def zone(self, key: str, label: str = "", *, kind: ZoneKind = "boundary", parent: str = "") -> None:
        if len(self.zones) == MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} groups")
        depth, around = 0, parent
        while around:
            depth, around = depth + 1, self.zones.get(around, {}).get("parent", "")
            if depth > MAX_ZONE_DEPTH:
                raise ImportFailedError(f"groups are nested deeper than {MAX_ZONE_DEPTH} levels")
        self.zones[key] = {"kind": kind, "label": self.name(label or key)} | ({"parent": parent} if parent else {})

    def arrow(
        self, source: str, target: str, label: str = "", *, kind: ConnectionKind = "sync", note: str = ""
    ) -> None:
        if len(self.arrows) == MAX_CONNECTIONS:
            raise ImportFailedError(f"there are more than {MAX_CONNECTIONS:,} arrows")
        item: dict[str, Any] = {"kind": kind} if kind != "sync" else {}
        item |= {"label": self.name(label)} if label.strip() else {}
        self._ways.add((source, target))
        self.arrows.append((source, target, item | ({"note": note[:MAX_TEXT]} if note else {})))

    def call(self, source: str, target: str) -> None:
        """An arrow to a service whose address the source has.

        Messages go into a queue, and from there to the workers.
        """
        if self.components[target]["kind"] not in ("queue", "stream", "pubsub"):
            self.arrow(source, target)
        elif self.components[source]["kind"] in CONSUMERS:
            self.arrow(target, source, kind="async")
        else:
            self.arrow(source, target, kind="async")

    def name(self, text: str) -> str:
        line = one_line(clean(text))
        if len(line) > MAX_NAME:
            self.warnings.lost("label", f"a design's label has up to {MAX_NAME} characters", name=line, fate="cut")
        return line if len(line) <= MAX_NAME else line[: MAX_NAME - 1] + "…"

    def has_arrow(self, source: str, target: str) -> bool:
        return (source, target) in self._ways

    def imported(self, *, nothing: str) -> Imported:
        """The document, laid out. `nothing` is the message when there is no box."""
        if not self.components:
            raise ImportFailedError(nothing)
        component_ids, zone_ids, line_ids = new_ids(), new_ids(), new_ids()
        ids = {key: component_ids.give(item["label"] or key) for key, item in self.components.items()}
        zones = {key: zone_ids.give(item["label"] or key) for key, item in self.zones.items()}
        diagram: dict[str, Any] = {"components": {}, "zones": {}, "connections": {}}
        for number, (key, item) in enumerate(self.components.items(), 1):
            placed: dict[str, Any] = {"zone": zones[item["zone"]] if item.get("zone") in zones else ""}
            if spread := {zones[each]: True for each in item.pop("zones", {}) if each in zones}:
                placed["zones"] = spread
            diagram["components"][ids[key]] = {**item, **placed, "order": number}
        for number, (key, item) in enumerate(self.zones.items(), 1):
            inner = {"parent": zones[item["parent"]]} if item.get("parent") in zones else {}
            diagram["zones"][zones[key]] = {**item, **inner, "order": number}
        for source, target, fields in self._joining():
            line = {"source": ids[source], "target": ids[target], **fields}
            diagram["connections"][line_ids.give("c")] = {**line, "order": len(diagram["connections"]) + 1}
        diagram = {name: items for name, items in diagram.items() if items}
        document = {**blank(title=self.name(self.title)), "diagram": placed_by_layout(diagram)}
        guessed = frozenset(ids[key] for key in self.components if key not in self.unguessed)
        return Imported(
            document=checked(document),
            warnings=self.warnings.all(),
            guessed=guessed,
            is_placed=False,
            arrows=self.warnings.arrows(),
        )

    def _joining(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        self.warnings.total("arrow", len(self.arrows))
        for source, target, item in self.arrows:
            if source in self.components and target in self.components:
                yield source, target, item
                continue
            end = source if source not in self.components else target
            if end in self.zones:
                self.warnings.lost("arrow", "{their} end is a zone", name=self.zones[end]["label"])
            else:
                self.warnings.lost("arrow", "no box at one end", name=end)


def placed_by_layout(diagram: dict[str, Any]) -> dict[str, Any]:
    for name, items in lay_out(diagram).items():
        for key, place in items.items():
            diagram[name][key] = {**diagram[name][key], **{field: each for field, each in place.items() if each != []}}
    return diagram


def copies_of(kind: str, count: int) -> dict[str, Any]:
    """How many run: servers share requests, several of a store are copies of the same rows."""
    if count <= 1:
        return {}
    return {"copies" if is_store(kind) else "instances": min(count, 1_000_000)}


def is_store(kind: str) -> bool:
    return BY_SLUG[kind].group == "stores" and kind != "cache"


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int


class Tokens:
    """A text as tokens of a pattern with named groups; text that no group matches is an error with its line.

    Groups called `skip` give no token. Patterns must not nest repetitions, so that the time stays linear.
    """

    def __init__(self, text: str, pattern: re.Pattern[str], *, what: str, limit: int = 200_000) -> None:
        self.tokens: list[Token] = []
        self.at = 0
        position, line = 0, 1
        while position < len(text):
            found = pattern.match(text, position)
            if found is None or found.end() == position:
                raise ImportFailedError(f"this is not {what}: {text[position : position + 30]!r}", line=line)
            if found.lastgroup != "skip":
                self.tokens.append(Token(found.lastgroup or "", found[0], line))
                if len(self.tokens) > limit:
                    raise ImportFailedError(f"there are more than {limit:,} words", line=line)
            line += found[0].count("\n")
            position = found.end()

    def peek(self, ahead: int = 0) -> Token:
        index = self.at + ahead
        last = self.tokens[-1].line if self.tokens else 1
        return self.tokens[index] if index < len(self.tokens) else Token("end", "", last)

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def skip(self, text: str) -> bool:
        if self.peek().text == text and self.peek().kind != "string":
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        token = self.take()
        if token.text != text:
            raise ImportFailedError(f"expected {text!r}, found {token.text[:40]!r}", line=token.line)
        return token

    def skip_block(self, opening: str = "{", closing: str = "}") -> None:
        """Skips the block that the next token opens, with its nested blocks."""
        depth = 0
        while self.at < len(self.tokens):
            token = self.take()
            if token.kind != "string":
                depth += (token.text == opening) - (token.text == closing)
            if depth <= 0:
                return


def unquoted(text: str) -> str:
    """A string without its quotes and escapes."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        whole = re.sub(r"\\\n[ \t]*+", "", text[1:-1])
        return re.sub(r"\\(.)", lambda found: " " if found[1] in "nlr" else found[1], whole)
    return text
