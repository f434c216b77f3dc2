"""Numbers and their units as a typesetter would have them."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.studyguide.build import make_topic
from tests.studyguide.content import plain_text
from web.shown.typography import NO_BREAK, set_well
from web.templatetags.web import unwrapped


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        ("2.27 PB and 5 % of 100 million", "2.27_PB and 5_% of 100_million"),
        ("10 x 5 x 9 x 50 = 22.5 kB/s", "10_× 5_× 9_× 50 = 22.5_kB/s"),
        ("10^3 and 2^-4, but not a^2", "10<sup>3</sup> and 2<sup>-4</sup>, but not a^2"),
        ("(1 - 0.99^100) and 1.0.2^3", "(1_\u2212 0.99<sup>100</sup>) and 1.0.2^3"),
        ("in 2012 millions, 5 men, 3 servers", "in 2012 millions, 5 men, 3 servers"),
        ("150 <b>ms</b> and 3 <code>4 x 5 kB</code>", "150 <b>ms</b> and 3 <code>4 x 5 kB</code>"),
        ('<a title="5 kB">5 kB</a>', '<a title="5 kB">5_kB</a>'),
        ("<svg><text>5 kB</text></svg> 7 s", "<svg><text>5 kB</text></svg> 7_s"),
        ("a - 5, 2 - b, 3-4 and 36 / (120 - 100)", "a - 5, 2 - b, 3-4 and 36 / (120_\u2212 100)"),
        ("2f + 1 of 3, N + 1, 10 + 20, C + 10", "2f_+_1 of 3, N_+_1, 10 + 20, C + 10"),
        ("an x in a row, 5 x as much", "an x in a row, 5_× as much"),
        ("<td>x 1,826 days</td> copies (x 3)", "<td>×_1,826_days</td> copies (×_3)"),
        ("1 &lt; 2 x 3", "1 &lt; 2_× 3"),
        ("it's the servers' turn, 'so' they say", "it’s the servers' turn, 'so' they say"),
        ("the servers' clocks don't agree", "the servers’ clocks don’t agree"),
        ('<p>say "yes", or "<em>no</em>"</p>', "<p>say “yes”, or “<em>no</em>”</p>"),
        ('("a <b>b</b> c"), <code>"d"</code>', '(“a <b>b</b> c”), <code>"d"</code>'),
        ('<p>one "left open</p><p>a "new" one, 3 " wide</p>', '<p>one “left open</p><p>a “new” one, 3 " wide</p>'),
    ],
)
def test_numbers_keep_their_units_and_products_their_sign(written, set_as):
    assert set_well(written) == set_as.replace("_", NO_BREAK)


@given(st.text("0123456789 x%kB^<>/abp", max_size=60))
def test_only_spaces_signs_and_exponents_change(text):
    back = set_well(text).replace(NO_BREAK, " ").replace("×", "x").replace("<sup>", "^").replace("</sup>", "")

    assert back == text or "<sup>" in text or "</sup>" in text


@pytest.mark.one_database
@pytest.mark.django_db
def test_a_shown_topic_tears_no_number_from_its_unit(client):
    """The words of storage estimation, as a reader gets them."""
    make_topic("storage", body_html=f"<p>{escape(plain_text('storage-estimation'))}</p>")
    shown = client.get("/topics/storage/").content.decode()
    words = shown[shown.index('id="text"') : shown.index("</article>")]

    assert NO_BREAK in words
    assert re.findall(r"\d (?:kB|MB|GB|TB|PB|ms|%)(?!\w)", words) == []


def test_quotes_that_a_template_escaped_are_set_like_others():
    assert set_well("<p>the server&#x27;s &quot;yes&quot;</p>") == "<p>the server’s “yes”</p>"
    assert set_well('<p title="a &quot;b&quot;">&lt;i&gt;</p>') == '<p title="a &quot;b&quot;">&lt;i&gt;</p>'


def test_line_breaks_of_a_file_end_no_line_of_a_page():
    assert unwrapped("Ask for both\nbefore  drawing.\n \nThen draw\n") == "Ask for both before drawing.\n\nThen draw"
