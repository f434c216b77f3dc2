"""Analyses of designs in which everything times out and is tried again are bounded, whatever their shape (promise 54).

Work is counted in calls and tries that are drawn, so that the machine's speed does not matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from designs.analysis import draws, loops, settling
from designs.analysis.attack import traffic
from designs.analysis.attack.losses import smallest_losses
from designs.analysis.attack.told import growth_doubt, losses_doubt
from designs.analysis.attack.traffic import breaking_growth
from designs.analysis.drill import drill
from designs.analysis.report import Analysis, analyse
from designs.analysis.rules import retries_without_budget
from designs.document.patches import apply
from tests.designs.analysis.build import figures, raw

pytestmark = pytest.mark.one_database

Pairs = Iterator[tuple[int, int]]
SHAPES: dict[str, Any] = {
    "chain": lambda size: itertools.pairwise(range(size + 1)),
    "fan": lambda size: ((0, each) for each in range(1, size + 1)),
    "clique": lambda size: itertools.islice(
        ((source, target) for target in itertools.count(1) for source in range(target)), size
    ),
    "layers": lambda size: itertools.islice(
        ((5 * layer + one, 5 * layer + 5 + two) for layer in itertools.count() for one in range(5) for two in range(5)),
        size,
    ),
    "circle": lambda size: ((each, (each + 1) % size) for each in range(size)),
}


def document(shape: str, arrows: int, retries: int, *, operations: int = 1, **fields: Any) -> dict[str, Any]:
    """A design of so many arrows, each with a timeout; services are a twentieth full as long as nothing is late."""
    pairs = list(SHAPES[shape](arrows))
    ends = ["app_s0", *(f"s{source}_s{target}" for source, target in pairs)]
    names = sorted({f"s{end}" for pair in pairs for end in pair})
    service = {"kind": "service", "capacity": "1000/s", "latency": "2 ms", **fields}
    hops = [{"connection": end, "split": "90%" if shape == "circle" else ""} for end in ends]
    keys = [f"read{number}" for number in range(operations)]
    return raw(
        {"app": "client", **{name: dict(service) for name in names}},
        ", ".join(end.replace("_", " -> ") for end in ends),
        operations={key: {"method": "GET", "rate": f"{50 / operations}/s"} for key in keys},
        connections={end: {"timeout": "10 ms", "retries": retries} for end in ends},
        flows=dict.fromkeys(keys, hops),
    )


class Drawn:
    """Counts what is drawn: the time of each visit and each try, in units of 4,000 draws."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0.0
        tried, add = draws.tried, draws._Drawing.add

        def counting(time: Any, *args: Any, **options: Any) -> Any:
            found = tried(time, *args, **options)
            self.count += float(found.count.max()) * len(time) / 4_000
            return found

        def adding(drawing: Any, each: str) -> None:
            add(drawing, each)
            self.count += drawing.size / 4_000

        monkeypatch.setattr(draws, "tried", counting)
        monkeypatch.setattr(draws._Drawing, "add", adding)


@pytest.fixture
def drawn(monkeypatch):
    return Drawn(monkeypatch)


def whole(given: dict[str, Any]) -> Analysis:
    found = analyse(given, figures())
    assert found.findings is not None
    assert found.requirements is not None
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("retries", "fields"),
    [(2, {}), (2, {"queue_limit": "20"}), (2, {"instances": 3, "concurrency": "30"}), (50, {})],
    ids=["few", "few, refusing", "few, with threads", "many"],
)
def test_no_shape_takes_more_draws_than_the_limits_allow(drawn, monkeypatch, shape, retries, fields):
    """The quiet state, a storm by two callers, what is held, and six loops; the last call may go beyond each limit."""
    monkeypatch.setattr(settling, "MOST_TRIES", 200)
    monkeypatch.setattr(loops, "MOST_TRIES", 200)
    monkeypatch.setattr(settling, "MOST_ROUNDS", 5)

    whole(document(shape, 30, retries, **fields))

    state, loop, call = max(200, 5 * 31), 200, 1 + retries
    assert drawn.count <= 4 * (state + call) + loops.MOST_LOOKED_AT * (loop + call)


def test_more_retries_than_are_computed_are_the_operations_problem(drawn):
    found = whole(document("layers", 225, 50))

    problem = found.model.flows["read0"].problem
    assert problem.startswith("its calls and those of the operations before it may be tried again 11,300 times")
    assert drawn.count == 0
    assert next(each for each in found.findings if each.rule == "no-path").title == "read0 is not computed"
    assert any(problem in each for each in found.missing)


