"""Words, stems, typing errors and the nearness of texts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.meaning.vectors import vectors
from web.meaning.words import Speller, slips, stem, words_in

KNOWN = Speller(["latency", "availability", "timeline", "follower", "peak", "read"])
SHORT = st.text("abc", max_size=6)


def test_words_lose_case_apostrophes_and_marks():
    assert words_in("What\u2019s the user's e-mail, p99 < 200ms?") == ["what", "the", "user", "email", "p99", "200ms"]


@pytest.mark.parametrize("words", [("deleting", "deleted"), ("messages", "message"), ("expires", "expire")])
def test_forms_of_a_word_share_a_stem(words):
    assert len(set(map(stem, words))) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("latancy", "latency"),
        ("availabilty", "availability"),
        ("timelnie", "timeline"),
        ("folowwer", "follower"),
        ("timelines", "timelines"),  # a known word in another form
        ("lately", "lately"),  # two slips are too many for six letters
        ("rad", "rad"),  # too short to tell
        ("p99", "p99"),
    ],
)
def test_a_slip_is_mended_and_other_words_are_let_be(typed, meant):
    assert KNOWN.mend(typed) == meant


def by_definition(left: str, right: str) -> int:
    """Optimal string alignment, as its recursion is written in textbooks."""
    if not left or not right:
        return len(left) + len(right)
    found = min(
        by_definition(left[:-1], right) + 1,
        by_definition(left, right[:-1]) + 1,
        by_definition(left[:-1], right[:-1]) + (left[-1] != right[-1]),
    )
    if len(left) > 1 and len(right) > 1 and left[-1] == right[-2] and left[-2] == right[-1]:
        found = min(found, by_definition(left[:-2], right[:-2]) + 1)
    return found


@given(SHORT, SHORT, st.integers(0, 3))
def test_slips_are_counted_as_defined(left, right, most):
    assert slips(left, right, most=most) == min(by_definition(left, right), most + 1)


def near(left: str, right: str) -> float:
    return float(vectors().text(words_in(left)) @ vectors().text(words_in(right)))


def test_texts_of_one_meaning_are_nearer_than_others_without_a_shared_word():
    kept = "how long are messages stored"

    assert near(kept, "data retention period") > near(kept, "favourite football team") + 0.15


def test_a_text_has_length_one_and_no_text_has_none():
    assert float(vectors().text(["timeline"]) @ vectors().text(["timeline"])) == pytest.approx(1)
    assert not vectors().text([]).any()


def test_a_process_that_asks_nothing_reads_no_vectors():
    """budget 17: the tables are for processes that ask."""
    loaded = "import sys, web.meaning.vectors; print({'tokenizers', 'safetensors'} & sys.modules.keys())"
    out = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
