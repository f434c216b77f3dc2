"""What the interviewer knows: the scenario's questions, figures, requirements, prompt and coming changes, and the
answers to questions that fit every scenario. Each is an entry with the words in which people ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from designs.document.scope import MeasurableRequirement
from designs.interviews.kinds import TARGETS, kinds_of
from designs.interviews.telling import (
    ANY_FIGURE,
    AT_ONCE,
    COUNT,
    RATE,
    SHARE,
    TIME,
    Told,
    asks_for_a_limit,
    asks_for_a_meaning,
    asks_for_all,
    asks_who,
    is_of_deletion,
    tells_a_limit,
    told_by,
)
from designs.scenarios.reference import PLACEHOLDER, answer_of
from designs.scenarios.schema import Scenario
from web.meaning.words import words_in
from web.reading.safe_yaml import own_yaml

Source = Literal["question", "figure", "requirement", "prompt", "change", "common"]
SHARED = Path(__file__).with_name("shared_answers.yaml")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LEFT_OUT = re.compile(r"out of scope|\baside\b|somebody else|that exists|exists already", re.IGNORECASE)
APART = re.compile(r",\s*+(?:and\s++)?|:\s++|;\s*+")
AND = re.compile(r"(?<!\s)\s++and\s++")
# What a sentence of the task asks of the candidate is no fact.
TO_THE_CANDIDATE = re.compile(r"^(?:say|start|leave|do not|remember)\b", re.IGNORECASE)
# `Design the leaderboard of a game: every win adds a point`: the facts stand behind the colon.
TO_DESIGN = re.compile(r"^Design [^:]{1,200}:\s++")
# `paying kitchens and couriers` is one excluded thing; `logs and traces` are two.
DOING = re.compile(r"\w+ing\s++\w")
SAYS_SO = re.compile(r"\b(?:is|are) out of scope\b\.?| (?:itself|themselves)\b")
ASPECT_OF_METRIC = {
    "latency_mean": "latency",
    "latency_p50": "latency",
    "latency_p95": "latency",
    "latency_p99": "latency",
    "availability": "availability",
    "retention": "retention",
    "throughput": "throughput",
}
# How people ask for a target of each aspect; `{}` is the subject of the target.
ASKED_FOR: dict[str, tuple[str, ...]] = {
    "latency": (
        "how fast must it be: {}",
        "latency target, p99 of {}",
        "response time of {}",
        "how quickly should {}",
        "how many milliseconds may {} take",
        "performance requirement for {}",
    ),
    "availability": (
        "availability of {}",
        "uptime, SLA for {}",
        "how many nines for {}",
        "what availability are we aiming for: {}",
        "may {} be down",
    ),
    "retention": (
        "how long are data kept: {}",
        "retention of {}",
        "how many years do we store {}",
        "how long do we keep {}",
        "are they kept forever: {}",
    ),
    "throughput": ("throughput of {}", "how many per second: {}"),
}
# Words after which a question names an operation: `for a get`.
BEFORE_OPERATION = ("a", "an", "the", "each", "every", "for", "of", "on", "per")
PEAK_FIGURE = "peak_factor"
FIGURES_OF_ASPECT = {
    "latency": frozenset({TIME}),
    "availability": frozenset({SHARE, TIME, COUNT}),
    "retention": frozenset({TIME}),
    "throughput": frozenset({RATE}),
}


@dataclass(frozen=True)
class Entry:
    """One thing that can be asked for. `said` is the question it answers, in the interviewer's words; `kinds` are those
    of all its phrases, `asks_for` of that question alone. It `stands_for` the shared answers with these keys: a
    question that matches one of them gets this answer. `told` is what the answer holds, and `answer` is its words
    where it is one to a question of the scenario, or a sentence of the task. `operation` is the one that a target is
    set for. `is_stated` says that a sentence of the task gives it as a fact, and excludes nothing."""

    source: Source
    key: str
    said: str
    phrases: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    is_aside: bool = False
    is_your_call: bool = False
    is_target: bool = False
    is_stated: bool = False
    stands_for: frozenset[str] = frozenset()
    told: Told = ANY_FIGURE
    answer: str = ""
    operation: str = ""

    @property
    def asks_for(self) -> frozenset[str]:
        return kinds_of(self.said)

    @cached_property
    def is_meaning(self) -> bool:
        """Whether it is asked for by the meaning of a word."""
        return any(map(asks_for_a_meaning, self.phrases))

    @cached_property
    def names_nobody(self) -> bool:
        """Whether it tells how fast, how soon or how long, and is not asked for by who does it."""
        return bool(self.asks_for & frozenset(TARGETS)) and not any(map(asks_who, self.phrases))

    @cached_property
    def is_of_loss(self) -> bool:
        """Whether it tells what may be lost, and nothing of what is deleted on purpose."""
        return "failure" in self.asks_for and not any(map(is_of_deletion, (*self.phrases, self.answer)))

    @cached_property
    def is_availability(self) -> bool:
        """Whether it tells a share of time in which something works."""
        return "availability" in (self.kinds if self.is_target else self.asks_for)

    @cached_property
    def is_of_one_moment(self) -> bool:
        """Whether it counts what there is at one moment, and not all there is."""
        return bool(AT_ONCE.search(self.said)) and not any(map(asks_for_all, self.phrases))

    @cached_property
    def is_limit(self) -> bool:
        """Whether it tells how much is allowed."""
        is_called_so = any(map(asks_for_a_limit, self.phrases))
        return self.source == "common" or self.is_target or is_called_so or tells_a_limit(self.answer)

    def is_of_operation_in(self, text: str) -> bool:
        """Whether a question names the operation of this target: `for a get`."""
        asked = f" {' '.join(words_in(text))} "
        return bool(self.operation) and any(f" {before} {self.operation} " in asked for before in BEFORE_OPERATION)


@dataclass(frozen=True)
class Shared:
    """An answer of the shared bank."""

    question: str
    answer: str
    asks: tuple[str, ...]
    aspect: str = ""
    your_call: bool = False
    aside: bool = False


@cache
def shared_answers() -> dict[str, Shared]:
    """By key, in the order of the file."""
    read: dict[str, dict[str, Any]] = own_yaml(SHARED.read_text(encoding="utf-8"))
    return {
        key: Shared(**{**each, "asks": tuple(each["asks"]), "answer": " ".join(each["answer"].split())})
        for key, each in read.items()
    }


def entries_of(scenario: Scenario) -> tuple[Entry, ...]:
    """All that the interviewer knows in this scenario. A shared answer on an aspect with a target of the scenario is
    left out, because the target gives the answer."""
    return (
        *_questions(scenario),
        *_figures(scenario),
        *_functional(scenario),
        *_measurable(scenario),
        *_prompt(scenario),
        *(Entry("change", key, each.text, (each.text,)) for key, each in scenario.changes.items()),
        *_shared(scenario),
    )


def figures_told(scenario: Scenario) -> dict[str, str]:
    """By figure, the question whose answer tells it."""
    return {
        figure: key
        for key, each in scenario.questions.items()
        for figure in PLACEHOLDER.findall(each.answer)
        if figure in scenario.figures
    }


def aspect_of(requirement: MeasurableRequirement) -> str:
    """`latency`, `availability`, `retention`, `throughput`, or the metric itself."""
    return ASPECT_OF_METRIC.get(requirement.metric, requirement.metric)


def _entry(source: Source, key: str, said: str, phrases: list[str], **more: Any) -> Entry:
    kinds = frozenset().union(*map(kinds_of, phrases)) | more.pop("kinds", frozenset())
    return Entry(source, key, said, tuple(dict.fromkeys(phrases)), kinds, **more)


def _questions(scenario: Scenario) -> Iterator[Entry]:
    for key, each in scenario.questions.items():
        labels = [scenario.figures[name].label for name in PLACEHOLDER.findall(each.answer) if name in scenario.figures]
        answer = PLACEHOLDER.sub(" ", each.answer)
        kinds = frozenset().union(*map(kinds_of, (each.question, *each.synonyms, *labels)))
        phrases = (each.question, *each.synonyms, *labels, answer)
        stands_for = frozenset(each.stands_for)
        said = answer_of(scenario, key)
        yield Entry(
            "question", key, each.question, tuple(dict.fromkeys(phrases)), kinds,
            stands_for=stands_for, told=told_by(said), answer=answer,
        )  # fmt: skip


def _figures(scenario: Scenario) -> Iterator[Entry]:
    """Given figures that no answer tells. Results are for the candidate to find."""
    told = figures_told(scenario)
    for name, figure in scenario.figures.items():
        if figure.kind != "given" or name in told:
            continue
        phrases = [figure.label, *scenario.asked_as.get(name, ())]
        said = f"What is the figure for {figure.label}?"
        if name == PEAK_FIGURE:
            shared = shared_answers()["peak"]
            said, phrases = shared.question, [*phrases, shared.question, *shared.asks]
        yield _entry("figure", name, said, phrases, told=told_by(figure.value))


def _functional(scenario: Scenario) -> Iterator[Entry]:
    for key, each in scenario.requirements.functional.items():
        text = each.text[0].lower() + each.text[1:]
        said = f"Must people be able to {text}?" if each.in_scope else f"Is it in scope to {text}?"
        phrases = [each.text, f"do we need to {text}", f"can somebody {text}", *scenario.asked_as.get(key, ())]
        yield _entry(
            "requirement",
            key,
            said,
            phrases,
            kinds=frozenset({"wish"}),
            told=Told(told_by(text).figures, says_whether=True),
        )


def _measurable(scenario: Scenario) -> Iterator[Entry]:
    for key, each in scenario.requirements.measurable.items():
        text = each.text.split(", counted")[0]
        subject = text[0].lower() + text[1:]
        operation = (each.operation or "").replace("_", " ")
        aspect = aspect_of(each)
        subjects = [each_one for each_one in (subject, operation) if each_one]
        phrases = [form.format(one) for form in ASKED_FOR.get(aspect, ("{}",)) for one in subjects]
        kinds = frozenset({aspect})
        said = f"What is the target for: {subject}?"
        asks = (*phrases, *scenario.asked_as.get(key, ()))
        told = Told(FIGURES_OF_ASPECT.get(aspect, frozenset()), says_whether=True)
        yield Entry("requirement", key, said, asks, kinds, is_target=True, told=told, operation=operation)


def _prompt(scenario: Scenario) -> Iterator[Entry]:
    """The things that the prompt itself excludes, one by one, and what it states."""
    for number, sentence in enumerate(_sentences(scenario)):
        key = str(number)
        if LEFT_OUT.search(sentence):
            parts = _things(SAYS_SO.sub("", sentence))
            kinds = frozenset({"wish"})
            told = Told(says_whether=True)
            yield Entry("prompt", key, "What does the task leave out?", (sentence, *parts), kinds, told=told)
        elif not TO_THE_CANDIDATE.match(sentence):
            facts = TO_DESIGN.sub("", sentence)
            parts = [facts, *(part.strip(" .") for part in APART.split(facts))]
            told = Told(told_by(facts).figures, says_whether=True)
            yield _entry(
                "prompt", key, "What does the task itself say?", parts,
                kinds=frozenset({"wish"}), is_stated=True, told=told, answer=facts,
            )  # fmt: skip


def _sentences(scenario: Scenario) -> list[str]:
    return SENTENCE_END.split(" ".join(scenario.prompt.split()))


def _things(sentence: str) -> list[str]:
    """The items of a list in a sentence."""
    listed = [part.strip(" .") for part in APART.split(sentence)]
    return [each for part in listed for each in ([part] if DOING.match(part) else AND.split(part)) if each]


def prompt_sentence(scenario: Scenario, key: str) -> str:
    """The sentence of the prompt that an entry was made from."""
    return _sentences(scenario)[int(key)]


def _shared(scenario: Scenario) -> Iterator[Entry]:
    fixed = {aspect_of(each) for each in scenario.requirements.measurable.values()}
    if PEAK_FIGURE in scenario.figures:
        fixed.add("peak")
    for key, each in shared_answers().items():
        if each.aspect not in fixed:
            yield _shared_entry(key)


@cache
def _shared_entry(key: str) -> Entry:
    each = shared_answers()[key]
    phrases = (each.question, *each.asks)
    kinds = frozenset().union(*map(kinds_of, phrases))
    told = told_by(each.answer) if each.answer.startswith("Yes") else ANY_FIGURE
    return Entry("common", key, each.question, phrases, kinds, each.aside, each.your_call, told=told)
