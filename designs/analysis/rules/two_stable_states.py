"""A component with two stable states: today's peak does not fill it, but retries would keep it full."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.closing import proposals
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.loops import MOST_TRIES, Loop, loops_of, retrying_to
from designs.analysis.rules.case import Case
from designs.analysis.triggers import spike

SPIKE = 3.0
BUYS = {
    "budget": "failing makes a tenth more work at most",
    "queue": "what is let in is answered in time, however much comes",
    "breaker": "a full component is left alone until it has recovered",
    "no-retries": "failing makes no more work",
    "servers": "they carry today's peak with all its retries",
}
# At least this much work is left of each request when nothing is answered and fewer calls are tried again.
LEFT = {"budget": 1.1, "no-retries": 1.0}


def check(case: Case) -> Iterator[Finding]:
    found = loops_of(case.model, only_vulnerable=True)
    yield from (_unknown(case, each, most) for each, most in found.unknown.items())
    for loop in found.loops:
        name = case.graph.name(loop.component)
        shortest = spike(loop, 1.0, SPIKE).seconds
        is_cold = bool(loop.caches) and shortest is None
        starts = f"once the entries of {case.graph.names(loop.caches)} are lost" if is_cold else "after a spike"
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.component(loop.component),),
            title=f"{name} stays down {starts}",
            proof=_proof(case, loop, shortest),
            why="A short cause makes a long outage, and only far less traffic than usual ends it.",
            topic="overload-control",
            remedies=tuple(_changes(case, loop)),
            operations=loop.operations,
        )


def _unknown(case: Case, component: str, most: float) -> Finding:
    name, arrows = case.graph.name(component), retrying_to(case.model, component)
    load = case.loads.components[component].utilisation or 0.0
    return Finding(
        rule=RULE.id,
        severity="high",
        elements=(case.component(component),),
        title=f"{name} may stay down after a spike",
        proof=(
            f"At today's peak {name} is {load:.0%} full. When nothing is answered in time, retries and misses ask for "
            f"up to {values.said_factor(most)} times its capacity. Whether they keep it full is not computed: that "
            f"takes more than {MOST_TRIES:,} tries."
        ),
        why="A short cause makes a long outage, and only far less traffic than usual ends it.",
        topic="overload-control",
        remedies=(
            Remedy(
                "Try nothing again on the way to it",
                BUYS["no-retries"],
                "a lost packet fails a request",
                "overload-control",
                {"diagram": {"connections": {each: {"retries": 0} for each in arrows}}} if arrows else None,
            ),
            Remedy("Cut the way to it short", "it can be computed", "fewer parts between them", "overload-control"),
        ),
        operations=tuple(case.used_by.get(component, ())),
    )


def _changes(case: Case, loop: Loop) -> Iterator[Remedy]:
    once = _quiet(loop) if loop.cold_load is None else loop.cold_load
    for each in proposals(case.model, loop):
        if each.slug in BUYS and once * LEFT.get(each.slug, 0.0) < 1.0:
            yield Remedy(each.title, BUYS[each.slug], each.cost, "overload-control", each.patch)


def _proof(case: Case, loop: Loop, shortest: float | None) -> str:
    name, quiet = case.graph.name(loop.component), _quiet(loop)
    cause = "retries" if loop.arrows else ""
    if loop.caches:
        cause = f"{cause} and misses of {case.graph.names(loop.caches)}" if cause else "misses"
    enough = "" if shortest is None else f" {values.said_seconds(shortest)} of {SPIKE:g} times the traffic are enough."
    work = f"{cause} make {loop.full.tries:.3g} times the work: {quiet * loop.full.tries:.0%}"
    return (
        f"At today's peak {name} is {quiet:.0%} full. When nothing is answered in time, {work}. It collapses at "
        f"{loop.collapses_at:.2f} times today's peak and recovers only below {loop.recovers_at:.2f} times.{enough}"
    )


def _quiet(loop: Loop) -> float:
    """The share of the capacity that today's peak needs without retries."""
    first = loop.curve[0]
    return first.load / first.times / first.tries


RULE = Rule("two-stable-states", "Two stable states", check)
