"""The cheapest repair: against trying every plan, against sums by hand, and on designs that the site ships."""

from __future__ import annotations

import pytest

from designs.analysis.repair.clauses import Clause, both, cheapest, without
from designs.analysis.repair.levers import levers_of
from designs.analysis.repair.search import repair
from designs.analysis.repair.told import published, said_proof
from designs.analysis.report import after, analyse
from designs.document.patches import apply, invert
from tests.designs.analysis.build import figures, raw
from tests.designs.analysis.repair.by_enumeration import MOST_PLANS, QUICK, differs, weak_variant

FEW = 16  # plans that enumeration may need for a design to be tried here


def one_server(*requirements: dict, **fields):
    """An API of 50 requests/s a server that is asked for 100/s, before a store that bears ten times that."""
    api = {"kind": "service", "capacity": "50/s", "latency": "2 ms", "cost": "$30", "availability": "99.5%", **fields}
    db = {"kind": "sql", "stores": {"thing": True}, "capacity": "1000/s", "cost": "$200", "availability": "99.9%"}
    return raw(
        {"app": "client", "api": api, "db": {**db, "latency": "2 ms"}},
        "app -> api, api -> db",
        operations={"read": {"method": "GET", "reads": {"thing": True}, "rate": "100/s"}},
        requirements={f"r{number}": each for number, each in enumerate(requirements)},
    )


def asked(metric, comparison, quantity, **more):
    return {"metric": metric, "comparison": comparison, "quantity": quantity, **more}


def test_it_is_as_cheap_as_the_cheapest_of_all_plans_on_random_designs():
    """Of 300 by the command of by_enumeration.py; here of 20 and more with one level each."""
    compared = {seed: differs(seed, most_plans=FEW, highest=1, targets=QUICK) for seed in range(60)}

    assert sum(words is not None for words in compared.values()) >= 20
    assert {seed: words for seed, words in compared.items() if words} == {}


@pytest.mark.parametrize("seed", [20, 544], ids=["one in the way of another", "two that help together alone"])
def test_remedies_of_one_store_that_stand_in_each_others_way_or_need_each_other(seed):
    """More shards are worse without the copies beside them; a second copy is worse when both must confirm a write."""
    assert differs(seed, most_plans=2 * MOST_PLANS) == ""


def test_servers_for_the_traffic_are_counted_and_priced():
    """By hand: 180/s at 50/s a server need four, three more at $30."""
    found = repair(one_server(asked("throughput", ">=", "180/s")), figures())

    assert [step.words for step in found.cheapest.steps] == ["4 instances of api instead of 1"]
    assert found.cheapest.price.usd == 90
    assert found.is_proven


def test_its_price_is_the_difference_of_the_cost_that_the_analysis_states():
    document = weak_variant("news-feed")
    found = repair(document, figures()).cheapest

    def cost(of) -> float:
        return of.meter.measure("cost_per_month", "", "<=").value

    stated = cost(after(document, found.patch, figures())) - cost(analyse(document, figures()))
    assert found.price.usd == pytest.approx(stated)
    assert found.price.usd > 0


def test_the_next_best_is_another_set_and_no_cheaper():
    found = repair(weak_variant("url-shortener"), figures())

    assert found.next_best.price.order >= found.cheapest.price.order
    assert {step.words for step in found.next_best.steps} != {step.words for step in found.cheapest.steps}
    assert "No smaller set of our remedies works; the next best" in said_proof(found)


def test_all_that_must_hold_passes_after_it_and_undoing_gives_the_design_back():
    document = weak_variant("url-shortener")
    found = repair(document, figures())
    mended = apply(document, found.cheapest.patch)

    assert {each.verdict for each in found.failing} == {"fail"}
    assert not analyse(mended, figures()).is_failing
    assert apply(mended, invert(document, found.cheapest.patch)) == document


