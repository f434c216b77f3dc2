"""Words that readers marked are found in a page again, also when the page has changed."""

from __future__ import annotations

import re

import pytest

from studyguide.notes.highlights import PageText, Quote, highlighted

PAGE = (
    '<h2 id="a">Load &amp; scale</h2>\n<p>A cache keeps <strong>hot keys</strong> in memory. A cache keeps cold keys, '
    'too.</p>\n<p>10<sup>6</sup>&nbsp;users <a href="/x">read <em>this</em></a> today.</p>'
    "<svg><text>A cache keeps secrets</text></svg>"
)
MARK = re.compile(r'<mark class="own-mark"(?: id="mark-[^"]+")?>(.*?)</mark>')


def marked(html: str, **quote: str) -> tuple[str, list[str]]:
    """What became of one quote, and the pieces of the page that are marked for it."""
    page, states = highlighted(html, [Quote(key="7", **quote)])
    assert re.sub(r'</?mark[^>]*>|<a class="mark-note"[^>]*></a>', "", page) == html, "nothing else changes"
    return states["7"], MARK.findall(page)


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        pytest.param("in memory", ["in memory"], id="within one element"),
        pytest.param("keeps hot keys in", ["keeps", "hot keys", "in"], id="over an element"),
        pytest.param("Load & scale\nA cache", ["Load &amp; scale", "A cache"], id="over two blocks"),
        pytest.param("10 6 users", ["10", "6", "users"], id="with a power and a no-break space"),
        pytest.param("read this", ["read", "this"], id="in a link"),
    ],
)
def test_a_selection_is_found_whatever_its_spaces(words, pieces):
    assert marked(PAGE, words=words) == ("there", pieces)


def test_equal_words_are_told_apart_by_what_stands_around_them():
    page, _ = highlighted(PAGE, [Quote(key="7", words="A cache keeps", before="in memory.", after="cold")])

    assert page.index("<mark") > page.index("in memory")
    assert "secrets</mark>" not in page


def test_text_of_drawings_and_of_live_parts_is_no_text_of_the_page():
    live = (
        '<div class="live-calculator" data-slug="x" data-parameters="{}"><a class="live-link" href="/">Open</a></div>'
    )

    assert highlighted(live, [Quote(key="7", words="Open")]) == (live, {"7": "gone"})
    assert marked(PAGE, words="keeps secrets") == ("gone", [])


def test_changed_words_are_known_by_how_they_begin_and_end():
    old = "A cache keeps hot keys in memory, because memory is fast and disks are slow."
    new = "<p>A cache keeps hot keys in memory: memory is about 1,000 times as fast, and disks are slow.</p>"

    assert marked(new, words=old) == ("changed", [new[3:-4]])


def test_words_that_are_wholly_new_are_known_by_their_neighbours():
    html = "<p>Everything before it stands. These are others. Everything after it stands.</p>"
    state, pieces = marked(
        html, words="The old ones.", before="Everything before it stands.", after="Everything after it stands."
    )

    assert (state, pieces) == ("changed", ["These are others."])


def test_words_that_are_gone_mark_nothing():
    assert marked(PAGE, words="Nothing of this is there, not even its beginning or its end.") == ("gone", [])


def test_marks_that_overlap_do_not_nest_and_each_is_there():
    page, states = highlighted(
        PAGE, [Quote(key="1", words="hot keys in memory"), Quote(key="2", words="keys in memory. A")]
    )

    assert set(states.values()) == {"there"}
    assert re.findall(r"</?mark", page) == ["<mark", "</mark"] * 3
    assert 'id="mark-1"' in page
    assert 'id="mark-2"' in page


def test_a_mark_leads_to_the_note_on_it_but_never_within_a_link():
    page, _ = highlighted(
        PAGE,
        [Quote(key="1", words="in memory", link="#note-1"), Quote(key="2", words="read this", link="#note-2")],
    )

    assert page.count('class="mark-note"') == 1
    assert '</mark><a class="mark-note" href="#note-1"' in page


def test_formulas_are_quoted_and_not_torn():
    html = "<p>So <math><mi>n</mi><mo>+</mo><mn>1</mn></math> copies.</p>"

    assert marked(html, words="So n+1 copies") == ("there", ["So", "copies"])


def test_a_page_of_a_million_characters_takes_linear_time():
    """promise 42"""
    page = PageText("<p>" + "ab " * 100_000 + "&" * 100_000 + "<" * 100_000 + "</p>")

    assert page.place(Quote(key="7", words="ba" * 500))[0] == "there"
