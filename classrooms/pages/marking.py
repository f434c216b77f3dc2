"""What the marking page shows: the submission, what the analysis found in it, and the rubric to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms

from calculators.engine.quantities import Quantity
from calculators.engine.wording import readable
from classrooms.models import Comment, Opinion, Remark, Return, Submission, Work, WorkMark
from classrooms.review.points import scaled
from classrooms.selectors import works
from classrooms.selectors.opinions import Opinions, opinions_on
from classrooms.selectors.works import Queue, standing_marks
from classrooms.services.marking import document_of, together
from classrooms.services.summaries import case_of_draft, case_of_submission, own_steps
from designs.document.elements import named_elements
from designs.document.schema import Document
from designs.exchange.sections import Section, report
from designs.interviews.marking import Case, Evidence, Marked, answer_rows, marked, total


class CommentForm(forms.Form):
    """A remark on the whole design, on an element or on a version."""

    element = forms.ChoiceField(required=False, label="About")
    version = forms.IntegerField(
        required=False,
        min_value=0,
        label="About a version (leave empty for the whole design)",
        error_messages={"invalid": "A version is a number, such as 12. Leave it empty for the whole design."},
    )
    words = forms.CharField(
        max_length=5_000,
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "A comment needs words."},
    )
    is_shown = forms.BooleanField(required=False, label="The student reads it at once")
    is_kept = forms.BooleanField(required=False, label="Keep it in the comment bank")

    def __init__(self, *args: Any, elements: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["element"].choices = [("", "The whole design"), *elements]  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """All lines of the rubric, each with a level and a note, and the words on the whole."""

    feedback = forms.CharField(
        required=False, max_length=10_000, label="Feedback", widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, rubric: Mapping[str, Any], works: Sequence[Work] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.rubric, self.works = rubric, works
        for key, dimension in rubric.items():
            levels = [(str(number), words) for number, words in enumerate(dimension.levels)]
            self.fields[f"level-{key}"] = forms.ChoiceField(required=False, choices=levels, widget=forms.RadioSelect)
            self.fields[f"note-{key}"] = forms.CharField(required=False, max_length=2_000)
        for work in works:
            self.fields[f"adjust-{work.pk}"] = forms.IntegerField(
                required=False,
                min_value=-100,
                max_value=100,
                initial=work.adjustment,
                error_messages={"invalid": "Points are a whole number, such as -5 or 10."},
            )
            self.fields[f"why-{work.pk}"] = forms.CharField(
                required=False, max_length=300, initial=work.adjustment_reason
            )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        for work in self.works:
            if clean.get(f"adjust-{work.pk}") and not clean.get(f"why-{work.pk}", "").strip():
                self.add_error(f"why-{work.pk}", "Say why they get other points than the rubric says.")
        return clean

    def open_lines(self) -> list[str]:
        """Titles of the lines without a level; work with one of them stays in the queue."""
        return [each.title for key, each in self.rubric.items() if not self.cleaned_data.get(f"level-{key}")]

    def adjustments(self) -> list[tuple[Work, int, str]]:
        """Points for individual persons, with reasons, from the form."""
        clean = self.cleaned_data
        return [
            (work, clean[f"adjust-{work.pk}"] or 0, clean[f"why-{work.pk}"])
            for work in self.works
            if f"adjust-{work.pk}" in self.data
        ]

    @property
    def persons(self) -> list[tuple[Work, Any, Any]]:
        """Each with the fields for points and reason."""
        return [(work, self[f"adjust-{work.pk}"], self[f"why-{work.pk}"]) for work in self.works]

    def levels(self) -> dict[str, tuple[int, str]]:
        """Level and note by dimension, of those that have a level."""
        clean = self.cleaned_data
        return {
            key: (int(clean[f"level-{key}"]), clean[f"note-{key}"]) for key in self.rubric if clean.get(f"level-{key}")
        }


@dataclass(frozen=True)
class LevelShown:
    number: int
    words: str
    is_chosen: bool
    is_suggested: bool
    points: float


@dataclass(frozen=True)
class LineShown:
    """A line of the rubric. `before` is the level that the version handed in before had."""

    marked: Marked
    levels: tuple[LevelShown, ...]
    note: str
    errors: tuple[str, ...]
    before: str
    remarks: tuple[tuple[str, str, str], ...]

    @property
    def passed(self) -> list[Evidence]:
        return [each for each in self.marked.evidence if each.verdict == "pass"]

    @property
    def lacking(self) -> list[Evidence]:
        """What fails, or cannot be told: a marker reads it first."""
        return [each for each in self.marked.evidence if each.verdict != "pass"]

    @property
    def key(self) -> str:
        return self.marked.key


@dataclass(frozen=True)
class ExpectedRow:
    """An expected result beside what the student's estimate came to. One that `is_given` is a given figure in another
    unit, and is not counted."""

    label: str
    expected: str
    found: str
    row: str
    verdict: str
    is_given: bool = False


@dataclass(frozen=True)
class MarkingPage:
    """`submission` is what is looked at; None for a draft that nobody has handed in, or the newer draft."""

    work: Work
    submission: Submission | None
    queue: Queue
    comment_form: CommentForm
    mark_form: MarkForm | None
    is_draft: bool
    reader: int = 0

    @cached_property
    def document(self) -> dict[str, Any] | None:
        return document_of(self.work, self.submission) or None

    @cached_property
    def case(self) -> Case | None:
        if not self.document:
            return None
        return case_of_submission(self.submission) if self.submission else case_of_draft(self.work)

    @property
    def is_drawn(self) -> bool:
        return self.case is not None and bool(self.case.document.diagram.components)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """How far each step is, of a draft that may still have nothing else to look at."""
        return own_steps(self.case) if self.case and self.is_draft else []

    @property
    def sections(self) -> list[Section]:
        """The whole design in words and tables."""
        return report(Document.model_validate(self.document)) if self.document else []

    @cached_property
    def opinions(self) -> Opinions | None:
        """Of both markers, where two mark."""
        if self.submission is None or not self.work.assignment.is_double_marked:
            return None
        return opinions_on(self.submission)

    @property
    def is_blind(self) -> bool:
        """Whether the reader marks without seeing the other marker's levels."""
        return self.opinions is not None and not self.opinions.is_open

    @property
    def both(self) -> list[tuple[str, list[tuple[str, str]], bool]]:
        """Title of each line, who gave which level, and whether they agree; [] until both have marked."""
        if self.opinions is None or self.is_blind:
            return []
        found = []
        for key, line in self.work.assignment.data.rubric.items():
            given = [(each[key].marker, each[key].level) for each in self.opinions.whole.values()]
            words = [(who.get_username() if who else "somebody who is gone", line.levels[at]) for who, at in given]
            found.append((line.title, words, len({at for _, at in given}) == 1))
        return found

    @cached_property
    def marks(self) -> Mapping[str, WorkMark | Opinion]:
        if self.opinions is not None and self.is_blind:
            return self.opinions.of(self.reader)
        return standing_marks(self.submission) if self.submission else {}

    @cached_property
    def marked(self) -> list[Marked]:
        return marked(self.case) if self.case else []

    @cached_property
    def lines(self) -> list[LineShown]:
        return [self._line(line) for line in self.marked]

    def _line(self, line: Marked) -> LineShown:
        mark, form = self.marks.get(line.key), self.mark_form
        chosen = mark.level if mark else line.suggested
        note = mark.note if mark else ""
        errors: list[str] = []
        if form is not None and form.is_bound:
            typed = form.data.get(f"level-{line.key}", "")
            chosen = int(typed) if typed.isdecimal() and len(typed) < 4 else None
            note = form.data.get(f"note-{line.key}", "")
            errors = [*form.errors.get(f"level-{line.key}", []), *form.errors.get(f"note-{line.key}", [])]
        dimension, most = line.dimension, len(line.dimension.levels) - 1
        levels = tuple(
            LevelShown(number, words, number == chosen, number == line.suggested, dimension.weight * number / most)
            for number, words in enumerate(dimension.levels)
        )
        asked = {each.check for each in line.evidence if each.falls_short}
        remarks = tuple(
            (each.check, each.asks, self.remarks.get(each.check, "")) for each in line.evidence if each.check in asked
        )
        return LineShown(line, levels, note, tuple(errors), self._before(line), remarks)

    @cached_property
    def remarks(self) -> dict[str, str]:
        """What is said to all who share a finding of the evidence, by check."""
        return {each.finding: each.words for each in Remark.objects.filter(assignment=self.work.assignment)}

    def _before(self, line: Marked) -> str:
        given = self.last_return
        if given is None or self.submission is None or given.submission_id == self.submission.pk:
            return ""
        for each in given.lines:
            if each["key"] == line.key and each["level"] is not None:
                return str(each["levels"][each["level"]])
        return ""

    @property
    def points(self) -> int | None:
        """By what is chosen in the form as it is shown."""
        levels = {line.key: each.number for line in self.lines for each in line.levels if each.is_chosen}
        costs = self.submission.hint_costs if self.submission else 0
        points = total(self.work.assignment.data.rubric, levels, hint_costs=costs)
        return None if points is None else min(100, max(0, points + self.work.adjustment))

    @property
    def taken_off(self) -> int:
        """The cost of hints, minus this person's extra points."""
        return (self.submission.hint_costs if self.submission else 0) - self.work.adjustment

    @property
    def points_worth(self) -> int | float | None:
        return scaled(self.points, self.work.assignment.points)

    @cached_property
    def last_return(self) -> Return | None:
        return self.work.last_return

    @property
    def newer_draft(self) -> int | None:
        """The draft's version when it has moved on since, and there is something to compare it with."""
        design, submission = self.work.design, self.work.last_submission
        if design is None or submission is None or submission.of_design != design.pk or self.is_draft:
            return None
        return design.version if design.version > submission.version else None

    @cached_property
    def expected(self) -> list[ExpectedRow]:
        """The scenario's results beside what this student's rows come to."""
        return expected_rows(self.case) if self.case else []

    @property
    def comments(self) -> list[Comment]:
        """The reader's own comments while two mark independently."""
        found = works.comments_of(self.work)
        return list(found.filter(author=self.reader) if self.is_blind else found)

    @property
    def position(self) -> str:
        """`3 of 30 to mark`, or how many are left."""
        left = len(self.queue.unmarked)
        return f"{left} of {len(self.queue.rows)} to mark" if left else "Nothing is left to mark"

    @property
    def expected_off(self) -> list[ExpectedRow]:
        return [each for each in self.expected if each.verdict != "right"]

    @property
    def expected_right(self) -> list[ExpectedRow]:
        return [each for each in self.expected if each.verdict == "right"]

    @property
    def is_suggested(self) -> bool:
        """Whether the checks suggest a level anywhere."""
        return any(each.suggested is not None for each in self.marked)


