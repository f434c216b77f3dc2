"""A result over two inputs, and the value of an input that reaches a goal."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.solve import solve
from calculators.engine.tables import SeekError, goal_seek


@pytest.fixture
def address() -> str:
    return reverse("calculators:sheet_table", args=["queueing"])


ASKED = {
    "of": "utilisation", "down": "arrival_rate", "across": "servers", "rows": "100/s; 200/s", "columns": "10; 20",
    "service_time": "50 ms",
}  # fmt: skip


def test_each_cell_is_what_the_calculator_says_alone(client, address):
    """By hand: 100/s of 50 ms on 10 servers are 50 % of them."""
    response = client.get(address, {**ASKED, "format": "csv"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][1:] == ["10", "20"]
    assert rows[1] == ["100/s", "50%", "25%"]
    assert rows[2][2] == "50%"


def test_the_page_has_the_table_and_says_where_there_is_no_result(client, address):
    page = client.get(address, {**ASKED, "of": "mean_wait", "rows": "100/s; 500/s"}).content.decode()

    assert "Where there is none" in page
    assert page.count("<td") == 4


def test_a_goal_is_reached_at_the_value_that_the_closed_form_gives(client, address):
    """By hand: 80 % of 20 servers of 50 ms are busy at 0.8 x 20 / 0.05 = 320/s."""
    sheet = CATALOGUE["queueing"]
    given = {"service_time": "50 ms", "servers": "20", "arrival_rate": "100/s"}

    found = goal_seek(sheet, given, "arrival_rate", "utilisation", "80%")
    assert found.values == pytest.approx((320.0,))
    assert solve(sheet, {**given, "arrival_rate": found.typed[0]}).results["utilisation"].value == pytest.approx(0.8)
    page = client.get(address, {**ASKED, "servers": "20", "goal": "80%"}).content.decode()
    assert "320" in page


def test_a_goal_that_no_value_reaches_is_said():
    with pytest.raises(SeekError, match="no value from a millionth"):
        goal_seek(CATALOGUE["queueing"], {}, "arrival_rate", "utilisation", "-5%")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"down": "no_such"}, "expected one of those in the list"),
        ({"across": "arrival_rate"}, "another input than the first"),
        ({"rows": "many"}, "many"),
        ({"goal": "soon"}, "goal"),
        ({"nothing": "1"}, "there is no such input"),
    ],
)
def test_what_cannot_be_used_is_named(client, address, changed, words):
    response = client.get(address, {**ASKED, **changed})

    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize("slug", sorted(CATALOGUE))
def test_every_calculator_fills_its_usual_table(client, slug):
    page = client.get(reverse("calculators:sheet_table", args=[slug]))

    assert page.status_code == 200
    assert page.content.decode().count('<th scope="row"') == 5
