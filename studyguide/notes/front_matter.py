"""The YAML between two lines of --- at the top of a topic's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studyguide.notes.errors import NoteError
from studyguide.notes.slugs import slugify
from web.safe_yaml import YamlError, read_yaml

TEXT_FIELDS = ("slug", "title", "category", "summary")
LIST_FIELDS = ("aliases", "prerequisites", "related")
KNOWN = {*TEXT_FIELDS, *LIST_FIELDS, "order", "sources", "method_step"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a topic's facts come from."""

    name: str
    section: str = ""
    year: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class FrontMatter:
    slug: str
    title: str
    category: str = ""
    order: int = 0
    summary: str = ""
    method_step: str = ""
    aliases: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def split(text: str, *, path: str) -> tuple[FrontMatter | None, str, int]:
    """Front matter (None when there is none), the body, and the body's first line number."""
    if not text.startswith("---\n"):
        return None, text, 1
    end = text.find("\n---\n", 3)
    if end < 0:
        raise NoteError("front matter starts here but no second line of --- ends it", path=path, line=1)
    head = text[4 : end + 1]
    return _checked(_loaded(head, path=path), path=path), text[end + 5 :], head.count("\n") + 3


def _loaded(head: str, *, path: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The mapping, and the line of each of its keys."""
    try:
        document = read_yaml(head.encode(), file=path)
    except YamlError as error:
        raise NoteError(f"front matter: {error.message}", path=path, line=error.line + 1) from error
    if not isinstance(document.value, dict):
        raise NoteError("front matter must be `key: value` lines", path=path, line=2)
    return document.value, {key: document.line_of((key,)) + 1 for key in document.value}


def _checked(loaded: tuple[dict[str, Any], dict[str, int]], *, path: str) -> FrontMatter:
    values, lines = loaded
    for key in values:
        if key not in KNOWN:
            expected = ", ".join(sorted(KNOWN))
            raise NoteError(f"unknown key {key!r}; expected one of {expected}", path=path, line=lines.get(str(key), 2))
    for key in TEXT_FIELDS:
        if not isinstance(values.get(key, ""), str):
            raise NoteError(f"{key} must be text", path=path, line=lines[key])
    if not values.get("title"):
        raise NoteError("front matter needs a title", path=path, line=1)
    slug = values.get("slug") or slugify(values["title"])
    if slug != slugify(slug):
        raise NoteError(f"slug {slug!r} must be lower-case words and hyphens", path=path, line=lines["slug"])
    order = values.get("order", 0)
    if not isinstance(order, int):
        raise NoteError(f"order must be a whole number, found {order!r}", path=path, line=lines["order"])
    return FrontMatter(
        slug=slug,
        title=values["title"],
        category=values.get("category", ""),
        order=order,
        summary=" ".join(values.get("summary", "").split()),
        method_step=str(values.get("method_step", "")),
        aliases=_texts(values, "aliases", path, lines),
        prerequisites=_texts(values, "prerequisites", path, lines),
        related=_texts(values, "related", path, lines),
        sources=tuple(_source(item, path, lines["sources"]) for item in values.get("sources") or ()),
    )


def _texts(values: dict[str, Any], key: str, path: str, lines: dict[str, int]) -> tuple[str, ...]:
    found = values.get(key) or []
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise NoteError(f"{key} must be a list of texts, for example [one, two]", path=path, line=lines[key])
    return tuple(found)


def _source(item: Any, path: str, line: int) -> Source:
    if isinstance(item, str):
        return Source(name=item)
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise NoteError("each source needs a name", path=path, line=line)
    return Source(**{key: str(item.get(key, "")) for key in ("name", "section", "year", "url")})
