"""The parameters of an operation, however they are written: named ones, including those of its path."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from designs.document.api import Location, Operation
from designs.document.basics import in_order

IN_PATH = re.compile(r"\{([^{}]+)\}")
WITHOUT_BODY = ("GET", "HEAD", "DELETE", "OPTIONS")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A parameter; `name` is as typed, or its id when it has none."""

    name: str
    location: Location
    type: str = ""
    required: bool = True
    note: str = ""


def path_of(operation: Operation, key: str) -> str:
    """The path of a REST operation, and a derived one for a call by name."""
    if operation.style == "rpc":
        return f"/rpc/{operation.name or key}"
    path = operation.path.strip() or f"/{operation.name or key}"
    return path if path.startswith("/") else f"/{path}"


def method_of(operation: Operation) -> str:
    """The method as given; else POST for an operation that writes or takes a body."""
    if operation.style == "rpc":
        return "POST"
    has_body = any(each.location == "body" for each in operation.parameters.values())
    return operation.method or ("POST" if operation.writes or has_body else "GET")


def taken_by(operation: Operation, key: str) -> list[Taken]:
    """The parameters in order; path parameters that the operation does not list come first, and an invalid place is
    dropped.
    """
    in_path = [each.strip() for each in IN_PATH.findall(path_of(operation, key))] if operation.style == "rest" else []
    bodiless = method_of(operation) in WITHOUT_BODY
    found = [
        _placed(
            Taken(
                name=each.name or inner,
                location=each.location,
                type=each.type,
                required=each.required,
                note=each.note,
            ),
            in_path,
            bodiless=bodiless,
            is_rpc=operation.style == "rpc",
        )
        for inner, each in in_order(operation.parameters)
    ]
    declared = {each.name for each in found if each.location == "path"}
    missing = [name for name in dict.fromkeys(in_path) if name not in declared]
    return [*(Taken(name=name, location="path") for name in missing), *found]


def _placed(taken: Taken, in_path: list[str], *, bodiless: bool, is_rpc: bool) -> Taken:
    if is_rpc:
        return replace(taken, location="body")
    if taken.name in in_path and taken.location != "header":
        return replace(taken, location="path", required=True)
    if taken.location == "path" or (taken.location == "body" and bodiless):
        return replace(taken, location="query")
    return taken
