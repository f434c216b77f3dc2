"""All formats, in the order of the pages; and the detection of a text's format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Literal

from designs.document.checks import read as read_document
from designs.document.schema import Document
from designs.exchange import (
    architecture,
    c4,
    compose,
    d2,
    dbml,
    dot,
    drawio,
    entity_chart,
    excalidraw,
    kubernetes,
    markdown,
    mermaid,
    own_json,
    plantuml,
    png,
    proto,
    proto_read,
    structurizr,
    structurizr_read,
    svg,
)
from designs.exchange.openapi import read as openapi_read
from designs.exchange.openapi import write as openapi_write
from designs.exchange.problems import MAX_BYTES, Imported, ImportFailedError
from designs.exchange.sql import read as sql_read
from designs.exchange.sql import write as sql_write
from web.charts.mermaid.source import read_source

Part = Literal["whole", "diagram", "api", "data_model"]
PART_NAMES: dict[Part, str] = {
    "whole": "The whole design",
    "diagram": "The diagram",
    "api": "The API",
    "data_model": "The data model",
}
START = 20_000
FENCE = re.compile(r"^[ \t>]*(```|~~~|:::)[`~]* *mermaid\b[^\n]*\n(.*?)^[ \t>]*\1", re.MULTILINE | re.DOTALL)
CREATE_TABLE = re.compile(r"\bCREATE\s+(?:\w+\s+){0,3}TABLE\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Format:
    """`write` takes a checked document as a plain dict; `write` or `read` is None where that direction is missing."""

    slug: str
    name: str
    about: str
    part: Part
    extension: str
    content_type: str
    write: Callable[[Mapping[str, Any]], str] | None = None
    read: Callable[[str], Imported] | None = None
    looks_like: Callable[[str], bool] = lambda _: False


class UnknownFormatError(LookupError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no format {slug[:40]!r}; there are {', '.join(BY_SLUG)}.")


def _typed(write: Callable[[Document], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda document: write(read_document(document))


def _later(module: str) -> Callable[[str], Imported]:
    """The reader of a module whose library is loaded on first use."""

    def read(text: str) -> Imported:
        imported: Imported = import_module(f"designs.exchange.{module}").read(text)
        return imported

    return read


HELM = r"^[^\S\n]*+\{\{-?[^\S\n]*+(?:if|range|with|include)\b|:[^\S\n]*+\{\{-?[^\S\n]*+\.(?:Values|Release)"


def _starts(pattern: str) -> Callable[[str], bool]:
    """Whether the text begins like this, after leading blanks and comments."""
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    return lambda text: compiled.search(text[:START]) is not None


def _all(*conditions: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: all(holds(text) for holds in conditions)


def _mermaid(pattern: str) -> Callable[[str], bool]:
    """Whether a Mermaid text begins like this, after its front matter, directives and comments."""
    compiled = re.compile(rf"\s*{pattern}", re.MULTILINE)
    return lambda text: compiled.match(read_source(text[:START]).text) is not None


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
        looks_like=_mermaid(r"(?:flowchart(?:-elk)?|graph)(?:[ \t]+(?:TB|TD|BT|RL|LR|[<>^v]))?[ \t]*(?:[;\n]|%%|\Z)"),
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
        read=structurizr_read.read,
        looks_like=_starts(r"^[^\S\n]*+workspace\b[^\n]*\{"),
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
        looks_like=_starts(r"^[^\S\n]*+[\"']?(?:openapi|swagger)[\"']?\s*:"),
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
        read=proto_read.read,
        looks_like=_starts(r"^[^\S\n]*+(?:syntax\s*=\s*[\"']proto[23][\"']|edition\s*=)"),
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
        read=_later("dbml_read"),
        looks_like=_starts(r"^[^\S\n]*+table\s++(?:\"[^\"\n]++\"|[\w.]++)[^\n{}();]*+\{"),
    ),
    Format(
        slug="mermaid-c4",
        name="Mermaid C4",
        about="People, systems and containers of a C4 chart, with their boundaries.",
        part="diagram",
        extension="mmd",
        content_type="text/vnd.mermaid",
        read=c4.read,
        looks_like=_mermaid(r"C4(?:Context|Container|Component|Dynamic|Deployment)\b"),
    ),
    Format(
        slug="mermaid-architecture",
        name="Mermaid architecture",
        about="Groups, services and edges of an architecture-beta chart.",
        part="diagram",
        extension="mmd",
        content_type="text/vnd.mermaid",
        read=architecture.read,
        looks_like=_mermaid(r"architecture(?:-beta)?\s*$"),
    ),
    Format(
        slug="mermaid-er",
        name="Mermaid erDiagram",
        about="Entities, their attributes and relations.",
        part="data_model",
        extension="mmd",
        content_type="text/vnd.mermaid",
        read=entity_chart.read,
        looks_like=_mermaid(r"erDiagram\b"),
    ),
    Format(
        slug="compose",
        name="Docker Compose",
        about="Services with their replicas, ports and health checks, and what they depend on.",
        part="diagram",
        extension="yaml",
        content_type="application/yaml",
        read=compose.read,
        looks_like=_starts(r"^services\s*:"),
    ),
    Format(
        slug="kubernetes",
        name="Kubernetes manifests",
        about="Workloads with their replicas and probes, services and ingresses.",
        part="diagram",
        extension="yaml",
        content_type="application/yaml",
        read=kubernetes.read,
        looks_like=_all(_starts(r"^apiVersion[ \t]*:"), _starts(r"^kind[ \t]*:")),
    ),
    Format(
        slug="structurizr-json",
        name="Structurizr JSON",
        about="The model of a workspace as Structurizr keeps it.",
        part="diagram",
        extension="json",
        content_type="application/json",
        read=structurizr_read.read,
        looks_like=_json_where(lambda value: isinstance(value.get("model"), dict) and "format" not in value),
    ),
    Format(
        slug="plantuml",
        name="PlantUML",
        about="Components, nodes and arrows of component and deployment diagrams, and C4-PlantUML.",
        part="diagram",
        extension="puml",
        content_type="text/plain",
        read=plantuml.read,
        looks_like=_starts(r"^[^\S\n]*+@startuml"),
    ),
    Format(
        slug="dot",
        name="Graphviz dot",
        about="Nodes, edges and clusters.",
        part="diagram",
        extension="dot",
        content_type="text/vnd.graphviz",
        read=dot.read,
        looks_like=_starts(r"\A\s*(?:strict\s+)?(?:di)?graph\b[^\n;{]*\{"),
    ),
    Format(
        slug="terraform",
        name="Terraform",
        about="Resources that run, store or carry something, and what they refer to.",
        part="diagram",
        extension="tf",
        content_type="text/plain",
        read=_later("terraform"),
        looks_like=_starts(
            r"^[^\S\n]*+(?:resource\s+\"[^\"\n]+\"\s+\"[^\"\n]+\"|provider\s+\"[^\"\n]+\"|terraform)\s*\{"
        ),
    ),
    Format(
        slug="d2",
        name="D2",
        about="Boxes, containers and arrows.",
        part="diagram",
        extension="d2",
        content_type="text/plain",
        read=d2.read,
        looks_like=_starts(
            r"^[ \t]*+[\w.\"' \t-]{1,80}(?:<?->|<-)[\w.\"' \t-]{1,80}(?:$|[:{]|<?->|<-)"
            r"|^[ \t]*+(?:[\w.-]{1,80}+[ \t]*+:[ \t]*+(?:[\w -]{1,80}+)?\{[ \t]*+)?"
            r"shape[ \t]*+:[ \t]*+[a-z_]++[ \t]*+\}?[ \t]*+$"
            r"|^[ \t]*+(?:[\w -]{1,80}+\.){0,4}(?:style\.[a-z-]{1,40}+|grid-rows|grid-columns)[ \t]*+:"
        ),
    ),
    Format(
        slug="graphql",
        name="GraphQL schema",
        about="Queries and mutations as operations, types as entities and messages.",
        part="api",
        extension="graphql",
        content_type="application/graphql",
        read=_later("graphql"),
        looks_like=_starts(
            r"^[^\S\n]*+(?:extend\s+)?(?:type|input|interface|enum|union|scalar|schema)\b[^\n{}:]*(?:\{|=|$)"
        ),
    ),
)
BY_SLUG: dict[str, Format] = {each.slug: each for each in FORMATS}
IMPORTABLE: tuple[Format, ...] = tuple(each for each in FORMATS if each.read)
EXPORTABLE: tuple[Format, ...] = tuple(each for each in FORMATS if each.write)
# From the most to the least specific: every design is JSON, but not the other way round.
GUESSES = (
    *(
        "drawio",
        "excalidraw",
        "openapi-json",
        "structurizr-json",
        "json",
        "plantuml",
        "mermaid-c4",
        "mermaid-architecture",
    ),
    *(
        "mermaid-er",
        "mermaid",
        "dot",
        "structurizr",
        "openapi",
        "compose",
        "kubernetes",
        "proto",
        "terraform",
        "dbml",
        "sql",
    ),
    *("graphql", "d2"),
)
# Formats that are recognised but not read, so that a refusal names them.
UNREAD: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("a Mermaid sequence diagram", _mermaid(r"sequenceDiagram\b")),
    (
        "a Mermaid diagram of another kind",
        _mermaid(
            r"(?:(?:classDiagram|stateDiagram|gantt|pie|journey|gitGraph|mindmap|timeline|quadrantChart|kanban|zenuml"
            r"|requirementDiagram|packet|block|sankey|xychart|radar|treemap|info)\b|(?!architecture)[a-z]+-beta\b)"
        ),
    ),
    ("an HTML page", _starts(r"\A\s*<(?:!doctype html|html)\b")),
    ("a BPMN process", lambda text: "bpmn" in text[:2_000].lower() and text.lstrip().startswith("<")),
    ("an SVG picture", lambda text: text.lstrip().startswith("<svg") and "mxfile" not in text[:4_000]),
    ("an Excalidraw library", _json_where(lambda value: value.get("type") == "excalidrawlib")),
    ("a CloudFormation template", _starts(r"^AWSTemplateFormatVersion\s*:|^[^\S\n]*+Type\s*:\s*[\"']?AWS::")),
    ("a Kustomize file", _starts(r"^kind\s*:\s*[\"']?Kustomization\b")),
    ("a Helm template (`helm template` makes manifests of it)", _starts(HELM)),
    ("an AsyncAPI description", _starts(r"^[^\S\n]*+[\"']?asyncapi[\"']?\s*:|\A\s*\{\s*\"asyncapi\"")),
    ("a Backstage catalogue", _starts(r"^apiVersion\s*:\s*[\"']?backstage\.io/")),
    ("a Rails schema", _starts(r"^ActiveRecord::Schema\b")),
    ("a Lucidchart table", _starts(r"\A\"?Id\"?,\"?Name\"?,\"?Shape Library\"?,")),
    ("a CALM architecture", _json_where(lambda value: "calm.finos.org" in str(value.get("$schema", "")))),
    ("a Prisma schema", _starts(r"^[^\S\n]*+(?:datasource|generator)\s+\w+\s*\{")),
    ("a LikeC4 model", _starts(r"^[^\S\n]*+specification\s*\{")),
    ("a Postman collection", _json_where(lambda value: "item" in value and "info" in value)),
    ("a tldraw file", _json_where(lambda value: "tldrawFileFormatVersion" in value)),
    ("a JSON Schema", _json_where(lambda value: "json-schema.org" in str(value.get("$schema", "")))),
    ("a PDF file", lambda text: text.startswith("%PDF")),
)


def format_of(slug: str) -> Format:
    """Raises UnknownFormatError."""
    if slug not in BY_SLUG:
        raise UnknownFormatError(slug)
    return BY_SLUG[slug]


def guess(text: str) -> Format | None:
    """The format of a text, from its beginning."""
    start = text.lstrip("\ufeff \t\r\n")
    return next((BY_SLUG[slug] for slug in GUESSES if BY_SLUG[slug].looks_like(start)), None)


def read(text: str, slug: str = "") -> Imported:
    """A valid document from text in the given format, or in the detected one. Raises ImportFailedError."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise ImportFailedError(f"the text is larger than {MAX_BYTES:,} bytes")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise ImportFailedError("there is nothing to read")
    text, fences = _unfenced(text) if not slug or slug.startswith("mermaid") else (text, 0)
    start = text.lstrip("\ufeff \t\r\n")
    unread = next((name for name, looks_like in UNREAD if looks_like(start)), "") if not slug else ""
    if unread:
        raise ImportFailedError(f"this is {unread}, which is not read here")
    chosen = BY_SLUG.get(slug) if slug else guess(text)
    if chosen is None or chosen.read is None:
        known = ", ".join(each.name for each in IMPORTABLE)
        raise ImportFailedError(f"this is in none of the formats that can be read: {known}")
    try:
        imported = chosen.read(text)
    except RecursionError:  # for every library
        raise ImportFailedError("something is nested too deep in it") from None
    if fences > 1:
        taken = "the first readable one was taken. To take another, paste it alone."
        remark = f"The text has {fences} Mermaid drawings; {taken}"
        imported = replace(imported, warnings=(remark, *imported.warnings))
    return replace(imported, format=chosen.slug)


