"""Changes to a YAML file that leave the rest of the file as it is: comments, blank lines, quotes and the order of keys.

`edited` takes the text and the value that it shall hold. It replaces, adds and removes only the places that differ, at
their marks in the text; a text whose value is the same comes back byte for byte. Libraries that keep comments write the
whole file anew instead: ruamel.yaml, with the indents of our files, keeps 15 of the 35 shipped scenarios as they are.

The result is read again and compared. Where a change cannot be made in place (an odd layout), the outermost key around
it is written anew, and the rest of the file stays.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from web.reading.safe_yaml import Place, YamlError, read_yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WIDTH = 118
PLAIN = re.compile(r"[A-Za-z(/$€£][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]*")
NOT_PRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
BREAKS_PLAIN = re.compile(r": |:$| #|[ \t]$")
BREAKS_FLOW = re.compile(r"[,\[\]{}]")
MOST_MOVES = 50


@dataclass
class Node:
    """A value with its place in the text: `start` to `stop` are its characters, `head` is where its key ends (0 in a
    list). `flow`: it has brackets; `inside`: it stands in some."""

    start: int
    stop: int
    kind: str
    flow: bool = False
    inside: bool = False
    style: str = ""
    head: int = 0
    keys: list[tuple[str, int, int]] = field(default_factory=list)  # of a mapping: key, from, to
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Splice:
    start: int
    stop: int
    text: str


class _NotInPlaceError(Exception):
    """This change needs the part around it to be written anew."""


def edited(text: str, value: Any, *, file: str = "the text") -> str:
    """The text with another value. Raises YamlError when the text cannot be read as one mapping."""
    if not same(_value(text, file), value):
        return next(each for each in _attempts(text, value, file) if each is not None)
    return text


def renamed(text: str, place: Place, name: str, *, file: str = "the text") -> str:
    """The text with another name for the key at the place, which must be there. Raises YamlError, KeyError."""
    _value(text, file)
    *outer, key = place
    node = _at(_tree(text), tuple(outer))
    for known, start, stop in node.keys:
        if known == key:
            return text[:start] + _scalar_text(name, flow=node.flow) + text[stop:]
    raise KeyError(place)


def written(value: Mapping[str, Any]) -> str:
    """A new text for a mapping, in the layout that people write."""
    return "".join(f"{line}\n" for line in _entries(value, 0))


def same(one: Any, other: Any) -> bool:
    """Whether two values are alike in type, value and order of keys."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(each, other[key]) for key, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _value(text: str, file: str) -> Any:
    value = read_yaml(text.encode("utf-8", "surrogatepass"), file=file).value
    if not isinstance(value, dict):
        raise YamlError("expected keys and values", file=file, line=1)
    return value


