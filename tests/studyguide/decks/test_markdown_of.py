"""HTML of strangers as Markdown."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.decks.markdown_of import escaped, markdown_of
from studyguide.notes.card_texts import CardRenderer
from studyguide.notes.render import plain_text
from studyguide.notes.source import NOT_TEXT

RENDERER = CardRenderer()
MATHS = re.compile(r"\\[(\[]")


def shown(markdown: str) -> str:
    return RENDERER.sides("question", {"front": markdown, "back": ""}).front


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain", "plain"),
        ("a <b>bold</b> and <i>italic</i> and <s>gone</s>", "a **bold** and *italic* and ~~gone~~"),
        ("a <b> spaced </b> word", "a  **spaced**  word"),
        ("one<br>two<div>three</div>", "one  \ntwo\n\nthree"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<pre>x = 1\n  y</pre>", "```\nx = 1\n  y\n```"),
        ("<pre>if x:<br>&nbsp;&nbsp;y</pre>", "```\nif x:\n  y\n```"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢 (かん)"),
        ("<code>a_b</code>", "`a_b`"),
        ("<h2>Title</h2>text", "## Title\n\ntext"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("<blockquote>said</blockquote>", "> said"),
        ("x <img src='a.png'> y [sound:a.mp3]", "x  y"),
        ("<script>alert(1)</script><style>p{}</style>safe", "safe"),
        ("<b><i>both</i></b>", "***both***"),
        ("2<sup>10</sup> and CO<sub>2</sub>", "2<sup>10</sup> and CO<sub>2</sub>"),
        ('see <a href="https://example.org/a_b">there</a>', "see [there](https://example.org/a_b)"),
        (r"\(x_1\) is", "$x_1$ is"),
        ("<anki-mathjax>a^2</anki-mathjax>", "$a^2$"),
        ("2 * 3 * 4 and a_b_c", r"2 \* 3 \* 4 and a_b_c"),
    ],
)  # fmt: skip
def test_what_becomes_of_html(html, markdown):
    assert markdown_of(html).replace("  ", " ") == markdown.replace("  ", " ")


LINES = ["- no list", "+ no list", "1. no list", "2) no list", "# no heading", "> no quote", "=====", "-----", "a\n---",
         "    no code", "[x](y)", "[[wiki]]", "&lt;b&gt;", "&amp;amp;", "```", "~~~", "| a | b |", "* * *", "!!! note",
         "*[HTML]: words", "[^1]: note", ": definition", "{{c1::hole}}", "??? note",
         "$1$", "==a==", "1~1~", "x^2^"]  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_words_that_look_like_markdown_stay_words(text):
    for markdown in (
        escaped(text),
        markdown_of(escape(text)),
        markdown_of(f"<div>before</div><div>{escape(text)}</div>"),
    ):
        html = shown(markdown)
        assert " ".join(text.split()) in plain_text(html)
        assert not any(
            f"<{tag}" in html
            for tag in (
                "li",
                "h1",
                "h2",
                "h3",
                "h4",
                "pre",
                "table",
                "blockquote",
                "hr",
                "a ",
                "b>",
                "dl",
                "em",
                "math",
                "mark>",
                "sup",
                "sub",
            )
        )


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab1 *_`[]()<>#|~\\&;:!{}=+-.$^\n"), max_size=30))
def test_any_words_stay_as_they_are(text):
    expected = " ".join(NOT_TEXT.sub("", text).split())

    assert "".join(plain_text(shown(escaped(text))).split()) == "".join(expected.split())
    if not MATHS.search(text):  # what stands in these brackets is maths to Anki, and becomes `$...$`
        assert "".join(plain_text(shown(markdown_of(escape(text)))).split()) == "".join(expected.split())


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab1 *_`[]()#|~\\;:!{}=+-.$^\n\xa0"), max_size=30))
def test_words_without_an_element_are_read_as_those_within_one(text):
    """Words alone need no parser of HTML, and give the same."""
    assert markdown_of(text) == markdown_of(f"<div>{text}</div>")


def test_what_is_nested_without_end_is_read():
    assert "deep" in markdown_of("<ul><li>" * 3_000 + "deep" + "</li></ul>" * 3_000)


PIECES = st.sampled_from([
    "a", "Why ", "1. ", "- ", "#", "*", "_", "`x", "$a$", r"\(x\)", r"\[y\]", " ", "\n", "==", "a_b", "[x]", "|",
    "\xa0", "???", "<b>b</b>", "<b>b c</b>", "<i>- i</i>", "<em>1. e</em>", "<strong>s*</strong>", "<b>$x$</b>",
])  # fmt: skip


@given(html=st.lists(PIECES, min_size=1, max_size=8).map("".join))
@settings(max_examples=100, deadline=None)
def test_words_with_emphasis_are_read_as_by_the_whole_converter(html):
    """An empty comment, which the sanitiser removes, makes it parse them."""
    assert markdown_of(html) == markdown_of(f"{html}<!---->")