def expected_rows(case: Case) -> list[ExpectedRow]:
    """Each result that the scenario expects, with the row that answers it."""
    estimate, rows = case.analysis.model.estimate, case.document.estimate.rows
    found = []
    for name, expected in case.expected.items():
        answer = answer_rows(case).get(name)
        label = case.scenario.figures[name].label
        wanted, is_given = readable(expected.quantity), name not in case.asked_results
        if answer is None:
            found.append(ExpectedRow(label, wanted, "", "", "not there", is_given))
            continue
        value = Quantity(estimate.values[answer], estimate.dimensions[answer])
        is_low = value.value < expected.quantity.value
        verdict = "right" if expected.allows(value.value) else "too low" if is_low else "too high"
        title = rows[answer].label if answer in rows and rows[answer].label else answer
        found.append(ExpectedRow(label, wanted, readable(value), title, verdict, is_given))
    return found


def page_of(
    work: Work,
    *,
    queue: Queue,
    submission: Submission | None,
    reader: int = 0,
    moment: int | None = None,
    comment_data: Mapping[str, Any] | None = None,
    mark_data: Mapping[str, Any] | None = None,
) -> MarkingPage:
    """`submission` None shows the draft; `moment` is the version that a comment begins with.

    Data are of a form that was sent and could not be taken."""
    document = document_of(work, submission) or {}
    is_draft = submission is None
    comment_form = CommentForm(
        comment_data,
        elements=named_elements(document),
        initial={"is_shown": is_draft, "version": moment},
        auto_id="comment-%s",
    )
    mark_form = (
        MarkForm(
            mark_data,
            rubric=work.assignment.data.rubric,
            works=[each.work for each in together(submission)],
            initial={"feedback": work.feedback},
        )
        if submission is not None
        else None
    )
    return MarkingPage(
        work=work,
        submission=submission,
        queue=queue,
        comment_form=comment_form,
        mark_form=mark_form,
        is_draft=is_draft,
        reader=reader,
    )
