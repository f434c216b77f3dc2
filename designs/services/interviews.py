"""Everything that happens in an interview. Each function adds at most one event, and only once, on both databases."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from calculators.engine.catalogue.registry import CATALOGUE
from designs.document.schema import blank
from designs.interviews.answering import Spoken, entry_called, spoken
from designs.interviews.asking import LONGEST_QUESTION, Found, Understood, understand
from designs.interviews.follow_ups import FollowUp
from designs.interviews.known import Entry
from designs.models import Design, Interview, InterviewEvent, InterviewMark, PrivateNote, Scenario
from designs.scenarios.reference import INTERVIEWER
from designs.scenarios.schema import HintGrade
from designs.scenarios.schema import Scenario as ScenarioData
from designs.selectors.interviews import InterviewState, state_of
from designs.services.saving import Edit, create_design, save_patch
from web.sent.typed import tidy

Kind = InterviewEvent.Kind
LEAST_MINUTES, MOST_MINUTES = 5, 240
MOST_EVENTS = 1_000


class NotNowError(Exception):
    """The interview is over, or the requested item does not exist or was already used; the message says which."""


@dataclass(frozen=True)
class Reply:
    """The interviewer's reply to a question: `answers`, or `choices` when the question is ambiguous (name and question
    of each), or neither when the decision is left to the candidate. `asked` is what was typed."""

    asked: str
    answers: tuple[Spoken, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """The whole reply on one line."""
        if self.answers:
            return " ".join(each.answer for each in self.answers)
        if self.choices:
            return f"Do you mean: {' Or: '.join(said for _, said in self.choices)}"
        return LEFT_TO_YOU


LEFT_TO_YOU = "Your call: say what you assume, write it into the scope, and go on."


@transaction.atomic
def start_interview(
    scenario: Scenario,
    *,
    owner: User,
    at: datetime,
    minutes: int | None = None,
    figures: dict[str, str] | None = None,
) -> Interview:
    """Creates a blank design and starts the clock. `figures` are given figures that only this candidate has."""
    document = blank(title=scenario.title, method=scenario.data.method, scenario=scenario.slug)
    return Interview.objects.create(
        design=create_design(owner=owner, document=document, at=at),
        scenario=scenario,
        content=scenario.content,
        own_figures=json.dumps(figures or {}),
        minutes=min(MOST_MINUTES, max(LEAST_MINUTES, minutes or scenario.minutes)),
        started_at=at,
    )


def ask(interview: Interview, typed: str, *, author: User | None, at: datetime, meant: str = "") -> Reply:
    """Looks up the answer to a question. The answer is added to the scope of the design in the candidate's words.

    `meant` names the candidate's choice when the interviewer asked back. An uncertain match is not written anywhere.
    """
    state = _running(interview, at)
    words = tidy(typed, LONGEST_QUESTION)
    if not words:
        raise NotNowError("Type a question first.")
    chosen = entry_called(interview.data, meant) if meant else None
    if meant and chosen is None:
        raise NotNowError("The interviewer knows nothing by that name.")
    heard = Understood((Found(chosen, 1.0, words),)) if chosen else understand(interview.data, words, state.said_last)
    answers = tuple(spoken(interview.data, each, interview.figures) for each in heard.found)
    for answer in answers:
        _log(interview, state, Kind.ASKED, author=author, at=at, subject=answer.name[:80], words=answer.words)
    if not answers:
        _log(interview, state, Kind.ASKED, author=author, at=at, words=words)
    _write_answers(interview, answers, state, author=author, at=at)
    return Reply(words, answers, tuple((each.name, each.entry.said) for each in heard.maybe))


def _write_answers(
    interview: Interview, answers: Sequence[Spoken], state: InterviewState, *, author: User | None, at: datetime
) -> None:
    design = Design.objects.get(pk=interview.design_id)
    standing = design.data().get("scope", {}).get("questions", {})
    fresh = [each for each in answers if each.kept and each.key not in standing]
    rows = {
        each.key: {"text": each.words, "answer": each.answer, "order": len(standing) + number}
        for number, each in enumerate(fresh, 1)
    }
    if rows:
        _patch(design, {"scope": {"questions": rows}}, "understand", state, author=author, at=at)


def take_back(interview: Interview, name: str, *, author: User | None, at: datetime) -> None:
    """The answer was to another question: it leaves the scope, and the question counts as not asked."""
    state = _running(interview, at)
    if name not in {event.subject for event in state.asked}:
        raise NotNowError("The interviewer has not said that.")
    found = Found(_known(interview, name), 1.0)
    key = spoken(interview.data, found, interview.figures).key
    design = Design.objects.get(pk=interview.design_id)
    if key in design.data().get("scope", {}).get("questions", {}):
        _patch(design, {"scope": {"questions": {key: None}}}, "understand", state, author=author, at=at)
    _log(interview, state, Kind.MISTAKEN, author=author, at=at, subject=name[:80])


def take_figures(interview: Interview, name: str, *, author: User | None, at: datetime) -> None:
    """Writes the figures of an answer into the estimate: as an input where its sheet has one of that name, else as a
    row of its own. The source is the interviewer."""
    state = _running(interview, at)
    if name not in {event.subject for event in state.asked}:
        raise NotNowError("The interviewer has not said that.")
    told = spoken(interview.data, Found(_known(interview, name), 1.0), interview.figures).figures
    if not told:
        raise NotNowError("There is no figure in that answer.")
    design = Design.objects.get(pk=interview.design_id)
    patch = _figures_patch(interview.data, told, design.data().get("estimate", {}))
    _patch(design, {"estimate": patch}, "estimate", state, author=author, at=at)


def _known(interview: Interview, name: str) -> Entry:
    found = entry_called(interview.data, name)
    if found is None:
        raise NotNowError("The interviewer knows nothing by that name.")
    return found


def _figures_patch(scenario: ScenarioData, told: Mapping[str, str], estimate: Mapping[str, Any]) -> dict[str, Any]:
    sheet = CATALOGUE.get(estimate.get("calculator", ""))
    inputs = {row.name for row in sheet.inputs} if sheet else set()
    rows: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    standing = estimate.get("rows", {})
    for number, (name, value) in enumerate(told.items(), len(standing) + 1):
        if name in inputs:
            typed[name] = {"value": value, "source": INTERVIEWER}
        elif name in standing:
            rows[name] = {"formula": value, "source": INTERVIEWER}
        else:
            figure = scenario.figures[name]
            rows[name] = {
                "label": figure.label,
                "formula": value,
                "unit": figure.unit,
                "source": INTERVIEWER,
                "order": number,
            }
    return {**({"rows": rows} if rows else {}), **({"inputs": typed} if typed else {})}


def give_hint(interview: Interview, hint: str, *, author: User | None, at: datetime) -> HintGrade:
    """Gives the next grade of a hint; its cost is stored in the log."""
    state = _running(interview, at)
    if hint not in interview.data.hints:
        raise NotNowError("There is no such hint.")
    grades, given = interview.data.hints[hint].grades, state.hints_given(hint)
    if given >= len(grades):
        raise NotNowError("There is no further hint on this.")
    grade = grades[given]
    key = f"hint-{hint}-{given}"
    _log(interview, state, Kind.HINT, author=author, at=at, subject=hint, words=grade.text, points=grade.cost, key=key)
    return grade


def announce_change(interview: Interview, change: str, *, author: User | None, at: datetime) -> None:
    """Announces a change of a requirement now, whether or not its planned minute has passed."""
    state = _running(interview, at)
    if change not in interview.data.changes:
        raise NotNowError("There is no such change.")
    words = interview.data.changes[change].text
    _log(interview, state, Kind.CHANGE, author=author, at=at, subject=change, words=words, key=f"change-{change}")


def take_change(interview: Interview, change: str, *, author: User | None, at: datetime) -> None:
    """Writes the changed values into the scope and the estimate of the design."""
    state = _running(interview, at)
    if change not in {each.key for each in state.changes}:
        raise NotNowError("The interviewer has not said that.")
    design = Design.objects.get(pk=interview.design_id)
    patch = _change_patch(interview, change, design.data())
    if patch:
        _patch(design, patch, "understand", state, author=author, at=at)
    _log(interview, state, Kind.TAKEN, author=author, at=at, subject=change, key=f"taken-{change}")


def _change_patch(interview: Interview, change: str, document: dict[str, Any]) -> dict[str, Any]:
    asked = interview.data.changes[change]
    scope: dict[str, Any] = {}
    for name, wanted in (("functional_requirements", asked.functional), ("measurable_requirements", asked.measurable)):
        if wanted:
            scope[name] = {key: each.model_dump(exclude_unset=True) for key, each in wanted.items()}
            for each in scope[name].values():
                # The scenario may name elements that this design does not have.
                each.pop("operation", None)
                each.pop("actor", None)
    rows = document.get("estimate", {}).get("rows", {})
    figures = {name: {"formula": value} for name, value in asked.figures.items() if name in rows}
    return {**({"scope": scope} if scope else {}), **({"estimate": {"rows": figures}} if figures else {})}


def pause(interview: Interview, *, author: User | None, at: datetime) -> None:
    state = _running(interview, at)
    if not state.is_paused:
        _log(interview, state, Kind.PAUSED, author=author, at=at, key=f"pause-{len(state.pauses)}")


def resume(interview: Interview, *, author: User | None, at: datetime) -> None:
    state = _running(interview, at)
    if state.is_paused:
        _log(interview, state, Kind.RESUMED, author=author, at=at, key=f"resume-{len(state.pauses)}")


def mark_moment(interview: Interview, words: str, *, author: User | None, at: datetime) -> None:
    """Marks a moment to come back to in the replay."""
    _log(interview, _running(interview, at), Kind.MOMENT, author=author, at=at, words=tidy(words, 500))


@transaction.atomic
def finish(interview: Interview, *, author: User | None, at: datetime) -> None:
    """Stops the clock permanently; a repeated call changes nothing."""
    state = state_of(interview, at)
    stopped = Interview.objects.filter(pk=interview.pk, finished_at=None).update(finished_at=at)
    if stopped:
        _log(interview, state, Kind.FINISHED, author=author, at=at, key="finished")
        interview.finished_at = at


def answer_follow_up(
    interview: Interview, follow_up: FollowUp, typed: str, *, author: User | None, at: datetime
) -> bool:
    """Judges and logs the first answer to a follow-up. Later answers are judged but do not count."""
    is_right = follow_up.judge(typed)
    _log(
        interview,
        state_of(interview, at),
        Kind.ANSWERED,
        author=author,
        at=at,
        subject=follow_up.key,
        words=tidy(typed, 200),
        points=int(is_right),
        key=f"answer-{follow_up.key}",
    )
    return is_right


def mark_dimension(interview: Interview, *, role: str, dimension: str, level: int, note: str = "") -> None:
    """Sets a level of the rubric, replacing an earlier one. Raises NotNowError for a dimension that the rubric
    lacks."""
    wanted = interview.data.rubric.get(dimension)
    if wanted is None or not 0 <= level < len(wanted.levels):
        raise NotNowError("The rubric has no such level.")
    InterviewMark.objects.update_or_create(
        interview=interview,
        role=role,
        dimension=dimension,
        defaults={"level": level, "note": tidy(note, 2_000)},
    )


def open_to_interviewer(interview: Interview) -> str:
    """The token of the interviewer's link, created on first use: 256 random bits."""
    if not interview.observer_token:
        interview.observer_token = secrets.token_urlsafe(32)
        interview.save(update_fields=["observer_token"])
    return interview.observer_token


