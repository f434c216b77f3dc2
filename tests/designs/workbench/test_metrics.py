"""Each metric that a requirement may have is offered in words, with an example that the analysis can read."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from designs.analysis.requirements import COUNTS, KINDS
from designs.document.schema import Document
from designs.document.scope import MeasurableRequirement, Metric
from designs.workbench import metrics
from designs.workbench.areas import MEASURABLE
from designs.workbench.fields import fill

ALL = [name for name in get_args(Metric) if name]


def test_every_metric_has_words_of_its_own():
    assert list(metrics.NAMES) == list(get_args(Metric))
    assert len(set(metrics.NAMES.values())) == len(metrics.NAMES)
    assert metrics.WITHOUT_VALUE == COUNTS


@pytest.mark.parametrize("metric", [name for name in ALL if name not in metrics.WITHOUT_VALUE])
def test_the_example_is_read_as_what_the_metric_wants(metric):
    assert KINDS[metric].read(metrics.EXAMPLES.get(metric, metrics.EXAMPLE)) is not None


def test_the_form_asks_for_what_the_chosen_metric_wants():
    rows = {"a": {"metric": "zone_loss"}, "b": {"metric": "traffic_growth"}, "c": {}}
    table = fill(MEASURABLE, {"scope": {"measurable_requirements": rows}}, {})
    asked = {row.id: cell.placeholder for row in table.rows for cell in row.cells if cell.column.name == "quantity"}

    assert asked == {"a": "no value needed", "b": "10", "c": "200 ms"}


def test_targets_without_a_value_are_known_to_the_other_steps():
    requirements = {
        "a": {"metric": "zone_loss"},
        "b": {"metric": "lasts", "comparison": ">=", "quantity": "2 years"},
        "c": {},
    }
    document = Document.model_validate({"format": 2, "scope": {"measurable_requirements": requirements}})
    found = [metrics.said(each) for each in document.scope.measurable_requirements.values()]

    assert found == [
        ("survives the loss of a zone", "required"),
        ("lasts until something is full", ">= 2 years"),
        ("", ""),
    ]
    assert metrics.said(MeasurableRequirement(text="quick", quantity="1 s")) == ("quick", "<= 1 s")
    assert not any(re.search("_", name) for name in metrics.NAMES.values())