def _attempts(text: str, value: Any, file: str) -> Iterator[str | None]:
    """From the smallest change to the whole file anew; None for an attempt that would not read as wanted."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for how in (_in_place, _by_part):
        yield _checked(lambda how=how: how(text, value, newline), value, file)
    head = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\r?\n)*", text)
    yield (head.group() if head else "") + written(value).replace("\n", newline)


def _checked(make: Any, value: Any, file: str) -> str | None:
    try:
        made = str(make())
        return made if same(_value(made, file), value) else None
    except (_NotInPlaceError, YamlError):
        return None


def _in_place(text: str, value: Any, newline: str) -> str:
    for _ in range(MOST_MOVES):
        moved = _one_move(text, _tree(text), read_yaml(text.encode(), file="").value, value)
        if moved is None:
            break
        text = moved
    edit = _Edit(text, newline)
    return edit.done(edit.changes(_tree(text), read_yaml(text.encode(), file="").value, value, indent=0))


def _by_part(text: str, value: Any, newline: str) -> str:
    """Each outermost key that differs is written anew."""
    edit, node = _Edit(text, newline), _tree(text)
    before = read_yaml(text.encode(), file="").value
    kept = {key: each if key in value and same(each, value[key]) else None for key, each in before.items()}
    return edit.done(edit.changes(node, kept, value, indent=0))


# Reading: the same events as web.reading.safe_yaml, kept with their marks.


def _tree(text: str) -> Node:
    events = iter(Loader(text).get_event, None)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _node(next(events), events, text)
    raise YamlError("the file is empty", file="", line=1)


def _node(event: Any, events: Iterator[Any], text: str, *, head: int = 0, inside: bool = False) -> Node:
    start, stop = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):
            stop = start + len(text[start:stop].rstrip())
        return Node(start, stop, "scalar", style=event.style or "", head=head, inside=inside)
    flow = bool(event.flow_style)
    node = Node(start, stop, "map", flow=flow, inside=inside, head=head)
    if isinstance(event, yaml.SequenceStartEvent):
        node.kind = "list"
        for each in events:
            if isinstance(each, yaml.SequenceEndEvent):
                break
            node.items.append(_node(each, events, text, inside=flow))
    else:
        for each in events:
            if isinstance(each, yaml.MappingEndEvent):
                break
            key = (str(each.value), each.start_mark.index, each.end_mark.index)
            value = next(events)
            colon = text.find(":", key[2])
            node.keys.append(key)
            node.items.append(_node(value, events, text, head=colon + 1, inside=flow))
    if node.flow:
        node.stop = each.end_mark.index
    elif node.items:
        node.stop = max(node.items[-1].stop, node.items[-1].head)
    return node


def _at(node: Node, place: Place) -> Node:
    for part in place:
        if isinstance(part, int):
            node = node.items[part]
        else:
            node = node.items[[key for key, _, _ in node.keys].index(part)]
    return node


# Moving entries that stand in another order.


def _one_move(text: str, node: Node, before: Any, after: Any) -> str | None:
    """The text with the entries of the first mapping put in order that needs it; None when none does."""
    if node.kind == "list" and isinstance(after, list):
        for item, old, new in zip(node.items, before, after, strict=False):
            if (moved := _one_move(text, item, old, new)) is not None:
                return moved
        return None
    if node.kind != "map" or not isinstance(after, dict):
        return None
    kept = [key for key, _, _ in node.keys if key in after]
    wanted = [key for key in after if key in before]
    if kept != wanted:
        rest = [key for key, _, _ in node.keys if key not in after]
        return _ordered(text, node, [*wanted, *rest])
    for (key, _, _), item in zip(node.keys, node.items, strict=True):
        if key in after and (moved := _one_move(text, item, before[key], after[key])) is not None:
            return moved
    return None


def _ordered(text: str, node: Node, order: Sequence[str]) -> str:
    keys = [key for key, _, _ in node.keys]
    if node.flow:
        pieces = [text[start : max(item.stop, item.head)] for (_, start, _), item in _pairs(node)]
        whole = "{" + ", ".join(pieces[keys.index(key)] for key in order) + "}"
        return text[: node.start] + whole + text[node.stop :]
    starts = [_with_comments(text, start) for _, start, _ in node.keys]
    if text[_line_start(text, node.start) : node.start].strip():
        raise _NotInPlaceError
    end = _line_end(text, node.stop)
    stops = [*starts[1:], end]
    chunks = [_ended(text[start:stop]) for start, stop in zip(starts, stops, strict=True)]
    return text[: starts[0]] + "".join(chunks[keys.index(key)] for key in order) + text[end:]


def _pairs(node: Node) -> Iterable[tuple[tuple[str, int, int], Node]]:
    return zip(node.keys, node.items, strict=True)


def _ended(chunk: str) -> str:
    return chunk if chunk.endswith("\n") else f"{chunk}\n"


def _with_comments(text: str, start: int) -> int:
    """The beginning of the line, or of the comments that stand directly above it."""
    at = _line_start(text, start)
    while at > 0:
        above = _line_start(text, at - 1)
        if not text[above:at].lstrip().startswith("#"):
            break
        at = above
    return at


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Behind the line break of the line."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


class _Edit:
    def __init__(self, text: str, newline: str) -> None:
        self.text, self.newline = text, newline

    def done(self, splices: Iterable[Splice]) -> str:
        """Those at the same place keep their order."""
        text, last = self.text, len(self.text) + 1
        for each in sorted(splices, key=lambda splice: (splice.start, splice.stop))[::-1]:
            if each.stop > last:
                raise _NotInPlaceError
            words = each.text.replace("\n", self.newline)
            if each.start == each.stop == len(self.text) and self.text and not self.text.endswith("\n"):
                words = self.newline + words
            text, last = text[: each.start] + words + text[each.stop :], each.start
        return text

    def changes(self, node: Node, before: Any, after: Any, *, indent: int) -> Iterator[Splice]:
        """`indent` is the column of the key or dash under which the value stands."""
        if same(before, after):
            return
        if node.kind == "map" and isinstance(after, dict) and isinstance(before, dict) and before.keys() & after.keys():
            yield from self._mapping(node, before, after)
        elif node.kind == "list" and isinstance(after, list) and after and isinstance(before, list) and before:
            yield from self._list(node, before, after)
        else:
            yield self._replaced(node, after, indent)

    def _column(self, at: int) -> int:
        return at - _line_start(self.text, at)

    def _replaced(self, node: Node, after: Any, indent: int) -> Splice:
        text = self.text
        if node.head == 0 and not node.flow and node.kind != "scalar":
            raise _NotInPlaceError
        if node.inside or (node.kind == "scalar" and not _is_tall(after, node.style)):
            words = _scalar_or_flow(after, flow=node.inside, style=node.style)
            gap = "" if node.start > 0 and text[node.start - 1] in " \t\n[{," else " "
            return Splice(node.start, node.stop, gap + words)
        if node.head == 0:
            raise _NotInPlaceError
        line = text[node.stop : text.find("\n", node.stop) if "\n" in text[node.stop :] else len(text)].rstrip("\r")
        comment = f" {line.strip()}" if line.strip().startswith("#") else ""
        style = node.style if node.kind == "scalar" else ""
        first, *rest = _after_head(after, indent, style)
        return Splice(node.head, node.stop + len(line) if comment else node.stop, "\n".join([first + comment, *rest]))

    def _mapping(self, node: Node, before: Any, after: Any) -> Iterator[Splice]:
        column = self._column(node.keys[0][1])
        for (key, _, _), item in _pairs(node):
            if key in after:
                yield from self.changes(item, before[key], after[key], indent=column)
        spans = [(start, max(item.stop, item.head)) for (_, start, _), item in _pairs(node)]
        keys = [key for key, _, _ in node.keys]
        yield from self._removed(node, spans, [key not in after for key in keys])
        previous = -1
        for key, value in after.items():
            if key in before:
                previous = keys.index(key)
            elif node.flow:
                yield self._added_in_flow(spans, previous, f"{_scalar_text(key, flow=True)}: {_flow(value)}")
            else:
                yield self._added(spans, previous, _entries({key: value}, column), column)

    def _list(self, node: Node, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Splice]:
        head, tail = _alike(before, after)
        old, new = len(before) - head - tail, len(after) - head - tail
        column = self._column(node.start)
        spans = [(item.start if node.flow else self._dash(item, column), item.stop) for item in node.items]
        for at in range(head, head + min(old, new)):
            yield from self._item(node.items[at], before[at], after[at], spans[at], column)
        gone = range(head + min(old, new), head + old)
        yield from self._removed(node, spans, [at in gone for at in range(len(before))])
        for at in range(head + min(old, new), head + new):
            place = head + min(old, new) - 1
            if node.flow:
                yield self._added_in_flow(spans, place, _flow(after[at]))
            else:
                yield self._added(spans, place, _dashed(after[at], column), column)

    def _item(self, item: Node, before: Any, after: Any, span: tuple[int, int], column: int) -> Iterator[Splice]:
        try:
            yield from list(self.changes(item, before, after, indent=column))
        except _NotInPlaceError:
            if item.inside:
                raise
            yield Splice(span[0], span[1], "\n".join(_dashed(after, column)).lstrip(" "))

    def _dash(self, item: Node, column: int) -> int:
        """Where the dash of a block item stands."""
        at = _line_start(self.text, item.start)
        while True:
            dash = at + column
            if self.text[dash : dash + 1] == "-" and dash <= item.start and not self.text[at:dash].strip(" -"):
                return dash
            if at == 0:
                raise _NotInPlaceError
            at = _line_start(self.text, at - 1)

    def _removed(self, node: Node, spans: Sequence[tuple[int, int]], gone: Sequence[bool]) -> Iterator[Splice]:
        if all(gone):
            raise _NotInPlaceError
        for at, (start, stop) in enumerate(spans):
            if not gone[at]:
                continue
            if node.flow:
                is_last = all(gone[at:])
                yield Splice(spans[at - 1][1], stop, "") if is_last else Splice(start, spans[at + 1][0], "")
                continue
            line = _line_start(self.text, start)
            if self.text[line:start].strip():
                raise _NotInPlaceError
            yield Splice(self._blank_above(line, _line_end(self.text, stop)), _line_end(self.text, stop), "")

    def _blank_above(self, start: int, stop: int) -> int:
        """Where to begin, so that of the two blank lines around what goes one stays."""
        above = _line_start(self.text, start - 1) if start else 0
        is_blank = start > 0 and not self.text[above:start].strip()
        return above if is_blank and not self.text[stop : _line_end(self.text, stop)].strip() else start

    def _added(self, spans: Sequence[tuple[int, int]], previous: int, lines: Sequence[str], column: int) -> Splice:
        words = "".join(f"{line}\n" for line in lines)
        if previous < 0:
            line = _line_start(self.text, spans[0][0])
            if self.text[line : spans[0][0]].strip():
                raise _NotInPlaceError
            return Splice(line, line, words)
        at = _line_end(self.text, spans[previous][1])
        return Splice(at, at, f"\n{words}" if column == 0 and len(lines) > 1 else words)

    def _added_in_flow(self, spans: Sequence[tuple[int, int]], previous: int, words: str) -> Splice:
        if previous < 0:
            return Splice(spans[0][0], spans[0][0], f"{words}, ")
        return Splice(spans[previous][1], spans[previous][1], f", {words}")


def _alike(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
    """How many entries agree at the front, and of the rest at the back; all of them when entries only moved."""
    if len(before) == len(after):
        return 0, 0
    shorter, head, tail = min(len(before), len(after)), 0, 0
    while head < shorter and same(before[head], after[head]):
        head += 1
    while tail < shorter - head and same(before[-1 - tail], after[-1 - tail]):
        tail += 1
    return head, tail


# Writing.


def _entries(value: Mapping[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        first, *rest = _after_head(each, indent, "")
        lines += [f"{' ' * indent}{_scalar_text(key, flow=False)}:{first}", *rest]
    return lines


def _after_head(value: Any, indent: int, style: str) -> list[str]:
    """What follows `key:`, in lines: the first goes on behind it."""
    inner = indent + 2
    if isinstance(value, dict) and value:
        return ["", *_entries(value, inner)]
    if isinstance(value, list) and value:
        return ["", *(line for each in value for line in _dashed(each, inner))]
    if isinstance(value, str) and _is_tall(value, style):
        return _block(value, inner, is_folded=_is_folded(value, style))
    return [f" {_scalar_or_flow(value, flow=False, style=style)}"]


def _dashed(value: Any, indent: int) -> list[str]:
    blanks = " " * indent
    if isinstance(value, dict) and value:
        first, *rest = _entries(value, indent + 2)
        return [f"{blanks}- {first.lstrip(' ')}", *rest]
    if isinstance(value, list) and value:
        return [f"{blanks}- {_flow(value)}"]
    first, *rest = _after_head(value, indent, "")
    return [f"{blanks}-{first}", *rest]


def _is_tall(value: Any, style: str) -> bool:
    """Whether a text is written below its key, as `|` or `>-`."""
    if isinstance(value, dict | list):
        return bool(value)
    if not isinstance(value, str) or not _fits_block(value):
        return False
    return "\n" in value or style == "|" or (style in ("", ">") and _is_folded(value, style) and len(value) > 40)


def _is_folded(value: str, style: str) -> bool:
    """A long text in one paragraph, whose lines can be broken at blanks."""
    is_one = "\n" not in value.removesuffix("\n") and "  " not in value and style != "|"
    return is_one and value == value.strip(" ") and (style == ">" or ("\n" not in value and len(value) > WIDTH - 20))


def _fits_block(value: str) -> bool:
    lines = value.split("\n")
    is_printed = not re.search(r"[\x00-\x09\x0b-\x1f]", value) and not NOT_PRINTED.search(value)
    return (
        is_printed
        and bool(value.strip())
        and not value.endswith("\n\n")
        and not lines[0].startswith(" ")
        and bool(lines[0].strip())
        and all(line == line.rstrip() for line in lines)
    )


def _block(value: str, indent: int, *, is_folded: bool) -> list[str]:
    keep, body = ("", value[:-1]) if value.endswith("\n") else ("-", value)
    lines = body.split("\n")
    if is_folded:
        width = max(40, WIDTH - indent)
        lines = textwrap.wrap(body, width, break_long_words=False, break_on_hyphens=False)
    return [f" {'>' if is_folded else '|'}{keep}", *(f"{' ' * indent}{line}" if line else "" for line in lines)]


def _scalar_or_flow(value: Any, *, flow: bool, style: str) -> str:
    return _flow(value) if isinstance(value, dict | list) else _scalar(value, flow=flow, style=style)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar_text(key, flow=True)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, flow=True, style="")


def _scalar(value: Any, *, flow: bool, style: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    if style == "'" and "\n" not in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _quoted(text) if style in ("'", '"') else _scalar_text(text, flow=flow)


def _scalar_text(value: str, *, flow: bool) -> str:
    """Plain where that reads as the same text, else in double quotes."""
    is_plain = PLAIN.fullmatch(value) and not BREAKS_PLAIN.search(value) and not (flow and BREAKS_FLOW.search(value))
    if is_plain and "\n" not in value and value.lower() not in ("null", "true", "false"):
        return value
    if re.fullmatch(r"[0-9][0-9.]*(?: ?[A-Za-z%][A-Za-z/%.0-9]*)", value) and not re.fullmatch(
        r"[0-9.]+e[0-9]+|0[ox][0-9a-fA-F]+", value, re.IGNORECASE
    ):
        return value  # 5 kB, 100M/day, 99.9%
    return _quoted(value)


def _quoted(value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return NOT_PRINTED.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
