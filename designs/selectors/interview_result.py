"""What comes of an interview: marks with their evidence, what was missed, and how it looks beside the reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from calculators.engine.shipped import all_figures
from designs.analysis.report import Analysis, analyse
from designs.analysis.requirements import RequirementResult
from designs.document.schema import Document
from designs.interviews.follow_ups import FollowUp, follow_ups
from designs.interviews.marking import Case, Evidence, Marked, marked, total
from designs.models import Interview, InterviewEvent, InterviewMark
from designs.scenarios.reference import answer_of, expected_results, reference_of
from designs.scenarios.schema import Trap
from designs.selectors.interviews import InterviewState, state_of
from studyguide.models import Topic
from studyguide.services.cards import make_card

SOURCE = "interview"


@dataclass(frozen=True)
class RubricLine:
    """A dimension with the machine's evidence, and the levels given by the candidate and by the interviewer."""

    marked: Marked
    own: InterviewMark | None
    theirs: InterviewMark | None

    @property
    def shown_level(self) -> int | None:
        """What the form starts with: one's own level, else the machine's suggestion."""
        return self.own.level if self.own else self.marked.suggested


@dataclass(frozen=True)
class AskedFollowUp:
    follow_up: FollowUp
    answer: InterviewEvent | None

    @property
    def is_right(self) -> bool:
        return self.answer is not None and self.answer.points == 1


@dataclass(frozen=True)
class InterviewResult:
    """Everything is computed from the design as it is now; the reference gets the same figures as the candidate did."""

    interview: Interview
    state: InterviewState

    @cached_property
    def analysis(self) -> Analysis:
        return analyse(Document.model_validate(self.interview.design.data()), all_figures())

    @cached_property
    def reference(self) -> dict[str, Any]:
        return reference_of(self.interview.data, self.interview.figures)

    @cached_property
    def reference_analysis(self) -> Analysis:
        return analyse(Document.model_validate(self.reference), all_figures())

    @cached_property
    def lines(self) -> list[RubricLine]:
        expected = expected_results(self.interview.data, self.interview.figures)
        case = Case(self.interview.data, self.analysis, expected, self.state.time_spent)
        given = {(mark.role, mark.dimension): mark for mark in self.interview.marks.all()}
        return [
            RubricLine(
                line,
                given.get((InterviewMark.Role.SELF, line.key)),
                given.get((InterviewMark.Role.INTERVIEWER, line.key)),
            )
            for line in marked(case)
        ]

    def score(self, role: str) -> int | None:
        marks = self.interview.marks.all()
        levels = {mark.dimension: mark.level for mark in marks if mark.role == role}
        return total(self.interview.data.rubric, levels, hint_costs=self.state.hint_costs)

    @property
    def own_score(self) -> int | None:
        return self.score(InterviewMark.Role.SELF)

    @property
    def their_score(self) -> int | None:
        return self.score(InterviewMark.Role.INTERVIEWER)

    @property
    def failed_evidence(self) -> list[Evidence]:
        """Each check that failed, once."""
        found = {each.check: each for line in self.lines for each in line.marked.evidence if each.verdict == "fail"}
        return list(found.values())

    @property
    def never_asked(self) -> list[tuple[str, str]]:
        """Questions with their answers."""
        data, figures = self.interview.data, self.interview.figures
        return [(data.questions[key].question, answer_of(data, key, figures)) for key in self.state.never_asked]

    @property
    def traps(self) -> list[Trap]:
        return list(self.interview.data.traps.values())

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        return follow_ups(self.analysis)

    @property
    def asked_follow_ups(self) -> list[AskedFollowUp]:
        answers = {event.subject: event for event in self.state.of_kind(InterviewEvent.Kind.ANSWERED)}
        return [AskedFollowUp(each, answers.get(each.key)) for each in self.follow_ups]

    @property
    def requirements(self) -> list[tuple[str, RequirementResult, RequirementResult | None]]:
        """Each measurable requirement of the design with its words, and how the reference does on the same one."""
        theirs = {result.requirement: result for result in self.reference_analysis.requirements}
        names = self.analysis.document.scope.measurable_requirements
        return [
            (names[each.requirement].text or each.metric, each, theirs.get(each.requirement))
            for each in self.analysis.requirements
        ]

    @property
    def passed_count(self) -> int:
        return sum(each.verdict == "pass" for each in self.analysis.requirements)

    @property
    def moments(self) -> list[InterviewEvent]:
        """What is worth a mark in the replay, in order."""
        return [event for event in self.state.events if event.kind != InterviewEvent.Kind.ANSWERED]


def result_of(interview: Interview) -> InterviewResult:
    return InterviewResult(interview, state_of(interview, timezone.now()))


def cards_of_misses(interview: Interview, result: InterviewResult) -> int:
    """A card for each follow-up missed or not answered and each trap of the scenario; made again they are the same."""
    owner = interview.design.owner
    topics = Topic.objects.in_bulk(
        [
            *(each.topic for each in result.follow_ups if each.topic),
            *(each.topic for each in result.traps if each.topic),
        ],
        field_name="slug",
    )
    made = 0
    for asked in result.asked_follow_ups:
        if asked.is_right:
            continue
        follow_up = asked.follow_up
        front = f"{interview.data.title}, the design of {interview.started_at:%d %B %Y}: {follow_up.question}"
        make_card(
            owner,
            kind="question",
            content={"front": front, "back": f"**{follow_up.said}**\n\n{follow_up.working}"},
            topic=topics.get(follow_up.topic),
            source_name=SOURCE,
            source_id=f"{interview.pk}-{follow_up.key}"[:80],
        )
        made += 1
    for key, trap in interview.data.traps.items():
        make_card(
            owner,
            kind="misconception",
            content={
                "claim": trap.claim,
                "verdict": False,
                "truth": trap.correction,
                "source": trap.source or "scenario",
            },
            topic=topics.get(trap.topic or ""),
            source_name=SOURCE,
            source_id=f"{interview.data.slug}-trap-{key}"[:80],
        )
        made += 1
    return made
