"""Which results were found, and what the drawing has no counterpart of."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from designs.analysis.estimate import solved
from designs.document.diagram import Diagram
from designs.document.estimate import Estimate
from designs.document.patches import apply
from designs.interviews.marking import marked
from designs.interviews.verdict import ResultLine, difference, results, work_of
from designs.scenarios.reference import expected_results, reference_of
from tests.designs.interviews.shipped import FIXTURES, case_of, scenario

SLUGS = sorted(path.stem for path in Path(FIXTURES, "scenarios").glob("*.yaml"))


def lines_of(slug: str, rows: dict) -> list[ResultLine]:
    reference = solved(Estimate.model_validate(reference_of(scenario(slug))["estimate"]))
    return results(case_of({"format": 2, "estimate": {"rows": rows}}, slug), reference)


def found_in(slug: str, rows: dict) -> dict[str, str]:
    """By expected result the row that comes to it."""
    return {line.name: line.own_name if line.is_found else "" for line in lines_of(slug, rows)}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_finds_every_result_under_its_own_name(slug):
    rows = reference_of(scenario(slug))["estimate"]["rows"]

    assert all(name == row for name, row in found_in(slug, rows).items())


def test_an_equal_quantity_under_another_name_is_found():
    rows = {
        "writes": {"label": "posted in a second", "formula": "500M/day"},
        "disk": {"formula": "500M/day * 10 kB * 30 day"},
    }
    found = found_in("twitter", rows)

    assert found == {
        "tweet_rate": "writes",
        "fanout_rate": "",
        "read_rate": "",
        "search_rate": "",
        "bytes_per_month": "disk",
    }


def test_a_row_that_is_too_far_off_is_shown_beside_what_was_expected():
    lines = lines_of("twitter", {"tweet_rate": {"formula": "500M/day * 3", "unit": "1/s"}})

    assert {line.words for line in lines if line.own_name} == {"too far off: 17,361/s as tweet_rate"}


def test_a_row_about_something_else_is_no_answer_that_is_too_far_off():
    """Both are rates; that alone makes the rate of follows no wrong count of deliveries."""
    lines = lines_of("twitter", {"follow_rate": {"label": "follows", "formula": "10M/day", "unit": "1/s"}})

    assert {line.name: line.own_name for line in lines} == dict.fromkeys(expected_results(scenario("twitter")), "")


def test_one_word_in_common_makes_no_wrong_answer_of_a_row_about_something_else():
    lines = lines_of("payments", {"status_rate": {"label": "Looks at a payment", "formula": "5M/day", "unit": "1/s"}})

    assert {line.name: line.own_name for line in lines} == dict.fromkeys(expected_results(scenario("payments")), "")


def test_a_box_without_words_stands_for_the_part_that_most_depends_on():
    own = Diagram.model_validate({"components": {"a": {"kind": "service", "label": "Server"}}})

    assert difference(own, drawing("twitter")).counterparts == {"tweets_api": "a"}


def test_what_is_said_of_results_agrees_with_the_mark_for_the_estimate():
    """One rule: the page never calls a result found that the rubric calls missing."""
    rows = {
        "tweet_rate": {"formula": "500M/day"},
        "fanout_rate": {"formula": "3/s"},
        "reads": {"label": "timelines read", "formula": "250 billion/month", "unit": "1/s"},
        "disk": {"formula": "500M/day * 10 kB * 30 day"},
    }
    case = case_of({"format": 2, "estimate": {"rows": rows}}, "twitter")
    (evidence,) = [each for line in marked(case) for each in line.evidence if each.check == "estimate_within_tolerance"]

    missed = {line.label for line in lines_of("twitter", rows) if not line.is_found and not line.is_given}
    assert missed == set(evidence.missed)


def test_a_figure_that_was_told_is_no_result():
    rows = {"tweets_per_day": {"formula": "500M/day"}}

    assert found_in("twitter", rows)["tweet_rate"] == ""


def drawing(slug: str) -> Diagram:
    return Diagram.model_validate(reference_of(scenario(slug))["diagram"])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_misses_nothing_of_itself(slug):
    found = difference(drawing(slug), drawing(slug))

    assert found.missing == ()
    assert found.extra == ()
    assert all(own == theirs for theirs, own in found.counterparts.items())


@pytest.mark.parametrize("slug", SLUGS)
def test_each_part_that_is_left_out_is_named_by_its_work(slug):
    """Whatever the boxes that remain are called, one thing is missing: of the kind that was left out."""
    reference = drawing(slug)
    for key, component in reference.components.items():
        if component.kind == "client":
            continue
        own = _without(reference, key)
        missing = difference(own, reference).missing
        assert [work_of(reference.components[each.key]) for each in missing] == [work_of(component)], key


def _without(reference: Diagram, left_out: str) -> Diagram:
    read = copy.deepcopy(reference.model_dump())
    components = {f"own_{key}": each for key, each in read["components"].items() if key != left_out}
    arrows = {
        key: {**each, "source": f"own_{each['source']}", "target": f"own_{each['target']}"}
        for key, each in read["connections"].items()
        if left_out not in (each["source"], each["target"])
    }
    return Diagram.model_validate({"components": components, "connections": arrows})


def _changed(diagram: Diagram, changes: dict) -> Diagram:
    return Diagram.model_validate(apply(diagram.model_dump(), {"components": changes}))


def test_what_is_missing_is_said_between_ones_own_boxes():
    own = _changed(_without(drawing("twitter"), "log"), {"own_fanout": {"label": "Delivery"}})

    [missing] = difference(own, drawing("twitter")).missing
    assert missing.words == "New messages: a queue or stream behind Posting service, before Delivery and Indexers"


def test_a_name_that_would_end_within_the_sentence_is_quoted():
    found = [each.words for each in difference(Diagram(), drawing("leaderboard")).missing]

    assert any(words.startswith("“Boards: sorted sets”: a key-value store behind Score service") for words in found)
    assert any("behind “Phones, game servers”, before Score service" in words for words in found)


def test_another_kind_that_does_the_same_work_is_a_counterpart():
    own = _changed(drawing("twitter"), {"lb": {"kind": "api_gateway"}, "log": {"kind": "queue"}})

    assert difference(own, drawing("twitter")).missing == ()


def test_an_empty_drawing_misses_all_but_the_client():
    found = difference(Diagram(), drawing("twitter"))

    assert {each.key for each in found.missing} == set(drawing("twitter").components) - {"app"}
