from __future__ import annotations

import pytest

from calculators.engine.quantities import parse_quantity
from designs.scenarios.reference import (
    answer_of,
    expected_results,
    given_figures,
    individual_figures,
    reference_of,
    weak_of,
)
from tests.designs.scenarios.examples import read_example


@pytest.fixture(scope="module")
def scenario():
    return read_example().scenario


def test_the_reference_is_a_whole_design_of_which_each_number_was_written_once(scenario):
    reference = reference_of(scenario)

    assert reference["meta"] == {"title": "Guest book", "method": "scope-sketch-bottleneck", "scenario": "guest-book"}
    assert reference["scope"]["questions"]["readers"] == {
        "text": "How often is it read?",
        "answer": "100 times for each line.",
        "order": 2,
    }
    assert reference["scope"]["measurable_requirements"]["up"] == {
        "metric": "availability",
        "comparison": ">=",
        "quantity": "99.9%",
        "order": 2,
    }
    rows = reference["estimate"]["rows"]
    assert [(name, rows[name]["formula"], rows[name]["order"]) for name in rows] == [
        ("lines_per_day", "1M/day", 1),
        ("reads_per_line", "100", 2),
        ("line_size", "200 B", 3),
        ("peak_factor", "3", 4),
        ("line_rate", "lines_per_day", 5),
        ("read_rate", "line_rate * reads_per_line", 6),
    ]
    assert rows["lines_per_day"]["source"] == "the interviewer"
    assert rows["peak_factor"]["source"] == "the museum is closed at night"


def test_an_order_that_was_typed_stays():
    read = read_example(("{kind: client, label: Browsers", "{order: 99, kind: client, label: Browsers"))
    components = reference_of(read.scenario)["diagram"]["components"]

    assert [components[key]["order"] for key in ("browser", "lb")] == [99, 2]


def test_the_weak_variant_is_the_reference_with_its_fault(scenario):
    reference, weak = reference_of(scenario), weak_of(scenario)

    assert weak["meta"].pop("title") == "Guest book: one server"
    assert weak["diagram"]["components"]["api"].pop("instances") == 1
    reference["meta"].pop("title")
    assert reference["diagram"]["components"]["api"].pop("instances") == 6
    assert weak == reference


def test_a_value_of_ones_own_is_the_same_for_one_seed_and_lies_in_the_range(scenario):
    seeds = [str(number) for number in range(200)]
    drawn = [individual_figures(scenario, seed=seed) for seed in seeds]

    assert drawn == [individual_figures(scenario, seed=seed) for seed in seeds]
    assert {figures["line_size"] for figures in drawn} == {"200 B"}
    lines = [parse_quantity(figures["lines_per_day"]).value * 86_400 for figures in drawn]
    reads = [parse_quantity(figures["reads_per_line"]).value for figures in drawn]
    assert 195e3 <= min(lines) < 400e3
    assert 3e6 < max(lines) <= 5.05e6
    assert 50 <= min(reads) < 70
    assert 170 < max(reads) <= 200
    assert individual_figures(scenario, seed="7")["lines_per_day"].endswith("M/day")


def test_the_values_of_one_seed_never_change(scenario):
    """Somebody's own figures must be the same tomorrow, and on another machine."""
    assert individual_figures(scenario, seed="ada") == {
        "lines_per_day": "0.39M/day",
        "reads_per_line": "110",
        "line_size": "200 B",
        "peak_factor": "3",
    }


def test_answers_hold_the_figures_of_whoever_asks(scenario):
    assert answer_of(scenario, "lines") == "1M/day, all in opening hours."
    assert answer_of(scenario, "lines", {"lines_per_day": "3M/day"}) == "3M/day, all in opening hours."


def test_expected_results_follow_from_ones_own_figures(scenario):
    """1M/day x 100 / 86,400 s = 1,157.4/s; 3M/day x 200 / 86,400 s = 6,944.4/s."""
    usual = expected_results(scenario)["read_rate"]
    own = expected_results(scenario, {**given_figures(scenario), "lines_per_day": "3M/day", "reads_per_line": "200"})

    assert usual.quantity.value == pytest.approx(1157.407, rel=1e-6)
    assert own["read_rate"].quantity.value == pytest.approx(6944.444, rel=1e-6)
    assert [usual.allows(value) for value in (1099, 1100, 1215, 1216)] == [False, True, True, False]