def close_to_interviewer(interview: Interview) -> None:
    """Revokes the interviewer's link."""
    interview.observer_token = None
    interview.save(update_fields=["observer_token"])


def write_private_note(interview: Interview, words: str, *, at: datetime) -> None:
    if kept := tidy(words, 5_000):
        elapsed = state_of(interview, at).elapsed_seconds
        PrivateNote.objects.create(interview=interview, at=at, elapsed_seconds=elapsed, words=kept)


def _running(interview: Interview, at: datetime) -> InterviewState:
    state = state_of(interview, at)
    if not interview.is_running:
        raise NotNowError("This interview is over.")
    if len(state.events) >= MOST_EVENTS:
        raise NotNowError("This interview has as many entries as it can keep.")
    return state


def _log(
    interview: Interview,
    state: InterviewState,
    kind: InterviewEvent.Kind,
    *,
    author: User | None,
    at: datetime,
    subject: str = "",
    words: str = "",
    points: int = 0,
    key: str = "",
) -> None:
    """Adds the event. An event whose key was used before is not added, so a form sent twice counts once."""
    try:
        with transaction.atomic():
            InterviewEvent.objects.create(
                interview=interview,
                kind=kind,
                at=at,
                elapsed_seconds=state.elapsed_seconds,
                subject=subject,
                words=words,
                points=points,
                key=key,
                author=author,
            )
    except IntegrityError:
        if not key:
            raise


def _patch(
    design: Design,
    patch: dict[str, Any],
    step: str,
    state: InterviewState,
    *,
    author: User | None,
    at: datetime,
) -> None:
    edit = Edit(patch=patch, base_version=design.version, step=step, elapsed_seconds=state.elapsed_seconds)
    save_patch(design, edit, author=author, at=at)
