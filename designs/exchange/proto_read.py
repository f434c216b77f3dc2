"""Protocol Buffers: services are operations, messages entities or messages. Read from the text; nothing is compiled."""

from __future__ import annotations

import re
from typing import Any

from designs.document.limits import MAX_ITEMS
from designs.exchange.boxes import Tokens, unquoted
from designs.exchange.drafts import filled
from designs.exchange.names import new_ids, snake
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.tables import Tables

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[\w.+-]+)|(?P<mark>[{}()\[\]<>=;,:])"
)
TYPES = {
    **dict.fromkeys(("int32", "sint32", "sfixed32", "uint32", "fixed32"), "integer"),
    **dict.fromkeys(("int64", "sint64", "sfixed64", "uint64", "fixed64"), "bigint"),
    "double": "float",
    "float": "float",
    "bool": "boolean",
    "string": "text",
    "bytes": "bytes",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Struct": "json",
    "google.protobuf.Any": "json",
}
NOTHING = "google.protobuf.Empty"
MAX_DEPTH = 50


def read(text: str) -> Imported:
    reader = _Reader(text)
    reader.file()
    return reader.imported()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="a proto file")
        self.tables = Tables()
        self.messages: dict[str, list[tuple[str, str, bool]]] = {}
        self.enums: dict[str, list[str]] = {}
        self.calls: list[tuple[str, str, str]] = []

    def file(self) -> None:
        while (token := self.tokens.take()).kind != "end":
            if token.text == "message":
                self._message("", 0)
            elif token.text == "enum":
                self._enum("")
            elif token.text == "service":
                self._service()
            elif token.text == "extend":
                self.tables.warnings.lost("extension", "a design has no place for it", name=self.tokens.peek().text)
                self.tokens.take()
                self.tokens.skip_block()
            elif token.text in ("syntax", "edition", "package", "import", "option"):
                self._to_semicolon(token.text)
            elif token.text != ";":
                raise ImportFailedError(
                    f"expected a message, an enum or a service, found {token.text[:40]!r}", line=token.line
                )

    def _to_semicolon(self, keyword: str) -> None:
        said = []
        while (token := self.tokens.take()).text != ";" and token.kind != "end":
            said.append(unquoted(token.text))
        if keyword == "package":
            self.tables.title = said[-1] if said else ""
        if keyword == "import" and not said[-1].startswith("google/"):
            self.tables.warnings.lost("import", "another file is not read", name=said[-1])

    def _name(self, around: str) -> str:
        name = self.tokens.take().text
        self.tokens.expect("{")
        return f"{around}.{name}" if around else name

    def _message(self, around: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ImportFailedError(f"messages are nested deeper than {MAX_DEPTH}", line=self.tokens.peek().line)
        name = self._name(around)
        fields = self.messages[name] = []
        if len(self.messages) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} messages")
        while not self.tokens.skip("}"):
            token = self.tokens.peek()
            if token.kind == "end":
                raise ImportFailedError(f"the message {name} is not closed", line=token.line)
            if token.text in ("message", "enum") and self.tokens.peek(2).text == "{":
                self.tokens.take()
                self._message(name, depth + 1) if token.text == "message" else self._enum(name)
            elif token.text == "oneof":
                self.tokens.take()
                group = self._name("")
                self.tables.warnings.lost(
                    "oneof", "a design's fields stand each for itself", name=group, fate="read as fields"
                )
                while not self.tokens.skip("}"):
                    self._field(fields, is_optional=True)
            elif token.text in ("option", "reserved", "extensions", ";"):
                self._to_semicolon("option")
            else:
                self._field(fields, is_optional=False)

    def _field(self, fields: list[tuple[str, str, bool]], *, is_optional: bool) -> None:
        token = self.tokens.take()
        if token.kind == "end":
            raise ImportFailedError("a { is not closed", line=token.line)
        label = token.text if token.text in ("repeated", "optional", "required") else ""
        typed = self.tokens.take().text if label else token.text
        if typed == "map" and self.tokens.skip("<"):
            while not self.tokens.skip(">") and self.tokens.peek().kind != "end":
                self.tokens.take()
            typed = "json"
        name = self.tokens.take()
        if name.kind != "word" or not self.tokens.skip("="):
            raise ImportFailedError(
                f"expected a field such as `string name = 1;`, found {name.text[:40]!r}", line=name.line
            )
        self._to_semicolon("option")
        fields.append(
            (name.text, f"list<{typed}>" if label == "repeated" else typed, is_optional or label == "optional")
        )

    def _enum(self, around: str) -> None:
        name = self._name(around)
        values = self.enums[name] = []
        while not self.tokens.skip("}"):
            token = self.tokens.take()
            if token.kind == "end":
                raise ImportFailedError(f"the enum {name} is not closed", line=token.line)
            if token.text not in ("option", "reserved", ";"):
                values.append(token.text)
            if token.text != ";":
                self._to_semicolon("option")

    def _service(self) -> None:
        self._name("")
        while not self.tokens.skip("}"):
            token = self.tokens.take()
            if token.kind == "end":
                raise ImportFailedError("a service is not closed", line=token.line)
            if token.text == ";":
                continue
            if token.text != "rpc":
                self._to_semicolon("option")
                continue
            name = self.tokens.take().text
            asked = self._type(name)
            self.tokens.expect("returns")
            self.calls.append((name, asked, self._type(name)))
            if self.tokens.peek().text == "{":
                self.tokens.skip_block()

    def _type(self, call: str) -> str:
        self.tokens.expect("(")
        if self.tokens.peek().text == "stream" and self.tokens.peek(1).text != ")":
            self.tokens.take()
            self.tables.warnings.lost(
                "stream", "a design's operation is asked once", name=call, fate="read as one message"
            )
        typed = self.tokens.take().text.lstrip(".")
        self.tokens.expect(")")
        return typed

    def _known(self, typed: str, around: str = "") -> str:
        """The whole name of a message or an enum: what is nearest goes first, as protoc looks it up."""
        bare = typed.lstrip(".")
        scope = around
        while True:
            name = f"{scope}.{bare}" if scope else bare
            if name in self.messages or name in self.enums:
                return name
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        package = f"{self.tables.title}."
        rest = bare.removeprefix(package)
        return rest if rest in self.messages or rest in self.enums else ""

    def _said(self, typed: str, around: str = "") -> str:
        if typed.startswith("list<"):
            return f"list<{self._said(typed[5:-1], around)}>"
        known = self._known(typed, around)
        if known in self.enums:
            return " | ".join(self.enums[known])[:200]
        return known or TYPES.get(typed.lstrip("."), typed)

    def imported(self) -> Imported:
        requests = {self._known(asked) for _, asked, _ in self.calls}
        bodies = {
            name
            for name in self.messages
            if name in requests or name.endswith(("Request", "Response", "Reply", "Event"))
        }
        ids = new_ids()
        messages: dict[str, Any] = {}
        for name, fields in self.messages.items():
            has_id = any(snake(field) in ("id", "uuid", f"{snake(name)}_id") for field, _, _ in fields)
            if has_id and name not in bodies:
                self._entity(name, fields)
            else:
                messages[ids.give(name)] = filled(
                    name=self.tables.draft.name(name), fields=self._fields(name, fields), order=len(messages) + 1
                )
        api = filled(operations=self._operations(), messages=messages)
        return self.tables.imported(nothing="there is neither a message nor a service in it", api=api)

    def _entity(self, name: str, fields: list[tuple[str, str, bool]]) -> None:
        self.tables.entity(name)
        for field, typed, is_optional in fields:
            key = "primary" if snake(field) in ("id", "uuid") else ""
            self.tables.field(name, field, type=self._said(typed, name)[:200], key=key, optional=is_optional or None)

    def _fields(self, message: str, fields: list[tuple[str, str, bool]]) -> dict[str, Any]:
        ids = new_ids()
        return {
            ids.give(field): filled(
                name=field, type=self._said(typed, message)[:200], required=False if is_optional else None, order=number
            )
            for number, (field, typed, is_optional) in enumerate(fields, 1)
        }

    def _operations(self) -> dict[str, Any]:
        ids, found = new_ids(), {}
        for number, (name, asked, answered) in enumerate(self.calls, 1):
            given = self.messages.get(self._known(asked), [])
            parameters = self._fields(self._known(asked), given)
            response = "" if answered == NOTHING else self._said(answered)
            found[ids.give(name)] = filled(
                name=name, style="rpc", parameters=parameters, response=response[:200], order=number
            )
        if len(found) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} calls")
        return found
