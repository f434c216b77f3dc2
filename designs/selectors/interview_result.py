"""The result of an interview: marks with their evidence, what was missed, and the comparison with the reference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils import timezone

from calculators.engine.shipped import all_figures
from designs.analysis.report import Analysis, analyse
from designs.analysis.requirements import RequirementResult
from designs.document.schema import Document
from designs.interviews.follow_ups import FollowUp, follow_ups
from designs.interviews.marking import Case, Evidence, Marked, marked, total
from designs.interviews.verdict import Difference, ResultLine, difference, results
from designs.models import DrillRecord, Interview, InterviewEvent, InterviewMark
from designs.models.interviews import on_the_clock
from designs.scenarios.reference import answer_of, expected_results, reference_of
from designs.scenarios.schema import Trap
from designs.selectors.interviews import InterviewState, state_of
from designs.selectors.methods import method_called


@dataclass(frozen=True)
class RubricLine:
    """A dimension with its computed evidence, and the levels given by the candidate and by the interviewer."""

    marked: Marked
    own: InterviewMark | None
    theirs: InterviewMark | None

    @property
    def shown_level(self) -> int | None:
        """The initial value of the form: the candidate's own level, or none before they have chosen one. No level is
        preset, because a level says more than the checks can tell."""
        return self.own.level if self.own else None


@dataclass(frozen=True)
class AskedFollowUp:
    follow_up: FollowUp
    answer: InterviewEvent | None

    @property
    def is_right(self) -> bool:
        return self.answer is not None and self.answer.points == 1


@dataclass(frozen=True)
class FirstTouched:
    """A step of the method, its position in it, and the second at which work on it began."""

    title: str
    number: int
    second: int

    @property
    def clock(self) -> str:
        return on_the_clock(self.second)


@dataclass(frozen=True)
class ChangeStory:
    """An announced change, when it was taken into the scope (None: never), and the steps worked at after that."""

    text: str
    taken: InterviewEvent | None
    after: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class InterviewResult:
    """Everything is computed from the design as it is now; the reference uses the same figures as the candidate's
    design."""

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
    def case(self) -> Case:
        expected = expected_results(self.interview.data, self.interview.figures)
        return Case(self.interview.data, self.analysis, expected, self.state.time_spent)

    @cached_property
    def lines(self) -> list[RubricLine]:
        given = {(mark.role, mark.dimension): mark for mark in self.interview.marks.all()}
        return [
            RubricLine(
                line,
                given.get((InterviewMark.Role.SELF, line.key)),
                given.get((InterviewMark.Role.INTERVIEWER, line.key)),
            )
            for line in marked(self.case)
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
        """Each failed check, once."""
        found = {each.check: each for line in self.lines for each in line.marked.evidence if each.verdict == "fail"}
        return list(found.values())

    @property
    def never_asked(self) -> list[tuple[str, str]]:
        """The questions that were never asked, with their answers."""
        data, figures = self.interview.data, self.interview.figures
        return [(data.questions[key].question, answer_of(data, key, figures)) for key in self.state.never_asked]

    @cached_property
    def expected(self) -> list[ResultLine]:
        """Each expected result of the estimate, with the row that answers it."""
        return results(self.case, self.reference_analysis.model.estimate)

    @property
    def found_count(self) -> int:
        return sum(each.is_found for each in self.asked_results)

    @property
    def asked_results(self) -> list[ResultLine]:
        """Those that are counted."""
        return [each for each in self.expected if not each.is_given]

    @cached_property
    def difference(self) -> Difference:
        """How the drawing differs from the reference by the roles of its parts."""
        return difference(self.analysis.document.diagram, self.reference_analysis.document.diagram)

    @property
    def missing_marks(self) -> dict[str, str]:
        """By component of the reference's drawing: `added` where the design has no counterpart."""
        return {each.key: "added" for each in self.difference.missing}

    @cached_property
    def first_touched(self) -> list[FirstTouched]:
        """The steps in the order in which work on them began."""
        steps = method_called(self.interview.data.method).steps
        order = {area: number for number, step in enumerate(steps) for area in step.areas}
        titles = {area: step.title for step in steps for area in step.areas}
        log = self.interview.design.changes.exclude(elapsed_seconds=None).order_by("version")
        seen: dict[int, FirstTouched] = {}
        for slug, second in log.values_list("step", "elapsed_seconds"):
            if slug in order and second is not None:
                seen.setdefault(order[slug], FirstTouched(titles[slug], order[slug], second))
        return list(seen.values())

    @property
    def went_back(self) -> list[tuple[str, str]]:
        """Pairs of steps that were begun in reverse order: the step begun first, and the step that comes before it in
        the method."""
        touched = self.first_touched
        return [(one.title, two.title) for one, two in pairwise(touched) if one.number > two.number]

    @cached_property
    def change_stories(self) -> list[ChangeStory]:
        """What followed each change that the interviewer announced."""
        taken = {event.subject: event for event in self.state.of_kind(InterviewEvent.Kind.TAKEN)}
        titles = {area: step.title for step in method_called(self.interview.data.method).steps for area in step.areas}
        found = []
        for change in self.state.changes:
            event = taken.get(change.key)
            later: Counter[str] = Counter()
            if event is not None:
                log = self.interview.design.changes.filter(elapsed_seconds__gt=event.elapsed_seconds)
                later.update(titles[step] for step in log.values_list("step", flat=True) if step in titles)
            found.append(ChangeStory(change.text, event, tuple(later.most_common())))
        return found

    @cached_property
    def predictions(self) -> list[DrillRecord]:
        """Losses whose effect the candidate predicted on this design."""
        return list(DrillRecord.objects.of(self.interview.design.owner_id, self.interview.design))

    @property
    def commentary(self) -> list[tuple[str, str]]:
        """Why the reference is as it is, by the part that the text is about: `data model`."""
        return [(section.replace("_", " "), words) for section, words in self.interview.data.commentary.items()]

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
        """Each measurable requirement of the design in words, with the verdict of the reference on the same one."""
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
        """The marked moments of the replay, in order; a question with several answers is one."""
        told = (event for event in self.state.events if event.kind != InterviewEvent.Kind.ANSWERED)
        return list({(event.kind, event.clock, event.words): event for event in told}.values())


def result_of(interview: Interview) -> InterviewResult:
    return InterviewResult(interview, state_of(interview, timezone.now()))
