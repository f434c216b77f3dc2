"""A table of a note that a phone cannot hold shows each row as a block there; all others stay tables."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from studyguide.notes.tables import is_wide, unstacked, with_tables_mended
from tests.studyguide.notes.test_rendering import html

FIGURES = "| Line | Quantity in the month | Price | Cost |\n|---|---|---|---|\n"
FIGURES += "| store *them* | 457 TB by its end | $0.023 per GB and month | 10,100 USD |"


def parsed(found: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{found}</div>")


@pytest.mark.parametrize("dialect", ["commonmark", "markdown"])
def test_a_wide_table_names_the_column_on_each_cell(dialect):
    table = next(parsed(html(FIGURES, dialect=dialect)).iter("table"))
    cells = [(each.get("role"), each.get("data-label")) for each in table.iter("td")]

    assert table.get("class") == "stacked"
    assert [each.get("role") for each in table.iter("th")] == ["columnheader"] * 4
    assert cells == [
        ("rowheader", None), ("cell", "Quantity in the month"), ("cell", "Price"), ("cell", "Cost"),
    ]  # fmt: skip


def test_a_name_of_a_column_cannot_leave_its_attribute():
    head = '| a | b" onclick="x | <b>c</b> & d | e |\n|---|---|---|---|\n'
    cells = list(parsed(html(head + f"| {'word ' * 9}" * 4 + "|")).iter("td"))

    assert [each.get("data-label") for each in cells] == [None, 'b" onclick="x', "c & d", "e"]
    assert {name for each in cells for name in each.attrib} <= {"role", "data-label", "class"}


@pytest.mark.parametrize(
    ("rows", "wide"),
    [
        ([["a", "b", "c", "d", "e", "f"]], False),
        # Four columns that wrap need 13 letters each and 2 between them: 58, where a phone has 46. Three need 43.
        ([["some words here"] * 4], True),
        ([["some words here"] * 3], False),
        # A word of 30 letters breaks nowhere: 30 + 13 + 13 + 4 = 60.
        ([["a" * 30, "some words here", "some words here"]], True),
    ],
)
def test_a_table_is_wide_when_its_words_need_more_than_a_phone_has(rows, wide):
    assert is_wide(rows) == wide


def test_what_is_no_plain_table_scrolls_as_it_is():
    found = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"

    assert "stacked" not in with_tables_mended(found)
    assert with_tables_mended(found).endswith("</table></div>")


def test_a_deck_has_the_same_table_without_what_only_pages_read():
    stacked = with_tables_mended(html(FIGURES))

    assert "stacked" in stacked
    assert "<table>" in unstacked(stacked)
    assert "data-label" not in unstacked(stacked)
    assert "<em>them</em>" in unstacked(stacked)
