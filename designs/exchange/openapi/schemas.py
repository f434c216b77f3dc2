"""The schemas of a description: which are entities, which are messages, and the name of a schema as a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designs.exchange.drafts import Draft, filled
from designs.exchange.names import new_ids, snake
from designs.exchange.openapi.source import Source

Json = dict[str, Any]
PREFIX = "#/components/schemas/"
FORMATS = {
    "uuid": "uuid",
    "date": "date",
    "date-time": "timestamp",
    "uri": "url",
    "url": "url",
    "byte": "bytes",
    "binary": "bytes",
    "decimal": "decimal",
    "int64": "bigint",
}
TYPES = {"string": "text", "integer": "integer", "number": "float", "boolean": "boolean", "object": "json"}
CONSTRAINTS = {
    *("pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "default"),
    *(
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "readOnly",
        "writeOnly",
        "discriminator",
    ),
}
MAX_CHOICES = 120
MAX_DEPTH = 60
MAX_STEPS = 400_000
MAX_SCHEMAS = 2_000
MAX_FIELDS = 40_000  # of all schemas together, inherited ones included; more than a design of a megabyte holds


class Schemas:
    """`entities` and `messages` are collections of a document; `entity_ids` are by the schema's name."""

    def __init__(self, source: Source, draft: Draft) -> None:
        self.source, self.draft = source, draft
        # By the identity of a schema in the source, which keeps all schemas alive as long as this object.
        self._types: dict[int, str] = {}
        self._parts: dict[int, tuple[Mapping[str, Any], set[str]]] = {}
        self._steps = self._fields = 0
        given = source.mapping(("components", "schemas"))
        if len(given) > MAX_SCHEMAS:
            raise source.error(f"there are more than {MAX_SCHEMAS:,} schemas", ("components", "schemas"))
        self.objects = {name: schema for name, schema in given.items() if self._is_object(schema)}
        for name in (each for each in given if each not in self.objects):
            self.draft.warnings.lost("schema", "{they} had no fields", name=name, fate="read where used")
        self.called = {name: self._called(name, schema) for name, schema in self.objects.items()}
        ids = new_ids()
        self.entity_ids = {
            name: ids.give(self.called[name]) for name, schema in self.objects.items() if self._is_entity(name, schema)
        }
        self.entities = {
            key: self._entity(name, number) for number, (name, key) in enumerate(self.entity_ids.items(), 1)
        }
        self.message_ids = ids = new_ids()
        messages = [name for name in self.objects if name not in self.entity_ids]
        self.messages = {
            ids.give(self.called[name]): self._message(name, number) for number, name in enumerate(messages, 1)
        }

    def type_of(self, schema: Any, depth: int = 0) -> str:
        """The design's name of the type; empty for any type, and for a type that contains itself."""
        if not isinstance(schema, dict) or depth > MAX_DEPTH:
            return ""
        if name := self.name_of(schema):
            return name
        if id(schema) not in self._types:
            self._step()
            self._types[id(schema)] = ""
            self._types[id(schema)] = self._type_of(schema, depth)
        return self._types[id(schema)]

    def _step(self) -> None:
        """Counts steps, because schemas that refer to each other many times could take exponential time."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise self.source.error("the schemas refer to each other too often", ("components", "schemas"))

    def _type_of(self, schema: Json, depth: int) -> str:
        self._constrained(schema)
        if "$ref" in schema:
            return self._of_reference(schema, depth)
        if (choices := schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf")) and isinstance(choices, list):
            names = [self.type_of(each, depth + 1) for each in choices if each != {"type": "null"}]
            return self.draft.name(" | ".join(dict.fromkeys(name for name in names if name)))
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "")
        if kind == "array" or "items" in schema:
            inner = self.type_of(schema.get("items"), depth + 1)
            return self.draft.name(f"list<{inner or 'json'}>")
        return self._scalar(schema, kind)

    def message_of(self, schema: Any, wanted: str) -> str:
        """The type of a body: an inline object becomes a message of the given name."""
        if isinstance(schema, dict) and not self.name_of(schema) and "$ref" not in schema:
            if schema.get("type") == "array" or "items" in schema:
                return self.draft.name(f"list<{self.message_of(schema.get('items'), wanted) or 'json'}>")
            if fields := self.fields_of(schema):
                name = self.draft.name(wanted)
                taken = {*self.called.values(), *(each["name"] for each in self.messages.values() if "name" in each)}
                while name in taken:
                    name = f"{name}2"
                key = self.message_ids.give(name)
                self.messages[key] = filled(name=name, fields=fields, order=len(self.messages) + 1)
                return name
        return self.type_of(schema)

    def name_of(self, schema: Any) -> str:
        """The name of the object that a schema refers to; empty when it refers to none."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith(PREFIX):
            return ""
        return self.called.get(reference[len(PREFIX) :], "")

    def fields_of(self, schema: Any) -> Json:
        """The properties of an object, including those of its parts (`allOf`), as fields with ids."""
        properties, required = self._properties(schema)
        self._fields += len(properties)
        if self._fields > MAX_FIELDS:
            message = f"the schemas have more than {MAX_FIELDS:,} fields, those that they inherit included"
            raise self.source.error(message, ("components", "schemas"))
        ids = new_ids()
        return {
            ids.give(name): filled(
                name=self.draft.name(name),
                type=self.type_of(each),
                required=None if name in required else False,
                note=self.draft.text(each.get("description") if isinstance(each, dict) else ""),
                order=number,
            )
            for number, (name, each) in enumerate(properties.items(), 1)
        }

    def _of_reference(self, schema: Json, depth: int) -> str:
        if str(schema["$ref"]).startswith("#/"):
            return self.type_of(self.source.follow(schema), depth + 1)
        self.draft.warnings.lost(
            "schema", "another file has the rest", name=str(schema["$ref"]), fate="read as a name alone"
        )
        return self.draft.name(str(schema["$ref"]).rsplit("/", 1)[-1])

    def _constrained(self, schema: Json) -> None:
        for name in CONSTRAINTS & schema.keys():
            self.draft.warnings.lost("constraint", "a design's field has a type and a note", name=name)

    def _scalar(self, schema: Json, kind: Any) -> str:
        choices = schema.get("enum")
        if isinstance(choices, list) and choices and all(isinstance(each, str) for each in choices):
            said = " | ".join(choices)
            return self.draft.name(said) if len(said) <= MAX_CHOICES else "text"
        if choices:
            self.draft.warnings.lost("constraint", "a design's field has a type and a note", name="enum of numbers")
        typed = FORMATS.get(str(schema.get("format")), "") or TYPES.get(str(kind), "")
        if isinstance(schema.get("properties"), dict) and schema["properties"]:
            names = ", ".join(map(str, list(schema["properties"])[:3]))
            self.draft.warnings.lost(
                "object in a field", "a design's field has no fields", name=names, fate="read as json"
            )
            return "json"
        if schema.get("contentEncoding") == "base64":
            return "bytes"
        length = schema.get("maxLength")
        if typed == "text" and isinstance(length, int) and 0 < length < 100_000:
            return f"varchar({length})"
        return typed

    def _is_object(self, schema: Any) -> bool:
        if not isinstance(schema, dict) or "$ref" in schema:
            return False
        own = self.source.own(schema)
        return bool(own.get("entity") or own.get("message") or self._properties(schema)[0])

    def _is_entity(self, name: str, schema: Json) -> bool:
        own = self.source.own(schema)
        if own:
            return bool(own.get("entity"))
        names = {snake(each) for each in self._properties(schema)[0]}
        return bool(names & {"id", "uuid", f"{snake(name)}_id"})

    def _called(self, name: str, schema: Json) -> str:
        title = schema.get("title") if self.source.own(schema) else None
        return self.draft.name(title or name)

    def _properties(self, schema: Any, depth: int = 0) -> tuple[Mapping[str, Any], set[str]]:
        """The properties of the schema and its parts, and the names of the required ones; none of a part that contains
        itself.
        """
        if not isinstance(schema, dict) or depth > MAX_DEPTH:
            return {}, set()
        schema = self.source.follow(schema)
        if id(schema) not in self._parts:
            self._parts[id(schema)] = ({}, set())
            self._parts[id(schema)] = self._own_and_parts(schema, depth)
        return self._parts[id(schema)]

    def _own_and_parts(self, schema: Mapping[str, Any], depth: int) -> tuple[Mapping[str, Any], set[str]]:
        properties: dict[str, Any] = {}
        required: set[str] = set()
        parts = schema.get("allOf")
        seen: set[int] = set()
        for part in parts if isinstance(parts, list) else []:
            target = id(self.source.follow(part)) if isinstance(part, dict) else 0
            if target in seen:
                continue
            seen.add(target)
            followed = self.source.follow(part) if isinstance(part, dict) else {}
            if isinstance(followed, dict) and (followed.get("oneOf") or followed.get("anyOf")):
                name = str(part.get("$ref", "")).rpartition("/")[2]
                self.draft.warnings.lost("choice in an allOf", "a design's message has one set of fields", name=name)
            inner, needed = self._properties(part, depth + 1)
            self._steps += len(inner)
            self._step()
            properties.update(inner)
            required |= needed
        given = schema.get("properties")
        properties.update(given if isinstance(given, dict) else {})
        needs = schema.get("required")
        required |= {each for each in needs if isinstance(each, str)} if isinstance(needs, list) else set()
        return properties, required

    def _entity(self, name: str, number: int) -> Json:
        schema = self.objects[name]
        own = self.source.own(schema)
        properties, _ = self._properties(schema)
        fields = {}
        for (key, field), each in zip(self.fields_of(schema).items(), properties.items(), strict=True):
            fields[key] = self._field(field, *each)
        return filled(
            name=self.called[name],
            note=self.draft.text(schema.get("description")),
            fields=fields,
            **{word: own.get(word) for word in ("store", "store_reason", "rows_per_day", "retention")},
            order=number,
        )

    def _field(self, field: Json, name: str, schema: Any) -> Json:
        own = self.source.own(schema) if isinstance(schema, dict) else {}
        optional = field.pop("required", True) is False
        key = own.get("key") if own else "primary" if name.lower() in ("id", "uuid") else ""
        target = self.entity_ids.get(str(own.get("references")), "")
        return {
            **field,
            **filled(key=key, size=own.get("size"), references=target, optional=True if optional else None),
        }

    def _message(self, name: str, number: int) -> Json:
        schema = self.objects[name]
        note = self.draft.text(schema.get("description"))
        return filled(name=self.called[name], fields=self.fields_of(schema), note=note, order=number)
