"""YAML from strangers, read safely and at once: plain JSON-like values, and the line on which each of them stands.

Only what YAML and JSON share is read, by the core schema of YAML 1.2: null, booleans, numbers, texts, lists, and
mappings whose keys are texts. So `no` and `12:30` stay texts, and a date stays as typed. Aliases, anchors, tags, a
second document, a key given twice and deep nesting are refused where they stand, before anything is built from them.

Files that other tools wrote may use more: `aliases` reads anchors, aliases and merge keys (`<<`), and counts what an
alias stands for as if it were written out, so the limits hold; `read_yaml_documents` reads several documents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from web.reading.yaml_slips import MAX_DEPTH, Loader, as_meant, explained, without_value

MAX_BYTES = 1_000_000
MAX_VALUES = 200_000
MOST_MISTAKES = 30
MOST_VALUES_AGAIN = 20_000  # of all attempts together: a long file with mistakes is read a few times only
AGAIN = -1  # where the lines of a value stand whose key was given before
Place = tuple[str | int, ...]

CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBERS_BEGIN = frozenset("+-.0123456789")  # most values are words, so patterns of numbers are not tried
INTEGER = re.compile(r"[-+]?[0-9]{1,400}")
BASED_INTEGER = re.compile(r"0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
KEY_AND_COMMENT = re.compile(r"\s*(?:- )?[\w-]+: +#")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class YamlError(ValueError):
    """What cannot be read, in which file and on which line (from 1)."""

    def __init__(self, message: str, *, file: str, line: int) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.message, self.file, self.line = message, file, line


@dataclass(frozen=True)
class YamlDocument:
    """The values, and by path the line (from 1) of each key of a mapping and each entry of a list."""

    value: Any
    lines: Mapping[Place, int]
    file: str
    commented: frozenset[int] = frozenset()  # lines whose key is followed by a comment

    def line_of(self, place: Place) -> int:
        """The line of the place, or of the nearest thing around it that is there."""
        for length in range(len(place), 0, -1):
            if (line := self.lines.get(place[:length])) is not None:
                return line
        return self.lines.get((), 1)


def read_yaml(
    raw: bytes, *, file: str, limit_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, aliases: bool = False
) -> YamlDocument:
    """The one document in these bytes of UTF-8. Raises YamlError for all else."""
    if len(raw) > limit_bytes:
        raise _too_large(file, limit_bytes)
    reader = _Reader(_decoded(raw, file), file=file, max_depth=max_depth, aliases=aliases)
    return YamlDocument(reader.read(), reader.lines, file)


@dataclass(frozen=True)
class Attempt:
    """What is left of a file with mistakes: every mistake, the document as it reads without them (None when nothing is
    left), and the lines that were lost on the way."""

    mistakes: tuple[YamlError, ...]
    document: YamlDocument | None
    lost: frozenset[int] = frozenset()
    lost_words: frozenset[str] = frozenset()  # the first word of each of them, most likely a key


def attempt_yaml(raw: bytes, *, file: str, limit_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Attempt:
    """Reads on behind a mistake, so that all of a file are told at once. The text itself is not changed."""
    try:
        if len(raw) > limit_bytes:
            raise _too_large(file, limit_bytes)
        lines = _decoded(raw, file).split("\n")
    except YamlError as error:
        return Attempt((error,), None)
    mistakes: list[YamlError] = []
    mended: set[int] = set()
    lost: set[int] = set()
    words: set[str] = set()
    values = 0
    while len(mistakes) < MOST_MISTAKES and values <= MOST_VALUES_AGAIN:
        told: list[YamlError] = []
        reader = _Reader("\n".join(lines), file=file, max_depth=max_depth, told=told)
        try:
            commented = frozenset(at for at, each in enumerate(lines, 1) if KEY_AND_COMMENT.match(each))
            document = YamlDocument(reader.read(), reader.lines, file, commented)
        except YamlError as error:
            values += reader.count
            at = error.line - 1
            if error.line not in mended:
                mistakes.append(error)
            if at >= len(lines) or not lines[at].strip():
                break
            meant = None if error.line in mended else as_meant(lines, error.line)
            if meant is None:
                lost.add(error.line)
                words.add(lines[at].split()[0].rstrip(":"))
            lines[at] = meant if meant is not None else without_value(lines[at], again=error.line in mended)
            mended.add(error.line)
            continue
        return Attempt((*mistakes, *told), document, frozenset(lost), frozenset(words))
    return Attempt(tuple(mistakes), None, frozenset(lost))


def read_yaml_documents(
    raw: bytes, *, file: str, limit_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> list[YamlDocument]:
    """Every document in these bytes, with aliases; none for an empty file."""
    if len(raw) > limit_bytes:
        raise _too_large(file, limit_bytes)
    reader = _Reader(_decoded(raw, file), file=file, max_depth=max_depth, aliases=True)
    return [YamlDocument(value, lines, file) for value, lines in reader.read_all()]


def own_yaml(text: str) -> Any:
    """What our own files say, in all of YAML, as `yaml.safe_load` does in five times the time; yaml.YAMLError."""
    return yaml.load(text, Loader=Loader)  # noqa: S506 (Loader is one of the two safe ones)


def read_yaml_stream(
    stream: BinaryIO, *, file: str, limit_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> YamlDocument:
    """The same from an upload or an open file, of which no more is read than the limit allows."""
    return read_yaml(stream.read(limit_bytes + 1), file=file, limit_bytes=limit_bytes, max_depth=max_depth)


def read_yaml_file(
    path: Path, *, file: str = "", limit_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> YamlDocument:
    """The same from a path; `file` is what errors call it when that is not the whole path."""
    with path.open("rb") as stream:
        return read_yaml_stream(stream, file=file or str(path), limit_bytes=limit_bytes, max_depth=max_depth)


def _too_large(file: str, limit_bytes: int) -> YamlError:
    return YamlError(f"the file is larger than {limit_bytes:,} bytes", file=file, line=1)


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            words = "the file is text in UTF-16, which some editors call Unicode; save it as UTF-8"
            raise YamlError(words, file=file, line=1) from None
        raise YamlError("the file is not text in UTF-8", file=file, line=line) from None


class _Reader:
    """Builds values from the parser's events, one at a time, so that refusing costs no more than reading so far."""

    def __init__(
        self, text: str, *, file: str, max_depth: int, aliases: bool = False, told: list[YamlError] | None = None
    ) -> None:
        """With `told`, what can be passed over is added to it instead of raised."""
        self.text, self.file, self.max_depth, self.aliases, self.told = text, file, max_depth, aliases, told
        self.lines: dict[Place, int] = {}
        self.count = 0
        # By anchor: the value, how many values it holds, and how deep it is nested.
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        self.deepest = 0
        self.events: Iterator[Any] = iter(())

    def read(self) -> Any:
        found = list(self._all(is_one=True))
        if not found:
            raise YamlError("the file is empty", file=self.file, line=1)
        return found[0][0]

    def read_all(self) -> list[tuple[Any, dict[Place, int]]]:
        return list(self._all(is_one=False))

    def _all(self, *, is_one: bool) -> Iterator[tuple[Any, dict[Place, int]]]:
        try:
            self.events = iter(Loader(self.text).get_event, None)  # half the time of yaml.parse, which asks first
            documents = 0
            for event in self.events:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if is_one and documents > 1:
                        raise self._error("a second document begins here; one file holds one", event)
                    first = next(self.events)
                    self.lines = {(): first.start_mark.line + 1}
                    self.anchors = {}
                    yield self._value(first, ()), self.lines
        except yaml.MarkedYAMLError as error:
            words, line = explained(self.text, error)
            raise YamlError(words, file=self.file, line=line) from None
        except yaml.reader.ReaderError as error:
            raise YamlError(f"this is not YAML: {error.reason}", file=self.file, line=self._bad_line()) from None

    def _bad_line(self) -> int:
        found = yaml.reader.Reader.NON_PRINTABLE.search(self.text)
        return self.text.count("\n", 0, found.start() if found else 0) + 1

    def _value(self, event: Any, place: Place) -> Any:
        if self.aliases and isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        self._refuse_extras(event)
        self.lines.setdefault(place, event.start_mark.line + 1)
        self._counted(1, event)
        if isinstance(event, yaml.AliasEvent):
            return None
        before, self.deepest, outer = self.count, len(place), self.deepest
        value = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else self._nested(event, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.count - before + 1, self.deepest - len(place))
        self.deepest = max(self.deepest, outer)
        return value

    def _nested(self, event: Any, place: Place) -> Any:
        if len(place) >= self.max_depth:
            raise self._error(f"this is nested deeper than {self.max_depth} levels", event)
        return self._mapping(place) if isinstance(event, yaml.MappingStartEvent) else self._list(place)

    def _alias(self, event: Any, place: Place) -> Any:
        if event.anchor not in self.anchors:
            raise self._error(f"the alias *{event.anchor} refers to no anchor before it", event)
        value, count, depth = self.anchors[event.anchor]
        self.lines.setdefault(place, event.start_mark.line + 1)
        self._counted(count, event)
        if len(place) + depth > self.max_depth:
            raise self._error(f"this is nested deeper than {self.max_depth} levels", event)
        self.deepest = max(self.deepest, len(place) + depth)
        return value

    def _counted(self, count: int, event: Any) -> None:
        self.count += count
        if self.count > MAX_VALUES:
            raise self._error(f"the file holds more than {MAX_VALUES:,} values", event)

    def _list(self, place: Place) -> list[Any]:
        result: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            result.append(self._value(event, (*place, len(result))))
        return result

    def _mapping(self, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        defaults: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            if self.aliases and key == "<<":
                merged = self._value(next(self.events), (*place, key))
                for each in merged if isinstance(merged, list) else [merged]:
                    if isinstance(each, dict):
                        defaults.update({name: value for name, value in each.items() if name not in defaults})
                continue
            if key in result:
                first = self.lines[(*place, key)]
                self._refuse(f"the key {_shown(key)} was already given on line {first}", event)
                self._value(next(self.events), (*place, key, AGAIN))
                continue
            self.lines[(*place, key)] = event.start_mark.line + 1
            result[key] = self._value(next(self.events), (*place, key))
        return {**defaults, **result} if defaults else result

    def _key(self, event: Any) -> str:
        self._refuse_extras(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._error("a key must be a plain text, not a list or a mapping", event)
        return str(event.value)

    def _refuse_extras(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(f"the alias *{event.anchor} is not read here; write out what it stands for", event)
            return
        if event.anchor is not None and not self.aliases:
            self._refuse(f"the anchor &{event.anchor} is not read here; write out what it stands for", event)
        if event.tag is not None:
            self._refuse(f"the tag {_shown(event.tag)} is not read here; only plain values are", event)

    def _refuse(self, message: str, event: Any) -> None:
        """Raises, or tells and goes on."""
        error = self._error(message, event)
        if self.told is None:
            raise error
        self.told.append(error)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0] or event.style:
            return text
        if text in CONSTANTS:
            return CONSTANTS[text]
        if text[0] not in NUMBERS_BEGIN:
            return text
        if INTEGER.fullmatch(text):
            return int(text)
        if BASED_INTEGER.fullmatch(text):
            return int(text, 0)
        return self._float(text, event)

    def _float(self, text: str, event: Any) -> float | str:
        if not FLOAT.fullmatch(text) and not NOT_FINITE.fullmatch(text):
            return text
        if NOT_FINITE.fullmatch(text) or not math.isfinite(number := float(text)):
            raise self._error(f"{_shown(text)} is no finite number; in quotes it would be a text", event)
        return number

    def _error(self, message: str, event: Any) -> YamlError:
        return YamlError(message, file=self.file, line=event.start_mark.line + 1)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
