"""Cards written in a topic's file, in a ```cards fence: a YAML list, checked for shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from studyguide.notes.errors import NoteError
from web.safe_yaml import YamlError, read_yaml

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


@dataclass(frozen=True, kw_only=True)
class CardSource:
    """A card as its file has it; `content` holds the fields of its kind. `line` is where it starts."""

    id: str
    kind: CardKind
    content: dict[str, Any]
    line: int


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
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise NoteError("each card needs an id", path=path, line=line)
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise NoteError(f"card kind must be one of {', '.join(FIELDS)}, found {kind!r}", path=path, line=line)
    for name, expected in FIELDS[kind].items():
        if not isinstance(value.get(name), expected):
            raise NoteError(f"card {value['id']!r} of kind {kind} needs a {name}", path=path, line=line)
    if kind == "choice" and not 0 <= value["answer"] < len(value["choices"]):
        raise NoteError(f"card {value['id']!r}: answer must be the number of a choice, from 0", path=path, line=line)
    content = {key: item for key, item in value.items() if key not in ("id", "kind")}
    return CardSource(id=value["id"], kind=cast(CardKind, kind), content=content, line=line)