def test_what_no_remedy_helps_is_said_with_the_nearest_that_they_come():
    """4 ms of service cannot be 1 ms, however many servers there are; the rest is mended all the same."""
    document = one_server(asked("latency_mean", "<=", "1 ms"), asked("throughput", ">=", "180/s"))
    found = repair(document, figures())

    assert [each.requirement for each in found.unmendable] == ["r0"]
    assert found.unmendable[0].best.value > 1e-3
    assert [step.words for step in found.cheapest.steps] == ["4 instances of api instead of 1"]
    assert "and at most 1 ms is asked" in published(found, analyse(document, figures()).model)["cannot_mend"][0]["why"]


def test_requirements_that_exclude_each_other_are_not_both_promised():
    """Four servers cost $320 with the store, and $250 is all there is."""
    document = one_server(asked("throughput", ">=", "180/s"), asked("cost_per_month", "<=", "$250"))
    found = repair(document, figures())

    assert len(found.unmendable) == 1
    assert found.unmendable[0].beside_others


def test_without_a_price_the_fewest_changes_are_the_cheapest():
    """A server of a kind that has no list price counts as one change, and that is said."""
    document = one_server(asked("no_single_point", "<=", ""), kind="workflow_engine", cost="")
    document["diagram"]["components"]["api"] |= {"label": "Steps", "technology": "our own"}
    found = repair(document, figures())

    assert found.cheapest.price.unpriced == 1
    assert "Steps" in found.unpriced


def test_a_requirement_of_another_priority_is_left_alone_unless_asked_for():
    document = one_server(asked("throughput", ">=", "180/s", priority="should"))

    assert repair(document, figures()).failing == ()
    assert repair(document, figures(), priorities=("must", "should")).cheapest is not None


def test_a_search_that_stops_at_its_bound_says_so_and_gives_what_it_has():
    found = repair(weak_variant("url-shortener"), figures(), most_trials=25)

    assert not found.is_proven
    assert said_proof(found) == ""
    assert (
        found.cheapest is None
        or not analyse(apply(weak_variant("url-shortener"), found.cheapest.patch), figures()).is_failing
    )


def test_components_move_to_a_second_zone_together_when_one_alone_helps_nobody():
    """All stand in one zone of 99.5 %, and 99.8 % is asked: balancer, service and store have to move, for no money."""
    found = repair(weak_variant("pastebin"), figures())

    assert {step.lever.key for step in found.cheapest.steps} == {"zones:lb", "zones:api", "zones:db"}
    assert found.cheapest.price.usd == 0
    assert found.unmendable == ()


def test_remedies_that_assume_a_figure_say_so_and_can_be_left_out():
    document = weak_variant("url-shortener")
    model = analyse(document, figures()).model

    assumed = [lever for lever in levers_of(model, document) if lever.assumes]
    assert {lever.kind for lever in assumed} == {"cache"}
    assert not any(lever.assumes for lever in levers_of(model, document, with_assumed=False))


def test_patches_of_several_caches_and_zones_do_not_meet():
    """Each remedy is made on the drawing with the others in it, so that no two new boxes share an id."""
    document = weak_variant("twitter")
    levers = levers_of(analyse(document, figures()).model, document)
    new = [
        key
        for lever in levers
        if lever.kind == "cache"
        for key in lever.patch_at(1)["diagram"]["components"]
        if key not in document["diagram"]["components"]
    ]

    assert len(new) > 1
    assert len(set(new)) == len(new)


def test_the_cheapest_plan_of_clauses_is_the_one_that_enumeration_finds():
    """By hand: one clause wants a at 2 or b at 1, the other b at 0; a at 2 it is, although b is cheaper."""
    clauses = [Clause("x", {0: ((2, 3),), 1: ((1, 1),)}), Clause("y", {1: ((0, 0),)})]

    found = cheapest([3, 1], clauses, lambda plan: (0, 10.0 * plan[0] + plan[1], 0, 0))

    assert found == (2, 0)
    assert cheapest([1, 1], clauses, lambda plan: (0, 0.0, 0, 0)) is None


def test_runs_of_levels_are_cut_and_taken_away():
    assert both(((0, 4), (8, 9)), ((3, 8),)) == ((3, 4), (8, 8))
    assert without(((0, 9),), ((3, 4), (9, 9))) == ((0, 2), (5, 8))
