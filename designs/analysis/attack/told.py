"""An attack in words and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.attack.broken import Broken
from designs.analysis.attack.losses import MOST_TOGETHER, Losses, Search, required, smallest_losses
from designs.analysis.attack.traffic import MOST_FACTOR, Growth, Reach, breaking_growth
from designs.analysis.graph import listed
from designs.analysis.model import Model
from designs.analysis.repair.told import requirement_name
from designs.analysis.report import Analysis, analyse
from designs.analysis.requirements import METRIC_NAMES, RequirementResult
from designs.analysis.settling import said_all_tried
from designs.document.basics import in_order

MOST_SHOWN = 5


@dataclass(frozen=True)
class Attack:
    """`goals` are the requirements that a loss could break and that hold today, `holding` all that hold today;
    `failing` are those that fail already.
    """

    goals: tuple[str, ...]
    holding: tuple[str, ...]
    failing: tuple[RequirementResult, ...]
    losses: Search
    reach: Reach

    @property
    def growth(self) -> Growth | None:
        return self.reach.growth


def attack(
    document: Mapping[str, Any],
    figures: Figures,
    *,
    priorities: Collection[str] = ("must",),
    analysis: Analysis | None = None,
) -> Attack:
    found = analysis or analyse(document, figures)
    model, results = found.model, found.requirements
    asked = [result for result in results if result.priority in priorities]
    failing = tuple(result for result in asked if result.verdict == "fail")
    goals = required(model, results, priorities)
    holding = [result.requirement for result in asked if result.verdict == "pass"]
    return Attack(
        tuple(goals),
        tuple(holding),
        failing,
        smallest_losses(model, goals),
        breaking_growth(document, figures, holding) if holding else Reach(None),
    )


def blow_words(model: Model, losses: Losses) -> str:
    """`2 of the 5 servers of API, and the zone A`."""
    words = []
    for blow in losses.blows:
        name = model.graph.name(blow.at)
        if blow.kind == "zone":
            words.append(f"the zone {name}")
            continue
        servers = model.loads.components[blow.at].replicas
        words.append(
            f"{blow.count} of the {servers} servers of {name}" if servers > 1 else f"the only server of {name}"
        )
    return " and ".join(words)


def said_search(search: Search) -> str:
    words = f"{search.sets} sets of up to {MOST_TOGETHER} components and zones were tried, the smallest first"
    return f"{words}." if search.is_whole else f"{words}; that was the bound, so a small set may have been missed."


def losses_doubt(search: Search) -> str:
    """Why not all that is said of sets of losses is exact, "" where it is."""
    return said_all_tried(f"After {search.all_tried} of them") if search.all_tried else ""


def growth_doubt(model: Model, reach: Reach) -> str:
    if not reach.unknown:
        return ""
    names = listed([model.operation_name(each) for each in reach.unknown])
    return (
        f"From {reach.unknown_from:.3g} times today's traffic on the waits of {names} take too many tries to compute, "
        "so it may break earlier."
    )


def growth_words(model: Model, found: Attack) -> str:
    if found.growth is None:
        return f"Nothing breaks up to {MOST_FACTOR:,.0f} times today's traffic."
    broken = "; ".join(f"{requirement_name(model, each.requirement)}: {each.words}" for each in found.growth.broken)
    return f"At {found.growth.breaks_at:.3g} times today's traffic: {broken}."


def published(found: Attack, model: Model) -> dict[str, Any]:
    """As `manage.py attack --json` prints it."""
    return {
        "failing_already": [each.requirement for each in found.failing],
        "failing_names": [
            f"{requirement_name(model, each.requirement)} ({each.reached}, asked {each.asked})"
            for each in found.failing
        ],
        "attacked": list(found.goals),
        "holding": list(found.holding),
        "losses": {
            "smallest": [_losses(each, model) for each in found.losses.smallest],
            "without_zones": [_losses(each, model) for each in found.losses.without_zones],
            "sets": found.losses.sets,
            "is_whole": found.losses.is_whole,
            "doubt": losses_doubt(found.losses),
        },
        "traffic_doubt": growth_doubt(model, found.reach),
        "traffic": None
        if found.growth is None
        else {
            "holds_at": round(found.growth.holds_at, 4),
            "breaks_at": round(found.growth.breaks_at, 4),
            "broken": [_broken(each, model) for each in found.growth.broken],
        },
    }


def _broken(broken: Broken, model: Model) -> dict[str, str]:
    name = requirement_name(model, broken.requirement)
    return {"requirement": broken.requirement, "name": name, "words": broken.words}


def _losses(losses: Losses, model: Model) -> dict[str, Any]:
    return {
        "size": losses.size,
        "words": blow_words(model, losses),
        "lost": [{"kind": blow.kind, "id": blow.at, "count": blow.count} for blow in losses.blows],
        "broken": [_broken(each, model) for each in losses.broken],
    }


def lines(found: Attack, model: Model) -> Iterator[str]:
    requirements = dict(in_order(model.document.scope.measurable_requirements))
    for each in found.failing:
        metric = METRIC_NAMES[requirements[each.requirement].metric]
        yield f"Fails without any attack: {metric}: {each.reached}, asked {each.asked}."
    if not found.goals:
        yield "No requirement holds that a loss could break."
    elif not found.losses.smallest:
        yield "No small set of losses breaks a requirement that must hold."
    for title, sets in (("Smallest losses", found.losses.smallest), ("Without a zone", found.losses.without_zones)):
        if title == "Without a zone" and sets == found.losses.smallest:
            continue
        for losses in sets[:MOST_SHOWN]:
            broken = "; ".join(f"{requirement_name(model, each.requirement)}: {each.words}" for each in losses.broken)
            yield f"{title} ({losses.size}): {blow_words(model, losses)}. {broken}."
        if len(sets) > MOST_SHOWN:
            yield f"and {len(sets) - MOST_SHOWN} more of that size"
    yield said_search(found.losses)
    doubts = [losses_doubt(found.losses), growth_doubt(model, found.reach)]
    if found.goals or found.growth:
        yield growth_words(model, found)
    yield from filter(None, doubts)
