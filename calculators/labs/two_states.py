"""Traffic rises until a service collapses, then falls: at the same traffic it is healthy on the way up and down on the
way back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from random import Random

from calculators.labs import svg
from calculators.labs.lab import Action, Choice, Lab, Number, Question, Table, Values, View, number, word

CAPACITY = 120  # calls a second
BEGINS_AT, STEP_BY, MOST = 60, 10, 180
PATIENCE_S, LASTS_S = 1.0, 30.0
TICK_S = 0.1
LONG_S, SHORT_S = 10.0, 0.5
SPIKE, SPIKE_S = 3, 5.0
MOST_MOVES = 60
WELL = 0.99
NEAR = 0.75
UP, DOWN, WAIT, HIT = "up", "down", "wait", "spike"


@dataclass(frozen=True)
class Rest:
    """How it stands at the end of a move: requests, calls and answers in time a second, and the wait in seconds."""

    move: str
    traffic: int
    calls: float
    answered: float
    wait_s: float

    @property
    def is_well(self) -> bool:
        return self.answered >= WELL * self.traffic


class Service:
    """A fluid model in steps of a tenth of a second. Callers give up after a second and try again at once.

    The service finishes calls that nobody waits for any more. A call that meets a full queue is refused, which costs
    nothing, and is tried again a second later.
    """

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.retries = number(values, "retries")
        self.budget = number(values, "budget") / 100
        self.room = CAPACITY * (SHORT_S if word(values, "queue") == "short" else LONG_S)
        ticks = round(PATIENCE_S / TICK_S)
        self.late = [deque([0.0] * ticks) for _ in range(self.retries)]
        self.queue = 0.0
        self.traffic = BEGINS_AT
        self.moves: list[Rest] = []
        self.collapsed_at: int | None = None
        self.recovered_at: int | None = None
        self._last(UP, LASTS_S)
        self.moves.clear()
        self.said = f"All is well: {BEGINS_AT} requests a second for a service that answers {CAPACITY}. Go up."

    @property
    def is_over(self) -> bool:
        return len(self.moves) >= MOST_MOVES

    def act(self, action: str) -> None:
        if action not in self._can():
            raise ValueError(action)
        if action == UP:
            self.traffic += STEP_BY
        elif action == DOWN:
            self.traffic -= STEP_BY
        if action == HIT:
            self._flow(self.traffic * SPIKE, SPIKE_S)
        self._last(action, LASTS_S)
        self._note()

    def _can(self) -> tuple[str, ...]:
        if self.is_over:
            return ()
        can = [UP] if self.traffic < MOST else []
        return (*can, *([DOWN] if self.traffic > STEP_BY else []), WAIT, HIT)

    def _last(self, move: str, seconds: float) -> None:
        calls, answered = self._flow(self.traffic, seconds)
        self.moves.append(Rest(move, self.traffic, calls, answered, self.queue / CAPACITY))

    def _flow(self, traffic: float, seconds: float) -> tuple[float, float]:
        """Calls and answers in time a second, at the end of so many seconds."""
        total = answered = 0.0
        for _ in range(round(seconds / TICK_S)):
            coming = [traffic * TICK_S, *(each.popleft() for each in self.late)]
            retried = sum(coming[1:])
            allowed = 1.0 if self.budget >= 1 or retried <= 0 else min(1.0, self.budget * coming[0] / retried)
            coming[1:] = [each * allowed for each in coming[1:]]
            total = sum(coming)
            free = max(0.0, self.room + CAPACITY * TICK_S - self.queue)
            taken = min(total, free)
            is_late = self.queue / CAPACITY >= PATIENCE_S
            share = 0.0 if is_late or total <= 0 else taken / total
            answered = total * share
            self.queue = max(0.0, self.queue + taken - CAPACITY * TICK_S)
            for each, calls in zip(self.late, coming, strict=False):
                each.append(calls * (1.0 - share))
        return total / TICK_S, answered / TICK_S

    def _note(self) -> None:
        now, before = self.moves[-1], self.moves[-2] if len(self.moves) > 1 else None
        was_well = before is None or before.is_well
        said = f"{now.traffic} requests a second make {now.calls:.0f} calls"
        if now.is_well:
            self.said = f"{said}; everybody is answered."
            if not was_well:
                self.recovered_at = now.traffic
                self.said += " It has recovered."
        else:
            self.said = f"{said}, which wait {now.wait_s:.1f} s; {now.answered:.0f} a second are answered in time."
            if was_well:
                self.collapsed_at, self.recovered_at = now.traffic, None
                self.said += " It has collapsed. Go down again."
        if self.is_over:
            self.said += f" {MOST_MOVES} moves are all."

    def view(self) -> View:
        rows = tuple(
            (f"{place}", f"{each.traffic}", f"{each.calls:.0f}", f"{each.wait_s:.1f} s", f"{each.answered:.0f}")
            for place, each in enumerate(self.moves, start=1)
        )
        head = ("Move", "Requests a second", "Calls a second", "Wait", "Answered in time a second")
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Traffic", f"{self.traffic} a second"),
                ("Collapsed at", "not yet" if self.collapsed_at is None else f"{self.collapsed_at} a second"),
                ("Recovered at", "not yet" if self.recovered_at is None else f"{self.recovered_at} a second"),
            ),
            tables=(Table("Moves", head, rows),) if rows else (),
            can=self._can(),
        )

    def _drawing(self) -> str:
        left, base, tall, wide = 44, 190, 160, 340
        x_scale, y_scale = wide / MOST, tall / MOST
        inside = svg.line(left, base, left + wide, base, "grid") + svg.line(left, base, left, base - tall, "grid")
        inside += svg.line(left, base, left + MOST * x_scale, base - MOST * y_scale, "grid")
        limit = base - CAPACITY * y_scale
        inside += svg.line(left, limit, left + wide, limit, "refused")
        inside += svg.text(left - 4, limit + 4, f"{CAPACITY}", "small", anchor="end")
        points = [(left + each.traffic * x_scale, base - each.answered * y_scale) for each in self.moves]
        for number_of, (x, y) in enumerate(points):
            if number_of:
                before = points[number_of - 1]
                inside += svg.line(before[0], before[1], x, y, "link")
            css = "fill good" if self.moves[number_of].is_well else "fill bad"
            tip = f"move {number_of + 1}: {self.moves[number_of].answered:.0f} answered in time"
            inside += svg.circle(x, y, 7 if number_of == len(points) - 1 else 4, css, tip=tip)
        for traffic in range(0, MOST + 1, 60):
            inside += svg.text(left + traffic * x_scale, base + 18, f"{traffic}", "small")
        inside += svg.text(left + wide, base + 36, "requests a second", "small", anchor="end")
        inside += svg.text(left, 16, "answered in time a second", "small", anchor="start")
        return svg.drawing("Answers in time by traffic, move after move, with the capacity as a line", 236, inside)


def _answer(run: Service) -> str:
    if run.collapsed_at is None or run.recovered_at is None:
        return ""
    return "same" if run.recovered_at >= NEAR * run.collapsed_at else "less"


def _lesson(run: Service) -> str:
    return (
        f"It collapsed at {run.collapsed_at} requests a second and recovered at {run.recovered_at}: "
        f"{'the way back is the way there' if _answer(run) == 'same' else 'between the two it may be well or down'}."
    )


LAB = Lab(
    slug="two-states",
    title="Up until it collapses, then down",
    summary="Raise the traffic of a service until it collapses, then lower it. It does not come back where it fell.",
    notice=(
        "With two retries each request becomes three calls once nobody is answered: below 120 / 3 = 40 a second the "
        "queue empties, and not before. At 30 that takes 40 seconds.",
        "At 80 a second it is well on the way up and down on the way back. A spike leads from one to the other.",
        "A budget of 10 % makes 110 calls of 100 requests: it comes back at 100, nearly where it fell, after a minute.",
        "A queue of half a second answers whom it takes in time. It refuses the rest and never stays down.",
    ),
    parameters=(
        Number(name="retries", label="retries of a call", default=2, least=0, most=3),
        Number(
            name="budget",
            label="retries at most, percent of requests",
            default=100,
            least=0,
            most=100,
            help="100 is no budget at all.",
        ),
        Choice(name="queue", label="the queue holds", options=(("long", "10 s of work"), ("short", "half a second"))),
    ),
    actions=(
        Action(UP, f"{STEP_BY} more a second"),
        Action(DOWN, f"{STEP_BY} fewer a second"),
        Action(HIT, f"{SPIKE} times as many for {SPIKE_S:.0f} s"),
        Action(WAIT, f"Wait {LASTS_S:.0f} s"),
    ),
    begin=Service,
    by_chance=False,
    shown="up*7.down*10.wait*2",
    opens="up*2",
    asks=Question(
        text="You raise the traffic until it collapses, and lower it again. Where is everybody answered again?",
        options=lambda _run: (("same", "about where it collapsed"), ("less", "at far less traffic")),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("overload-control", "retries-and-circuit-breakers"),
    sources=(
        "Bronson et al., Metastable Failures in Distributed Systems, HotOS (2021)",
        "Huang et al., Metastable Failures in the Wild, OSDI (2022)",
    ),
)
