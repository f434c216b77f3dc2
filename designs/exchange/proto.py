"""The API and its entities as a proto3 file with one service.

Identifiers are unique under the comparison of protoc itself: the JSON name of a field, and the names of all messages.
Facts that they cannot express are in comments that are read back: `called: tweet likes`, `as typed: varchar(20)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from designs.document.api import Operation
from designs.document.basics import in_order
from designs.document.schema import Document
from designs.exchange.calls import taken_by
from designs.exchange.names import Names, one_line, pascal, snake
from designs.exchange.types import Type, TypeNames, type_names

SCALARS = {
    "id": "int64",
    "uuid": "string",
    "text": "string",
    "integer": "int32",
    "bigint": "int64",
    "decimal": "string",
    "float": "double",
    "boolean": "bool",
    "date": "string",
    "timestamp": "google.protobuf.Timestamp",
    "bytes": "bytes",
    "json": "google.protobuf.Value",
    "url": "string",
}
# Types that read back unchanged; `id` says no more than an integer.
SAME = frozenset({"id", "text", "integer", "bigint", "float", "boolean", "timestamp", "bytes", "json"})
NOTHING = "google.protobuf.Empty"
LIST_OF_LISTS = "google.protobuf.ListValue"
FILES = {
    "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
    "google.protobuf.Value": "google/protobuf/struct.proto",
    LIST_OF_LISTS: "google/protobuf/struct.proto",
    NOTHING: "google/protobuf/empty.proto",
}
CALLED = "called: "
AS_TYPED = "as typed: "
SEPARATOR = "; "


@dataclass
class _Writer:
    """Collects messages, and the files of Google that they need."""

    types: TypeNames
    names: Names = field(default_factory=lambda: Names(pascal, fallback="Message"))
    called: dict[tuple[str, str], str] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)

    def field_type(self, typed: str) -> tuple[str, str]:
        """The type with its label, and the typed text where it says more."""
        kind = self.types.read(typed)
        name, is_same = self._plain(kind)
        if kind.lists > 1:
            name, is_same = LIST_OF_LISTS, False
        self.need(name)
        return ("repeated " if kind.lists == 1 else "") + name, "" if is_same else typed

    def need(self, name: str) -> None:
        if name in FILES:
            self.imports.add(FILES[name])

    def _plain(self, kind: Type) -> tuple[str, bool]:
        """The type of one value, and whether it reads back unchanged."""
        if kind.what in ("entity", "message"):
            return self.called[kind.what, kind.name], True
        if kind.what == "scalar":
            return SCALARS[kind.name], kind.name in SAME and not kind.size
        return "string", not kind.typed.strip()

    def message(self, name: str, about: str, fields: Iterable[tuple[str, str, bool, str]]) -> str:
        """`fields` are name, type, whether the field is optional, and a remark."""
        given = Names(snake, fallback="field", same_as=_json_name)
        lines = []
        for number, (called, typed, optional, remark) in enumerate(fields, start=1):
            type_name, more = self.field_type(typed)
            label = "optional " if optional and not type_name.startswith("repeated ") else ""
            identifier = given.give(called)
            said = _comment(("" if called == identifier else CALLED, called), (AS_TYPED if more else "", more))
            lines.append(f"{_above(remark, indent='  ')}  {label}{type_name} {identifier} = {number};{said}")
        body = "\n".join(lines)
        return f"{_above(about)}message {name} {{\n{body}\n}}\n" if lines else f"{_above(about)}message {name} {{}}\n"


def write(document: Document) -> str:
    writer = _Writer(type_names(document))
    title = document.meta.title
    package = Names(snake, fallback="design", reserved=["google"]).give(title) if title else ""
    service = writer.names.give(f"{title} service")
    for key, entity in in_order(document.data_model.entities):
        writer.called["entity", key] = writer.names.give(entity.name or key)
    for key, message in in_order(document.api.messages):
        writer.called["message", key] = writer.names.give(message.name or key)
    messages = [*_entities(document, writer), *_messages(document, writer)]
    calls, requests = _operations(document, writer, package)
    header = [f"// {one_line(title)}"] if title else []
    header += ['syntax = "proto3";', "", *([f"package {package};", ""] if package else [])]
    header += [f'import "{file}";' for file in sorted(writer.imports)] + [""] * bool(writer.imports)
    parts = ["\n".join(header), f"service {service} {{\n{calls}}}\n" if calls else "", *messages, *requests]
    return "\n".join(part for part in parts if part)


def _entities(document: Document, writer: _Writer) -> Iterable[str]:
    for key, entity in in_order(document.data_model.entities):
        fields = [(each.name or inner, each.type, each.optional, each.note) for inner, each in in_order(entity.fields)]
        name = writer.called["entity", key]
        yield writer.message(name, _about(entity.name, name, entity.note), fields)


def _messages(document: Document, writer: _Writer) -> Iterable[str]:
    for key, message in in_order(document.api.messages):
        fields = [
            (each.name or inner, each.type, not each.required, each.note) for inner, each in in_order(message.fields)
        ]
        name = writer.called["message", key]
        yield writer.message(name, _about(message.name, name, message.note), fields)


def _operations(document: Document, writer: _Writer, package: str) -> tuple[str, list[str]]:
    names = Names(pascal, fallback="Call")
    operations = in_order(document.api.operations)
    methods = {key: names.give(operation.name or key) for key, operation in operations}
    calls, messages = "", []
    for key, operation in operations:
        method = methods[key]
        request = writer.names.give(f"{method} Request")
        fields = [(each.name, each.type, not each.required, each.note) for each in taken_by(operation, key)]
        messages.append(writer.message(request, "", fields))
        response, extra = _response(operation, method, writer)
        messages += extra
        about = _above(_about(operation.name, method, _address(operation), operation.note), indent="  ")
        takes, gives = (_from_root(name, package, methods.values()) for name in (request, response))
        calls += f"{about}  rpc {method}({takes}) returns ({gives});\n"
    return calls, messages


def _response(operation: Operation, method: str, writer: _Writer) -> tuple[str, list[str]]:
    """The entity or message itself, or nothing; another type is wrapped in a message, so that it can be extended."""
    kind = writer.types.read(operation.response)
    if kind.what == "nothing":
        writer.need(NOTHING)
        return NOTHING, []
    if kind.what in ("entity", "message") and not kind.lists:
        return writer.called[kind.what, kind.name], []
    name = writer.names.give(f"{method} Response")
    called = "items" if kind.lists else "value"
    return name, [writer.message(name, "", [(called, operation.response, False, "")])]


def _from_root(name: str, package: str, methods: Iterable[str]) -> str:
    """Inside the service a method hides a message of the same name."""
    return ".".join(["", *([package] if package else []), name]) if name in methods else name


def _address(operation: Operation) -> str:
    return f"{operation.method} {operation.path}".strip() if operation.style == "rest" else ""


def _about(original: str, identifier: str, *texts: str) -> str:
    named = f"{CALLED}{one_line(original)}" if original.strip() and original != identifier else ""
    return "\n".join(text for text in (named, *texts) if text.strip())


def _above(about: str, *, indent: str = "") -> str:
    lines = [one_line(line) for line in about.strip().splitlines()]
    return "".join(f"{indent}// {line}".rstrip() + "\n" for line in lines)


def _comment(*said: tuple[str, str]) -> str:
    """Pairs of a value and its label, where the value is not empty."""
    texts = SEPARATOR.join(word + one_line(text) for word, text in said if word and text.strip())
    return f"  // {texts}" if texts else ""


def _json_name(name: str) -> str:
    """The name that protoc compares: it refuses two fields whose names differ only in case and underscores."""
    return name.replace("_", "").lower()
