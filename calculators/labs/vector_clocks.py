"""Three processes that send each other messages: Lamport's number and the vector of each event."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from calculators.labs import svg
from calculators.labs.lab import Action, Lab, Question, Table, Values, View

NAMES = "PQR"
Vector = tuple[int, int, int]
Order = Literal["before", "after", "concurrent", "same"]
LOCAL = {f"at-{name.lower()}": f"Event at {name}" for name in NAMES}
SENDS = {f"{a}-to-{b}".lower(): f"{a} sends to {b}" for a, b in ("PQ", "QP", "QR", "RQ", "PR", "RP")}
MOST_EVENTS = 24


@dataclass(frozen=True)
class Event:
    """`sent` is the number of the event that sent the message which this one received."""

    name: str
    process: int
    what: str
    lamport: int
    vector: Vector
    sent: int | None = None


def compare(one: Vector, other: Vector) -> Order:
    """Before when no part is larger and one is smaller; concurrent when each has a part that is larger."""
    if one == other:
        return "same"
    if all(a <= b for a, b in zip(one, other, strict=True)):
        return "before"
    if all(a >= b for a, b in zip(one, other, strict=True)):
        return "after"
    return "concurrent"


class Clocks:
    """Each process counts its own events; a message carries what its sender knows."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.events: list[Event] = []
        self.lamport = [0, 0, 0]
        self.vectors = [[0, 0, 0] for _ in NAMES]
        self.counts = [0, 0, 0]
        self.said = "Nothing has happened. Let events happen at two processes, then send a message between them."

    def act(self, action: str) -> None:
        if action not in self._can():
            raise ValueError(action)
        if action in LOCAL:
            event = self._happens(NAMES.index(action[-1].upper()), "event")
            self.said = f"{event.name}: {self._about(event)}"
            return
        sender, receiver = (NAMES.index(each.upper()) for each in action.split("-to-"))
        sent = self._happens(sender, f"sends to {NAMES[receiver]}")
        self.lamport[receiver] = max(self.lamport[receiver], sent.lamport)
        self.vectors[receiver] = [max(a, b) for a, b in zip(self.vectors[receiver], sent.vector, strict=True)]
        event = self._happens(receiver, f"receives from {NAMES[sender]}", len(self.events) - 1)
        self.said = f"{sent.name} before {event.name}: {self._about(event)}"

    def _happens(self, process: int, what: str, sent: int | None = None) -> Event:
        self.lamport[process] += 1
        self.vectors[process][process] += 1
        self.counts[process] += 1
        a, b, c = self.vectors[process]
        name = f"{NAMES[process].lower()}{self.counts[process]}"
        event = Event(name, process, what, self.lamport[process], (a, b, c), sent)
        self.events.append(event)
        return event

    def _about(self, event: Event) -> str:
        apart = [
            each.name
            for each in self.events
            if each.process != event.process and compare(each.vector, event.vector) == "concurrent"
        ]
        if not apart:
            return "every event so far came before it, and its vector says so."
        those = " and ".join(apart[-2:]) if len(apart) < 3 else f"{', '.join(apart[-3:-1])} and {apart[-1]}"
        return f"nobody can say whether {those} came before it or after it. They are concurrent."

    def _can(self) -> tuple[str, ...]:
        room = MOST_EVENTS - len(self.events)
        return (*(LOCAL if room >= 1 else ()), *(SENDS if room >= 2 else ()))

    def view(self) -> View:
        rows = tuple(
            (each.name, each.what, f"{each.lamport}", "({}, {}, {})".format(*each.vector)) for each in self.events
        )
        pairs = [(a, b) for place, a in enumerate(self.events) for b in self.events[:place]]
        apart = sum(compare(a.vector, b.vector) == "concurrent" for a, b in pairs)
        unseen = sum(compare(a.vector, b.vector) == "concurrent" and a.lamport != b.lamport for a, b in pairs)
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Events", f"{len(self.events)}"),
                ("Pairs that are concurrent", f"{apart}"),
                ("Of these in order by Lamport's number", f"{unseen}"),
            ),
            tables=(Table("Events", ("Event", "What", "Lamport", "Vector (P, Q, R)"), rows),) if rows else (),
            can=self._can(),
        )

    def _drawing(self) -> str:
        step, top = 30, 40
        height = top + step * max(len(self.events), 4) + 16
        inside = ""
        xs = (70.0, 200.0, 330.0)
        for name, x in zip(NAMES, xs, strict=True):
            inside += svg.text(x, 18, name, "value") + svg.line(x, 26, x, height - 8, "life")
        for place, event in enumerate(self.events):
            x, y = xs[event.process], top + step * place
            if event.sent is not None:
                sender = self.events[event.sent]
                x0, y0 = xs[sender.process], top + step * event.sent
                inside += svg.arrow(x0, y0, x + (7 if x0 > x else -7), y - 1, "message")
        for place, event in enumerate(self.events):
            x, y = xs[event.process], top + step * place
            inside += svg.circle(x, y, 5, f"fill {svg.colour(event.process)}", tip=event.what)
            words = "{} ({},{},{}) L{}".format(event.name, *event.vector, event.lamport)
            inside += svg.text(
                x + 9 if event.process < 2 else x - 9,
                y - 7,
                words,
                "small over",
                anchor="start" if event.process < 2 else "end",
            )
        return svg.drawing(
            "Events of three processes from top to bottom, and the messages between them", height, inside
        )


def _pairs(run: Clocks) -> list[tuple[Event, Event]]:
    """Concurrent pairs of which Lamport's numbers differ."""
    found = [(a, b) for place, b in enumerate(run.events) for a in run.events[:place]]
    return [(a, b) for a, b in found if compare(a.vector, b.vector) == "concurrent" and a.lamport != b.lamport]


def _answer(run: Clocks) -> str:
    return "no" if _pairs(run) else ""


def _lesson(run: Clocks) -> str:
    first, second = sorted(_pairs(run)[-1], key=lambda event: event.lamport)
    return (
        f"{first.name} has the number {first.lamport} and {second.name} the number {second.lamport}, and yet neither "
        "came before the other: only their vectors say so."
    )


LAB = Lab(
    slug="vector-clocks",
    title="Vector clocks",
    summary="Let events happen and messages travel, and see which events have an order and which have none.",
    notice=(
        "A process raises its own part with each event; a message brings what its sender knew.",
        "Before means: no part larger, one smaller. Where each has a larger part, the two are concurrent.",
        "Lamport's number never contradicts the order. But a smaller number does not mean that it came before.",
        "A vector needs a part for each process. Stores keep it small by counting copies instead of clients.",
    ),
    parameters=(),
    actions=tuple(Action(name, label) for name, label in {**LOCAL, **SENDS}.items()),
    begin=Clocks,
    by_chance=False,
    shown="at-p.at-q.p-to-q.at-r.q-to-r.at-p",
    opens="p-to-q.q-to-r",
    asks=Question(
        text="One event has a smaller Lamport number than another. Did it happen before it?",
        options=lambda _run: (("yes", "yes, always"), ("no", "not always")),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("time-and-order", "linearizability-and-causality"),
    sources=(
        "Lamport, Time, Clocks, and the Ordering of Events in a Distributed System, CACM 21(7) (1978)",
        "Fidge, Timestamps in Message-Passing Systems That Preserve the Partial Ordering (1988)",
        "Mattern, Virtual Time and Global States of Distributed Systems (1989)",
    ),
)
