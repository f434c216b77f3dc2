"""The interviewer's answer to an understood question, with the scenario's figures filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designs.interviews.asking import Found
from designs.interviews.known import Entry, entries_of, figures_told, prompt_sentence, shared_answers
from designs.scenarios.reference import PLACEHOLDER, answer_of, values_of
from designs.scenarios.schema import Scenario

LATER = "Not today. Let us keep that for later."
PRIORITY_WORDS = {
    "must": "Yes, that is a must.",
    "should": "Yes, it should, once the musts stand.",
    "stretch": "Only if there is time left.",
}
METRIC_WORDS = {
    "latency_mean": "on average {bound} {quantity}",
    "latency_p50": "half of the requests {bound} {quantity}",
    "latency_p95": "95 of 100 requests {bound} {quantity}",
    "latency_p99": "99 of 100 requests {bound} {quantity}",
    "availability": "{bound} {quantity} of the time",
    "retention": "for {bound} {quantity}",
}
BOUND_WORDS = {"<=": "within", ">=": "at least"}


@dataclass(frozen=True)
class Spoken:
    """An answer. `taken_as` is the question it answers, in the interviewer's words; `words` are the candidate's.

    `figures` are the figures that it tells, by name, as typed. An answer that is `kept` is added to the scope of the
    design; small talk, refusals until later and decisions left to the candidate are not.
    """

    name: str
    taken_as: str
    words: str
    answer: str
    figures: dict[str, str]
    kept: bool
    is_aside: bool = False

    @property
    def key(self) -> str:
        """An id for the scope of a design; equal for equal answers."""
        source, _, key = self.name.partition(":")
        return f"asked_{key}"[:40] if source == "question" else f"asked_{source}_{key}"[:40]


def spoken(scenario: Scenario, found: Found, figures: Mapping[str, str] | None = None) -> Spoken:
    """The answer to a match, with the candidate's own figures where they have some."""
    entry = found.entry
    known = values_of(scenario, figures)
    told: dict[str, str] = {}
    kept = True
    if entry.source == "question":
        answer = answer_of(scenario, entry.key, figures)
        names = PLACEHOLDER.findall(scenario.questions[entry.key].answer)
        told = {name: known[name] for name in names if name in known}
    elif entry.source == "figure":
        told = {entry.key: known[entry.key]}
        label = scenario.figures[entry.key].label
        answer = f"{label[0].upper()}{label[1:]}: {known[entry.key]}."
    elif entry.source == "requirement":
        answer = _requirement(scenario, entry)
    elif entry.source == "prompt":
        answer = f"As the task says: {prompt_sentence(scenario, entry.key)}"
    elif entry.source == "change":
        answer, kept = LATER, False
    else:
        answer = scenario.answers.get(entry.key) or shared_answers()[entry.key].answer
        kept = not (entry.is_aside or (entry.is_your_call and entry.key not in scenario.answers))
    return Spoken(found.name, entry.said, found.words, " ".join(answer.split()), told, kept, entry.is_aside)


def _requirement(scenario: Scenario, entry: Entry) -> str:
    functional = scenario.requirements.functional.get(entry.key)
    if not entry.is_target and functional is not None:
        text = functional.text.rstrip(".")
        return f"{text}? {PRIORITY_WORDS[functional.priority]}" if functional.in_scope else f"{text}: out of scope."
    target = scenario.requirements.measurable[entry.key]
    bound = BOUND_WORDS[target.comparison]
    form = METRIC_WORDS.get(target.metric, "{bound} {quantity}")
    said = form.format(bound=bound, quantity=target.quantity) if target.quantity else "no single component may stop it"
    return f"{target.text.rstrip('.')}: {said}."


def entry_called(scenario: Scenario, name: str) -> Entry | None:
    """The entry for a name in a log: `question:users`, or, in logs of the first version, `users`."""
    source, _, key = name.rpartition(":")
    wanted = (source or "question", key)
    return next((each for each in entries_of(scenario) if (each.source, each.key) == wanted), None)


def covered(scenario: Scenario, names: frozenset[str]) -> frozenset[str]:
    """The questions that are answered once these entries were asked for: directly, by the figure that an entry tells,
    or by a target of the kind that the question asks for."""
    asked = {name.removeprefix("question:") for name in names if ":" not in name or name.startswith("question:")}
    figures = {name.removeprefix("figure:") for name in names if name.startswith("figure:")}
    asked |= {question for figure, question in figures_told(scenario).items() if figure in figures}
    targets = {
        kind
        for name in names
        if (entry := entry_called(scenario, name)) is not None and entry.is_target
        for kind in entry.kinds
    }
    own = {each.key: each.asks_for for each in entries_of(scenario) if each.source == "question"}
    return frozenset(asked | {key for key, asks_for in own.items() if asks_for & targets})
