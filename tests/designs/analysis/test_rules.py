from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path

import pytest

from designs.analysis.report import Analysis, after, analyse
from designs.analysis.rules.registry import BY_ID, RULES
from designs.document.limits import MAX_NAME
from designs.document.patches import apply, invert
from tests.designs.analysis.build import WRITE, design, figures, raw, store
from tests.designs.analysis.rule_cases import BESIDE, BOTH, CASES, MEMORY, READS, Example, base

TOPICS = {path.stem for path in (Path(__file__).resolve().parents[3] / "fixtures" / "topics").glob("*/*.md")}


def analysed(example: Example) -> tuple[dict, Analysis]:
    document = raw(copy.deepcopy(example.components), example.arrows, **copy.deepcopy(example.sections))
    return document, analyse(document, figures())


@pytest.mark.parametrize("example", CASES, ids=lambda each: f"{each.rule}: {each.kind}, {each.about}")
def test_rule_finds_exactly_this(example):
    _, analysis = analysed(example)

    assert sorted(each.key for each in analysis.findings if each.rule == example.rule) == sorted(example.keys)


def test_every_rule_has_all_three_kinds_of_example():
    kinds = {rule.id: {each.kind for each in CASES if each.rule == rule.id} for rule in RULES}

    assert all(found == {"positive", "negative", "tricky"} for found in kinds.values()), kinds
    assert len(BY_ID) == len(RULES) >= 30


@pytest.mark.parametrize("example", [each for each in CASES if each.keys], ids=lambda each: f"{each.rule}, {each.kind}")
def test_findings_are_whole_and_their_remedies_can_be_tried_and_undone(example):
    """A remedy's patch gives a design that is valid and differs, and the inverse patch gives the old one back."""
    document, analysis = analysed(example)

    for finding in (each for each in analysis.findings if each.rule == example.rule):
        assert finding.title
        assert finding.proof.endswith(".")
        assert finding.why.endswith(".")
        assert len(finding.key) <= MAX_NAME
        assert len(finding.remedies) >= 2
        assert {finding.topic, *(each.topic for each in finding.remedies)} <= TOPICS
        for remedy in finding.remedies:
            if remedy.patch is None:
                continue
            after(document, remedy.patch, figures())
            changed = apply(document, remedy.patch)
            assert changed != document
            assert apply(changed, invert(document, remedy.patch)) == document


# Remedies that promise to end their finding: rule, and which remedies of the positive example do.
ENDING = [
    ("saturated", (0,)),
    ("nearly-full", (0,)),
    ("no-spare-replica", (0,)),
    ("backlog", (0,)),
    ("cold-cache", (1,)),
    ("single-point", (0,)),
    ("data-copies", (0,)),
    ("unmonitored", (0,)),
    ("no-path", (0,)),
    ("client-to-store", (0, 1)),
    ("unsafe-writes", (0, 1)),
    ("no-consumer", (0,)),
    ("state-without-log", (0,)),
    ("forgetful-workflow", (0,)),
    ("no-dead-letters", (0,)),
    ("retries-without-budget", (0, 1)),
    ("idle-balancer", (0,)),
    ("unbalanced-replicas", (0,)),
    ("stateful-servers", (0,)),
    ("stale-cache", (0, 1)),
    ("distant-sync", (0,)),
    ("hot-key", (0,)),
    ("no-partition-key", (0,)),
    ("blobs-in-database", (0,)),
    ("unread-entity", (0,)),
    ("unwritten-entity", (0,)),
    ("unserved-requirement", (0, 1)),
]


@pytest.mark.parametrize(("rule", "remedies"), ENDING, ids=[rule for rule, _ in ENDING])
def test_remedy_ends_its_finding(rule, remedies):
    document, analysis = analysed(next(each for each in CASES if each.rule == rule and each.kind == "positive"))
    finding = next(each for each in analysis.findings if each.rule == rule)

    for number in remedies:
        patch = finding.remedies[number].patch
        assert patch is not None
        assert after(document, patch, figures()).finding(finding.key) is None


def test_key_of_many_elements_stays_short_and_tells_them_apart():
    parts = {"app": "client", **{f"service_number_{n}": {"kind": "service", "monitored": False} for n in range(40)}}
    arrows = ", ".join(f"{one} -> {two}" for one, two in pairwise(parts))
    last = list(parts)[-1]
    parts[last] = {"kind": "sql", "stores": {"thing": True}, "monitored": False}
    document = raw(parts, arrows, operations={"read": {"reads": {"thing": True}, "rate": "1/s"}})

    finding = next(each for each in analyse(document, figures()).findings if each.rule == "unmonitored")

    assert len(finding.key) < 60
    changed = after(document, {"diagram": {"components": {last: {"monitored": True}}}}, figures())
    assert finding.key not in {each.key for each in changed.findings}


def test_a_follower_in_a_box_of_its_own_is_said_not_to_take_over():
    """Nothing says that it leads after its leader: no failover is counted, and the finding and the working say so."""
    drawn = design(
        {"app": "client", "db": store(recovery_time="1 hour", failover_time="2 min"), "spare": store()},
        "app -> db, db => spare", operations={"write": WRITE}, connections={"db_spare": {"synchronous": True}},
        requirements={"back": {"metric": "recovery_time", "quantity": "5 min"}},
    )  # fmt: skip
    found = analyse(drawn, figures())

    assert found.finding("single-point:db").proof.endswith(
        "spare follows it in a box of its own; that it takes over is not counted: only copies of one component fail "
        "over."
    )
    assert found.requirements[0].value == 3600
    assert "that spare takes over is not counted" in found.requirements[0].steps[0].working


def test_a_stale_cache_is_told_which_arrows_no_flow_takes():
    components = base(memory=MEMORY, worker="worker")
    document = raw(components, f"{BESIDE}, worker -> memory", **copy.deepcopy(BOTH))

    finding = analyse(document, figures()).finding("stale-cache:memory")

    assert "and its invalidation is not given. The drawing leads from worker to it, but no flow" in finding.proof


def test_a_cache_without_a_hit_ratio_is_named_and_no_second_one_is_proposed():
    """100 reads/s meet a store of 50/s. With the 80% hits that the trial assumes, 20/s are left."""
    components = base(db={"capacity": "50/s"}, memory={"kind": "cache"})
    document = raw(components, BESIDE, **copy.deepcopy(READS))
    analysis = analyse(document, figures())

    finding = analysis.finding("saturated:db")

    assert finding.proof.endswith("No hit ratio is given for memory, so it counts as answering nothing.")
    titles = [each.title for each in finding.remedies]
    assert "Give the hit ratio of memory" in titles
    assert not any("Put a cache" in each for each in titles)
    told = analyse(apply(document, finding.remedies[titles.index("Give the hit ratio of memory")].change), figures())
    loads = [each.model.loads.components["db"].peak for each in (analysis, told)]
    assert loads == pytest.approx([100, 20])
