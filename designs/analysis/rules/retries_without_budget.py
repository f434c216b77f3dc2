"""Retries multiply the load of a component that is already failing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designs.analysis import settling, values
from designs.analysis.effort import TooManyTriesError
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.flow import OperationFlow
from designs.analysis.rules.case import Case
from designs.analysis.settling import storm

STORM = 10.0


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    loose = [key for key, each in graph.connections.items() if each.retries and not each.retry_budget.strip()]
    if not loose:
        return
    worst = _amplifications(case)
    full: Mapping[str, float] | None
    try:
        full = storm(case.model)
    except TooManyTriesError:
        full = None
    for key in loose:
        connection = graph.connections[key]
        own = 1 + connection.retries
        most = max(worst.get(key, 1.0), own)
        target = graph.name(connection.target)
        chain = f"; with the retries before it, {values.said_factor(most)} reach {target}" if most > own else ""
        stays = _stays_down(case, key, full) if full is not None else ""
        after = stays if full is not None else _not_computed(case, key)
        yield Finding(
            rule=RULE.id,
            severity="high" if most >= STORM or stays else "medium",
            elements=(case.connection(key),),
            title=f"Retries to {target} have no budget",
            proof=f"While {target} fails, each call of {graph.name(connection.source)} becomes {own}{chain}.{after}",
            why="Retries help against a lost packet and hurt against overload: they come when there is least to spare.",
            topic="retries-and-circuit-breakers",
            remedies=(
                Remedy(
                    "Let at most a tenth of calls be retries",
                    "load grows by 10 % at most",
                    "in a real outage most calls fail at once",
                    "retries-and-circuit-breakers",
                    case.change_connection(key, retry_budget="10%"),
                ),
                Remedy(
                    "Try again at the outermost caller only",
                    "layers do not multiply",
                    "one lost packet repeats a whole request",
                    "retries-and-circuit-breakers",
                    case.change_connection(key, retries=0),
                ),
            ),
            operations=tuple(case.carried_by.get(key, ())),
        )


def _stays_down(case: Case, key: str, full: Mapping[str, float]) -> str:
    """The second stable state: components that today's peak does not fill, and that retries keep full once they are."""
    target = case.graph.connections[key].target
    if target not in full:
        return ""
    now = case.loads.components[target].utilisation or 0.0
    return (
        f" At today's peak {case.graph.name(target)} is {now:.0%} full. Once calls time out, their retries ask for "
        f"{_asked(full[target])}: it stays down when what began it is over."
    )


def _not_computed(case: Case, key: str) -> str:
    """Said only of a target that today's peak does not fill, as above."""
    target = case.graph.connections[key].target
    now = case.loads.components[target].utilisation
    if now is None or now >= 1:
        return ""
    return (
        f" Whether {case.graph.name(target)} stays down when what began it is over is not computed: that takes more "
        f"than {settling.MOST_TRIES:,} tries."
    )


def _asked(load: float) -> str:
    return f"{load:.0%}" if load < 1e4 else f"{values.said_factor(load)} times its capacity"


def _amplifications(case: Case) -> dict[str, float]:
    """For each connection, the calls that one request causes when everything behind it fails, in the worst flow."""
    worst: dict[str, float] = {}
    for flow in case.model.flows.values():
        for key, calls in _through(case, flow).items():
            worst[key] = max(worst.get(key, 1.0), calls)
    return worst


def _through(case: Case, flow: OperationFlow) -> dict[str, float]:
    arriving: dict[str, float] = dict.fromkeys(flow.entries, 1.0)
    found: dict[str, float] = {}
    leaving = {each: [hop for group in groups for hop in group.hops] for each, groups in flow.groups.items()}
    for each in reversed(flow.callees_first or []):
        for hop in leaving.get(each, ()):
            connection = case.graph.connections[hop.connection]
            tries = 1.0 if connection.retry_budget.strip() else 1.0 + connection.retries
            found[hop.connection] = arriving.get(each, 1.0) * tries
            arriving[hop.target] = max(arriving.get(hop.target, 1.0), found[hop.connection])
    return found


RULE = Rule("retries-without-budget", "Retries without a budget", check)
