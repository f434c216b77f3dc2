"""A service fails for some seconds: what the retries of its callers do to it, and what a budget or a breaker saves."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

RATE, CAPACITY = 100, 120
FAILS_FROM, FAILS_UNTIL, SECONDS = 3, 8, 20
OPENS_AT, STAYS_OPEN, TRIALS = 0.5, 3, 5
MOST_SHOWN = 420


@dataclass(frozen=True)
class Second:
    """Calls that arrive at the service, those it answers in time, and requests of users that are answered."""

    calls: int
    answered: int
    served: int
    breaker: str


def answers(calls: float, *, is_failing: bool) -> float:
    """How many of `calls` in a second are answered in time.

    Above its capacity the service works on calls whose callers have left: at twice its capacity it answers half of its
    capacity. The rule is a model, not a measurement; that answers fall beyond the capacity has been observed.
    """
    if is_failing:
        return 0.0
    return calls if calls <= CAPACITY else CAPACITY * CAPACITY / calls


class Storm:
    """Users ask 100 times a second; the service answers 120. From second 3 to 7 it answers nothing."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.retries = number(values, "retries")
        self.budget = number(values, "budget") / 100
        self.has_breaker = word(values, "breaker") == "on"
        self.seconds: list[Second] = []
        self.opened_at: int | None = None
        self.is_trying = False
        self.last_failures = 0.0
        self.said = "All is well: 100 requests a second for a service that answers 120. In second 3 it will fail."

    @property
    def is_over(self) -> bool:
        return len(self.seconds) == SECONDS

    @property
    def recovered(self) -> bool:
        """Whether everybody is answered again in the last second."""
        return self.is_over and self.seconds[-1].served == RATE

    def _breaker(self, now: int) -> str:
        if not self.has_breaker or self.opened_at is None:
            return "closed"
        return "open" if now < self.opened_at + STAYS_OPEN else "trying"

    def act(self, action: str) -> None:
        if self.is_over:
            raise ValueError(action)
        now = len(self.seconds)
        is_failing = FAILS_FROM <= now < FAILS_UNTIL
        breaker = self._breaker(now)
        if breaker == "open":
            self._note(Second(0, 0, 0, breaker))
            return
        asked = RATE if breaker == "closed" else TRIALS
        calls, share = self._calls(asked, is_failing=is_failing, tries=1 if breaker == "trying" else 1 + self.retries)
        answered = answers(calls, is_failing=is_failing)
        served = asked * (1 - (1 - share) ** (calls / asked)) if share < 1 else float(asked)
        if self.has_breaker:
            if 1 - share > OPENS_AT:
                self.opened_at = now + 1
            elif breaker == "trying":
                self.opened_at = None
        self._note(Second(round(calls), round(answered), round(served), breaker))

    def _calls(self, asked: int, *, is_failing: bool, tries: int) -> tuple[float, float]:
        """Calls of one second with all retries, and the share of calls that is answered. The two depend on each other.

        Found by going up from few calls: the more calls, the fewer are answered, and unanswered calls are tried again.
        """
        most = asked * min(1 + self.budget, tries) if self.budget < 1 else float(asked * tries)
        calls = float(max(asked, self._from_before(most)))
        for _ in range(200):
            share = answers(calls, is_failing=is_failing) / calls
            failed = 1 - share
            wanted = asked * sum(failed**each for each in range(tries))
            calls += 0.5 * (min(wanted, most) - calls)
        return calls, answers(calls, is_failing=is_failing) / calls

    def _from_before(self, most: float) -> float:
        """A second begins in the state in which the last one ended: callers who wait for a retry are still there."""
        return min(float(self.seconds[-1].calls), most) if self.seconds else 0.0

    def _note(self, second: Second) -> None:
        now = len(self.seconds)
        self.seconds.append(second)
        if second.breaker == "open":
            self.said = f"Second {now}: the breaker is open. Callers are refused at once, and the service can recover."
        elif FAILS_FROM <= now < FAILS_UNTIL:
            self.said = f"Second {now}: the service fails. {second.calls} calls reach it for {RATE} requests."
        elif second.served < RATE and now >= FAILS_UNTIL:
            self.said = (
                f"Second {now}: the service is well again, and yet {second.calls} calls for {RATE} requests keep it "
                f"busy. {second.served} are answered."
            )
        else:
            self.said = f"Second {now}: {second.calls} calls, {second.served} of {RATE} requests are answered."
        if self.is_over:
            self.said += (
                " It has recovered by itself."
                if self.recovered
                else " The retries keep it down: this failure is metastable."
            )

    def view(self) -> View:
        rows = tuple(
            (f"{place}", f"{each.calls}", f"{each.answered}", f"{each.served}", each.breaker)
            for place, each in enumerate(self.seconds)
        )
        lost = sum(RATE - each.served for each in self.seconds)
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Most calls in a second", f"{max((each.calls for each in self.seconds), default=0):,}"),
                ("Requests without an answer", f"{lost:,}"),
                ("Recovered", "yes" if self.recovered else "no" if self.is_over else "not yet known"),
            ),
            tables=(
                (Table("Seconds", ("Second", "Calls", "Answered", "Requests answered", "Breaker"), rows),)
                if rows
                else ()
            ),
            can=() if self.is_over else (STEP,),
        )

    def _drawing(self) -> str:
        left, base, tall, wide = 44, 170, 140, 17
        scale = tall / MOST_SHOWN
        inside = svg.line(left, base, left + wide * SECONDS, base, "grid")
        limit = base - CAPACITY * scale
        for place, each in enumerate(self.seconds):
            x = left + wide * place
            height = min(each.calls, MOST_SHOWN) * scale
            inside += svg.rect(x + 2, base - height, wide - 4, height, "fill bad", radius=1, tip=f"{each.calls} calls")
            good = each.served * scale
            inside += svg.rect(x + 2, base - good, wide - 4, good, "fill good", radius=1, tip=f"{each.served} answered")
            if each.breaker == "open":
                inside += svg.text(x + wide / 2, base - 6, "o", "small")
        inside += svg.line(left, limit, left + wide * SECONDS, limit, "refused")
        inside += svg.text(left - 4, limit + 4, f"{CAPACITY}", "small", anchor="end")
        inside += svg.text(left - 4, base + 4, "0", "small", anchor="end")
        first, last = left + wide * FAILS_FROM, left + wide * FAILS_UNTIL
        inside += svg.line(first, base + 8, last, base + 8, "link cut")
        inside += svg.text((first + last) / 2, base + 24, "it fails", "small")
        inside += svg.text(left + wide * SECONDS, base + 24, "seconds", "small", anchor="end")
        inside += svg.text(left, 14, "red: calls, green: requests answered, line: capacity", "small", anchor="start")
        return svg.drawing("Calls and answered requests of each second, with the capacity as a line", 204, inside)


