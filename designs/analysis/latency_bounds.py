"""An upper bound of how long an operation takes, from means and deviations alone, so that most operations need no
draws.

The deviation of a sum is at most the sum of the deviations, whatever the correlation (Minkowski), and a share q of
requests takes at most mean + deviation x sqrt(q / (1 - q)) (Cantelli's inequality). Of m calls at once the slowest
takes on average at most mean + deviation x (m - 1) / sqrt(2m - 1) (H. O. Hartley and H. A. David, Universal bounds for
mean range and extreme observation, Annals of Mathematical Statistics 25, 1954), and its square at most m times the mean
square.
"""

from __future__ import annotations

import math

from designs.analysis.draws import is_cut_short
from designs.analysis.flow import FlowHop
from designs.analysis.model import Model
from designs.analysis.residuals import variation_of_waits
from designs.analysis.service_times import deviation_of
from designs.analysis.times import OwnTime, Times

Moments = tuple[float, float]  # mean and standard deviation, or upper bounds of them


def quantile_bound(model: Model, times: Times, operation: str, quantile: float) -> float:
    """An upper bound of the seconds that a share `quantile` of requests does not exceed; infinite where there is
    none.
    """
    flow = model.flows[operation]
    order = None if flow.problem else flow.callees_first
    waits_for_copies = not flow.is_read and any(
        each in times.waited_for or each in times.copying_s for each in flow.visits
    )
    if order is None or waits_for_copies or not flow.entries or flow.service_s or model.doubts_of(flow):
        return math.inf
    if is_cut_short(model, flow):
        return math.inf  # a second try takes longer than the first would have
    found: dict[str, Moments] = {}
    for each in order:
        own = (times.worst or times).own[each]
        if own.missing or math.isinf(own.mean_s):
            return math.inf
        mean, deviation = own.mean_s, _own_deviation(own)
        for group in flow.groups.get(each, ()):
            for hop in group.hops if group.mode != "later" else ():
                wire = times.wires[hop.connection]
                if wire.missing or (hop.multiplier > 1 and times.own[hop.target].crowd is not None):
                    return math.inf
                target = found[hop.target]
                reached = target[0] + wire.mean_s, target[1] + deviation_of(wire.spread)
                calls = _calls(hop, reached, model.attempts.get(hop.connection, 1.0))
                mean, deviation = mean + calls[0], deviation + calls[1]
        found[each] = mean, deviation
    factor = math.sqrt(quantile / (1 - quantile))
    return max(found[entry][0] + factor * found[entry][1] for entry in flow.entries)


def _calls(hop: FlowHop, one: Moments, attempts: float) -> Moments:
    """The time that a request spends along an arrow that only a share of requests takes."""
    mean, deviation = one
    again = max(0.0, attempts - 1.0)
    if again:
        mean, deviation = mean * attempts, deviation + math.sqrt(again * (mean**2 + deviation**2))
    square = mean**2 + deviation**2
    if hop.multiplier > 1:
        calls = hop.multiplier
        mean += deviation * (calls - 1) / math.sqrt(2 * calls - 1)
        square *= calls
        deviation = math.sqrt(square)
    share = min(1.0, hop.share * min(1.0, hop.multiplier))
    if share >= 1:
        return mean, deviation
    return share * mean, math.sqrt(max(0.0, share * square - (share * mean) ** 2))


def _own_deviation(own: OwnTime) -> float:
    served = own.service_s * own.variation if own.spread is None else deviation_of(own.spread)
    shape = variation_of_waits(own.busy, own.variation, own.spread)
    for share, per_s, squared in ((own.waiting, own.spare_per_s, shape), (own.entry.share, own.entry.per_s, 1.0)):
        if share > 0 and math.isfinite(per_s):
            served = math.hypot(served, math.sqrt(share * (1 + squared - share)) / per_s)
    return served