def test_retries_are_counted_over_all_operations():
    """By hand: 11 arrows, 50 retries each, so the first three make 1,650 and the fourth 2,200."""
    flows = analyse(document("chain", 10, 50, operations=4), figures()).model.flows

    assert [bool(flow.problem) for flow in flows.values()] == [False, False, False, True]


def test_a_loop_that_takes_too_long_is_a_finding_and_a_remedy_ends_it(monkeypatch):
    monkeypatch.setattr(loops, "MOST_TRIES", 60)
    given = document("chain", 4, 50)

    found = next(each for each in whole(given).findings if each.title == "s4 may stay down after a spike")

    assert "up to 10^7 times its capacity. Whether they keep it full is not computed" in found.proof
    changed = apply(given, found.remedies[0].patch)
    assert "two-stable-states" not in {each.rule for each in whole(changed).findings}


def test_a_state_that_takes_too_long_gives_no_figures(monkeypatch):
    monkeypatch.setattr(settling, "MOST_TRIES", 1)
    monkeypatch.setattr(settling, "MOST_ROUNDS", 1)

    flow = analyse(document("chain", 4, 50, concurrency="1"), figures()).model.flows["read0"]

    assert "take more than 1 tries to compute" in flow.problem
    assert not flow.visits


def test_tries_that_multiply_beyond_all_numbers_are_computed():
    """51 tries on each of 38 arrows are 10^64 calls; where all arrows call many times, that is said."""
    assert analyse(document("chain", 38, 50), figures()).model.flows["read0"].problem == ""
    given = document("chain", 38, 0)
    for hop in given["flows"]["read0"]["hops"].values():
        hop["multiplier"] = "10000000"

    assert "more than 10^100 times" in analyse(given, figures()).model.flows["read0"].problem


def test_circles_are_limited_and_what_leads_to_them_is_not():
    """In a circle of n at 90 %, by hand, its first component is visited 1 / (1 - 0.9^n) times."""
    flow = analyse(document("circle", 50, 0), figures()).model.flows["read0"]
    assert flow.visits["s0"] == pytest.approx(0.9 / (1 - 0.9**50))

    problem = analyse(document("circle", 300, 0), figures()).model.flows["read0"].problem
    assert problem == "300 components call each other in circles; at most 200 are computed"


def allow_little(monkeypatch):
    monkeypatch.setattr(settling, "MOST_ROUNDS", 1)
    monkeypatch.setattr(settling, "MOST_TRIES", 1)


def test_a_storm_that_takes_too_long_is_said_where_retries_are(monkeypatch):
    def with_little(model: Any) -> dict[str, float]:
        allow_little(monkeypatch)
        return settling.storm(model)

    given = document("chain", 4, 2)
    monkeypatch.setattr(retries_without_budget, "storm", with_little)

    proof = next(each.proof for each in whole(given).findings if each.title == "Retries to s1 have no budget")

    assert proof.endswith("s1 stays down when what began it is over is not computed: that takes more than 1 tries.")


def test_a_loss_whose_waits_take_too_long_is_said_beside_its_loads(monkeypatch):
    """In a drill, and in the count of an attack, which judges the loads where requests may fail."""
    goal = {"metric": "error_rate", "comparison": "<=", "quantity": "100%", "operation": "read0", "priority": "must"}
    given = apply(document("chain", 4, 2), {"scope": {"measurable_requirements": {"r": goal}}})
    model = whole(given).model
    assert drill(model, "s3_s4").doubt == ""
    assert losses_doubt(smallest_losses(model, ["r"])) == ""
    allow_little(monkeypatch)

    words = "the waits take more than 1 tries to compute, so every call counts as tried as often as its arrow allows"
    assert words in drill(model, "s3_s4").doubt
    assert words in losses_doubt(smallest_losses(model, ["r"]))


def test_traffic_from_which_on_waits_take_too_long_is_said(monkeypatch):
    """Twice the traffic is tried first."""
    goal = {"metric": "latency_mean", "comparison": "<=", "quantity": "1 h", "operation": "read0", "priority": "must"}
    given = apply(document("chain", 4, 2), {"scope": {"measurable_requirements": {"r": goal}}})
    found = whole(given)
    computed = traffic.model_of

    def with_little(document: Any, figures: Any) -> Any:
        model = computed(document, figures)
        allow_little(monkeypatch)  # from the second on
        return model

    monkeypatch.setattr(traffic, "model_of", with_little)
    reach = breaking_growth(given, figures(), ["r"])

    assert (reach.growth, reach.unknown_from) == (None, 2.0)
    assert growth_doubt(found.model, reach) == (
        "From 2 times today's traffic on the waits of read0 take too many tries to compute, so it may break earlier."
    )
