"""What stands at the top of a file between two lines of --- (YAML) or +++ (TOML), or in braces (JSON).

Our own keys are checked. Keys of other tools are understood where we have something of the kind, and else counted.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studyguide.notes.notices import Notices
from studyguide.notes.slugs import slugify
from studyguide.notes.titles import plain_title
from web.reading.safe_yaml import YamlError, read_yaml

TEXT_FIELDS = ("slug", "title", "category", "summary")
LIST_FIELDS = ("aliases", "prerequisites", "related")
OURS = {*TEXT_FIELDS, *LIST_FIELDS, "order", "sources", "method_step", "terms"}
# Keys of Obsidian, Jekyll, Hugo, Docusaurus, MkDocs and Foam that mean the same as one of ours.
SAME_AS_OURS = {
    "alias": "aliases",
    "description": "summary",
    "nav_order": "order",
    "weight": "order",
    "sidebar_position": "order",
}
UNDERSTOOD = {"id", "tags", "tag", "date", "draft", "publish", "published", "permalink", "redirect_from", *SAME_AS_OURS}
KEY_LINE = re.compile(r"^([A-Za-z_][\w .-]{0,60}?)\s*:(?:\s+(.*))?$")
ITEM_LINE = re.compile(r"^\s*-\s+(.*)$")
END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
PROPERTY = re.compile(r"([a-z][\w-]{0,40}):: +(\S.{0,1000})$")
MARKS_OF_LOGSEQ = re.compile(r"\[\[|\]\]|#")
YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a topic's facts come from. `year` is that of a publication; pages that change say `as_of`."""

    name: str
    section: str = ""
    year: str = ""
    as_of: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word that the topic teaches, and what it means in one sentence."""

    word: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class FrontMatter:
    """`addresses` are other addresses of the page in the tool that it was written for."""

    slug: str = ""
    title: str = ""
    category: str = ""
    order: float = 0
    summary: str = ""
    method_step: str = ""
    aliases: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    terms: tuple[Term, ...] = ()
    is_draft: bool = False


def split(text: str, *, path: str, notices: Notices) -> tuple[FrontMatter | None, str, int]:
    """Front matter (None when there is none), the body, and the body's first line number."""
    if text.startswith("+++\n") and (end := TOML_END.search(text, 4)):
        values, lines = _toml(text[4 : end.start()], path, notices)
    elif text.startswith("{\n") and not notices.is_strict and (found := _json(text)):
        values, stop = found
        body = text[stop:].removeprefix("\n")
        return _Reader(values, {}, path, notices).read(), body, text.count("\n", 0, len(text) - len(body)) + 1
    elif text.startswith("---\n"):
        end = END.search(text, 4)
        if end is None:
            if notices.is_strict:
                message = "front matter starts here but no second line of --- ends it"
                notices.add("front-matter", message, path=path, line=1)
            return None, text, 1  # a rule, after which the text begins
        head = text[4 : end.start()]
        if not notices.is_strict and not _may_be_front_matter(head):
            return None, text, 1
        values, lines = _yaml(head, path, notices)
    elif not notices.is_strict and (count := _count_properties(text)):
        *properties, body = [*text.split("\n", count), ""][: count + 1]
        parts = [line.partition(":: ") for line in properties]
        values = {key: MARKS_OF_LOGSEQ.sub("", value) for key, _, value in parts}
        lines = {key: number for number, key in enumerate(values, start=1)}
        return _Reader(values, lines, path, notices).read(), body, count + 1
    else:
        return None, text, 1
    body = text[end.end() + 1 :]
    return _Reader(values, lines, path, notices).read(), body, text.count("\n", 0, end.end() + 1) + 1


def _count_properties(text: str) -> int:
    """With how many lines of `key:: value` a page of Logseq begins."""
    if not PROPERTY.match(text.split("\n", 1)[0]):
        return 0
    return next((count for count, line in enumerate(text.split("\n")) if not PROPERTY.match(line)), 0)


