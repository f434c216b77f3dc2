"""The state of an interview from its log: the elapsed time, and what was asked, given and said so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from designs.interviews.answering import Spoken, covered, entry_called, spoken
from designs.interviews.asking import MAYBE, Found, knowledge_of, parts_of, understand
from designs.interviews.clock import MINUTE_S, Pause, Stage, TimeSpent, elapsed_seconds, stage_at, stages_of, time_spent
from designs.models import Design, Interview, InterviewEvent
from designs.scenarios.schema import Scenario
from designs.selectors.methods import method_called

Kind = InterviewEvent.Kind
# How long an answer or a hint stays visible.
NEWS_S = 120


@dataclass(frozen=True)
class HintState:
    """A hint of the scenario: which grades were given, and what the next costs. `next_text` is for the interviewer."""

    key: str
    section: str
    given: tuple[str, ...]
    next_cost: int | None
    next_text: str = ""

    @property
    def section_words(self) -> str:
        return self.section.replace("_", " ")


@dataclass(frozen=True)
class ChangeState:
    """A change that was announced, by the clock or by the interviewer."""

    key: str
    text: str
    is_taken: bool


@dataclass(frozen=True)
class Unsettled:
    """A question with an uncertain match; `choices` are names and questions of the possible matches."""

    event: InterviewEvent
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class InterviewState:
    interview: Interview
    events: Sequence[InterviewEvent]
    now: datetime

    @property
    def scenario(self) -> Scenario:
        return self.interview.data

    @cached_property
    def pauses(self) -> list[Pause]:
        found: list[Pause] = []
        for event in self.events:
            if event.kind == Kind.PAUSED:
                found.append(Pause(event.at))
            elif event.kind == Kind.RESUMED and found:
                found[-1] = Pause(found[-1].since, event.at)
        return found

    @property
    def is_paused(self) -> bool:
        return self.interview.is_running and bool(self.pauses) and self.pauses[-1].until is None

    @cached_property
    def elapsed_seconds(self) -> int:
        until = self.interview.finished_at or self.now
        return elapsed_seconds(self.interview.started_at, self.pauses, until)

    @cached_property
    def stages(self) -> list[Stage]:
        return stages_of(method_called(self.scenario.method), self.interview.minutes)

    @property
    def stage(self) -> Stage | None:
        return stage_at(self.stages, self.elapsed_seconds)

    @property
    def over_seconds(self) -> int:
        return max(0, self.elapsed_seconds - self.interview.minutes * MINUTE_S)

    @property
    def over_minutes(self) -> int:
        return self.over_seconds // MINUTE_S

    @property
    def left_minutes(self) -> int:
        return max(0, self.interview.minutes - self.elapsed_seconds // MINUTE_S)

    @property
    def elapsed_minutes(self) -> int:
        return self.elapsed_seconds // MINUTE_S

    @property
    def clock_started(self) -> int:
        """The start time of the clock if it had never been paused, in seconds since 1970; for the clock on the page."""
        return int(self.now.timestamp()) - self.elapsed_seconds

    def of_kind(self, kind: InterviewEvent.Kind) -> list[InterviewEvent]:
        return [event for event in self.events if event.kind == kind]

    @cached_property
    def asked(self) -> list[InterviewEvent]:
        """The answered questions except those taken back since; each answer once."""
        kept: dict[str, InterviewEvent] = {}
        for event in self.events:
            if event.kind == Kind.ASKED:
                name = event.subject or f" {event.words}"
                kept.pop(name, None)  # a question asked again counts at its latest time
                kept[name] = event
            elif event.kind == Kind.MISTAKEN:
                kept.pop(event.subject, None)
        return list(kept.values())

    @cached_property
    def heard(self) -> list[tuple[InterviewEvent, Spoken | None]]:
        """Each question with its answer; None where the decision was left to the candidate."""
        found = []
        for event in self.asked:
            entry = entry_called(self.scenario, event.subject) if event.subject else None
            answer = spoken(self.scenario, Found(entry, 1.0, event.words), self.interview.figures) if entry else None
            found.append((event, answer))
        return found

    @property
    def latest(self) -> list[tuple[InterviewEvent, Spoken | None]]:
        """The latest question, while its answer is still recent."""
        last = self.asked[-1] if self.asked else None
        if last is None or (self.now - last.at).total_seconds() > NEWS_S:
            return []
        return [(event, answer) for event, answer in self.heard if event.at == last.at]

    @property
    def fresh_hints(self) -> list[str]:
        given = self.of_kind(Kind.HINT)
        return [event.words for event in given if (self.now - event.at).total_seconds() <= NEWS_S]

    @cached_property
    def unsettled(self) -> Unsettled | None:
        """The latest question with its possible matches, when the match was uncertain."""
        last = self.asked[-1] if self.asked else None
        if last is None or last.subject:
            return None
        maybe = understand(self.scenario, last.words, self._words_before(last)).maybe
        return Unsettled(last, tuple((each.name, each.entry.said) for each in maybe))

    @property
    def said_last(self) -> str:
        """The words of the latest question, whether it was understood or not."""
        asked = self.of_kind(Kind.ASKED)
        return asked[-1].words if asked else ""

    def _words_before(self, event: InterviewEvent) -> str:
        earlier = [each for each in self.of_kind(Kind.ASKED) if each.at < event.at]
        return earlier[-1].words if earlier else ""

    @property
    def never_asked(self) -> list[str]:
        """Ids of the scenario's questions that nobody asked, in order. A question that the interviewer failed to
        understand, or that another answer covers, counts as asked."""
        names = frozenset(event.subject for event in self.asked if event.subject)
        asked = covered(self.scenario, names) | self._perhaps_asked
        return [key for key in self.scenario.questions if key not in asked]

    @cached_property
    def _perhaps_asked(self) -> frozenset[str]:
        knowledge = knowledge_of(self.scenario)
        return frozenset(
            each.question
            for event in self.of_kind(Kind.ASKED)
            for text in (event.words, *parts_of(event.words))
            for each in knowledge.chances(text)[:3]
            if each.question and each.score >= MAYBE
        )

    def hints_given(self, hint: str) -> int:
        return sum(event.subject == hint for event in self.of_kind(Kind.HINT))

    @property
    def hint_costs(self) -> int:
        return sum(event.points for event in self.of_kind(Kind.HINT))

    @property
    def hints(self) -> list[HintState]:
        found = []
        for key, hint in self.scenario.hints.items():
            given = self.hints_given(key)
            told, following = tuple(each.text for each in hint.grades[:given]), hint.grades[given : given + 1]
            cost, text = (following[0].cost, following[0].text) if following else (None, "")
            found.append(HintState(key, hint.section, told, cost, text))
        return found

    @property
    def changes(self) -> list[ChangeState]:
        """Changes whose minute has come, and those that the interviewer has announced."""
        announced = {event.subject for event in self.of_kind(Kind.CHANGE)}
        taken = {event.subject for event in self.of_kind(Kind.TAKEN)}
        return [
            ChangeState(key, change.text, key in taken)
            for key, change in self.scenario.changes.items()
            if key in announced or self.elapsed_seconds >= self._due_s(change.minute)
        ]

    def _due_s(self, minute: int) -> float:
        """The minute of a change refers to the scenario's own duration, and scales with the interview's duration."""
        return minute * MINUTE_S * self.interview.minutes / self.scenario.minutes

    @property
    def time_spent(self) -> list[TimeSpent]:
        """Time by stage, from the log of the design."""
        method = method_called(self.scenario.method)
        phase_of = {area: step.phase for step in method.steps for area in step.areas}
        log = self.interview.design.changes.exclude(elapsed_seconds=None).order_by("version")
        edits = [
            (phase_of[step], second)
            for step, second in log.values_list("step", "elapsed_seconds")
            if step in phase_of and second is not None
        ]
        return time_spent(self.stages, edits, ended_s=self.elapsed_seconds)


def state_of(interview: Interview, now: datetime) -> InterviewState:
    return InterviewState(interview, list(interview.events.select_related("author")), now)


def seconds_on_clock(design: Design, now: datetime) -> int | None:
    """The second of the running interview on this design, for the log of its edits; None when none is running."""
    interview = Interview.objects.filter(design=design, finished_at=None).first()
    return state_of(interview, now).elapsed_seconds if interview else None
