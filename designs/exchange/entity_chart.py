"""Mermaid's erDiagram: entities with their attributes, and relations between them."""

from __future__ import annotations

import re

from designs.exchange.names import snake
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.tables import Tables
from designs.exchange.types import plain_type
from web.charts.mermaid.source import label_text, read_source

HEADER = re.compile(r"\s*erDiagram(?=\s|$)")
NAME = r"(?:\"[^\"\n]*+\"|[\w.-]++)"
ENTITY = re.compile(rf"({NAME})\s*+(?:\[({NAME}|[^\[\]\"\n]++)\])?\s*+(?:::++[\w,-]++)?\s*+(\{{)?\s*+(\}})?$")
OPENED = re.compile(rf"{NAME}[^{{}}\n]*+\{{(?=\s*+[^\s}}])(?!\s*+[-.][-.])")
LINE = re.compile(r"--|\.\.|\.-|-\.| optionally to | to ")
LEFT, RIGHT = re.compile(rf"({NAME})[ \t]*+([^\n]*)$"), re.compile(rf"(?<![\w.-]){NAME}$")
ATTRIBUTE = re.compile(
    r"([\w\[\]()<>,-]++)\s++\*?([\w\[\]()-]++)\s*+((?:PK|FK|UK)(?:\s*+,\s*+(?:PK|FK|UK)){0,2})?\s*+(\"[^\"]*+\")?$"
)
LOOKS = ("classDef", "class ", "style ", "direction", "accTitle", "accDescr")
KEYS = {"PK": "primary", "UK": "unique"}
STYLED = re.compile(r":::[\w,-]+")
MAX_LINE = 1_000


def read(text: str) -> Imported:
    source = read_source(text)
    header = HEADER.match(source.text)
    if header is None:
        raise ImportFailedError("an entity chart begins with erDiagram", line=1)
    chart = _Chart()
    chart.tables.title = source.title
    first = source.text.count("\n", 0, header.end()) + 1
    for number, raw in enumerate(source.text[header.end() :].split("\n"), first):
        line = raw.strip()
        if len(line) > MAX_LINE:
            raise ImportFailedError(f"the line is longer than {MAX_LINE:,} characters", line=number)
        if not chart.inside and (opened := OPENED.match(line)) and not LINE.search(opened[0]):
            chart.take(opened[0])
            line = line[opened.end() :].strip()
        if chart.inside:
            chart.inside = _inside(line, chart.inside, chart.tables, number)
        elif line and not chart.take(line):
            raise ImportFailedError(f"expected an entity or a relation, found {line[:40]!r}", line=number)
    if chart.inside:
        raise ImportFailedError(f"the entity {chart.inside} is not closed by }}")
    for each in chart.relations:
        _relate(*each, chart)
    return chart.tables.imported(nothing="there is no entity in the chart")


class _Chart:
    """`inside` is the entity whose attributes are being read."""

    def __init__(self) -> None:
        self.tables, self.inside = Tables(), ""
        self.relations: list[tuple[str, str, str, str, str]] = []
        self.named: dict[str, dict[str, tuple[int, str]]] = {}
        self.types: dict[str, str] = {}

    def key_to(self, target: str, holder: str) -> str:
        """The holder's first field that is named after the target's key; empty where it has none."""
        if holder not in self.named:
            self.named[holder] = {}
            for name in self.tables.fields[holder]:
                self._remember(holder, name)
        named, other = self.named[holder], snake(target)
        found = [named[each] for each in {f"{other}_id", other, f"{other}id", f"id_{other}"} if each in named]
        return min(found)[1] if found else ""

    def add_key(self, holder: str, name: str, **said: str) -> None:
        self.tables.field(holder, name, **said)
        self._remember(holder, name)

    def type_of_key(self, entity: str) -> str:
        """The type of its primary key; empty where it has none, or several fields make one."""
        if entity not in self.types:
            keys = [each for each in self.tables.fields[entity].values() if each.get("key") == "primary"]
            self.types[entity] = str(keys[0].get("type") or "") if len(keys) == 1 else ""
        return self.types[entity]

    def _remember(self, holder: str, name: str) -> None:
        named = self.named[holder]
        named.setdefault(snake(name), (len(named), name))

    def take(self, line: str) -> bool:
        """Reads a line that is an entity or a relation; other lines are ignored."""
        if line.startswith("title "):
            self.tables.title = line.partition(" ")[2]
        elif line.startswith(LOOKS):
            self.tables.warnings.lost("line of looks", "a design has looks of its own", name=line)
        elif entity := ENTITY.match(line):
            name = _plain(entity[1])
            self.tables.entity(name, _plain(entity[2] or ""))
            self.inside = name if entity[3] and not entity[4] else ""
        else:
            return self._relation(line)
        return True

    def _relation(self, line: str) -> bool:
        said, _, label = STYLED.sub("", line).partition(":")
        joint = LINE.search(said)
        left = LEFT.match(said[: joint.start()].strip()) if joint else None
        behind = said[joint.end() :].strip() if joint else ""
        right = RIGHT.search(behind)
        if left is None or right is None or not left[2].strip() or not behind[: right.start()].strip():
            return False
        one, other = _plain(left[1]), _plain(right[0])
        self.tables.entity(one)
        self.tables.entity(other)
        self.relations.append((one, other, left[2], behind[: right.start()], label_text(label.strip().strip('"'))))
        return True


def _plain(name: str) -> str:
    return label_text(name.strip('"'))


def _inside(line: str, entity: str, tables: Tables, number: int) -> str:
    if line == "}":
        return ""
    if not line:
        return entity
    closes = line.endswith("}")
    found = ATTRIBUTE.match(line.removesuffix("}").strip())
    if found is None:
        raise ImportFailedError(f"expected an attribute such as `string name PK`, found {line[:40]!r}", line=number)
    keys = [each.strip() for each in (found[3] or "").split(",")]
    typed = plain_type(found[1])
    if found[1].endswith("[]"):
        typed = f"list<{plain_type(found[1][:-2])}>"
    note = (found[4] or "").strip('"')
    key = next((KEYS[each] for each in keys if each in KEYS), "")
    tables.field(entity, found[2], type=typed, key=key, note=note)
    return "" if closes else entity


def _is_many(side: str) -> bool:
    return "{" in side or "}" in side or "many" in side or "+" in side


def _relate(one: str, other: str, left: str, right: str, label: str, chart: _Chart) -> None:
    """The entity on the many side holds the key of the other: in an existing field, or in a new one."""
    tables = chart.tables
    if _is_many(left) and _is_many(right):
        tables.warnings.lost("relation", "many to many needs an entity between", name=f"{one} – {other}")
        return
    holder, target = (one, other) if _is_many(left) else (other, one)
    field = chart.key_to(target, holder)
    if not field:
        if tables.fields[holder]:
            name = f"{holder} – {target}"
            tables.warnings.lost("relation", "no field held {their} key", name=name, fate="given a field")
        field = f"{snake(target) or 'other'}_id"
        typed = {"type": given} if (given := chart.type_of_key(target)) else {}
        chart.add_key(holder, field, note=label, **typed)
    tables.refer(holder, field, target)
