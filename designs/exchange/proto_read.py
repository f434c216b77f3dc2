"""Protocol Buffers: services are operations, messages entities or messages. Read from the text; nothing is compiled.

A message that is used only in requests becomes the parameters of its calls. Comments of our own export (`called`, `as
typed`) are read back.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from designs.document.limits import MAX_ITEMS, MAX_TEXT
from designs.exchange.boxes import Token, Tokens, unquoted
from designs.exchange.drafts import filled
from designs.exchange.names import new_ids, one_line, pascal, snake
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.proto import AS_TYPED, CALLED, SEPARATOR
from designs.exchange.tables import Tables

TOKEN = re.compile(
    r"(?P<skip>\s+)|(?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
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
    "google.protobuf.Value": "json",
    "google.protobuf.ListValue": "list<json>",
}
NOTHING = "google.protobuf.Empty"
MAX_DEPTH = 50
MAX_FULL_NAME = 1_000  # of a message with those around it; each is looked up by every field inside


@dataclass(frozen=True)
class _Field:
    name: str
    type: str
    is_optional: bool
    note: str = ""


@dataclass
class _Message:
    fields: list[_Field] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class _Call:
    service: str
    name: str
    asked: str
    answered: str
    note: str = ""


def read(text: str) -> Imported:
    reader = _Reader(text)
    reader.file()
    return reader.imported()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="a proto file")
        self.comments = _Comments(self.tokens)
        self.tables = Tables()
        self.package = ""
        self.messages: dict[str, _Message] = {}
        self.enums: dict[str, str] = {}
        self.calls: list[_Call] = []

    def file(self) -> None:
        while (token := self.tokens.take()).kind != "end":
            if token.text == "message":
                self._message("", 0, token)
            elif token.text == "enum":
                self._enum("")
            elif token.text == "service":
                self._service()
            elif token.text == "extend":
                self._extension()
            elif token.text in ("syntax", "edition", "package", "import", "option"):
                self._to_semicolon(token.text)
            elif token.text != ";":
                raise ImportFailedError(
                    f"expected a message, an enum or a service, found {token.text[:40]!r}", line=token.line
                )

    def _to_semicolon(self, keyword: str) -> list[str]:
        """Skips a statement to its end and gives its words."""
        said: list[str] = []
        depth = 0
        while (token := self.tokens.take()).kind != "end" and (token.text != ";" or depth):
            # The value of an option may be a message that contains semicolons.
            depth += 0 if token.kind == "string" else (token.text == "{") - (token.text == "}")
            said.append(unquoted(token.text))
        if keyword == "package":
            self.package = said[-1] if said else ""
        if keyword == "import" and not said[-1].startswith("google/"):
            self.tables.warnings.lost("import", "another file is not read", name=said[-1])
        if keyword == "extensions":
            self.tables.warnings.lost(
                "range of extensions", "a design has no place for {them}", name=" ".join(said[1:])
            )
        return said

    def _name(self, around: str) -> str:
        token = self.tokens.take()
        self.tokens.expect("{")
        name = f"{around}.{token.text}" if around else token.text
        if len(name) > MAX_FULL_NAME:
            raise ImportFailedError(f"a name is longer than {MAX_FULL_NAME:,} characters", line=token.line)
        return name

    def _message(self, around: str, depth: int, keyword: Token) -> None:
        self._body(self._name(around), depth, self.comments.above(keyword))

    def _body(self, name: str, depth: int, note: str) -> None:
        """The content between the brackets of a message, up to the closing one."""
        if depth > MAX_DEPTH:
            raise ImportFailedError(f"messages are nested deeper than {MAX_DEPTH}", line=self.tokens.peek().line)
        message = self.messages[name] = _Message(note=note)
        fields = message.fields
        if len(self.messages) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} messages")
        while not self.tokens.skip("}"):
            token = self.tokens.peek()
            if token.kind == "end":
                raise ImportFailedError(f"the message {name} is not closed", line=token.line)
            if token.text in ("message", "enum") and self.tokens.peek(2).text == "{":
                self.tokens.take()
                self._message(name, depth + 1, token) if token.text == "message" else self._enum(name)
            elif token.text == "oneof":
                self.tokens.take()
                group = self._name("")
                self.tables.warnings.lost(
                    "oneof", "a design's fields stand each for itself", name=group, fate="read as fields"
                )
                while not self.tokens.skip("}"):
                    self._field(fields, name, depth, is_optional=True)
            elif token.text == "extend" and self.tokens.peek(2).text == "{":
                self.tokens.take()
                self._extension()
            elif token.text in ("option", "reserved", "extensions", ";"):
                self._to_semicolon(token.text)
            else:
                self._field(fields, name, depth, is_optional=False)

    def _extension(self) -> None:
        self.tables.warnings.lost("extension", "a design has no place for {them}", name=self.tokens.peek().text)
        self.tokens.take()
        self.tokens.skip_block()

    def _field(self, fields: list[_Field], around: str, depth: int, *, is_optional: bool) -> None:
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
        called = name.text
        if typed == "group":  # proto2: declares a message and a field of it together
            called, typed = name.text.lower(), f"{around}.{name.text}"
            while self.tokens.peek().text not in ("{", "}") and self.tokens.peek().kind != "end":
                self.tokens.take()
            self.tokens.expect("{")
            self._body(typed, depth + 1, self.comments.above(token))
        else:
            options = self._to_semicolon("option")
            if ("default", "=") in pairwise(options):
                self.tables.warnings.lost("default", "a design has no place for {them}", name=f"{around}.{called}")
        typed = f"list<{typed}>" if label == "repeated" else typed
        fields.append(
            _told(
                called,
                typed,
                is_optional or label == "optional",
                self.comments.above(token),
                self.comments.behind(token),
            )
        )

    def _enum(self, around: str) -> None:
        name = self._name(around)
        values: list[str] = []
        self.enums[name] = ""
        while not self.tokens.skip("}"):
            token = self.tokens.take()
            if token.kind == "end":
                raise ImportFailedError(f"the enum {name} is not closed", line=token.line)
            if token.text not in ("option", "reserved", ";"):
                values.append(token.text)
            if token.text != ";":
                self._to_semicolon("option")
        self.enums[name] = self.tables.draft.choices(values, name)

    def _service(self) -> None:
        service = self._name("")
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
            self.calls.append(_Call(service, name, asked, self._type(name), self.comments.above(token)))
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
        """The full name of a message or an enum: the nearest scope comes first, as in protoc."""
        bare = typed.lstrip(".")
        scope = around
        while True:
            name = f"{scope}.{bare}" if scope else bare
            if name in self.messages or name in self.enums:
                return name
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        package = f"{self.package}."
        rest = bare.removeprefix(package)
        return rest if rest in self.messages or rest in self.enums else ""

    def _said(self, typed: str, around: str = "") -> str:
        if typed.startswith("list<"):
            return f"list<{self._said(typed[5:-1], around)}>"
        known = self._known(typed, around)
        if known in self.enums:
            return self.enums[known]
        return self._named(known)[0] or TYPES.get(typed.lstrip("."), typed)

    def imported(self) -> Imported:
        self.tables.title = self.comments.title(self.package)
        answers, folded = self._wrapped(), self._only_asked()
        bodies = {name for name in self.messages if name.endswith(("Request", "Response", "Reply", "Event"))}
        ids = new_ids()
        messages: dict[str, Any] = {}
        for name, message in self.messages.items():
            if name in folded or name in answers:
                continue
            own = snake(_plain(name))
            has_id = any(snake(each.name) in ("id", "uuid", f"{own}_id") for each in message.fields)
            called, note = self._named(name)
            if has_id and name not in bodies:
                self._entity(name, called, note)
            else:
                messages[ids.give(_plain(name))] = filled(
                    name=self.tables.draft.name(called),
                    note=self.tables.draft.text(note),
                    fields=self._fields(name),
                    order=len(messages) + 1,
                )
        api = filled(operations=self._operations(answers), messages=messages)
        return self.tables.imported(nothing="there is neither a message nor a service in it", api=api)

    def _only_asked(self) -> set[str]:
        """Messages that are used only as requests: their fields are the parameters of calls."""
        asked = {self._known(call.asked) for call in self.calls} - {""}
        return asked - self._held().keys() - {self._known(call.answered) for call in self.calls}

    def _wrapped(self) -> dict[str, str]:
        """By message: answers that hold only one list or one plain value, as our export writes them."""
        answered = Counter(self._known(call.answered) for call in self.calls)
        asked = {self._known(call.asked) for call in self.calls}
        held = self._held()
        found = {}
        for call in self.calls:
            name = self._known(call.answered)
            if name != f"{call.name}Response" or answered[name] > 1 or name in held or name in asked:
                continue
            match self.messages[name].fields:
                case [_Field("items" | "value" as said, typed, False, "")] if typed.startswith("list<") == (
                    said == "items"
                ):
                    found[name] = self._said(typed, name)
        return found

    def _named(self, message: str) -> tuple[str, str]:
        """The name of a message and its note; empty for an unknown message."""
        return _named(_plain(message), self.messages[message].note) if message in self.messages else ("", "")

    def _held(self) -> Counter[str]:
        """How often each message is the type of a field."""
        types = ((each.type, name) for name, message in self.messages.items() for each in message.fields)
        return Counter(self._known(typed.removeprefix("list<").removesuffix(">"), name) for typed, name in types)

    def _entity(self, name: str, called: str, note: str) -> None:
        self.tables.entity(name, called, note=note)
        for each in self.messages[name].fields:
            key = "primary" if snake(each.name) in ("id", "uuid") else ""
            self.tables.field(
                name,
                each.name,
                type=self._said(each.type, name)[:200],
                key=key,
                optional=each.is_optional or None,
                note=self.tables.draft.text(each.note),
            )

    def _fields(self, message: str) -> dict[str, Any]:
        ids = new_ids()
        return {
            ids.give(each.name): filled(
                name=self.tables.draft.name(each.name),
                type=self._said(each.type, message)[:200],
                required=False if each.is_optional else None,
                note=self.tables.draft.text(each.note),
                order=number,
            )
            for number, each in enumerate(self.messages[message].fields, 1)
        }

    def _operations(self, answers: dict[str, str]) -> dict[str, Any]:
        ids, found = new_ids(), {}
        counts = Counter(call.name for call in self.calls)
        for number, call in enumerate(self.calls, 1):
            asked, answered = self._known(call.asked), self._known(call.answered)
            response = "" if call.answered == NOTHING else answers.get(answered) or self._said(call.answered)
            called, note = _named(call.name, call.note)
            # Two services may have calls of the same name.
            called = f"{call.service}.{called}" if counts[call.name] > 1 else called
            found[ids.give(called)] = filled(
                name=self.tables.draft.name(called),
                style="rpc",
                parameters=self._fields(asked) if asked in self.messages else {},
                response=response[:200],
                note=self.tables.draft.text(note),
                order=number,
            )
        if len(found) > MAX_ITEMS:
            raise ImportFailedError(f"there are more than {MAX_ITEMS:,} calls")
        return found


class _Comments:
    """Removes comments from the tokens, and finds the comments above or beside a token."""

    def __init__(self, tokens: Tokens) -> None:
        self.lines: dict[int, str] = {}
        self.alone: set[int] = set()
        self.first: dict[int, Token] = {}
        kept: list[Token] = []
        for token in tokens.tokens:
            if token.kind != "comment":
                kept.append(token)
                continue
            if not kept or kept[-1].line != token.line:
                self.alone.add(token.line)
            for number, line in enumerate(_bare(token.text)):
                self.lines[token.line + number] = line[: MAX_TEXT + 1]
                if number:
                    self.alone.add(token.line + number)
        tokens.tokens = kept

    def above(self, token: Token) -> str:
        """The comment belongs to what stands first on the line below it."""
        if self.first.setdefault(token.line, token) is not token:
            return ""
        line, found = token.line - 1, []
        while line in self.alone:
            found.append(self.lines[line])
            line -= 1
        return "\n".join(reversed(found)).strip()

    def behind(self, token: Token) -> str:
        return self.lines.get(token.line, "") if token.line not in self.alone else ""

    def title(self, package: str) -> str:
        """Our export writes the title on the first line where the package cannot express it."""
        first = self.lines.get(1, "")
        return first if package and snake(first) == snake(package) else package


def _bare(comment: str) -> list[str]:
    if comment.startswith("//"):
        return [comment.lstrip("/").strip()]
    return [line.strip().lstrip("*").strip() for line in comment[2:-2].split("\n")]


def _told(name: str, typed: str, is_optional: bool, above: str, behind: str) -> _Field:  # noqa: FBT001
    """A field with the facts in the comment behind it, in the words of our export."""
    rest = []
    for part in behind.split(SEPARATOR):
        if part.startswith(CALLED):
            name = part.removeprefix(CALLED)
        elif part.startswith(AS_TYPED):
            typed = part.removeprefix(AS_TYPED)
        else:
            rest.append(part)
    note = "\n".join(part for part in (above, SEPARATOR.join(rest)) if part)
    return _Field(name, typed, is_optional, note)


def _named(name: str, comment: str) -> tuple[str, str]:
    """The original name from the first line of a comment, and the rest of the comment."""
    first, _, rest = comment.partition("\n")
    if first.startswith(CALLED):
        return one_line(first.removeprefix(CALLED)) or name, rest
    return name, comment


def _plain(name: str) -> str:
    """A nested message under a flat name, as in our export: `Order.Line` is OrderLine."""
    return pascal(name) if "." in name else name
