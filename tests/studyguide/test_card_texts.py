"""Holes of cloze cards that lie in formulas, or hold them (promise 6)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.decks.clozes import asked
from studyguide.notes.card_texts import PLAIN_LINE, CardRenderer


def sides(text: str) -> tuple[str, str]:
    made = CardRenderer().sides("cloze", {"text": text})
    return made.front, made.back


def test_a_hole_in_a_formula_is_a_box_that_the_answer_fills():
    front, back = sides(r"Split $\frac{ {{n^2::a power}} }{2}$ in {{two}}.")

    assert "[a&nbsp;power]" in front
    assert "<msup>" not in front
    assert "<msup><mi>n</mi><mn>2</mn></msup>" in back
    assert '<mark class="hole">two</mark>' in back
    assert front.count('class="hole"') == 1


def test_what_is_raised_stays_apart_in_lists():
    made = CardRenderer().sides("question", {"front": "What is 2<sup>10</sup>, in CO~2~?", "back": "1,024"})

    assert made.words == "What is 2^10, in CO2?"


@pytest.mark.parametrize("text", [r"{{c1::$\frac{a}{b}$}}", r"$\frac{ {{c1::x_{1}}} }{b}$", r"${{c1::\sqrt{x}}} + 1$"])
def test_formulas_of_anki_keep_their_braces(text):
    made, count = asked(text, 1)
    front, back = sides(made)

    assert count == 1
    assert not [word for word in ("&#", "&amp;", "#123", "\ue002") if word in front + back]
    assert "<math" in back


def test_prices_in_two_holes_are_no_formula():
    front, _ = sides("It costs {{5$}} or {{6$}}.")

    assert front.count('aria-hidden="true">[…]') == 2
    assert "<math" not in front


PIECES = st.sampled_from([
    "a", "Why ", "1", "2.", " ", "  ", ", ", "?", "!", "(c)", "'", "%", "1/2", "+", "-", "--", ": ", "é", "Ā", "1) ",
    "\\", "www.a.com", "HTTP", "!!!", "??? ", "...", "**bold**", "**b c**", "*it*", "==x==", "~x~", "_x_", "x^2^",
])  # fmt: skip


@given(text=st.lists(PIECES, min_size=1, max_size=8).map("".join))
@settings(max_examples=120, deadline=None)
def test_a_plain_line_is_shown_as_the_parser_shows_it(text):
    """A comment, of which nothing is shown, makes it parse the line."""
    quick, parsed = (
        CardRenderer().sides("question", {"front": front, "back": "x"}).front for front in (text, f"{text}<!-- -->")
    )

    assert quick == parsed or not PLAIN_LINE.fullmatch(text)
