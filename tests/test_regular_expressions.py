"""Every regular expression of the project takes time in proportion to its text (promises 42 and 54)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from designs.document.kinds import HINTS
from designs.interviews import telling
from tests.hostile import ROOT, TAKERS, Found, expressions, slow_text, sources

pytestmark = pytest.mark.one_database
# Reading all sources takes seconds, so it waits for the first test that needs it; collecting the tests needs only
# names.
found: Callable[[], Found] = cache(expressions)
MAY_HAVE_SOME = re.compile(rf"\bre\.[a-z]+\(|\b(?:{'|'.join(TAKERS)})\(")
FILES = [
    path.relative_to(ROOT).as_posix() for path in sources() if MAY_HAVE_SOME.search(path.read_text(encoding="utf-8"))
]
# Expressions defined as a text elsewhere and compiled where they are used: where, and which.
TEXTS = {
    "designs/document/kinds.py: pattern": [pattern for _, pattern in HINTS],
    "designs/exchange/names.py: starts": [r"[A-Za-z_]", r"[A-Za-z]", r"[a-z]"],
    "web/charts/mermaid/flowchart.py: '|'.join(map(re.escape, closers))": [],  # only fixed marks
    "web/charts/mermaid/flowchart.py: pattern": [r'(?:[^\n;"]|"[^"]*"|")*', r"[^\n;]*"],
    # Made of the project's own names and words, each escaped or fixed.
    "designs/exchange/registry.py: f'\\\\s*{pattern}'": [],
    "designs/exchange/terraform.py: pattern": [],
    "designs/interviews/kinds.py: '|'.join(patterns)": [],
    "designs/interviews/telling.py: pattern": [*telling._TOLD.values(), *(each.pattern for each, _ in telling.WANTED)],
    "designs/scenarios/editing/following.py: f'(?<![\\\\w.]){re.escape(old)}(?!\\\\w)'": [],
    "designs/services/interview_cards.py: f'\\\\b{re.escape(figure)}\\\\b'": [],
    "designs/services/interview_cards.py: f'\\\\b{re.escape(name)}\\\\b'": [],
    "studyguide/notes/commonmark.py: '(?<!\\\\w)(' + '|'.join(map(re.escape, longest_first)) + ')(?!\\\\w)'": [],
    "studyguide/search/results.py: f\"(?:(?<!\\\\w)|(?<=[\\\\u3400-\\\\u9fff]))(?:{'|'.join(forms)})\"": [],
    "designs/exchange/registry.py: pattern": [],  # those passed to _starts, where they are found
}


def test_every_expression_is_read():
    assert len(found().sites) > 150
    assert set(found().unread) == set(TEXTS)
    assert {site.path for site in found().sites} - set(FILES) == set()


@pytest.mark.parametrize("path", FILES)
def test_twice_the_text_takes_about_twice_the_time(path: str):
    slow = {
        f"{site.name}: {site.pattern.pattern!r} by {method}": text
        for site in found().sites
        if site.path == path
        for method in site.methods
        if (text := slow_text(site.pattern, method)) is not None
    }
    assert slow == {}


@pytest.mark.parametrize("pattern", [each for texts in TEXTS.values() for each in texts])
def test_what_is_written_as_a_text_is_no_slower(pattern):
    assert slow_text(re.compile(pattern), "search") is None


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        pytest.param(r"class\s+(\S+(?:\s*,\s*\S+)*)\s+([\w-]+)", "fullmatch", id="exponential"),
        pytest.param(r"(a+)+b", "search", id="nested"),
        pytest.param(r"\s+$", "sub", id="spaces before the end"),
        pytest.param(r"<[^>]+>", "sub", id="tags that never close"),
        pytest.param(r"<!--.*?-->", "sub", id="comments that never close"),
        pytest.param(r"^(\s*)([-+=:!>~])", "sub", id="lines of nothing"),
    ],
)
def test_the_texts_find_what_is_slow(pattern, method):
    assert slow_text(re.compile(pattern, re.MULTILINE | re.DOTALL), method)


@pytest.mark.parametrize("pattern", [r"[a-z]+", r"<[^<>]*>", r"\b\w{1,20}\s", r"(?:a|b)+c"])
def test_the_texts_find_nothing_where_there_is_nothing(pattern):
    assert slow_text(re.compile(pattern), "fullmatch") is None
