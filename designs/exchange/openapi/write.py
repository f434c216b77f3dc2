"""Writes an OpenAPI 3.1 description.

Facts without a place in OpenAPI are written under `x-loadbearing` and read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import yaml

from designs.document.api import Operation
from designs.document.basics import in_order
from designs.document.data_model import Entity, EntityField
from designs.document.schema import Document
from designs.exchange.calls import IN_PATH, Taken, method_of, path_of, taken_by
from designs.exchange.names import ANYTHING, Names, camel, one_line, pascal
from designs.exchange.types import Type, type_names
from web.reading.safe_yaml import BASED_INTEGER, CONSTANTS, FLOAT, INTEGER, NOT_FINITE

Json = dict[str, Any]
OWN = "x-loadbearing"
VERSION = "3.1.0"
SCHEMAS: dict[str, Json] = {
    "id": {"type": "integer", "format": "int64"},
    "uuid": {"type": "string", "format": "uuid"},
    "text": {"type": "string"},
    "integer": {"type": "integer", "format": "int32"},
    "bigint": {"type": "integer", "format": "int64"},
    "decimal": {"type": "string", "format": "decimal"},
    "float": {"type": "number", "format": "double"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp": {"type": "string", "format": "date-time"},
    "bytes": {"type": "string", "contentEncoding": "base64"},
    "json": {},
    "url": {"type": "string", "format": "uri"},
}
NUMBERS = (INTEGER, BASED_INTEGER, FLOAT, NOT_FINITE)
PATH_CHARACTERS = "/:@!$&'()*+,;=~-._"
NOT_IN_HEADER = re.compile(r"[^A-Za-z0-9!#$&^_.+-]+")
# OpenAPI says that header parameters of these names are ignored.
IGNORED_HEADERS = ("accept", "content-type", "authorization")


def write_yaml(document: Document) -> str:
    return yaml.dump(describe(document), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)


def write_json(document: Document) -> str:
    return json.dumps(describe(document), ensure_ascii=False, indent=2) + "\n"


class _Plain(yaml.SafeDumper):
    """Writes repeated values out in full, and quotes texts that YAML 1.1 or 1.2 would read as a number or a truth
    value.
    """

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the name is that of the library
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_no_text = text in CONSTANTS or any(pattern.fullmatch(text) for pattern in NUMBERS)
    style = "'" if is_no_text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _text)


def describe(document: Document) -> Json:
    schemas = _Schemas(document)
    paths: dict[str, Json] = {}
    ids = Names(camel, fallback="call", same_as=str)
    for key, operation in in_order(document.api.operations):
        path, given = _path(operation, key)
        method = method_of(operation).lower()
        while method in paths.get(path, {}):
            path += f"#{_fragment(operation, key)}"
        paths.setdefault(path, {})[method] = schemas.operation(operation, key, given, operation_id=ids)
    described: Json = {
        "openapi": VERSION,
        "info": {"title": document.meta.title or "Untitled design", "version": "1"},
        "paths": paths,
    }
    if schemas.written:
        described["components"] = {"schemas": schemas.written}
    return described


def _fragment(operation: Operation, key: str) -> str:
    """The fragment that makes the second of two operations with the same method and path unique, as is common."""
    return quote(camel(operation.name) or key, safe="")


def _path(operation: Operation, key: str) -> tuple[str, dict[str, str]]:
    """The path with valid characters only, and the name of each parameter in it."""
    names = Names(_template_name, fallback="parameter", same_as=str)
    given: dict[str, str] = {}
    parts, at = [], 0
    path = path_of(operation, key) if operation.style == "rest" else quote(path_of(operation, key), safe="/")
    for found in IN_PATH.finditer(path):
        name = found[1].strip()
        given.setdefault(name, names.give(name))
        parts += [_literal(path[at : found.start()]), "{" + given[name] + "}"]
        at = found.end()
    return "".join([*parts, _literal(path[at:])]), given


def _literal(text: str) -> str:
    return quote(text, safe=PATH_CHARACTERS + "%")


def _template_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")


class _Schemas:
    """Entities and messages as schemas, and the operations that refer to them."""

    def __init__(self, document: Document) -> None:
        self.document, self.types = document, type_names(document)
        names = Names(pascal, fallback="Schema", same_as=str)
        self.called: dict[tuple[str, str], str] = {}
        for key, entity in in_order(document.data_model.entities):
            self.called["entity", key] = names.give(entity.name or key)
        for key, message in in_order(document.api.messages):
            self.called["message", key] = names.give(message.name or key)
        self.written: Json = {}
        for key, entity in in_order(document.data_model.entities):
            self.written[self.called["entity", key]] = self._entity(entity, key)
        for key, message in in_order(document.api.messages):
            fields = [
                Taken(name=each.name or inner, location="body", type=each.type, required=each.required, note=each.note)
                for inner, each in in_order(message.fields)
            ]
            name = self.called["message", key]
            schema = _titled(self.body(fields), message.name, name, message.note)
            self.written[name] = {**schema, OWN: {"message": True}}

    def of_type(self, typed: str) -> Json:
        kind = self.types.read(typed)
        schema = self._plain(kind)
        for _ in range(kind.lists):
            schema = {"type": "array", "items": schema}
        return schema

    def _plain(self, kind: Type) -> Json:
        if kind.what in ("entity", "message"):
            return {"$ref": f"#/components/schemas/{self.called[kind.what, kind.name]}"}
        if kind.what == "scalar":
            length = {"maxLength": int(kind.size)} if kind.name == "text" and kind.size.isdecimal() else {}
            return {**SCHEMAS[kind.name], **length}
        if kind.what == "nothing":
            return {}
        choices = [each.strip() for each in kind.name.split("|")]
        if len(choices) > 1 and all(self._is_word(each) for each in choices):
            return {"type": "string", "enum": choices}
        return {"description": f"As typed: {kind.typed}"}

    def _is_word(self, text: str) -> bool:
        """Whether it is a value and not the name of a type: `open | closed`."""
        return bool(text) and self.types.read(text).what == "unknown" and not set(text) & set("<>[]{}()|")

    def body(self, fields: list[Taken]) -> Json:
        names = Names(one_line, fallback="field", same_as=str, length=200, starts=ANYTHING)
        properties, required = {}, []
        for field in fields:
            name = names.give(field.name)
            properties[name] = _described(self.of_type(field.type), field.note)
            if field.required:
                required.append(name)
        schema: Json = {"type": "object", "properties": properties}
        return {**schema, "required": required} if required else schema

    def _entity(self, entity: Entity, key: str) -> Json:
        fields = [
            Taken(name=each.name or inner, location="body", type=each.type, required=not each.optional, note=each.note)
            for inner, each in in_order(entity.fields)
        ]
        name = self.called["entity", key]
        schema = _titled(self.body(fields), entity.name, name, entity.note)
        for (_, each), written in zip(in_order(entity.fields), schema["properties"].values(), strict=True):
            if own := self._own_field(each):
                written[OWN] = own
        own = {
            "entity": True,
            "store": entity.store,
            "store_reason": entity.store_reason,
            "rows_per_day": entity.rows_per_day,
            "retention": entity.retention,
        }
        return {**schema, OWN: {word: value for word, value in own.items() if value}}

    def _own_field(self, field: EntityField) -> Json:
        target = self.called.get(("entity", field.references), "")
        own = {"key": field.key, "size": field.size, "references": target}
        return {word: value for word, value in own.items() if value}

    def operation(self, operation: Operation, key: str, path_names: Mapping[str, str], *, operation_id: Names) -> Json:
        taken = taken_by(operation, key)
        described: Json = {"operationId": operation_id.give(operation.name or key)}
        if operation.name and operation.name != described["operationId"]:
            described["summary"] = operation.name
        if operation.note.strip():
            described["description"] = operation.note
        if parameters := self._parameters([each for each in taken if each.location != "body"], path_names):
            described["parameters"] = parameters
        if body := [each for each in taken if each.location == "body"]:
            content = {"application/json": {"schema": self.body(body)}}
            described["requestBody"] = {"required": any(each.required for each in body), "content": content}
        described["responses"] = {"200": self._response(operation)}
        own = {
            "name": operation.name if operation.name != described["operationId"] else "",
            "style": operation.style if operation.style == "rpc" else "",
            "rate": operation.rate,
            "idempotency": operation.idempotency,
            "importance": operation.importance,
            "reads": [self.called["entity", each] for each in operation.reads],
            "writes": [self.called["entity", each] for each in operation.writes],
        }
        if own := {word: value for word, value in own.items() if value}:
            described[OWN] = own
        return described

    def _parameters(self, taken: list[Taken], path_names: Mapping[str, str]) -> list[Json]:
        names = {
            place: Names(_parameter_name(place), fallback="parameter", starts=ANYTHING) for place in ("query", "header")
        }
        found: dict[tuple[str, str], Json] = {}
        for each in taken:
            name = path_names.get(each.name, "") if each.location == "path" else names[each.location].give(each.name)
            if (each.location, name) in found or not name:
                continue
            found[each.location, name] = {
                "name": name,
                "in": each.location,
                "required": each.required or each.location == "path",
                "schema": self.of_type(each.type),
                **({"description": each.note} if each.note.strip() else {}),
                **({OWN: {"name": each.name}} if each.name != name else {}),
            }
        return list(found.values())

    def _response(self, operation: Operation) -> Json:
        if not operation.response.strip():
            return {"description": "Done"}
        schema = self.of_type(operation.response)
        return {"description": operation.response, "content": {"application/json": {"schema": schema}}}


def _parameter_name(place: str) -> Callable[[str], str]:
    def header(text: str) -> str:
        name = NOT_IN_HEADER.sub("-", text).strip("-")
        return f"X-{name}" if name.lower() in IGNORED_HEADERS else name

    return header if place == "header" else one_line


def _described(schema: Json, note: str) -> Json:
    return {**schema, "description": note} if note.strip() else dict(schema)


def _titled(schema: Json, original: str, name: str, note: str) -> Json:
    titled = {"title": original, **schema} if original and original != name else schema
    return _described(titled, note)
