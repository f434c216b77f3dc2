"""One typed line to one object: `postTweet(user_id, text) -> Tweet`, `tweet(id int64 pk, author_id int64 -> user)`.

Reading takes time in proportion to the line, whatever it holds: the pieces are cut by hand, not by backtracking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from designs.document.api import Location
from designs.document.data_model import FIXED_BYTES, KeyRole
from designs.document.patches import ABSENT, look_up

MAX_LINE = 4_000
MAX_PARTS = 200
NAME = re.compile(r"[^\W\d]\w{0,99}")
METHOD = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(/\S*)", re.IGNORECASE)
SIZE = re.compile(r"~?([0-9][0-9_,.]{0,30})\s{0,10}(B|bytes?|kB|KB|MB|GB|TB|KiB|MiB|GiB)", re.IGNORECASE)
SIZED_TYPE = re.compile(r"(\w+)\((\d{1,9})\)")
PATH_PARAMETER = re.compile(r"\{(\w{1,100})\}")

# Common names of types, and the design's name for each. Others stay as typed.
TYPES = {
    "int": "integer",
    "int32": "integer",
    "integer": "integer",
    "serial": "integer",
    "int64": "bigint",
    "long": "bigint",
    "bigint": "bigint",
    "bigserial": "bigint",
    "str": "text",
    "string": "text",
    "varchar": "text",
    "char": "text",
    "bool": "boolean",
    "double": "float",
    "real": "float",
    "numeric": "decimal",
    "datetime": "timestamp",
    "timestamptz": "timestamp",
    "time": "timestamp",
    "blob": "bytes",
    "bytea": "bytes",
    "jsonb": "json",
    "uri": "url",
}
# A typed id without a size is a bigint; the analysis itself assumes no size.
TYPE_BYTES = {**FIXED_BYTES, "id": 8}
KEY_WORDS: dict[str, KeyRole] = {
    "pk": "primary",
    "primary": "primary",
    "partition": "partition",
    "sort": "sort",
    "unique": "unique",
    "index": "index",
    "indexed": "index",
}
NULLABLE = {"null", "nullable", "optional"}
NOISE = {"key", "not", "required"}


class LineError(ValueError):
    """Why a line cannot be read: what was found, and what was expected."""


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    name: str
    type: str = ""
    size: str = ""
    key: KeyRole = ""
    references: str = ""
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class EntityLine:
    name: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, kw_only=True)
class ParameterLine:
    name: str
    type: str = ""
    required: bool = True
    location: Location = "body"


@dataclass(frozen=True, kw_only=True)
class OperationLine:
    name: str
    parameters: tuple[ParameterLine, ...]
    response: str = ""
    style: str = "rpc"
    method: str = ""
    path: str = ""


def parse_operation(line: str) -> OperationLine:
    """`postTweet(user_id, text, location?) -> Tweet`, also `POST /tweets postTweet(text) -> Tweet`, or proto's
    `rpc GetUser(GetUserRequest) returns (User);`. Raises LineError."""
    text = _whole(line)
    method = path = ""
    if found := METHOD.match(text):
        method, path = found[1].upper(), found[2]
        text = text[found.end() :].strip()
        if "(" not in text:
            text = f"{text or _name_for(method, path)}()"
    if text.lower().startswith("rpc "):
        text = text[4:].strip()
    name, inner, rest = _call(text, "borrowBook(book_id, until) -> Loan")
    parameters = [_parameter(part, path) for part in _split(inner)]
    named = {parameter.name for parameter in parameters}
    parameters += [
        ParameterLine(name=each, location="path") for each in PATH_PARAMETER.findall(path) if each not in named
    ]
    _refuse_repeats([parameter.name for parameter in parameters], "parameter")
    style = "rest" if method else "rpc"
    return OperationLine(
        name=name, parameters=tuple(parameters), response=_response(rest), style=style, method=method, path=path
    )


def parse_entity(line: str) -> EntityLine:
    """`tweet(id int64 pk, author_id int64 -> user, text 280 B)`, also `Tweet: id, author_id, text` and
    `create table tweet (...)`. Raises LineError."""
    text = _whole(line)
    lowered = " ".join(text[:60].lower().split())
    for start in ("create table if not exists ", "create table ", "table ", "entity ", "message "):
        if lowered.startswith(start):
            text = text.split(None, len(start.split()))[-1]
            break
    text = _braces_to_brackets(text)
    name, inner, rest = _call(
        _colon_to_brackets(text), "Loan(id, book_id, note 200 B) or Loan: id, book_id, note 200 B"
    )
    if rest:
        raise LineError(f"Nothing is expected after the closing bracket; there is {rest[:40]!r}.")
    fields = [_field(part) for part in _split(inner)]
    _refuse_repeats([field.name for field in fields], "field")
    return EntityLine(name=name, fields=tuple(_with_a_key(fields)))


def _colon_to_brackets(text: str) -> str:
    """`Loan: id, book_id` reads like `Loan(id, book_id)`."""
    name, colon, inner = text.partition(":")
    return f"{name.strip()}({inner.strip()})" if colon and NAME.fullmatch(name.strip()) else text


def _with_a_key(fields: list[FieldLine]) -> list[FieldLine]:
    """A field called `id` is the key when no other field is marked as one."""
    if any(field.key in ("primary", "partition") for field in fields):
        return fields
    return [
        replace(field, key="primary") if field.name.casefold() == "id" and not field.key else field for field in fields
    ]


def operation_patch(line: str, document: Mapping[str, Any], new_id: Callable[[], str]) -> dict[str, Any]:
    """The patch that adds the operation, or overwrites the one of the same name. Raises LineError."""
    parsed = parse_operation(line)
    key, order = _place(document, ("api", "operations"), parsed.name, new_id)
    operation: dict[str, Any] = {"name": parsed.name, "style": parsed.style, "order": order}
    if parsed.method:
        operation |= {"method": parsed.method, "path": parsed.path}
    if parsed.response:
        operation["response"] = parsed.response
    known = _names(document, ("api", "operations", key, "parameters"))
    operation["parameters"] = {
        known.get(each.name.casefold()) or new_id(): _parameter_item(each, number)
        for number, each in enumerate(parsed.parameters, 1)
    }
    if not operation["parameters"]:
        del operation["parameters"]
    return {"api": {"operations": {key: operation}}}


def entity_patch(line: str, document: Mapping[str, Any], new_id: Callable[[], str]) -> dict[str, Any]:
    """The patch that adds the entity, or overwrites the one of the same name. Raises LineError."""
    parsed = parse_entity(line)
    path = ("data_model", "entities")
    key, order = _place(document, path, parsed.name, new_id)
    entities = _names(document, path) | {parsed.name.casefold(): key}
    known = _names(document, (*path, key, "fields"))
    fields = {}
    for number, each in enumerate(parsed.fields, 1):
        target = _entity_called(each.references, entities)
        fields[known.get(each.name.casefold()) or new_id()] = _field_item(each, number, target)
    entity: dict[str, Any] = {"name": parsed.name, "order": order} | ({"fields": fields} if fields else {})
    return {"data_model": {"entities": {key: entity}}}


def _whole(line: str) -> str:
    text = line.strip().rstrip(";").strip()
    if not text:
        raise LineError("The line is empty.")
    if len(text) > MAX_LINE:
        raise LineError(f"The line has {len(text):,} characters; at most {MAX_LINE:,} are read.")
    if any(ord(character) < 32 and character != "\t" for character in text):
        raise LineError("The line holds a control character.")
    return text


def _call(text: str, example: str) -> tuple[str, str, str]:
    """`name(inner) rest`."""
    opening = text.find("(")
    if opening < 0:
        name, _, rest = text.partition(" ")
        if NAME.fullmatch(name) and not rest:
            return name, "", ""
        raise LineError(f"Expected a name and brackets, such as {example}; found {text[:40]!r}.")
    name = text[:opening].strip().strip('`"')
    if not NAME.fullmatch(name):
        raise LineError(f"Expected a name of letters, digits and _ before the bracket; found {name[:40]!r}.")
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return name, text[opening + 1 : place], text[place + 1 :].strip()
    raise LineError("A bracket is not closed.")


def _split(inner: str) -> list[str]:
    """At commas (or semicolons) outside of brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(inner):
        depth += {"(": 1, "<": 1, "[": 1, ")": -1, ">": -1, "]": -1}.get(character, 0)
        if character == ">" and place and inner[place - 1] == "-":
            depth += 1  # an arrow is no bracket
        if character in ",;" and depth <= 0:
            parts.append(inner[start:place])
            start = place + 1
    parts.append(inner[start:])
    found = [part.strip() for part in parts if part.strip()]
    if len(found) > MAX_PARTS:
        raise LineError(f"There are {len(found):,} parts between the brackets; at most {MAX_PARTS} are read.")
    return found


