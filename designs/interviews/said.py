"""What a scenario gives in words, and whether a text adds anything to it. PURE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from designs.interviews.asking import words_of
from designs.interviews.subject import words_of_long
from designs.scenarios.reference import answer_of
from designs.scenarios.schema import Scenario

HYPHENS = re.compile(r"[-/']")
# A text adds something when this share of its pairs of neighbouring words is not in what was given, and it has a word
# of its own. With fewer own pairs it needs two.
OWN_PAIRS, MANY_OWN_PAIRS = 0.5, 0.7
# Words that frame what was given, and say nothing about any system.
FRAMING = frozenset(
    words_of(
        "right choice choose chosen best better good great nice fine important task says said tell told asks asked "
        "people want wants need needed must should use used using make makes do thing case design system solution "
        "option answer question reason way simple easy here there our this fit suits works therefore obvious clear "
        "given required requirement scenario interviewer hint because we us decided think believe know exactly really "
        "very most always well just also"
    )
)


@dataclass(frozen=True)
class Said:
    """The words of the task, of the interviewer's answers and hints, and their pairs of neighbours, as stems."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def is_added_to_by(self, words: Sequence[str]) -> bool:
        """Whether these stems, in the order of a text, say more than what was given."""
        own = set(words) - self.words - FRAMING
        pairs = list(pairwise(words))
        share = sum(pair not in self.pairs for pair in pairs) / len(pairs) if pairs else 0.0
        return share >= (MANY_OWN_PAIRS if len(own) == 1 else OWN_PAIRS) and bool(own)


def said_in(scenario: Scenario) -> Said:
    required = scenario.requirements
    texts = [scenario.title, scenario.prompt, scenario.summary]
    texts += [each.text for each in required.functional.values()]
    texts += [each.text for each in required.measurable.values()]
    texts += [each.label for each in scenario.figures.values()]
    texts += [part for key, each in scenario.questions.items() for part in (each.question, answer_of(scenario, key))]
    texts += [grade.text for each in scenario.hints.values() for grade in each.grades]
    texts += [HYPHENS.sub(" ", text) for text in texts]
    told = [words_of_long(text) for text in texts]
    pairs = {pair for words in told for pair in pairwise(words)}
    return Said(frozenset(word for words in told for word in words), frozenset(pairs))
