"""The subject of a scenario: its words, and how many names of a design use them. PURE."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from designs.document.schema import Document
from designs.interviews.asking import words_of
from designs.scenarios.reference import reference_of
from designs.scenarios.schema import Scenario

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-/.{}:]+")
# Words that any design may contain, whatever its subject.
GENERIC = frozenset(
    words_of(
        "get set put make create delete remove read write list update add save load send fetch do run data id item "
        "things stuff object value record service server database db cache queue api request response system app"
    )
)
# Words that name things in every kind of system.
PLAIN = frozenset(
    words_of("ids user users name time created updated status state number type kind created_at updated_at v1 v2 v3")
)
# The number of shipped scenarios that use a word as a name, from scripts/count_words.py; other words count as one.
COUNTS = Path(__file__).with_name("word_counts.txt")
SCENARIOS_COUNTED = 35
UNKNOWN_NAMES = 3.0  # counts as one more rare foreign word in every design, so that a few names alone prove little


def vocabulary(scenario: Scenario) -> frozenset[str]:
    """Stems of the words in the scenario's task, without generic ones."""
    texts = [scenario.title, scenario.summary, scenario.prompt]
    texts += [each.text for each in scenario.requirements.functional.values()]
    texts += [each.text for each in scenario.requirements.measurable.values()]
    texts += [part for each in scenario.questions.values() for part in (each.question, each.answer)]
    texts += [each.label for each in scenario.figures.values()]
    reference = scenario.reference
    texts += [str(each.get("name", "")) for each in reference.get("api", {}).get("operations", {}).values()]
    texts += [str(each.get("name", "")) for each in reference.get("data_model", {}).get("entities", {}).values()]
    return stems(texts)


def named_words(scenario: Scenario, requirement: str) -> frozenset[str]:
    """Stems of the title, of one requirement, and of the operations and the data by which the reference serves it."""
    texts = [scenario.title, scenario.requirements.functional[requirement].text]
    entities = scenario.reference.get("data_model", {}).get("entities", {})
    for operation in scenario.reference.get("api", {}).get("operations", {}).values():
        if requirement in operation.get("serves", {}):
            texts.append(str(operation.get("name", "")))
            held = {**operation.get("reads", {}), **operation.get("writes", {})}
            texts += [str(entities[each].get("name", "")) for each in held if each in entities]
    return stems(texts)


def wide_vocabulary(scenario: Scenario) -> frozenset[str]:
    """The same with the words of its reference, hints, traps and commentary."""
    texts = [scenario.commentary.get(each, "") for each in scenario.commentary]
    texts += [part for each in scenario.traps.values() for part in (each.claim, each.correction)]
    texts += [grade.text for each in scenario.hints.values() for grade in each.grades]
    texts += list(_texts_in(scenario.reference))
    return vocabulary(scenario) | stems(texts)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts_in(each)


def terms_of(scenario: Scenario) -> frozenset[str]:
    """Stems of the scenario's own names: what is asked for, its figures, what its reference reads and writes."""
    texts = [scenario.title, scenario.summary, *(each.label for each in scenario.figures.values())]
    texts += [each.text for each in scenario.requirements.functional.values() if each.in_scope]
    return stems([*texts, *names_in(Document.model_validate(reference_of(scenario)))]) - PLAIN


def names_in(document: Document) -> list[str]:
    """Names of the operations, their paths, and the data with its fields."""
    names = [text for each in document.api.operations.values() for text in (each.name, each.path)]
    for entity in document.data_model.entities.values():
        names += [entity.name, *(each.name for each in entity.fields.values())]
    return names


def shared_names(document: Document, terms: frozenset[str]) -> float:
    """The share, from 0 to 1, of the design's names that are among the terms; rare words count more (inverse document
    frequency)."""
    words = stems(names_in(document)) - PLAIN
    weights = {word: weight_of(word) for word in words}
    return sum(weights[word] for word in words & terms) / (sum(weights.values()) + UNKNOWN_NAMES)


def weight_of(word: str) -> float:
    return math.log((SCENARIOS_COUNTED + 1) / (0.5 + counts().get(word, 1)))


@lru_cache(maxsize=1)
def counts() -> Mapping[str, int]:
    lines = COUNTS.read_text(encoding="utf-8").split("\n")
    return {word: int(count) for word, _, count in (line.partition(" ") for line in lines) if count}


def stems(texts: Iterable[str]) -> frozenset[str]:
    """Stems of texts, also of words inside names such as `makePaste`, without generic ones."""
    return frozenset(word for text in texts for word in words_of_long(CAMEL.sub(" ", text)) if word not in GENERIC)


def words_of_long(text: str) -> list[str]:
    """Like `words_of`, which stops at a question's length, but for texts of any length."""
    return [word for start in range(0, len(text), 400) for word in words_of(text[start : start + 400])]
