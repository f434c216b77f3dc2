from __future__ import annotations

import re
from dataclasses import replace

import pytest

from designs.analysis.surviving import single_points
from designs.document.patches import apply
from designs.document.schema import blank
from designs.interviews import drafts
from designs.interviews.clock import Stage, TimeSpent
from designs.interviews.marking import CHECKS, Case, Evidence, Marked, marked, suggested_points, total
from designs.scenarios.reference import given_document, reference_of
from designs.scenarios.schema import CHECK_WORDS, Dimension
from tests.designs.interviews.shipped import case_of, reference_case, scenario

STAGE = Stage("scope", "Scope", 0, 600)


def verdict(check: str, case) -> str:
    return CHECKS[check](case).verdict


def test_every_check_that_a_rubric_may_name_exists():
    assert set(CHECKS) == set(CHECK_WORDS)


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "time_per_stage"])
def test_the_reference_passes_every_check(check):
    found = CHECKS[check](reference_case("twitter"))

    assert found.verdict == "pass", found


@pytest.mark.parametrize("check", [check for check in CHECKS if check not in {"time_per_stage"}])
def test_a_blank_page_passes_none(check):
    found = CHECKS[check](case_of(blank()))

    assert found.verdict in {"fail", "cannot tell"}, found


@pytest.mark.parametrize(
    ("check", "patch", "missed"),
    [
        pytest.param("decisions_have_because", {"because": ""}, 1, id="no because"),
        pytest.param("decisions_have_because", {"choice": ""}, 1, id="no choice"),
    ],
)
def test_one_decision_without_a_reason_is_named(check, patch, missed):
    reference = reference_of(scenario("twitter"))
    first = next(iter(reference["decisions"]))
    document = apply(reference, {"decisions": {first: patch}})

    found = CHECKS[check](case_of(document))
    decisions = len(reference["decisions"])

    assert found.verdict == "partly"
    assert found.share == pytest.approx((decisions - 1) / decisions)
    assert len(found.missed) == missed


def test_an_operation_that_serves_nothing_leaves_its_requirement_unserved():
    reference = reference_of(scenario("twitter"))
    serving = {key: {"serves": None} for key, each in reference["api"]["operations"].items() if each.get("serves")}
    found = CHECKS["requirements_have_operations"](case_of(apply(reference, {"api": {"operations": serving}})))

    assert found.verdict == "fail"
    assert found.missed


def test_an_estimate_that_is_off_by_more_than_its_tolerance_is_missed():
    reference = reference_of(scenario("twitter"))
    rows = {key: {"formula": "1"} for key in reference["estimate"]["rows"]}

    assert verdict("estimate_within_tolerance", case_of(apply(reference, {"estimate": {"rows": rows}}))) == "fail"


def test_a_stage_over_its_budget_is_named_with_its_minutes():
    slow = reference_case("twitter", time_spent=(TimeSpent(STAGE, 900),))
    found = CHECKS["time_per_stage"](slow)

    assert found.verdict == "fail"
    assert found.missed == ("Scope took 15 of 10 minutes",)
    assert verdict("time_per_stage", reference_case("twitter", time_spent=(TimeSpent(STAGE, 600),))) == "pass"
    assert verdict("time_per_stage", reference_case("twitter")) == "cannot tell"


def test_a_stage_without_any_time_did_not_keep_to_its_plan():
    hurried = reference_case("twitter", time_spent=(TimeSpent(STAGE, 180), TimeSpent(replace(STAGE, title="Last"), 0)))

    found = CHECKS["time_per_stage"](hurried)

    assert found.share == 0.5
    assert found.words == "No stage took more than its budget. No time went into Last."
    idle = CHECKS["time_per_stage"](reference_case("twitter", time_spent=(TimeSpent(STAGE, 0),)))
    assert (idle.verdict, idle.words) == ("cannot tell", "No change to the design was timed.")


def test_what_nobody_wrote_down_is_not_called_theirs():
    found = CHECKS["decisions_have_because"](case_of(blank()))

    assert found.words == "You wrote down no decisions; full marks take 3."


def test_without_a_path_no_capacity_is_spoken_of():
    operation = {"name": "postTweet", "rate": "5/s", "serves": {"post": True}}
    found = CHECKS["capacity_covers_peak"](case_of(apply(blank(), {"api": {"operations": {"post": operation}}})))

    assert found.words == (
        "For 0 of 4 requirements the drawing carries the peak; none of their operations has a path to its data."
    )
    assert found.missed
    assert all(each.endswith("(no path)") for each in found.missed)


def test_each_single_point_is_named_with_an_operation_that_fails_without_it():
    """A message and its pictures serve one requirement, and only the pictures need their service."""
    case = case_of(drafts.medium(scenario("chat")), "chat")
    model = case.analysis.model
    alone = {
        (model.operation_name(key), model.graph.name(point))
        for key in model.cuts
        for point in single_points(model, key)
    }

    told = [each.split(" fails without ") for each in CHECKS["no_single_point_on_a_must"](case).missed]
    named = {(each[0], point) for each in told if len(each) == 2 for point in each[1].split(" or without ")}

    assert ("putPicture", "Picture service") in named
    assert named <= alone
    assert len({each[0] for each in told}) == len(told)


