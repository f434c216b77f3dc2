from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from django.core.management import CommandError, call_command
from pydantic import BaseModel

from calculators.engine.shipped import all_figures
from designs.analysis.report import analyse
from designs.document.describe import place_words
from designs.document.figures import KINDS, METRIC_KINDS, figure_problems
from designs.document.schema import Document
from designs.document.scope import Metric
from designs.exchange import own_json
from tests.designs.analysis.build import READ, raw, store


def design(**fields: Any) -> dict[str, Any]:
    return raw({"app": {"kind": "service", **fields}, "db": store()}, "app -> db", operations={"get": dict(READ)})


BAD = [("capacity", "fast"), ("capacity", "0/s"), ("capacity", "5 kB"), ("availability", "99,9%"), ("latency", "5")]


@pytest.mark.parametrize(("field", "text"), BAD)
def test_a_figure_that_cannot_be_read_is_an_error_at_its_place_everywhere(field, text, tmp_path):
    document, place = design(**{field: text}), f"/diagram/components/app/{field}"
    file = tmp_path / "design.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    assert [(each.path, each.severity) for each in figure_problems(document)] == [(place, "error")]
    with pytest.raises(CommandError, match=place) as analysed:
        call_command("analyse", file)
    assert analysed.value.returncode == 2
    with pytest.raises(CommandError, match=place):
        call_command("convert", str(file), "--to", "markdown")
    imported = own_json.read(json.dumps(document))
    assert any(each.startswith(place) and "cannot be read" in each for each in imported.warnings)
    assert imported.document["diagram"]["components"]["app"][field] == text


@pytest.mark.parametrize(("field", "text"), BAD)
def test_no_default_takes_the_place_of_a_figure_that_cannot_be_read(field, text):
    analysis = analyse(design(**{field: text}), all_figures())

    place = place_words(design(**{field: text}), f"/diagram/components/app/{field}")
    assert any(each.startswith(f"{place}: “{text}”") for each in analysis.missing)
    assert not any("/components/" in each for each in analysis.missing)
    if field == "capacity":
        assert analysis.model.loads.components["app"].capacity is None


def test_a_number_without_a_unit_is_read_where_one_unit_is_evident_and_said():
    document = design(capacity="5000", availability="99.9")
    component = analyse(document, all_figures()).model.loads.components["app"]

    assert component.capacity.value == 5000
    assert "5000 is read as 5,000/s" in component.capacity.source
    assert own_json.read(json.dumps(document)).warnings == (
        "/diagram/components/app/capacity: 5000 is read as 5,000/s.",
        "/diagram/components/app/availability: 99.9 is read as 99.9%.",
    )


def test_formulas_and_targets_are_read_too():
    document = design()
    document["estimate"]["rows"] = {"users": {"formula": "1,5 million"}, "writes": {"formula": "users * 2/day"}}
    document["scope"]["measurable_requirements"] = {
        "up": {"metric": "availability", "comparison": ">=", "quantity": "often"}
    }

    found = {each.path: each.message for each in figure_problems(document)}

    assert "write 1.5 with a point, or 15" in found.pop("/estimate/rows/users/formula")
    assert list(found) == ["/scope/measurable_requirements/up/quantity"]


def test_a_target_in_minutes_a_month_is_judged_as_downtime():
    """43 min of 43,830 are 0.098 %: 99.9 % in the field's words, and not a target of 0.098 %."""
    document = design(availability="99%")
    document["scope"]["measurable_requirements"] = {
        "up": {"metric": "availability", "comparison": ">=", "quantity": "43 min/month"}
    }

    (result,) = analyse(document, all_figures()).requirements

    assert result.target == pytest.approx(1 - 43 / (365.25 / 12 * 24 * 60))
    assert result.verdict != "pass"


TARGETS = {
    "time": ("90 s", 90.0), "availability": ("99.9", 0.999), "share": ("70", 0.7), "rate": ("500 rps", 500.0),
    "bandwidth": ("1 GB/s", 1e9), "size": ("2 TB", 2e12), "money": ("$200", 200.0), "count": ("10x", 10.0),
}  # fmt: skip


@pytest.mark.parametrize("metric", [each for each in get_args(Metric) if each])
def test_a_target_is_read_as_it_is_judged_or_refused_at_its_place(metric):
    document, (text, value) = design(), TARGETS[METRIC_KINDS[metric]]
    document["scope"]["measurable_requirements"] = {"r": {"metric": metric, "quantity": text}}
    (result,) = analyse(document, all_figures()).requirements
    document["scope"]["measurable_requirements"]["r"]["quantity"] = "much"

    assert result.target == pytest.approx(value)
    assert [each.path for each in figure_problems(document)] == ["/scope/measurable_requirements/r/quantity"]


def test_a_range_of_capacity_is_used_as_a_range():
    """Log-normal from 500 to 2,000: its median is 1,000, so a peak of 1,000/s saturates it in half of the worlds."""
    document = design(capacity="500..2000/s")
    document["api"]["operations"]["get"]["rate"] = "1000/s"

    load = analyse(document, all_figures()).model.loads.components["app"]

    assert load.saturated_share == pytest.approx(0.5, abs=1e-6)


def test_every_quantity_of_a_document_has_a_kind():
    """A field that is added needs a line in the table, or what is typed in it is never checked."""
    text = {"estimate/inputs/*/value", "scope/measurable_requirements/*/quantity"}

    assert {"/".join(place) for place in quantities(Document)} == {"/".join(place) for place in KINDS} | text


def quantities(model: type[BaseModel], path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = set()
    for name, field in model.model_fields.items():
        inner = [each for each in get_args(field.annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
        if inner:
            found |= quantities(inner[0], (*path, name, "*"))
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= quantities(field.annotation, (*path, name))
        elif any(getattr(each, "max_length", None) == 80 for each in field.metadata):
            found.add((*path, name))
    return found
