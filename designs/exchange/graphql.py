"""A GraphQL schema: queries and mutations are operations, types entities or messages. By graphql-core's parser."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, Source, parse
from graphql.language import ast

from designs.document.limits import MAX_ITEMS
from designs.exchange.drafts import filled
from designs.exchange.names import new_ids
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.tables import Tables

SCALARS = {"ID": "id", "String": "text", "Int": "integer", "Float": "float", "Boolean": "boolean"}
KNOWN = {"DateTime": "timestamp", "Date": "date", "JSON": "json", "UUID": "uuid", "URL": "url", "BigInt": "bigint"}
MAX_CHARACTERS = 500_000
MAX_TOKENS = 100_000


def read(text: str) -> Imported:
    if len(text) > MAX_CHARACTERS:
        raise ImportFailedError(f"the schema is larger than {MAX_CHARACTERS:,} characters")
    try:
        tree = parse(Source(text), no_location=True, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        line = error.locations[0].line if error.locations else None
        raise ImportFailedError(error.message.removeprefix("Syntax Error: "), line=line) from None
    except RecursionError:
        raise ImportFailedError("brackets are nested too deep") from None
    return _Reader(tree).read()


class _Reader:
    def __init__(self, tree: Any) -> None:
        self.tables = Tables()
        self.types: dict[str, Any] = {}
        self.choices: dict[str, str] = {}
        self.roots = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
        self.inputs: set[str] = set()
        for each in tree.definitions:
            self._definition(each)

    def _definition(self, each: Any) -> None:
        if isinstance(each, (ast.SchemaDefinitionNode, ast.SchemaExtensionNode)):
            self.roots |= {one.operation.value: one.type.name.value for one in each.operation_types or ()}
        elif isinstance(each, (ast.EnumTypeDefinitionNode, ast.EnumTypeExtensionNode)):
            self.choices[each.name.value] = " | ".join(one.name.value for one in each.values or ())[:200]
        elif isinstance(each, ast.UnionTypeDefinitionNode):
            self.choices[each.name.value] = " | ".join(one.name.value for one in each.types or ())[:200]
        elif hasattr(each, "fields"):
            name = each.name.value
            fields, _ = self.types.get(name, ([], ""))
            about = each.description.value if getattr(each, "description", None) else ""
            self.types[name] = ([*fields, *(each.fields or ())], about)
            if "Input" in type(each).__name__:
                self.inputs.add(name)
        elif isinstance(each, ast.DirectiveDefinitionNode):
            self.tables.warnings.lost("directive", "a design has no place for {them}", name=each.name.value)
        elif isinstance(each, ast.OperationDefinitionNode):
            raise ImportFailedError("this is a query; a schema says what may be asked")

    def read(self) -> Imported:
        if len(self.types) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} types")
        ids = new_ids()
        messages: dict[str, Any] = {}
        for name, (fields, about) in self.types.items():
            if name in self.roots.values():
                continue
            if name not in self.inputs and any(each.name.value in ("id", "uuid") for each in fields):
                self._entity(name, fields, about)
            else:
                typed = self._fields(fields)
                note = self.tables.draft.text(about)
                messages[ids.give(name)] = filled(name=name, fields=typed, note=note, order=len(messages) + 1)
        api = filled(operations=self._operations(), messages=messages)
        return self.tables.imported(nothing="there is no type in the schema", api=api)

    def _type(self, node: Any) -> tuple[str, bool]:
        """The type in the design's words, and whether it is required."""
        if isinstance(node, ast.NonNullTypeNode):
            return self._type(node.type)[0], True
        if isinstance(node, ast.ListTypeNode):
            return f"list<{self._type(node.type)[0]}>"[:200], False
        name = node.name.value
        return self.choices.get(name) or SCALARS.get(name) or (
            name if name in self.types else KNOWN.get(name, name)
        ), False

    def _entity(self, name: str, fields: list[Any], about: str) -> None:
        self.tables.entity(name, note=about)
        for each in fields:
            typed, is_sure = self._type(each.type)
            key = "primary" if each.name.value in ("id", "uuid") else ""
            note = self.tables.draft.text(each.description.value if each.description else "")
            self.tables.field(name, each.name.value, type=typed, key=key, optional=None if is_sure else True, note=note)
            if each.arguments:
                told = f"{name}.{each.name.value}"
                self.tables.warnings.lost(
                    "field", "{their} arguments have no place in a design", name=told, fate="read in part"
                )

    def _fields(self, fields: list[Any]) -> dict[str, Any]:
        ids, found = new_ids(), {}
        for number, each in enumerate(fields, 1):
            typed, is_sure = self._type(each.type)
            if getattr(each, "default_value", None) is not None:
                self.tables.warnings.lost("default", "a design has no place for {them}", name=each.name.value)
            found[ids.give(each.name.value)] = filled(
                name=each.name.value, type=typed, required=None if is_sure else False, order=number
            )
        return found

    def _operations(self) -> dict[str, Any]:
        ids = new_ids()
        found: dict[str, Any] = {}
        for kind, root in self.roots.items():
            for each in self.types.get(root, ([], ""))[0]:
                name = each.name.value
                if kind == "subscription":
                    self.tables.warnings.lost(
                        "subscription", "a design's operation is asked once", name=name, fate="read as a call"
                    )
                response, _ = self._type(each.type)
                found[ids.give(name)] = filled(
                    name=name,
                    style="rpc",
                    parameters=self._fields(list(each.arguments or ())),
                    response=response,
                    note=self.tables.draft.text(each.description.value if each.description else ""),
                    order=len(found) + 1,
                )
        if len(found) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} operations")
        return found