def _answer(run: Storm) -> str:
    return "" if not run.is_over else "back" if run.recovered else "down"


def _lesson(run: Storm) -> str:
    most = max(each.calls for each in run.seconds)
    lost = sum(RATE - each.served for each in run.seconds)
    if run.recovered:
        return f"It came back: at most {most} calls a second for {RATE} requests, and {lost:,} requests had no answer."
    last = run.seconds[-1].calls
    return f"At the end {last} calls a second come for {RATE} requests: more than the {CAPACITY} that it answers."


LAB = Lab(
    slug="retry-storm",
    title="Retries, a budget and a circuit breaker",
    summary="A service fails for five seconds. See whether it comes back, with retries, a retry budget or a breaker.",
    notice=(
        "With three retries each request makes up to four calls: 400 for a service that answers 120.",
        "The fault ends in second 8. Without a budget the retries keep the service down all the same.",
        "A budget of 10 % allows 110 calls for 100 requests. That fits the capacity, so it recovers at once.",
        "An open breaker refuses quickly and lets the service recover; a few trial calls find out when it is well.",
    ),
    parameters=(
        Number(name="retries", label="retries of a call", default=3, least=0, most=3),
        Number(
            name="budget",
            label="retries at most, percent of requests",
            default=100,
            least=0,
            most=100,
            help="100 is no budget at all.",
        ),
        Choice(name="breaker", label="circuit breaker", options=(("off", "none"), ("on", "opens above half failing"))),
    ),
    actions=(Action(STEP, "Next second"),),
    begin=Storm,
    by_chance=False,
    shown="step*14",
    opens="step*2",
    asks=Question(
        text="The service fails for five seconds and is then well. Will it answer everybody in the end?",
        options=lambda _run: (("back", "yes, it comes back"), ("down", "no, it stays down")),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("retries-and-circuit-breakers", "overload-control"),
    sources=(
        "Bronson et al., Metastable Failures in Distributed Systems, HotOS (2021)",
        "Beyer et al., Site Reliability Engineering, ch. 22: retry budgets (2016)",
        "Nygard, Release It!, 2nd edition: circuit breaker (2018)",
    ),
)
