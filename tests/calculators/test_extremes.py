"""No input of any calculator, however large, small or odd, breaks it or makes it print nonsense (promise 36)."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.sheets import Sheet
from calculators.engine.solve import solve
from calculators.pages.addresses import Given
from calculators.pages.exports import as_json, as_markdown
from calculators.pages.sheet import sheet_page

TEXTS = ["1e300", "1e299", "1e-300", "1e60", "1e-59", "1e18", "0", "-1", "1e-9..1e9", "0..1e60", "-5..20"]
INPUTS = [
    pytest.param(sheet, row.name, id=f"{slug}-{row.name}") for slug, sheet in CATALOGUE.items() for row in sheet.inputs
]
NONSENSE = re.compile(r"\b(?:inf|nan|infinity)\b", re.IGNORECASE)


@pytest.mark.parametrize(("sheet", "name"), INPUTS)
def test_extreme_input_has_an_answer_or_is_refused_in_words(sheet: Sheet, name: str):
    for text in TEXTS:
        page = sheet_page(sheet, Given({name: text}))
        result = render_to_string("calculators/_result.html", {"page": page})
        shown = f"{result} {as_markdown(page, address='x')} {json.dumps(as_json(page), allow_nan=False)}"

        assert not NONSENSE.search(shown), text
        assert page.problems or page.steps, text
        assert [step.name for step in page.steps if step.result.value < 0] == [], text
        assert all(problem.message for problem in page.problems), text


@pytest.mark.parametrize("slug", CATALOGUE)
def test_two_extremes_at_once_break_nothing(slug):
    sheet = CATALOGUE[slug]
    for one in sheet.inputs:
        for other in sheet.inputs:
            found = solve(sheet, {one.name: "1e50", other.name: "1e-50"})
            assert found.errors or found.steps
            assert [step.name for step in found.steps if step.result.value < 0] == []


@pytest.mark.parametrize("text", ["1e300", "1e299", "1e-300"])
@pytest.mark.parametrize(
    ("slug", "name"), [("sharding", "stored"), ("storage", "disk_per_machine"), ("recovery", "stored")]
)
def test_page_json_and_command_refuse_what_no_machine_holds(client, slug, name, text):
    for address in (f"/calculators/{slug}/", f"/calculators/{slug}.json", f"/calculators/{slug}.md"):
        answer = client.get(address, {name: text})
        assert answer.status_code == 422
        assert "the number is too" in answer.content.decode()
    with pytest.raises(CommandError, match="the number is too"):
        call_command("calculate", slug, f"{name}={text}")


def test_waits_that_end_in_no_steady_state_are_said_to_have_no_end(client):
    """Above 200/s four servers of 20 ms never keep up: with 100 to 250/s more than one draw in twenty has no end."""
    given = {"arrival_rate": "100..250/s"}
    page = sheet_page(CATALOGUE["queueing"], Given(given))
    answer = client.get("/calculators/queueing.json", given).json()

    wait = next(each for each in page.headlines if each.name == "mean_wait")
    assert wait.spread.endswith("to without end")
    assert answer["quantiles"]["mean_wait"]["p95"] is None
    assert answer["quantiles"]["utilisation"]["p95"] > 1
