"""Every format, in the order in which pages list them; and which one a text is in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from designs.document.checks import read as read_document
from designs.document.schema import Document
from designs.exchange import dbml, drawio, excalidraw, markdown, mermaid, own_json, proto, structurizr, svg
from designs.exchange.openapi import read as openapi_read
from designs.exchange.openapi import write as openapi_write
from designs.exchange.problems import MAX_BYTES, Imported, ImportFailedError
from designs.exchange.sql import read as sql_read
from designs.exchange.sql import write as sql_write

Part = Literal["whole", "diagram", "api", "data_model"]
PART_NAMES: dict[Part, str] = {
    "whole": "The whole design",
    "diagram": "The diagram",
    "api": "The API",
    "data_model": "The data model",
}
START = 4_000
FENCE = re.compile(r"^[ \t>]*(```|~~~|:::)[`~]* *mermaid\b[^\n]*\n(.*?)^[ \t>]*\1", re.MULTILINE | re.DOTALL)
CREATE_TABLE = re.compile(r"\bCREATE\s+(?:\w+\s+){0,3}TABLE\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Format:
    """`write` takes a checked document as a plain dict; `read` is None where there is only the way out."""

    slug: str
    name: str
    about: str
    part: Part
    extension: str
    content_type: str
    write: Callable[[Mapping[str, Any]], str]
    read: Callable[[str], Imported] | None = None
    looks_like: Callable[[str], bool] = lambda _: False


class UnknownFormatError(LookupError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no format {slug[:40]!r}; there are {', '.join(BY_SLUG)}.")


def _typed(write: Callable[[Document], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda document: write(read_document(document))


def _starts(pattern: str) -> Callable[[str], bool]:
    """Whether the text begins so, after what all text formats let come first: blanks and comments."""
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    return lambda text: compiled.search(text[:START]) is not None


def _json_where(holds: Callable[[Mapping[str, Any]], bool]) -> Callable[[str], bool]:
    def looks_like(text: str) -> bool:
        try:
            value = json.loads(text) if text.startswith("{") else None
        except (ValueError, RecursionError):
            return False
        return isinstance(value, dict) and holds(value)

    return looks_like


FORMATS: tuple[Format, ...] = (
    Format(
        slug="json",
        name="Loadbearing JSON",
        about="Everything, for keeping, versioning and moving to another site. Imports back without loss.",
        part="whole",
        extension="json",
        content_type="application/json",
        write=own_json.write,
        read=own_json.read,
        looks_like=lambda text: text.startswith("{"),
    ),
    Format(
        slug="markdown",
        name="Markdown",
        about="The whole design as a document to read, review and commit.",
        part="whole",
        extension="md",
        content_type="text/markdown",
        write=_typed(markdown.write),
    ),
    Format(
        slug="mermaid",
        name="Mermaid",
        about="A flowchart for Markdown on GitHub, GitLab, Notion and many others.",
        part="diagram",
        extension="mmd",
        content_type="text/vnd.mermaid",
        write=_typed(mermaid.write),
        read=mermaid.read,
        looks_like=_starts(r"^\s*(?:graph|flowchart)(?:-elk)?(?:\s+(?:TB|TD|BT|RL|LR))?\s*;?\s*$"),
    ),
    Format(
        slug="drawio",
        name="draw.io",
        about="A drawing for diagrams.net and its plug-ins, with places and figures kept.",
        part="diagram",
        extension="drawio",
        content_type="application/vnd.jgraph.mxfile",
        write=_typed(drawio.write),
        read=drawio.read,
        looks_like=lambda text: text.startswith("<"),
    ),
    Format(
        slug="excalidraw",
        name="Excalidraw",
        about="A hand-drawn look for whiteboards and slides.",
        part="diagram",
        extension="excalidraw",
        content_type="application/vnd.excalidraw+json",
        write=_typed(excalidraw.write),
        read=excalidraw.read,
        looks_like=_json_where(lambda value: str(value.get("type", "")).startswith("excalidraw")),
    ),
    Format(
        slug="svg",
        name="SVG",
        about="A picture at any size for documents and slides.",
        part="diagram",
        extension="svg",
        content_type="image/svg+xml",
        write=svg.write,
    ),
    Format(
        slug="structurizr",
        name="Structurizr DSL",
        about="A C4 model with groups, properties and a container view.",
        part="diagram",
        extension="dsl",
        content_type="text/plain",
        write=_typed(structurizr.write),
    ),
    Format(
        slug="openapi",
        name="OpenAPI 3.1",
        about="The operations and schemas for documentation, mock servers and generated clients, as YAML.",
        part="api",
        extension="yaml",
        content_type="application/yaml",
        write=_typed(openapi_write.write_yaml),
        read=openapi_read.read,
        looks_like=_starts(r"^[\"']?(?:openapi|swagger)[\"']?\s*:"),
    ),
    Format(
        slug="openapi-json",
        name="OpenAPI 3.1 (JSON)",
        about="The same for tools that read JSON only.",
        part="api",
        extension="json",
        content_type="application/json",
        write=_typed(openapi_write.write_json),
        read=openapi_read.read,
        looks_like=_json_where(lambda value: "openapi" in value or "swagger" in value),
    ),
    Format(
        slug="proto",
        name="Protocol Buffers",
        about="Messages and one gRPC service as proto3.",
        part="api",
        extension="proto",
        content_type="text/plain",
        write=_typed(proto.write),
    ),
    Format(
        slug="sql",
        name="SQL",
        about="CREATE TABLE statements for PostgreSQL. Reads those of MySQL, SQLite and SQL Server, too.",
        part="data_model",
        extension="sql",
        content_type="application/sql",
        write=_typed(sql_write.write),
        read=sql_read.read,
        looks_like=lambda text: CREATE_TABLE.search(text) is not None,
    ),
    Format(
        slug="dbml",
        name="DBML",
        about="Tables and references for dbdiagram.io and dbdocs.io.",
        part="data_model",
        extension="dbml",
        content_type="text/plain",
        write=_typed(dbml.write),
    ),
)
BY_SLUG: dict[str, Format] = {each.slug: each for each in FORMATS}
IMPORTABLE: tuple[Format, ...] = tuple(each for each in FORMATS if each.read)
# Asked from the most to the least particular: every design is JSON, but not the other way round.
GUESSES = ("drawio", "excalidraw", "openapi-json", "json", "openapi", "mermaid", "sql")


def format_of(slug: str) -> Format:
    """Raises UnknownFormatError."""
    if slug not in BY_SLUG:
        raise UnknownFormatError(slug)
    return BY_SLUG[slug]


def guess(text: str) -> Format | None:
    """The format that a text is in, by how it begins."""
    start = text.lstrip("\ufeff \t\r\n")
    return next((BY_SLUG[slug] for slug in GUESSES if BY_SLUG[slug].looks_like(start)), None)


def read(text: str, slug: str = "") -> Imported:
    """A valid document from text in the format, or in whatever it is in. Raises ImportFailedError."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise ImportFailedError(f"the text is larger than {MAX_BYTES:,} bytes")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise ImportFailedError("there is nothing to read")
    text, fences = _unfenced(text) if slug in ("", "mermaid") else (text, 0)
    chosen = BY_SLUG.get(slug) if slug else guess(text)
    if chosen is None or chosen.read is None:
        known = ", ".join(each.name for each in IMPORTABLE)
        raise ImportFailedError(f"this is in none of the formats that can be read: {known}")
    imported = chosen.read(text)
    if fences > 1:
        remark = f"The text has {fences} Mermaid drawings; the first was read. To take another, paste it alone."
        imported = replace(imported, warnings=(remark, *imported.warnings))
    return replace(imported, format=chosen.slug)


def read_back(document: Mapping[str, Any], slug: str) -> dict[str, Any] | None:
    """What the document reads as after an export in the format; None where there is no way out or back."""
    chosen = BY_SLUG[slug]
    if chosen.write is None or chosen.read is None:
        return None
    try:
        return chosen.read(chosen.write(document)).document
    except ImportFailedError:
        return {}


def _unfenced(text: str) -> tuple[str, int]:
    """The first Mermaid drawing of a Markdown text, on the lines where it stands, and how many there are."""
    found = list(FENCE.finditer(text))
    if not found:
        return text, 0
    first = found[0]
    return "\n" * text.count("\n", 0, first.start(2)) + first[2], len(found)


def decoded(raw: bytes) -> str:
    """An uploaded file as text. Raises ImportFailedError."""
    if len(raw) > MAX_BYTES:
        raise ImportFailedError(f"the file is larger than {MAX_BYTES:,} bytes")
    if raw.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG")):
        raise ImportFailedError("this is a packed or picture file; export it as text first")
    for encoding in ("utf-8-sig", "utf-16") if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    raise ImportFailedError("the file is not text in UTF-8", line=line)
