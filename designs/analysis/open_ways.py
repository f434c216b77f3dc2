"""What is known of a design while it is open which service answers an operation.

Where no flow is drawn and no name tells which of several services behind a gateway answers, the loads count all of
them, which is the worst case. This module also measures each of the ways alone: the truth lies within these results.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, product

from designs.analysis.flow import OperationFlow
from designs.analysis.flows import flows_of
from designs.analysis.graph import CHOOSERS
from designs.analysis.load import attempts_of
from designs.analysis.model import Model
from designs.analysis.settling import settled
from designs.analysis.working import Bound, Measured, Step

MOST_WAYS = 8


def questions_of(model: Model, operation: str) -> list[str]:
    """The open choices of an operation, or of any operation when `operation` is empty, and of others that load the same
    components.
    """
    return [each.question for flow in _open(model, operation) for each in flow.unsure]


def _open(model: Model, operation: str) -> list[OperationFlow]:
    flows = [flow for flow in model.flows.values() if flow.unsure]
    if not operation or not flows:
        return flows
    own = _loaded(model, model.flows[operation])
    return [flow for flow in flows if flow.operation == operation or own & _loaded(model, flow)]


def _loaded(model: Model, flow: OperationFlow) -> set[str]:
    return {each for each in flow.components if model.graph.components[each].kind not in CHOOSERS}


def models_of_ways(model: Model, operation: str) -> list[Model]:
    """A model for each way that one operation may take; none where other operations have open choices as well, or
    where the waits of a way take too long to compute."""
    flows = _open(model, operation)
    if len(flows) != 1 or math.prod(len(each.ways) for each in flows[0].unsure) > MOST_WAYS:
        return []
    flow, found = flows[0], list[Model]()
    everywhere = set(chain.from_iterable(way for each in flow.unsure for way in each.ways))
    for chosen in dict.fromkeys(product(*(each.ways for each in flow.unsure))):
        gone = {flow.operation: everywhere - set(chain.from_iterable(chosen))}
        attempts = attempts_of(model.graph, model.figures)
        flows_then = flows_of(model.document, model.graph, attempts, gone=gone)
        # A new model, so that values computed for the other one are not reused.
        plain = replace(model, attempts=attempts, flows=flows_then, cut_off_doubt={}, bursts={}, echoes={})
        found.append(settled(plain, gone=gone))
    return [] if any(each.is_all_tried for each in found) else found


def over_ways(counted: Measured, ways: Sequence[Measured], questions: Sequence[str], worse: Bound) -> Measured:
    """The range in which the truth lies: measured with every way `counted`, which is the worst, and with each of the
    `ways` alone.
    """
    found = [counted, *ways]
    missing = tuple(dict.fromkeys([*(each for one in found for each in one.missing), *questions]))
    step = Step("Open", "; ".join(questions), "each may be, and all are counted")
    known = [one.value for one in found if one.value is not None]
    if len(known) < len(found):
        return Measured(None, missing)
    low = -math.inf if any(one.bound == "at most" for one in found) else min(known)
    high = (
        math.inf
        if any(one.bound == "at least" for one in found)
        else max(one.value if one.upper is None else one.upper for one in found if one.value is not None)
    )
    if not ways:
        low, high = (low, math.inf) if worse == "at least" else (-math.inf, high)
    if low == high and counted.bound == "exact":
        return counted
    error = max(one.error for one in found)
    if math.isinf(low) and math.isinf(high) and low != high:
        return Measured(None, missing)
    bound: Bound = "exact"
    value, upper = low, None
    if math.isinf(high):
        bound = "at least"
    elif math.isinf(low):
        value, bound = high, "at most"
    else:
        upper = high
    return replace(
        counted, value=value, missing=missing, bound=bound, error=error, upper=upper,
        work=lambda: [*counted.steps, step],
    )  # fmt: skip
