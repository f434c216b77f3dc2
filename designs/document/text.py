"""Documents and patches as JSON text: how they are received, and how they are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic_core import from_json, to_json

from designs.document.limits import MAX_BYTES, MAX_DEPTH
from designs.document.problems import DocumentTooLargeError


class MalformedJsonError(ValueError):
    """The text is no JSON by RFC 8259, is nested too deeply, or is no object."""


class _ConstantError(ValueError):
    """NaN or Infinity, which JSON does not have."""


def parse(text: str | bytes) -> dict[str, Any]:
    """Reads a JSON object from an untrusted source.

    Raises MalformedJsonError; does not check the content of the document.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise MalformedJsonError(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except (json.JSONDecodeError, UnicodeDecodeError, _ConstantError) as error:
        raise MalformedJsonError(f"This is not JSON: {error}") from None
    except ValueError:  # Python reads no more digits than 4,300
        raise MalformedJsonError("A number in the JSON has thousands of digits.") from None
    if not isinstance(value, dict):
        raise MalformedJsonError("A JSON object was expected.")
    if _is_deeper_than(value, MAX_DEPTH):
        raise MalformedJsonError(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    return value


def load(text: str | bytes) -> dict[str, Any]:
    """Reads text that `dump` wrote; it is trusted, so this is faster."""
    value: dict[str, Any] = from_json(text)
    return value


def dump(document: Mapping[str, Any], *, limit_bytes: int = MAX_BYTES) -> str:
    """Compact JSON, in insertion order. Raises DocumentTooLargeError above the limit."""
    encoded = to_json(document)
    if len(encoded) > limit_bytes:
        raise DocumentTooLargeError(size=len(encoded), limit=limit_bytes)
    return encoded.decode()


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(f"{name} is not a number in JSON")


def _is_deeper_than(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [inner for each in level for inner in _children(each) if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
