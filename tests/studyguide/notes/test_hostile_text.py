"""Text that would keep an import busy for ever: refused with its line, or read in time that grows as the text does."""

from __future__ import annotations

import time

import pytest

from studyguide.notes.book import bind
from studyguide.notes.code import code_html
from studyguide.notes.commonmark import MOST_CELLS_MADE_UP
from studyguide.notes.errors import NoteError

UNITS = [
    "(", "[[", "`", "[ ", "` ", "[[a|", "![a", "[^a", "[a](", "*a ", "**a*", "~~a", "<a ", "<!--", "&a;", "\\[",
    "==a", "^a", "$a ", "%%", "> ", "- ", "[a]: ", "*[a]: b\n", "| a | b |\n", "> [!note]\n", "http://", "a@b.",
    "<details>\n\n", "{{",
]  # fmt: skip


def imported(text: str) -> str:
    """The HTML of the topic that a file with this text becomes; "" when the file is left out with a word why."""
    book = bind([("a.md", f"---\ntitle: A\n---\n{text}".encode())])
    assert book.pages or book.warnings
    return "".join(page.rendered.html for page in book.pages)


def seconds(text: str) -> float:
    """CPU time of the quickest of three, which a busy machine cannot make shorter."""
    return min(once(text) for _ in range(3))


def once(text: str) -> float:
    started = time.process_time()
    imported(text)
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS)
def test_four_times_the_text_takes_about_four_times_as_long(unit):
    """promise 42: lines of 160 characters in one paragraph; a ratio of 16 would be quadratic."""
    line = "x " + (unit * 40)[:160] + "\n"
    imported(line)  # what is made once is made before the clock starts
    small, large = seconds(line * 30), seconds(line * 120)

    assert large < 9 * max(small, 0.05)


@pytest.mark.parametrize("unit", ["(", "[", "`", "_"])
def test_a_hundred_thousand_times_one_character_are_read(unit):
    """promise 42"""
    assert "fine" in imported("fine\n" + unit * 100_000)


@pytest.mark.parametrize("unit", ["(", "[[", "`"])
def test_many_of_them_in_paragraphs_is_read(unit):
    """promise 42"""
    paragraph = ("x " + unit * 80 + "\n") * 5 + "\n"

    times = 200_000 // len(paragraph)
    assert imported(paragraph * times).count("<p>") == times


def test_long_code_is_no_paragraph():
    assert imported("```\n" + "x = 1  # a line\n" * 10_000 + "```\n").count("a line") == 10_000


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"# A\n\nb\xff", "a.md:3: expected UTF-8, found byte 0xff", id="not UTF-8"),
        pytest.param(b"# A\n" + b"x" * 21_000_000, "at most 20,000,000 are read", id="21 megabytes"),
        pytest.param(b"# A\n\n```python\nx\n", "a.md:3: the fence is never closed", id="open fence"),
        pytest.param(b"# A\n\n~~~\n```\nx\n", "a.md:3: the fence is never closed", id="open tilde fence"),
        pytest.param(b"---\ntitle: A\n", "a.md:1: front matter starts here but no second line", id="open front matter"),
        pytest.param(b"---\ntitle: [A\n---\n", "a.md:", id="malformed front matter"),
        pytest.param(b"---\ntitle: A\ncolour: red\n---\n", "a.md:3: unknown key 'colour'", id="unknown key"),
        pytest.param(b"---\nslug: a\n---\n", "a.md:1: front matter needs a title", id="no title"),
        pytest.param(b"---\ntitle: A\nslug: A b\n---\n", "a.md:3: slug 'A b' must be lower-case", id="bad slug"),
        pytest.param(b"---\ntitle: A\norder: one\n---\n", "a.md:3: order must be a whole number", id="bad order"),
        pytest.param(b"---\ntitle: A\naliases: b\n---\n", "a.md:3: aliases must be a list", id="bad aliases"),
        pytest.param(b"---\ntitle: 7\n---\n", "a.md:2: title must be text", id="title no text"),
        pytest.param(b"---\n- a\n---\n", "a.md:2: front matter must be", id="a list"),
        pytest.param(b"# " + b"A" * 301, "a.md:1: a title may have 300 characters", id="long title"),
    ],
)
def test_what_cannot_be_read_is_one_error_that_names_file_and_line(raw, message):
    with pytest.raises(NoteError) as caught:
        bind([("a.md", raw)], is_strict=True)

    assert message in str(caught.value)


def test_cells_that_a_wide_table_lacks_are_made_up_to_a_limit():
    """20 kB of short rows below a long header took 2.3 seconds."""
    html = imported(f"{'|a' * 500}|\n{'|-' * 500}|\n" + "|\n" * 300)

    assert 0 < html.count("<td") <= 500 + MOST_CELLS_MADE_UP


@pytest.mark.parametrize("code", ["x = 1\n" * 900, "x = 1\n" + "\n" * 200], ids=["long", "long blank"])
def test_code_that_takes_long_to_colour_is_plain(code):
    """4,000 empty lines as `autohotkey` took 16 seconds."""
    assert "<span class=" in code_html("x = 1\n", info="python")
    assert "<span class=" not in code_html(code, info="python")