def _may_be_front_matter(head: str) -> bool:
    """Whether the text between two rules is keys and values: its first line of text is one."""
    first = next((line for line in head.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
    return not head.strip() or bool(KEY_LINE.match(first.strip()))


def _json(text: str) -> tuple[dict[str, Any], int] | None:
    """The object that the text begins with, as Hugo understands it, and where it ends."""
    try:
        values, stop = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    return (values, stop) if isinstance(values, dict) and values else None


def _toml(head: str, path: str, notices: Notices) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        loaded = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        notices.add("front-matter", f"front matter: {error}", path=path, line=2)
        return {}, {}
    plain = {
        key: value if isinstance(value, bool | int | float | list | dict) else str(value)
        for key, value in loaded.items()
    }
    return plain, dict.fromkeys(plain, 2)


def _yaml(head: str, path: str, notices: Notices) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping, and the line of each of its keys."""
    try:
        # Behind a blank line, for the one of dashes: lines in messages are then those of the file.
        document = read_yaml(f"\n{head}".encode(), file=path)
    except YamlError as error:
        notices.add("front-matter", f"front matter: {error.message}", path=path, line=error.line)
        return _line_by_line(head)
    if document.value is None or document.value == "":
        return {}, {}
    if not isinstance(document.value, dict):
        notices.add("front-matter", "front matter must be `key: value` lines", path=path, line=2)
        return {}, {}
    return document.value, {key: document.line_of((key,)) for key in document.value}


def _line_by_line(head: str) -> tuple[dict[str, Any], dict[str, int]]:
    """What can be read of front matter that is no YAML, such as `title: Caching: a primer`."""
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    key = ""
    for number, line in enumerate(head.split("\n"), start=2):
        if found := KEY_LINE.match(line):
            key = found[1]
            text = (found[2] or "").strip()
            inner = text[1:-1] if text[:1] + text[-1:] in ("[]", '""', "''") else text
            values.setdefault(key, [each.strip(" '\"") for each in inner.split(",")] if text[:1] == "[" else inner)
            lines.setdefault(key, number)
        elif key and (item := ITEM_LINE.match(line)):
            if not isinstance(values[key], list):
                values[key] = [values[key]] if values[key] else []
            values[key].append(item[1].strip(" '\""))
    return values, lines


class _Reader:
    """Takes what is usable of the values, and says what is not."""

    def __init__(self, values: Mapping[str, Any], lines: Mapping[str, int], path: str, notices: Notices) -> None:
        self.lines, self.path, self.notices = lines, path, notices
        self.values: dict[str, Any] = dict(values)
        for key, ours in SAME_AS_OURS.items():
            if key in self.values and not notices.is_strict:
                self.values.setdefault(ours, self.values[key])

    def read(self) -> FrontMatter:
        strict = self.notices.is_strict
        for key in self.values:
            if key not in OURS and (strict or key not in UNDERSTOOD):
                expected = ", ".join(sorted(OURS))
                message = f"unknown key {key!r}; expected one of {expected}" if strict else f"{key!r} is not used here"
                self._say("unknown-key", message, key)
        if strict and not self.values.get("title"):
            self.notices.add("value", "front matter needs a title", path=self.path, line=1)
        title = plain_title(self._text("title")) if self._text("title") else ""
        return FrontMatter(
            slug=self._slug(),
            title=title,
            category=self._text("category"),
            order=self._order(),
            summary=" ".join(self._text("summary").split()),
            method_step=self._text("method_step"),
            aliases=self._texts("aliases"),
            prerequisites=self._texts("prerequisites"),
            related=self._texts("related"),
            tags=() if strict else (*self._texts("tags"), *self._texts("tag")),
            addresses=() if strict else (*self._texts("permalink"), *self._texts("redirect_from")),
            sources=tuple(filter(None, map(self._source, self._list("sources")))),
            terms=self._terms(),
            is_draft=self._is_yes("draft") or self._is_no("publish") or self._is_no("published"),
        )

    def _say(self, kind: str, message: str, key: str) -> None:
        self.notices.add(kind, message, path=self.path, line=self.lines.get(key, 2))

    def _text(self, key: str) -> str:
        value = self.values.get(key, "")
        if isinstance(value, str):
            return value.strip()
        if self.notices.is_strict and key != "method_step":
            self._say("value", f"{key} must be text", key)
        if isinstance(value, list):
            return next((each for each in value if isinstance(each, str)), "")
        return "" if value is None or isinstance(value, dict | bool) else str(value)

    def _slug(self) -> str:
        slug = self._text("slug").strip("/").rpartition("/")[2]
        if slug and slug != slugify(slug):
            if self.notices.is_strict:
                self._say("value", f"slug {slug!r} must be lower-case words and hyphens", "slug")
            return slugify(slug)
        return slug

    def _order(self) -> float:
        value = self.values.get("order", 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            try:
                value = float(str(value))
            except ValueError:
                self._say("value", f"order must be a whole number, found {value!r}", "order")
                return 0
        if self.notices.is_strict and not isinstance(value, int):
            self._say("value", f"order must be a whole number, found {value!r}", "order")
        return float(value)

    def _list(self, key: str) -> list[Any]:
        value = self.values.get(key)
        return value if isinstance(value, list) else [] if value is None else [value]

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None or value == "":
            return ()
        is_ours = key in LIST_FIELDS
        if self.notices.is_strict and is_ours:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                self._say("value", f"{key} must be a list of texts, for example [one, two]", key)
            return tuple(value)
        if isinstance(value, str):
            value = value.split(",") if "," in value else [value] if is_ours or "redirect" in key else value.split()
        if not isinstance(value, list):
            value = [value]
        flat = [inner for item in value for inner in (item if isinstance(item, list) else [item])]
        flat = [inner for item in flat for inner in (item if isinstance(item, list) else [item])]  # [[Beta]]
        return tuple(str(item).strip() for item in flat if item is not None and not isinstance(item, dict | list))

    def _is_yes(self, key: str) -> bool:
        return key in self.values and str(self.values[key]).strip().casefold() in YES

    def _is_no(self, key: str) -> bool:
        return key in self.values and str(self.values[key]).strip().casefold() in ("false", "no", "0")

    def _terms(self) -> tuple[Term, ...]:
        found = self.values.get("terms") or {}
        if not isinstance(found, dict):
            if self.notices.is_strict:
                self._say("value", "terms must be lines of `word: meaning`", "terms")
            return ()
        usable = {str(word).strip(): meaning.strip() for word, meaning in found.items() if isinstance(meaning, str)}
        if self.notices.is_strict and len(usable) < len(found):
            self._say("value", "each of the terms needs a meaning in words", "terms")
        return tuple(Term(word=word, meaning=meaning) for word, meaning in usable.items() if word and meaning)

    def _source(self, item: Any) -> Source | None:
        if isinstance(item, str):
            return Source(name=item)
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            self._say("value", "each source needs a name", "sources")
            return None
        return Source(**{key: str(item.get(key, "")) for key in ("name", "section", "year", "as_of", "url")})
