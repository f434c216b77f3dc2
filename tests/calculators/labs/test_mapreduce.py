from __future__ import annotations

from collections import Counter

import pytest

from calculators.labs.mapreduce import LAB, SENTENCES
from tests.calculators.labs.play import played

WORDS = Counter(word for sentence in SENTENCES for word in sentence.split())


@pytest.mark.parametrize("combiner", ["no", "yes"])
@pytest.mark.parametrize("reducers", [1, 3, 6])
def test_the_count_is_that_of_all_words(combiner, reducers):
    run = played(LAB, "run", job="count", combiner=combiner, reducers=reducers)

    assert run.output == {word: str(count) for word, count in sorted(WORDS.items())}


@pytest.mark.parametrize("combiner", ["no", "yes"])
def test_the_index_names_each_document_of_a_word_once(combiner):
    run = played(LAB, "run", job="index", combiner=combiner)

    for word, documents in run.output.items():
        holding = [f"d{number + 1}" for number, sentence in enumerate(SENTENCES) if word in sentence.split()]
        assert documents == ", ".join(holding)


def test_one_straggler_holds_up_everything_and_a_backup_copy_ends_that():
    """Map takes 2 ticks, a straggler 8; then come the shuffle and 4 ticks of reducing (Dean and Ghemawat, 3.6): the
    second reducer has 19 of the 33 pairs, ten of them "the", and works off 6 a tick."""
    ticks = {
        (straggler, backup): played(LAB, "run", straggler=straggler, backup=backup).ticks
        for straggler, backup in (("no", "no"), ("yes", "no"), ("yes", "yes"))
    }

    assert ticks == {("no", "no"): 2 + 1 + 4, ("yes", "no"): 8 + 1 + 4, ("yes", "yes"): 2 + 2 + 1 + 4}


def test_a_combiner_sends_fewer_pairs():
    assert played(LAB, "run", combiner="yes").pairs_sent < played(LAB, "run", combiner="no").pairs_sent == WORDS.total()


def test_a_very_common_word_makes_its_reducer_the_slow_one_and_a_combiner_helps():
    """ "the" stands ten times; a combiner leaves one pair for each document that holds it."""
    plain, combined = (played(LAB, "run", combiner=choice) for choice in ("no", "yes"))

    assert max(task.ticks for task in plain.reduces) > max(task.ticks for task in combined.reduces)
    assert plain.spent == {"map": 8, "shuffle": 1, "reduce": 4}