def read_back(document: Mapping[str, Any], slug: str) -> dict[str, Any] | None:
    """The document after an export and an import in the format; None where either is missing."""
    chosen = BY_SLUG[slug]
    if chosen.write is None or chosen.read is None:
        return None
    try:
        return chosen.read(chosen.write(document)).document
    except ImportFailedError:
        return {}


def _unfenced(text: str) -> tuple[str, int]:
    """The first Mermaid drawing of a Markdown text, on its original lines, and the number of drawings."""
    found = list(FENCE.finditer(text))
    if not found:
        return text, 0
    # The first that can be read: a README may begin with a sequence diagram.
    first = next((each for each in found if guess(each[2]) is not None), found[0])
    return "\n" * text.count("\n", 0, first.start(2)) + first[2], len(found)


def decoded(raw: bytes) -> str:
    """An uploaded file as text. Raises ImportFailedError."""
    if len(raw) > MAX_BYTES:
        raise ImportFailedError(f"the file is larger than {MAX_BYTES:,} bytes")
    if raw.startswith(png.SIGNATURE):
        raw = png.drawing_in(raw)
    if raw.startswith(b"%PDF"):
        raise ImportFailedError("this is a PDF file, which is not read here")
    if raw.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG")):
        raise ImportFailedError("this is a packed or picture file; export it as text first")
    for encoding in ("utf-8-sig", "utf-16") if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    raise ImportFailedError("the file is not text in UTF-8", line=line)
