"""What an analysis proves about a design: findings with their remedies, and how each was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from designs.document.basics import in_order
from designs.document.limits import MAX_NAME
from designs.document.schema import Document

Severity = Literal["high", "medium", "low"]
ElementKind = Literal["component", "connection", "zone", "operation", "entity", "requirement", "estimate"]
Response = Literal["open", "mitigated", "accepted"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")


@dataclass(frozen=True)
class Element:
    kind: ElementKind
    id: str
    name: str


@dataclass(frozen=True)
class Remedy:
    """A measure with what it gains and what it costs. One with a `patch` (a merge patch of the document) can be tried.

    The patch applies to the document as it was analysed; a patch that is slow to compute is made on demand.
    """

    title: str
    gain: str
    cost: str
    topic: str
    change: Mapping[str, Any] | Callable[[], Mapping[str, Any] | None] | None = field(default=None, compare=False)

    @cached_property
    def patch(self) -> Mapping[str, Any] | None:
        return self.change() if callable(self.change) else self.change


@dataclass(frozen=True)
class Finding:
    """`proof` holds the figures that prove it, `operations` are those that are affected."""

    rule: str
    severity: Severity
    elements: tuple[Element, ...]
    title: str
    proof: str
    why: str
    topic: str
    remedies: tuple[Remedy, ...]
    operations: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The rule and the elements it is about: the key stays the same when figures change. Answers refer to it."""
        whole = f"{self.rule}:{','.join(sorted(each.id for each in self.elements))}"
        if len(whole) <= MAX_NAME:
            return whole
        return f"{self.rule}:{sha256(whole.encode()).hexdigest()[:32]}"

    @property
    def components(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.elements if each.kind == "component")


@dataclass(frozen=True)
class Answer:
    """What the design answers to a finding: an entry of `bottlenecks`."""

    bottleneck: str
    response: Response
    mitigation: str


def answers_of(document: Document) -> dict[str, Answer]:
    """Answers by the key of the finding; when several entries answer one, the last counts."""
    return {
        each.key: Answer(key, each.response, each.mitigation)
        for key, each in in_order(document.bottlenecks)
        if each.key
    }


def answer_patch(finding: Finding, document: Document, *, response: Response, mitigation: str) -> dict[str, Any]:
    """The merge patch that answers a finding: a new bottleneck, or the one that answered it before."""
    given = answers_of(document).get(finding.key)
    entry: dict[str, Any] = {"response": response, "mitigation": mitigation}
    if given is not None:
        return {"bottlenecks": {given.bottleneck: entry}}
    entry |= {
        "finding": finding.title,
        "rule": finding.rule,
        "key": finding.key,
        "components": {each: True for each in finding.components if each in document.diagram.components},
        "order": max((each.order for each in document.bottlenecks.values()), default=0) + 1,
    }
    return {"bottlenecks": {free_id(document.bottlenecks, "b"): entry}}


def free_id(taken: Mapping[str, object], prefix: str) -> str:
    """The first unused id of `prefix`1, `prefix`2, ..."""
    number = len(taken) + 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


@dataclass(frozen=True)
class Rule:
    """A check that runs on every design; `check` gives a finding for each place where it fails."""

    id: str
    title: str
    check: Callable[[Any], Iterator[Finding]]