def _parameter(part: str, path: str) -> ParameterLine:
    """`text`, `text: string`, `string text`, `location?`, `limit int = 20`."""
    body, _, default = part.partition("=")
    name, separator, kind = body.partition(":")
    if not separator:
        words = body.split()
        if len(words) == 2 and words[0].lower().rstrip("?") in TYPES and words[1].lower().rstrip("?") not in TYPES:
            words.reverse()
        name, kind = words[0], " ".join(words[1:])
    name, kind = name.strip(), kind.strip()
    is_optional = name.endswith("?") or kind.endswith("?") or bool(default.strip())
    name, kind = name.rstrip("?").strip(), kind.rstrip("?").strip()
    if not NAME.fullmatch(name):
        raise LineError(f"Expected the name of a parameter; found {part[:40]!r}.")
    location: Location = "path" if name in PATH_PARAMETER.findall(path) else "body"
    return ParameterLine(name=name, type=_type(kind), required=not is_optional, location=location)


def _field(part: str) -> FieldLine:
    """`id int64 pk`, `author_id int64 -> user`, `text 280 B`, `email varchar(255) unique`."""
    body, arrow, target = part.partition("->")
    if not arrow:
        body, arrow, target = _references_clause(part)
    size = ""
    if found := SIZE.search(body):
        size = f"{found[1]} {found[2]}"
        body = body[: found.start()] + " " + body[found.end() :]
    words = body.replace(":", " ").split()
    name = words[0].strip('`"') if words else ""
    if not NAME.fullmatch(name.rstrip("?")):
        raise LineError(f"Expected the name of a field; found {part[:40]!r}.")
    kinds, key, is_optional = _attributes(words[1:])
    kind, size = _sized(" ".join(kinds) or ("" if size else _type_by_name(name)), size)
    target = target.strip().partition("(")[0].partition(".")[0].strip().strip('`"')
    if arrow and not NAME.fullmatch(target):
        raise LineError(f"Expected the name of an entity after ->; found {target[:40]!r}.")
    return FieldLine(
        name=name.rstrip("?"),
        type=kind,
        size=size,
        key=key,
        references=target,
        optional=is_optional or name.endswith("?"),
    )