def test_where_only_a_part_of_what_passes_counts_the_part_and_each_reason_are_told():
    load = "results that say how much load there is are missing or wrong"
    reference = reference_of(scenario("twitter"))
    rows = {key: {"formula": "1"} for key in reference["estimate"]["rows"]}
    operations = {key: {"serves": None} for key, each in reference["api"]["operations"].items() if each.get("serves")}
    nothing = case_of(apply(reference, {"api": {"operations": operations}, "estimate": {"rows": rows}}))
    assert CHECKS["requirements_are_met"](nothing).words.endswith(
        f"None of this counts, because none of the musts has a path and {load}."
    )
    some = CHECKS["requirements_are_met"](case_of(drafts.medium(scenario("llm-chat")), "llm-chat"))
    part = re.search(r"Only (\d+)% of this counts, because only (\d+)% of the musts have a path", some.words)
    assert part, some.words
    passing, asked = re.match(r"(\d+) of (\d+) targets", some.words).groups()
    assert some.share == pytest.approx(int(passing) / int(asked) * int(part[1]) / 100, abs=0.005)
    none = CHECKS["requirements_are_met"](case_of(blank()))
    assert (none.verdict, none.words) == ("fail", "You set no targets; this task has 4.")
    assert "of this counts" not in CHECKS["requirements_are_met"](reference_case("twitter")).words


def test_one_is_told_as_one_and_several_as_several():
    document = reference_of(scenario("twitter"))
    asked = len(document["scope"]["measurable_requirements"])
    but_one = dict.fromkeys([*document["scope"]["measurable_requirements"]][1:])
    shorter = apply(document, {"scope": {"measurable_requirements": but_one}})

    one, many = (CHECKS["requirements_are_measurable"](case_of(each)) for each in (shorter, document))

    assert one.words == f"1 of {asked} targets has a number and a unit."
    assert many.words == f"{asked} of {asked} targets have a number and a unit."


def test_what_is_missing_ends_with_one_sign():
    assert Evidence("decisions_have_because", 0, "", ("a cache", "Which database?")).missing == (
        "Falls short: a cache; Which database?"
    )
    assert Evidence("decisions_have_because", 0, "", ("a cache",)).missing == "Falls short: a cache."
    assert Evidence("decisions_have_because", 1, "").missing == ""


def test_the_level_follows_the_share_of_checks_that_pass():
    for line in marked(reference_case("twitter")):
        telling = [each for each in line.evidence if each.verdict != "cannot tell"]
        assert line.suggested == (len(line.dimension.levels) - 1 if telling else None)


RUBRIC = {
    "scope": Dimension(title="Scope", weight=3, levels=["no", "some", "all"]),
    "depth": Dimension(title="Depth", weight=1, levels=["no", "yes"]),
}


@pytest.mark.parametrize(
    ("levels", "hint_costs", "points"),
    [
        pytest.param({"scope": 2, "depth": 1}, 0, 100, id="all"),
        pytest.param({"scope": 1, "depth": 1}, 0, 62, id="3 x 1/2 + 1 of 4, by hand 62.5"),
        pytest.param({"scope": 1, "depth": 0}, 10, 28, id="37.5 rounds to 38, less hints"),
        pytest.param({"scope": 0, "depth": 0}, 50, 0, id="never below nothing"),
        pytest.param({"scope": 2}, 0, None, id="not all marked"),
    ],
)
def test_points_are_weighted_shares_of_levels(levels, hint_costs, points):
    assert total(RUBRIC, levels, hint_costs=hint_costs) == points


def weighed(*shares: float | None, limit: float | None = None, ceiling: float = 1.0, levels: int = 4) -> Marked:
    dimension = Dimension(title="Line", weight=1, levels=[str(each) for each in range(levels)])
    evidence = [Evidence("operations_reach_storage", each, "Said.") for each in shares]
    if limit is not None:
        evidence.append(Evidence("time_per_stage", limit, "Late."))
    return Marked("line", dimension, tuple(evidence), ceiling)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        pytest.param(weighed(1.0), 3, id="all of it"),
        pytest.param(weighed(0.0), 0, id="none of it"),
        pytest.param(weighed(0.5), 1, id="half of three steps is one, and not rounded up to two"),
        pytest.param(weighed(1.0, 0.0), 1, id="one check of two"),
        pytest.param(weighed(0.6), 2, id="six tenths of the second step"),
        pytest.param(weighed(0.0, limit=1.0), 0, id="being in time lifts nothing"),
        pytest.param(weighed(1.0, limit=0.0), 2, id="being late costs a step"),
        pytest.param(weighed(1.0, ceiling=0.34), 1, id="held down by the drawing"),
        pytest.param(weighed(None), None, id="nothing was asked"),
        pytest.param(weighed(0.5, levels=3), 1, id="the middle of three"),
    ],
)
def test_the_level_follows_from_shares(line, level):
    assert line.suggested == level
    assert level is None or f"{line.share:.0%}" in line.because


def test_what_was_given_is_not_asked_for_and_earns_nothing():
    """A start with requirements and figures is worth nothing until something was added."""
    given = given_document(scenario("twitter"))
    found = case_of(given)
    start = Case(found.scenario, found.analysis, found.expected, given=given)

    assert suggested_points(marked(start)) == 0
    assert CHECKS["requirements_are_measurable"](start).share is None


def test_each_suggestion_quotes_its_evidence():
    for line in marked(reference_case("twitter")):
        assert all(each.words in line.because for each in line.evidence if each.share is not None)
