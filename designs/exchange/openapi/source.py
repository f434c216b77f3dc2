"""The text of an OpenAPI description as plain values, with the line of each, and the references inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from designs.document.problems import place_of, pointer
from designs.exchange.openapi.swagger import as_openapi
from designs.exchange.openapi.write import OWN
from designs.exchange.own_json import parse
from designs.exchange.problems import MAX_BYTES, ImportFailedError
from web.reading.safe_yaml import YamlDocument, YamlError, read_yaml

MAX_DEPTH = 64
MAX_HOPS = 20
Place = tuple[str | int, ...]


def read_source(text: str) -> Source:
    """Raises ImportFailedError for what is not JSON or YAML, or not OpenAPI; Swagger 2.0 is read as OpenAPI 3.0."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        source = Source(parse(text.lstrip("\ufeff"), max_depth=MAX_DEPTH), None)
    else:
        try:
            raw = text.encode(errors="replace")
            read = read_yaml(raw, file="", limit_bytes=MAX_BYTES, max_depth=MAX_DEPTH, aliases=True)
        except YamlError as error:
            raise ImportFailedError(error.message, line=error.line) from None
        source = Source(read.value, read)
    if not isinstance(source.value, dict):
        raise ImportFailedError("an OpenAPI description begins with `openapi: 3.1.0`", line=1)
    if "swagger" in source.value:
        if str(source.value["swagger"]) not in ("2.0", "2"):
            raise source.error("Swagger is read in version 2.0", ("swagger",))
        return Source(as_openapi(source.value), source.read)
    version = source.value.get("openapi")
    if not isinstance(version, (str, float)) or not str(version).startswith("3."):
        raise source.error(f"an OpenAPI description says `openapi: 3.1.0`; here it is {version!r}", ("openapi",))
    return source


class Source:
    """Values by place; what has the wrong type is an error with its line and path."""

    def __init__(self, value: Any, read: YamlDocument | None) -> None:
        self.value, self.read = value, read

    def error(self, message: str, place: Place) -> ImportFailedError:
        line = self.read.line_of(place) if self.read else None
        return ImportFailedError(message, line=line, place=pointer(place))

    def at(self, place: Place) -> Any:
        value = self.value
        for part in place:
            if isinstance(value, dict):
                value = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def mapping(self, place: Place) -> Mapping[str, Any]:
        value = self.at(place)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error("a mapping was expected here", place)
        return value

    def sequence(self, place: Place) -> Sequence[Any]:
        value = self.at(place)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error("a list was expected here", place)
        return value

    def resolved(self, place: Place) -> Mapping[str, Any]:
        """The value at the place, or the value that it refers to inside this file."""
        return self.follow(self.mapping(place), place)

    def follow(self, value: Mapping[str, Any], place: Place = ()) -> Mapping[str, Any]:
        for _ in range(MAX_HOPS):
            reference = value.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return value
            found = self.at(tuple(unquote(part) for part in place_of(reference[1:])))
            if not isinstance(found, dict):
                raise self.error(f"{reference!r} refers to nothing in this file", place)
            value = found
        raise self.error("references go round in a circle", place)

    @staticmethod
    def own(value: Mapping[str, Any]) -> Mapping[str, Any]:
        own = value.get(OWN)
        return own if isinstance(own, dict) else {}
