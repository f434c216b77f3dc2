"""The document's own JSON, indented for people and for version control."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from designs.document.checks import problems_of
from designs.document.checks import read as read_document
from designs.document.figures import figure_problems
from designs.document.limits import MAX_DEPTH
from designs.document.problems import InvalidDocumentError
from designs.document.schema import Document
from designs.document.upgrade import FORMAT_1, upgrade
from designs.exchange.problems import Imported, ImportFailedError


def write(document: Mapping[str, Any]) -> str:
    """Every key in its order: an import and an export keep the order of keys."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Imported:
    document = parse(text)
    if "format" not in document and not document.keys() & Document.model_fields.keys():
        raise ImportFailedError("this JSON is not a design: it has none of a design's sections")
    # A file without a format is read as the older one, whose fields all keep their meaning in the newer one.
    document = upgrade({"format": FORMAT_1, **document})
    problems = problems_of(document)
    if errors := [each for each in problems if each.severity == "error"]:
        first, more = errors[0], len(errors) - 1
        raise ImportFailedError(first.message + (f" ({more} more like this)" if more else ""), place=first.path or "/")
    problems += figure_problems(document)
    return Imported(document=document, warnings=tuple(f"{each.path}: {each.message}" for each in problems))


def parse(text: str, *, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """Reads an untrusted JSON object; an error has its line."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except RecursionError:
        raise ImportFailedError(f"the JSON is nested deeper than {max_depth} levels") from None
    except json.JSONDecodeError as error:
        raise ImportFailedError(f"this is not JSON: {error.msg}", line=error.lineno) from None
    except ImportFailedError:
        raise
    except ValueError:  # Python reads no more digits than 4,300
        raise ImportFailedError("a number in the JSON has thousands of digits") from None
    if not isinstance(value, dict):
        raise ImportFailedError("a JSON object was expected", line=1)
    refuse_depth(value, max_depth)
    return value


def refuse_depth(value: Any, max_depth: int) -> None:
    """Goes level by level, so that no depth can exhaust the stack."""
    level = [value]
    for _ in range(max_depth):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise ImportFailedError(f"the JSON is nested deeper than {max_depth} levels")


def checked(document: dict[str, Any], *, title: str = "") -> dict[str, Any]:
    """Checks the document that a reader built as a whole.

    A fault comes from the source, so it is reported as one of the source.
    """
    if title:
        document = {**document, "meta": {**document.get("meta", {}), "title": title}}
    try:
        read_document(document)
    except InvalidDocumentError as error:
        first = error.problems[0]
        raise ImportFailedError(first.message, place=first.path) from None
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ImportFailedError(f"{name} is not a number in JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ImportFailedError(f"the key {twice!r} is given twice in one object")
    return found
