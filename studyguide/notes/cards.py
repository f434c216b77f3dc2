"""Cards written in a topic's file, in a ```cards fence: a YAML list, checked for shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from calculators.engine.quantities import QuantityError, parse_quantity
from studyguide.notes.errors import NoteError
from studyguide.notes.holes import HOLE
from studyguide.notes.judging import ToleranceError, read_tolerance
from web.reading.safe_yaml import YamlError, read_yaml

CardKind = Literal["question", "cloze", "choice", "numeric", "misconception", "picture"]
# What each kind must have, beside id and kind.
FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "question": {"front": str, "back": str},
    "cloze": {"text": str},
    "choice": {"front": str, "choices": list, "answer": int, "back": str},
    "numeric": {"front": str, "answer": (str, int, float), "tolerance": str, "back": str},
    "misconception": {"claim": str, "verdict": bool, "truth": str, "source": str},
    "picture": {"front": str, "diagram": str, "hidden": str},
}
KIND_NAMES: dict[str, str] = {
    "question": "Question",
    "cloze": "Fill the gaps",
    "choice": "Choose",
    "numeric": "Number",
    "misconception": "True or false",
    "picture": "Picture",
}
MAX_ID = 120
MAX_FIELD = 20_000
MAX_CHOICES = 8
MAY_BE_BLANK = frozenset({"source", "back"})


@dataclass(frozen=True, kw_only=True)
class CardSource:
    """A card as its file has it; `content` holds the fields of its kind. `line` is where it starts."""

    id: str
    kind: CardKind
    content: dict[str, Any]
    line: int
    tags: tuple[str, ...] = ()


class CardFieldError(ValueError):
    """A field that a card of its kind cannot have so."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


def read_cards(source: str, *, path: str, first_line: int) -> list[CardSource]:
    """The cards of one fence, whose first line within the file is `first_line`; NoteError at the first bad one."""
    try:
        document = read_yaml(source.encode(), file=path)
    except YamlError as error:
        raise NoteError(f"cards: {error.message}", path=path, line=first_line + error.line - 1) from error
    if not isinstance(document.value, list):
        raise NoteError("cards must be a YAML list, each beginning with `- id:`", path=path, line=first_line)
    cards = [
        _card(value, path, first_line + document.line_of((number,)) - 1) for number, value in enumerate(document.value)
    ]
    seen: set[str] = set()
    for card in cards:
        if card.id in seen:
            raise NoteError(f"card id {card.id!r} stands twice", path=path, line=card.line)
        seen.add(card.id)
    return cards


def _card(value: Any, path: str, line: int) -> CardSource:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not value["id"].strip():
        raise NoteError("each card needs an id", path=path, line=line)
    if len(value["id"]) > MAX_ID:
        raise NoteError(f"a card's id may have {MAX_ID} characters", path=path, line=line)
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise NoteError(f"card kind must be one of {', '.join(FIELDS)}, found {kind!r}", path=path, line=line)
    tags = value.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise NoteError(f"card {value['id']!r}: tags must be a list of words", path=path, line=line)
    for name, expected in FIELDS[kind].items():
        if not isinstance(value.get(name), expected):
            raise NoteError(f"card {value['id']!r} of kind {kind} needs a {name}", path=path, line=line)
    content = {key: item for key, item in value.items() if key not in ("id", "kind", "tags")}
    try:
        check_content(kind, content)
    except CardFieldError as error:
        raise NoteError(f"card {value['id']!r}: {error}", path=path, line=line) from error
    return CardSource(id=value["id"], kind=cast(CardKind, kind), content=content, line=line, tags=tuple(tags))


def check_content(kind: str, content: Mapping[str, Any]) -> None:
    """CardFieldError at the first field that says nothing, says too much, or cannot be judged."""
    for name, expected in FIELDS[kind].items():
        value = content.get(name)
        if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
            raise CardFieldError(name, "is needed")
        if isinstance(value, str) and not value.strip() and name not in MAY_BE_BLANK:
            raise CardFieldError(name, "is needed")
    for name, value in content.items():
        if isinstance(value, str) and len(value) > MAX_FIELD:
            raise CardFieldError(name, f"may have {MAX_FIELD:,} characters, this has {len(value):,}")
    if check := _CHECKS.get(kind):
        check(content)


def _check_cloze(content: Mapping[str, Any]) -> None:
    if not HOLE.search(content["text"]):
        raise CardFieldError("text", "needs at least one gap, written {{like this}}")


def _check_choice(content: Mapping[str, Any]) -> None:
    choices = content["choices"]
    if not 2 <= len(choices) <= MAX_CHOICES or len({str(choice) for choice in choices}) < len(choices):
        raise CardFieldError("choices", f"must be 2 to {MAX_CHOICES}, all different")
    if not all(isinstance(choice, str | int | float) and 0 < len(str(choice).strip()) <= 500 for choice in choices):
        raise CardFieldError("choices", "must be words or numbers of at most 500 characters")
    if not 0 <= content["answer"] < len(choices):
        raise CardFieldError("answer", "must be the number of a choice, from 0")


def _check_numeric(content: Mapping[str, Any]) -> None:
    try:
        answer = parse_quantity(str(content["answer"]))
    except QuantityError as error:
        raise CardFieldError("answer", error.message) from error
    if answer.spread:
        raise CardFieldError("answer", "must be one number; say how far off may be right in the tolerance")
    try:
        read_tolerance(content["tolerance"])
    except ToleranceError as error:
        raise CardFieldError("tolerance", str(error)) from error


_CHECKS = {"cloze": _check_cloze, "choice": _check_choice, "numeric": _check_numeric}
