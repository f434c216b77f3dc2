"""Every upload is read or refused with a message, in bounded time (promises 54 and 60).

`python -m tests.fuzz_imports` tries any number of texts, and measures growth as well.
"""

from __future__ import annotations

import pytest

from tests.fuzz_imports import Bender, Kind, fuzz, grows, kinds

TRIES = 4


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_that_is_uploaded_breaks_an_import():
    assert [str(each) for each in fuzz(kinds(), seed=20, tries=TRIES)] == []


def test_a_reader_that_breaks_or_refuses_without_words_is_found():
    def broken(text: str) -> None:
        raise KeyError("x") if "a" in text else ValueError("")

    found = fuzz({"broken": Kind(broken, (ValueError,), ["a", "b"])}, seed=1, tries=0)

    assert [each.what.partition(" (")[0] for each in found] == ["KeyError: 'x'", "is refused without words"]


@pytest.mark.parametrize(("power", "is_found"), [(1, False), (1.3, False), (2, True), (3, True)])
def test_only_more_than_linear_growth_is_found(power, is_found):
    """With a simulated clock, so that the machine's speed does not matter."""
    kind = Kind(str, (), ["abcdefgh"])

    def cost(_name: str, _kind: Kind, text: str) -> float:
        return len(text) ** power / 50_000

    found = [grows("made", kind, "abcdefgh", Bender(seed), cost=cost) for seed in range(5)]

    assert any(found) is is_found
