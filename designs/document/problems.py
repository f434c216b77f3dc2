"""Problems of a document, as facts with a path: wrong types, and parts that do not fit together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from designs.document.limits import ONE_LINE, PRINTABLE

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Severity = Literal["error", "warning"]
MAX_REPORTED = 50
REQUIRED = "This field is required."
NOT_PART_OF_A_DESIGN = "This field is not part of a design."


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `path` is a JSON Pointer (RFC 6901). Errors refuse the document, warnings do not."""

    path: str
    message: str
    severity: Severity = "error"


class InvalidDocumentError(ValueError):
    """The document, or the document that a patch would make, is refused; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path or '/'}: {problem.message}" for problem in problems[:5]))
        self.problems = problems


class DocumentTooLargeError(ValueError):
    """The document, or the patch, takes more bytes of JSON than allowed."""

    def __init__(self, *, size: int, limit: int) -> None:
        super().__init__(f"A design may take {limit:,} bytes as JSON; this one would take {size:,}.")
        self.size, self.limit = size, limit


def place_of(pointer: str) -> tuple[str, ...]:
    """The path of a JSON Pointer: /diagram/a~1b gives ("diagram", "a/b")."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer: ("diagram", "a/b") gives /diagram/a~1b."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def from_validation_error(error: ValidationError) -> list[Problem]:
    """Pydantic's errors in plain words, the first fifty of them."""
    details = error.errors(include_url=False, include_context=True)
    return [_problem(detail) for detail in details[:MAX_REPORTED]]


def _problem(detail: ErrorDetails) -> Problem:
    path = detail["loc"]
    if path and path[-1] == "[key]":
        path = path[:-1]
    return Problem(pointer(path), words_of_error(detail))


def words_of_error(detail: ErrorDetails) -> str:
    """One error of pydantic, as a sentence that says what was found and what was expected."""
    kind, context = detail["type"], detail.get("ctx", {})
    found = _shown(detail.get("input"))
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return f"{found} is not a valid id: a letter, then up to 39 letters, digits, - or _."
    if kind in ("string_too_short", "too_short") and not detail.get("input"):
        return "Nothing stands here yet."
    match kind:
        case "extra_forbidden":
            return NOT_PART_OF_A_DESIGN
        case "missing":
            return REQUIRED
        case "literal_error":
            expected = context["expected"].removeprefix("'', ")
            return (
                f"{found} is not one of {expected}."
                if " or " in expected
                else f"Only {expected} is read here, not {found}."
            )
        case "string_too_long":
            return f"The text is longer than {context['max_length']:,} characters."
        case "too_long":
            return f"There are {len(detail['input']):,} entries; at most {context['max_length']:,} are allowed."
        case "string_pattern_mismatch":
            return _pattern_words(found, context["pattern"])
        case "string_unicode":
            return "The text holds half a character (an unpaired surrogate)."
    return _type_words(kind, context, found) or f"{detail['msg']}, but was {found}."


WHOLE = "A whole number such as 3, without quotes, is expected here, but was {found}."
NUMBER = "A number without quotes is expected here, but was {found}."
NAMED = "Named entries are expected here (a name, a colon, and what it holds), but was {found}."
TYPE_WORDS = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), "Either true or false is expected here, but was {found}."),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), NAMED),
    "string_type": "A text is expected here (of a number, in quotes), but was {found}.",
    "list_type": "A list is expected here (each entry behind a dash and a blank, or in [ ]), but was {found}.",
    "greater_than_equal": "A number greater than or equal to {ge:g} is expected here, but was {found}.",
    "greater_than": "A number greater than {gt:g} is expected here, but was {found}.",
    "less_than_equal": "A number of at most {le:g} is expected here, but was {found}.",
    "too_short": "At least {min_length} entries are expected here, but was {found}.",
    "string_too_short": "At least {min_length} characters are expected here, but was {found}.",
}


def _type_words(kind: str, context: dict[str, Any], found: str) -> str:
    """What was expected in place of a value of another type or size; "" for a kind that is not known here."""
    words = TYPE_WORDS.get(kind, "")
    return words.format(**{**context, "found": found})


def _pattern_words(found: str, pattern: str) -> str:
    if pattern == ONE_LINE:
        return f"{found} holds a line break or another control character."
    if pattern == PRINTABLE:
        return f"{found} holds a control character."
    if pattern.startswith("^(https://"):
        return f"{found} is no address that begins with https://."
    return f"{found} does not have the form that is expected here ({pattern})."


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
