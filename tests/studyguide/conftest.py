from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from studyguide.memory.log import Grade
from studyguide.memory.schedule import Rules
from studyguide.models import Card
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.reviews import NewEntry, Recorded, record_answer

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

HASHING = """---
slug: hashing
title: Hashing
category: basics
order: 1
summary: Keys become places.
---
# Hashing

A hash function maps a key to a number of fixed size. Equal keys always give equal numbers.

## How it fails

Two keys with one hash collide, and the table gets slow.

```cards
- id: hashing-map
  kind: question
  front: "What does a **hash function** do?"
  back: "It maps a key to a number of fixed size."
- id: hashing-collide
  kind: cloze
  text: "Two keys with one hash {{collide}}."
- id: hashing-why
  kind: choice
  front: "Which key would you use?"
  choices: ["The name", "The user's id", "The time"]
  answer: 1
  back: "It is unique and does not change."
- id: hashing-seconds
  kind: numeric
  front: "How many seconds has a day?"
  answer: "86,400 s"
  tolerance: "20 %"
  back: "24 x 60 x 60."
- id: hashing-secret
  kind: misconception
  claim: "A hash hides a password."
  verdict: false
  truth: "Short inputs are guessed by trying them."
  source: "OWASP, 2023"
- id: hashing-ring
  kind: picture
  front: "What stands between client and servers?"
  diagram: |
    flowchart LR
      Client --> Ring[Hash ring] --> Server
  hidden: "Hash ring"
```
"""


def notes(text: str = HASHING, *, path: str = "hashing.md") -> list[tuple[str, bytes]]:
    return [(path, text.encode())]


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("ada", password="a-long-enough-one")


@pytest.fixture
def cards(db) -> dict[str, Card]:
    """The six cards of the topic `hashing`, one of each kind, by what follows `hashing-` in their id."""
    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    return {card.source_id.removeprefix("hashing-"): card for card in Card.objects.all()}


def answer(
    learner: User,
    card: Card,
    grade: int = 3,
    *,
    at: datetime = NOON,
    days: float = 0,
    uid: uuid.UUID | None = None,
    rules: Rules | None = None,
) -> Recorded:
    at += timedelta(days=days)
    entry = NewEntry(uid=uid or uuid.uuid4(), kind="answer", at=at, received_at=at, grade=Grade(grade))
    return record_answer(learner, card.pk, entry, rules=rules or Rules())
