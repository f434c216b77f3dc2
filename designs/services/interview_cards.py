"""Cards about what was missed in an interview: never asked, not found, failed, or answered wrongly afterwards.

No card calls a true statement false. Common misconceptions appear on the result page and make no cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from calculators.engine.wording import readable
from designs.interviews.evidence import ended
from designs.interviews.verdict import SAID_DIGITS
from designs.models import Interview
from designs.scenarios.reference import PLACEHOLDER, answer_of
from designs.scenarios.schema import Check, Section
from designs.selectors.interview_result import InterviewResult
from studyguide.models import Card, Topic
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.cards import make_card, put_off

SOURCE = "interview"
# The part of the reference's commentary that explains a check.
SECTION_OF: dict[Check, Section] = {
    "requirements_have_operations": "api",
    "requirements_are_measurable": "scope",
    "estimate_within_tolerance": "estimate",
    "operations_reach_storage": "data_model",
    "capacity_covers_peak": "diagram",
    "no_single_point_on_a_must": "diagram",
    "requirements_are_met": "diagram",
    "decisions_have_because": "decisions",
    "bottlenecks_are_answered": "bottlenecks",
}
# Checks without a card of their own: each missing result of the estimate has its own card.
TOLD_ELSEWHERE = frozenset({"estimate_within_tolerance", "time_per_stage"})


@dataclass(frozen=True)
class Miss:
    """The content of a card; the same `key` makes the same card."""

    key: str
    front: str
    back: str
    topic: str = ""


def misses(interview: Interview, result: InterviewResult) -> list[Miss]:
    """In the order of the steps: questions not asked, results not found, failed checks, and wrong answers."""
    return [
        *_never_asked(interview, result),
        *_not_found(interview, result),
        *_failed(interview, result),
        *_wrongly_answered(interview, result),
    ]


def cards_of_misses(interview: Interview, result: InterviewResult, *, now: datetime) -> int:
    """Makes the cards for the owner of the design; a repeated call updates the same cards. New cards are due tomorrow,
    because nobody studies right after an interview."""
    owner = interview.design.owner
    found = misses(interview, result)
    topics = Topic.objects.in_bulk({each.topic for each in found if each.topic}, field_name="slug")
    made = [
        make_card(
            owner,
            kind="question",
            content={"front": each.front, "back": each.back},
            topic=topics.get(each.topic),
            tags=[SOURCE],
            source_name=SOURCE,
            source_id=f"{interview.pk}-{each.key}"[:80],
        )
        for each in found
    ]
    calendar = rules_of(settings_of(owner.pk)).calendar
    tomorrow = calendar.start_of(calendar.day_of(now) + timedelta(days=1))
    put_off(owner, [card.pk for card in made], until=tomorrow)
    return len(made)


def cards_made(interview: Interview) -> list[Card]:
    """The cards of this interview that are still in the deck."""
    cards = Card.objects.filter(owner=interview.design.owner_id, source_name=SOURCE, removed_at=None)
    return list(cards.filter(source_id__startswith=f"{interview.pk}-").order_by("pk"))


def _never_asked(interview: Interview, result: InterviewResult) -> Iterator[Miss]:
    """What should have been asked, its answer, and the rows that depend on it."""
    data = interview.data
    for key in result.state.never_asked:
        question = data.questions[key]
        about = question.synonyms[0] if question.synonyms else key.replace("_", " ")
        names = PLACEHOLDER.findall(question.answer)
        hangs = [label for name in names for label in _built_on(result, name)]
        answer = answer_of(data, key, interview.figures)
        back = f"**{question.question}**\n\n{answer}"
        if hangs:
            back += f"\n\nWhat hangs on it: {', '.join(dict.fromkeys(hangs))}."
        yield Miss(
            f"asked-{key}",
            f"You design {data.title}. What do you ask the interviewer about **{about.lower()}**"
            f"{', and what hangs on it' if hangs else ''}?",
            back,
            data.topics[0] if data.topics else "",
        )


def _built_on(result: InterviewResult, figure: str) -> list[str]:
    """Labels of the reference's rows whose formula uses a figure."""
    rows = result.reference.get("estimate", {}).get("rows", {})
    holds = re.compile(rf"\b{re.escape(figure)}\b")
    return [
        row.get("label") or name
        for name, row in rows.items()
        if name != figure and holds.search(str(row.get("formula", "")))
    ]


def _not_found(interview: Interview, result: InterviewResult) -> Iterator[Miss]:
    rows = result.reference_analysis.document.estimate.rows
    quantities = result.reference_analysis.model.estimate.quantities
    values = {name: readable(each, digits=SAID_DIGITS) for name, each in quantities.items()}
    for line in result.asked_results:
        if line.is_found or line.name not in rows:
            continue
        formula = rows[line.name].formula
        names = [name for name in rows if re.search(rf"\b{re.escape(name)}\b", formula)]
        given = ", ".join(f"{rows[name].label or name} {values.get(name, '')}".strip() for name in names)
        yield Miss(
            f"result-{line.name}",
            f"{interview.data.title}: from {given}, how much is **{line.label}**?"
            if given
            else f"How much is {line.label}?",
            f"**{line.said}**\n\n`{formula}`",
            "estimate-scale",
        )


def _failed(interview: Interview, result: InterviewResult) -> Iterator[Miss]:
    data = interview.data
    for each in result.failed_evidence:
        if each.check in TOLD_ELSEWHERE:
            continue
        words = data.commentary.get(SECTION_OF.get(each.check, "scope"), "")
        back = "\n\n".join(
            part
            for part in (
                ended(f"It fell short: {'; '.join(each.missed)}") if each.missed else each.words,
                f"Why the reference is as it is: {words}" if words else "",
            )
            if part
        )
        front = f"{data.title}: your design failed the check “{each.asks}”. What fell short, and what would mend it?"
        yield Miss(f"check-{each.check}", front, back, "bottleneck-review")


def _wrongly_answered(interview: Interview, result: InterviewResult) -> Iterator[Miss]:
    """Follow-ups with a wrong answer. A follow-up without an answer is not a miss."""
    for asked in result.asked_follow_ups:
        if asked.answer is None or asked.is_right:
            continue
        follow_up = asked.follow_up
        yield Miss(
            follow_up.key,
            f"{interview.data.title}, your design of {interview.started_at:%d %B %Y}: {follow_up.question}",
            f"**{follow_up.said}**\n\n{follow_up.working}",
            follow_up.topic,
        )
