from __future__ import annotations

import csv
import io
import re

import pytest

from tests.hostile import ROOT, sources
from web.reading.spreadsheets import csv_text, safe_cell


@pytest.mark.parametrize(
    "typed",
    [
        "=cmd|' /C calc'!A0",
        "+1+cmd",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\r=1",
        "  =1",
        "\u00a0=1",
        "\n=1",
        "＝1",
        "|calc",
        "%0A=1",
    ],
)
def test_what_a_spreadsheet_would_run_is_text(typed):
    """promise 35"""
    assert safe_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("value", ["-12", "+3.5", "99,5", "50%", -3, 2.5, 0, "Ada", "a=b", "10-20"])
def test_numbers_and_plain_words_stay_as_they_are(value):
    """promise 35"""
    assert safe_cell(value) == value


def test_the_table_reads_back_row_by_row():
    rows = [["Ada, Countess", '"quoted"', None, 3], ["=x", "line\nbreak", "", -1]]

    read = list(csv.reader(io.StringIO(csv_text(["name", "a", "b", "c"], rows))))

    assert read == [
        ["name", "a", "b", "c"],
        ["Ada, Countess", '"quoted"', "", "3"],
        ["'=x", "line\nbreak", "", "-1"],
    ]


def test_every_table_goes_through_it():
    """promise 35: a label of somebody else's design stood as it was in the CSV of a study."""
    writers = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"csv\.(?:Dict)?writer\(", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]

    assert writers == ["web/reading/spreadsheets.py"]
