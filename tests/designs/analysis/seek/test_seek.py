"""Inputs turned until a requirement turns, two at once, and chances over plausible worlds."""

from __future__ import annotations

import pytest

from calculators.engine.quantities import parse_quantity
from designs.analysis.report import analyse
from designs.analysis.seek import told
from designs.analysis.seek.inputs import TRAFFIC, Input, inputs_of
from designs.analysis.seek.worlds import worlds
from tests.designs.analysis.build import figures, raw


def three_servers(**more):
    """Three servers of 50/s; users times 2 requests a day each, at a peak of twice the average."""
    return raw(
        {
            "app": "client",
            "api": {"kind": "service", "instances": 3, "capacity": "50/s", "latency": "2 ms"},
        },
        "app -> api",
        rows={
            "users": {"label": "Daily users", "formula": "2.16M", "order": 0},
            "peak_factor": {"label": "Peak factor", "formula": "2", "order": 1},
        },
        operations={"read": {"method": "GET", "rate": "users * 2 / 1day"}},
        flows={"read": ["app_api"]},
        requirements={"bears": {"metric": "throughput", "comparison": ">=", "quantity": "100/s"}, **more},
    )  # fmt: skip


SPARE = {"metric": "spare_utilisation", "comparison": "<=", "quantity": "100%"}


def found_at(document, place, key="bears"):
    return told.seek(document, analyse(document, figures()).model, place, key)


def test_the_value_at_which_a_requirement_turns_is_what_division_gives():
    """By hand: 50/s on average; after the loss of one, two servers bear 100/s, a peak of twice that."""
    document = three_servers(spare=SPARE)
    found = found_at(document, "/estimate/rows/peak_factor/formula", "spare")

    assert [(flip["below"], flip["above"]) for flip in found["flips"]] == [("pass", "fail")]
    assert found["flips"][0]["number"] == pytest.approx(2.0, rel=0.01)


def test_a_number_of_servers_is_turned_in_whole_ones():
    """By hand: 100/s need two servers of 50/s."""
    found = found_at(three_servers(), "/diagram/components/api/instances")

    assert found["flips"][0]["number"] == 2
    assert found["flips"][0]["words"].startswith("Up to 1 it fails")


@pytest.mark.parametrize(
    "typed", ["2.16M", "1.08M..3.24M", "2.16M ± 5%", "~2.16M", "$5..$10", "10-20 ms", "99.9%", "1.2 million users/day"]
)
def test_a_value_is_written_so_that_it_is_read_again(typed):
    quantity = parse_quantity(typed)
    turned = Input("/rate", "Rate", "rate", quantity.value, quantity)
    read = parse_quantity(turned.patch({}, quantity.value * 1.5)["rate"])

    assert (read.value, read.dimension) == (pytest.approx(quantity.value * 1.5), quantity.dimension)
    assert (read.spread is None) == (quantity.spread is None)
    if read.spread and quantity.spread:
        assert read.spread.low == pytest.approx(quantity.spread.low * 1.5)


def test_a_range_is_sought_as_its_middle_is():
    document = three_servers(spare=SPARE)
    document["estimate"]["rows"]["users"]["formula"] = "2.1M..2.22M"
    found = found_at(document, "/estimate/rows/users/formula", "spare")

    assert [(flip["below"], flip["above"]) for flip in found["flips"]] == [("pass", "fail")]
    assert found["flips"][0]["number"] == pytest.approx(2.16e6, rel=0.01)


def test_all_traffic_is_an_input_and_what_does_not_decide_says_so():
    document = three_servers(spare=SPARE)

    assert found_at(document, TRAFFIC, "spare")["flips"][0]["number"] == pytest.approx(1.0, rel=0.01)
    assert found_at(document, "/diagram/components/api/latency")["flips"] == []


def test_every_input_that_is_offered_can_be_turned_and_keeps_its_unit():
    document = three_servers()
    model = analyse(document, figures()).model

    for each in inputs_of(model, document):
        patch = each.patch(document, each.value * 2 if not each.is_share else each.value / 2)
        assert patch, each.place
    capacity = next(each for each in inputs_of(model, document) if each.label == "api: capacity")
    assert capacity.patch(document, 75.0)["diagram"]["components"]["api"]["capacity"] == "75/s"


def test_two_inputs_at_once_fill_a_table_that_agrees_with_each_alone():
    document = three_servers(spare=SPARE)
    places = "/diagram/components/api/instances", "/estimate/rows/peak_factor/formula"
    found = told.table(document, analyse(document, figures()).model, *places, "spare")

    assert found["columns"][2] == "2"
    by_servers = {row["value"]: [cell["verdict"] for cell in row["cells"]] for row in found["rows"]}
    # By hand: n - 1 servers of 50/s bear 50/s times 0.5, 1, 2, 3, 4, 8.
    assert by_servers["3"] == ["pass", "pass", "pass", "fail", "fail", "fail"]
    assert by_servers["12"] == ["pass"] * 6


def test_ranges_of_the_estimate_give_each_requirement_its_share_of_worlds():
    """Users of 0 to 4.32 M, evenly around 2.16 M: in half of the worlds two servers are enough."""
    document = three_servers(spare=SPARE)
    document["estimate"]["rows"]["users"]["formula"] = "1.08M..3.24M"
    found = worlds(document, figures())

    chance = {each.requirement: each for each in found.chances}
    assert chance["bears"].passes == 100
    assert 38 <= chance["spare"].passes <= 62
    assert chance["spare"].decides == (("Daily users", 1.0),)


def test_the_worlds_are_those_that_the_estimate_draws():
    """The same seed: a component saturates in the worlds in which the requirement that asks for it fails."""
    document = three_servers(bears={"metric": "traffic_growth", "comparison": ">=", "quantity": "1"})
    document["estimate"]["rows"]["users"]["formula"] = "2M..5M"
    analysis = analyse(document, figures())
    saturated = analysis.model.loads.components["api"].samples[:100] > 50  # each of three servers

    assert worlds(document, figures()).chances[0].fails == saturated.sum()


def test_a_range_at_a_component_is_drawn_too_and_what_decides_is_named():
    document = three_servers()
    document["diagram"]["components"]["api"]["capacity"] = "20..60/s"
    found = worlds(document, figures())

    assert found.inputs == ("capacity of api",)
    assert 0 < found.chances[0].passes < 100
    assert found.chances[0].decides == (("capacity of api", 1.0),)


def test_without_a_range_there_is_nothing_to_tell():
    assert worlds(three_servers(), figures()).count == 0