def _type_by_name(name: str) -> str:
    """The type that a name alone suggests: `id` and `book_id` are ids, `created_at` a time.

    Other names suggest none.
    """
    lowered = name.rstrip("?").casefold()
    if lowered == "id" or lowered.endswith("_id"):
        return "id"
    return "timestamp" if lowered.endswith("_at") else ""


def _attributes(words: list[str]) -> tuple[list[str], KeyRole, bool]:
    """The words that are a type, the role as a key, and whether a value may be missing."""
    kinds: list[str] = []
    key: KeyRole = ""
    is_optional = False
    for place, word in enumerate(words):
        lowered = word.lower()
        if lowered in NULLABLE:
            is_optional = is_optional or [each.lower() for each in words[place - 1 : place]] != ["not"]
        elif lowered in KEY_WORDS:
            key = key or KEY_WORDS[lowered]
        elif lowered not in NOISE:
            kinds.append(word)
    return kinds, key, is_optional


def _sized(typed: str, size: str) -> tuple[str, str]:
    """The type in the design's words, and its size where it is given, is in brackets, or follows from the type."""
    if sized := SIZED_TYPE.fullmatch(typed):
        return _type(sized[1]), size or f"{sized[2]} B"
    kind = _type(typed) if typed else ("text" if size else "")
    return kind, size or (f"{TYPE_BYTES[kind]} B" if kind in TYPE_BYTES else "")


