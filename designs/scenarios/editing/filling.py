"""The values that the fields of a part show for a scenario's file, and the file after somebody filled them in.

A field that comes back unchanged leaves its value as it is written in the file. Invalid input is kept, too: the check
of the whole file reports it beside the field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designs.scenarios.editing.parts import Choices, Field, Group, Many, Node, Part
from web.reading.safe_yaml import Place, YamlError, read_yaml
from web.reading.yaml_edits import same, written

Posted = Mapping[str, Sequence[str]]
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
INTEGER, NUMBER = re.compile(r"-?[0-9]{1,18}"), re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")
PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_-]*+)\s*+=(.*)", re.DOTALL)
KEY_WORDS = "A key is a letter, then up to 39 letters, digits, - or _; this was {typed!r}, so the old one stays."


class _Absent:
    pass


ABSENT = _Absent()


@dataclass(frozen=True)
class ShownField:
    """A field, ready for its template. `name` is its path in the file, and the name of the posted value."""

    field: Field
    name: str
    value: str
    choices: Choices = ()
    chosen: Sequence[str] = ()
    errors: Sequence[str] = ()
    of: str = ""
    kind: str = "field"

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def rows(self) -> int:
        """The number of lines in a text area."""
        return min(24, max(self.field.rows, self.value.count("\n") + 1 + len(self.value) // 120))


@dataclass(frozen=True)
class ShownGroup:
    title: str
    name: str
    help: str
    nodes: Sequence[Shown]
    errors: Sequence[str] = ()
    kind: str = "group"

    @property
    def id(self) -> str:
        return id_of(self.name)


@dataclass(frozen=True)
class ShownEntry:
    key: str
    name: str
    title: str
    nodes: Sequence[Shown]
    errors: Sequence[str] = ()
    key_errors: Sequence[str] = ()

    @property
    def id(self) -> str:
        return id_of(self.name)


@dataclass(frozen=True)
class ShownMany:
    many: Many
    name: str
    entries: Sequence[ShownEntry]
    errors: Sequence[str] = ()
    kind: str = "many"

    @property
    def id(self) -> str:
        return id_of(self.name)


Shown = ShownField | ShownGroup | ShownMany


def id_of(name: str) -> str:
    return "f-" + name.replace(".", "-")


# Showing.


@dataclass(frozen=True)
class _Show:
    errors: Mapping[str, Sequence[str]]

    def at(self, name: str) -> list[str]:
        return list(self.errors.get(name, ()))

    def below(self, name: str) -> list[str]:
        inner = [words for place, each in self.errors.items() if place.startswith(f"{name}.") for words in each]
        return [*self.at(name), *inner]

    def of_no_field(self, name: str, fields: Sequence[Node]) -> list[str]:
        """Errors of an entry or a group itself, and of contents that are none of its fields."""
        known = {each.name for each in fields}
        inner = [
            words
            for place, each in self.errors.items()
            if place.startswith(f"{name}.") and place[len(name) + 1 :].split(".")[0] not in known
            for words in each
        ]
        return [*self.at(name), *inner]

    def nodes(self, nodes: Sequence[Node], value: Mapping[str, Any], path: tuple[str, ...], of: str) -> list[Shown]:
        return [self.node(each, value.get(each.name, ABSENT), (*path, each.name), of) for each in nodes]

    def node(self, node: Node, value: Any, path: tuple[str, ...], of: str) -> Shown:
        name = ".".join(path)
        if isinstance(node, Field):
            typed = shown(node, value)
            return ShownField(node, name, typed, _choices(node, value), _chosen(node, value), self.below(name), of)
        if isinstance(node, Group):
            inner = value if isinstance(value, dict) else {}
            return ShownGroup(
                node.title,
                name,
                node.help,
                self.nodes(node.fields, inner, path, of),
                self.of_no_field(name, node.fields),
            )
        entries = []
        for key, item in _entries_of(value):
            title = _title(node, key, item)
            nodes = self.nodes(node.fields, item if isinstance(item, dict) else {}, (*path, key), title)
            at = f"{name}.{key}"
            entries.append(ShownEntry(key, at, title, nodes, self.of_no_field(at, node.fields), self.at(f"key:{at}")))
        return ShownMany(node, name, entries, self.at(name))


def shown_part(part: Part, value: Mapping[str, Any], errors: Mapping[str, Sequence[str]]) -> list[Shown]:
    """`errors` by place, such as `questions.users.answer`; an error deeper than a field is shown at the field."""
    return _Show(errors).nodes(part.fields, value, (), "")


def _entries_of(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [(str(position), each) for position, each in enumerate(value)] if isinstance(value, list) else []


def _title(many: Many, key: str, item: Any) -> str:
    named = item.get(many.named_by) if isinstance(item, dict) else None
    words = str(named).strip() if named else ""
    return words[:80] if words else f"{many.one} {int(key) + 1}" if key.isdecimal() else key


def shown(field: Field, value: Any) -> str:
    """The value as text."""
    if isinstance(value, _Absent) or value is None:
        return field.default or ""
    if field.kind in ("lines", "checks") and isinstance(value, list):
        return "\n".join(_one_line(each) for each in value)
    if field.kind == "pairs" and isinstance(value, dict):
        return "\n".join(f"{key} = {_one_line(each)}" for key, each in value.items())
    if field.kind == "listed" and isinstance(value, dict):
        pairs = [
            (key, each) for key, inner in value.items() for each in (inner if isinstance(inner, list) else [inner])
        ]
        return "\n".join(f"{key} = {_one_line(each)}" for key, each in pairs)
    if field.kind == "patch" and isinstance(value, dict):
        return written(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _one_line(value: Any) -> str:
    return " ".join(_plain(value).split())


def _choices(field: Field, value: Any) -> Choices:
    """The options, with an unknown value of the file added so that it is visible."""
    known = [each for each, _ in field.choices]
    if field.kind == "choice":
        typed = shown(field, value)
        return (
            field.choices
            if typed in known
            else [(typed, f"{typed} (not known)" if typed else "choose"), *field.choices]
        )
    if field.kind == "checks":
        extra = [each for each in _chosen(field, value) if each not in known]
        return [*field.choices, *((each, f"{each} (not known)") for each in extra)]
    return field.choices


def _chosen(field: Field, value: Any) -> Sequence[str]:
    return [_one_line(each) for each in value] if field.kind == "checks" and isinstance(value, list) else ()


# Reading what was typed.


@dataclass
class Filled:
    """`value` by outermost key, for the keys that the part shows; `errors` by place, for input that a file cannot
    hold."""

    value: dict[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)


def renamed_keys(
    part: Part, value: Mapping[str, Any], posted: Posted
) -> tuple[list[tuple[Place, str]], dict[str, list[str]]]:
    """The keys that were renamed, the inner ones first, and errors of those that cannot be renamed."""
    found: list[tuple[Place, str]] = []
    errors: dict[str, list[str]] = {}
    for name, typed in posted.items():
        if not name.startswith("key:") or not typed:
            continue
        new, place = typed[-1].strip(), tuple(name.removeprefix("key:").split("."))
        outer = _look(value, place[:-1])
        if new == place[-1] or not isinstance(outer, dict) or place[0] not in part.names or place[-1] not in outer:
            continue
        if not KEY.fullmatch(new):
            errors[name] = [KEY_WORDS.format(typed=new)]
        elif new in outer or any(other == new and at[:-1] == place[:-1] for at, other in found):
            errors[name] = [f"There is another {new!r} already, so the old key stays."]
        else:
            found.append((place, new))
    return sorted(found, key=lambda pair: -len(pair[0])), errors


def _look(value: Any, place: Sequence[str | int]) -> Any:
    for key in place:
        if isinstance(value, list) and str(key).isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[str(key)]
        else:
            return None
    return value


def filled(part: Part, value: Mapping[str, Any], posted: Posted, new_keys: Mapping[str, str] | None = None) -> Filled:
    """The outermost keys of the part after the post. `new_keys` are those of `renamed_keys`, by posted name."""
    fill = _Fill(posted, dict(new_keys or {}))
    kept = {key: each for key, each in value.items() if key in part.names}
    return Filled(fill.fields(part.fields, kept, ()), fill.errors)


class _Fill:
    def __init__(self, posted: Posted, new_keys: Mapping[str, str]) -> None:
        self.posted, self.new_keys = posted, new_keys
        self.errors: dict[str, list[str]] = {}

    def fields(self, nodes: Sequence[Node], base: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        result = dict(base)
        for node in nodes:
            before = base.get(node.name, ABSENT)
            after = self.node(node, before, (*path, node.name))
            if isinstance(after, _Absent):
                result.pop(node.name, None)
            else:
                result[node.name] = after
        return result

    def node(self, node: Node, before: Any, path: tuple[str, ...]) -> Any:
        name = ".".join(path)
        if isinstance(node, Field):
            return self.field(node, before, name)
        if isinstance(node, Group):
            was_there = isinstance(before, dict)
            inner = self.fields(node.fields, before if was_there else {}, path)
            return inner if inner or was_there else before
        return self.many(node, before, path, name)

    def many(self, many: Many, before: Any, path: tuple[str, ...], name: str) -> Any:
        if f"entries:{name}" not in self.posted:
            return before
        keys = [key for key in self.posted[f"entries:{name}"] if key]
        known = dict(_entries_of(before))
        result: dict[str, Any] = {}
        for key in keys:
            new = self.new_keys.get(f"key:{name}.{key}", key)
            item = known.get(new)
            inner = self.fields(many.fields, item if isinstance(item, dict) else {}, (*path, key))
            # A value whose form does not fit the fields is left unchanged.
            result[new] = item if item is not None and not isinstance(item, dict) and not inner else inner
        if many.is_list:
            return list(result.values()) if result or isinstance(before, list) else before
        return result if result or isinstance(before, dict) else before

    def field(self, field: Field, before: Any, name: str) -> Any:
        if field.kind in ("flag", "checks"):
            if name not in self.posted.get("shown", ()):
                return before
            ticked = list(self.posted.get(name, ()))
            typed = "\n".join(ticked) if field.kind == "checks" else "true" if ticked else "false"
        elif name in self.posted:
            typed = self.posted[name][-1].replace("\r\n", "\n").replace("\r", "\n")
        else:
            return before
        old = shown(field, before)
        if typed == old or typed.strip() == old.strip():
            return before
        if not typed.strip():
            is_asked_for = field.default is None and not isinstance(before, _Absent)
            return _empty(field) if is_asked_for else ABSENT
        try:
            return _typed(field, typed, before)
        except YamlError as error:
            self.errors[name] = [f"Line {error.line}: {error.message}. What stood here before is kept."]
            return before


def _empty(field: Field) -> Any:
    return [] if field.kind == "lines" else {} if field.kind == "patch" else ""


def _typed(field: Field, typed: str, before: Any) -> Any:
    match field.kind:
        case "lines" | "checks":
            known = {_one_line(each): each for each in before} if isinstance(before, list) else {}
            return [known.get(line, line) for line in (each.strip() for each in typed.split("\n")) if line]
        case "number":
            return _number(typed.strip())
        case "flag":
            return typed == "true"
        case "pairs" | "listed":
            return _pairs(field, typed, before)
        case "patch":
            value = read_yaml(typed.encode(), file="").value
            return value if not isinstance(before, dict) or not same(value, before) else before
        case "text":
            body = "\n".join(line.rstrip() for line in typed.split("\n")).strip("\n")
            return f"{body}\n" if isinstance(before, str) and before.endswith("\n") else body
    return " ".join(typed.split())


def _number(typed: str) -> int | float | str:
    if INTEGER.fullmatch(typed):
        return int(typed)
    return float(typed) if NUMBER.fullmatch(typed) else typed


def _pairs(field: Field, typed: str, before: Any) -> Any:
    """Lines without `=` turn the value into a text, for which the check of the file reports an error."""
    old = before if isinstance(before, dict) else {}
    result: dict[str, Any] = {}
    for line in filter(None, (each.strip() for each in typed.split("\n"))):
        found = PAIR.fullmatch(line)
        if found is None:
            return typed
        key, value = found[1], found[2].strip()
        if field.kind == "listed":
            result.setdefault(key, []).append(value)
        else:
            result[key] = old[key] if key in old and _one_line(old[key]) == value else value
    return result