def _references_clause(part: str) -> tuple[str, str, str]:
    lowered = part.lower()
    place = lowered.find(" references ")
    return (part[:place], "->", part[place + 12 :]) if place >= 0 else (part, "", "")


def _type(text: str) -> str:
    """The design's name of a type; as typed when it has none."""
    kind = text.strip()
    if any(character in kind for character in "\r\n\t") or len(kind) > 100:
        raise LineError(f"{kind[:40]!r} is not a type.")
    return TYPES.get(kind.lower(), kind.lower() if kind.lower() in TYPE_BYTES else kind)


def _response(rest: str) -> str:
    text = rest.strip()
    lowered = text.lower()
    if not text or text == "{}":
        return ""
    if text.startswith("->"):
        text = text[2:]
    elif lowered.startswith("returns"):
        text = text[7:].strip()
        text = text.removesuffix("{}").strip()
        text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    elif text.startswith(":"):
        text = text[1:]
    else:
        raise LineError(f"Expected -> and the answer after the closing bracket; found {text[:40]!r}.")
    return _type(text)


def _name_for(method: str, path: str) -> str:
    """`GET /users/{id}/timeline` without a name is getUsersTimeline."""
    words = [part for part in re.split(r"[^A-Za-z0-9]+", PATH_PARAMETER.sub("", path)) if part]
    return method.lower() + "".join(word[:1].upper() + word[1:] for word in words)


def _braces_to_brackets(text: str) -> str:
    """`tweet { id int64; text string }` reads like `tweet(id int64, text string)`."""
    if "(" not in text.partition("{")[0] and "{" in text and text.endswith("}"):
        name, _, inner = text[:-1].partition("{")
        return f"{name.strip()}({inner})"
    return text


def _refuse_repeats(names: list[str], noun: str) -> None:
    seen = set[str]()
    for name in names:
        if name.casefold() in seen:
            raise LineError(f"There are two {noun}s called {name!r}.")
        seen.add(name.casefold())


def _names(document: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, str]:
    """Ids by name, ignoring case."""
    collection = look_up(document, path)
    if collection is ABSENT:
        return {}
    return {str(item.get("name", "")).casefold(): key for key, item in collection.items()}


def _place(
    document: Mapping[str, Any], path: tuple[str, ...], name: str, new_id: Callable[[], str]
) -> tuple[str, float]:
    """The id and order of the object that has this name already; or a new id, after all others."""
    collection = look_up(document, path)
    items: Mapping[str, Any] = {} if collection is ABSENT else collection
    key = _names(document, path).get(name.casefold())
    if key:
        return key, items[key].get("order", 0)
    return new_id(), int(max((item.get("order", 0) for item in items.values()), default=0)) + 1


def _entity_called(name: str, entities: Mapping[str, str]) -> str:
    """The id of the entity; also for `users` when there is a `user`, and the other way round."""
    if not name:
        return ""
    lowered = name.casefold()
    for candidate in (lowered, lowered.removesuffix("s"), f"{lowered}s"):
        if candidate in entities:
            return entities[candidate]
    raise LineError(f"There is no entity called {name!r} to refer to; add it first.")


def _parameter_item(each: ParameterLine, order: int) -> dict[str, Any]:
    item: dict[str, Any] = {"name": each.name, "order": order}
    if each.type:
        item["type"] = each.type
    if each.location != "body":
        item["location"] = each.location
    if not each.required:
        item["required"] = False
    return item


def _field_item(each: FieldLine, order: int, target: str) -> dict[str, Any]:
    given = {"type": each.type, "size": each.size, "key": each.key, "references": target, "optional": each.optional}
    return {"name": each.name, "order": order, **{name: value for name, value in given.items() if value}}
