"""A repair in words and as plain values for JSON: its price, its changes, what was searched, what still fails."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from designs.analysis import values
from designs.analysis.model import Model
from designs.analysis.repair.frontier import Frontier
from designs.analysis.repair.levers import LeverKind, Price
from designs.analysis.repair.search import Found, Repair, Unmendable
from designs.analysis.requirements import METRIC_NAMES, RequirementResult

KIND_WORDS: dict[LeverKind, str] = {
    "instances": "numbers of instances",
    "shards": "numbers of shards",
    "copies": "numbers of copies",
    "zones": "zones",
    "reads": "reads from any copy",
    "confirm": "writes that a majority confirms",
    "balancing": "how requests are spread",
    "cache": "caches before stores",
    "retries": "limits of retries",
}


def said_price(price: Price) -> str:
    """`about $280 more a month, and 1 change of unknown price`."""
    return said_cost(price.usd, price.unpriced)


def said_cost(usd: float, unpriced: int) -> str:
    words = f"{values.said_money(usd)} more a month" if round(usd, 2) else "no more money"
    if unpriced:
        words += f", and {unpriced} change{'s' * (unpriced > 1)} of unknown price"
    return words


def said_search(found: Repair) -> str:
    """What was searched, and how sure the answer is."""
    kinds = Counter(lever.kind for lever in found.levers)
    named = ", ".join(f"{KIND_WORDS[kind]} ({count})" for kind, count in kinds.items()) or "none"
    remedies = "1 remedy with its" if len(found.levers) == 1 else f"{len(found.levers)} remedies with their"
    plans = "1 plan was" if found.trials == 1 else f"{found.trials} plans were"
    words = f"Searched: {remedies} levels: {named}. {plans} analysed whole."
    if not found.is_proven:
        return f"{words} The search stopped at its bound of {found.most_trials:,} plans, so a cheaper set may exist."
    return words


def said_proof(found: Repair) -> str:
    if found.cheapest is None or not found.is_proven:
        return ""
    if found.next_best is None:
        return "No smaller set of our remedies works, and no other set works without containing this one."
    price = said_price(found.next_best.price)
    return f"No smaller set of our remedies works; the next best, another set of changes, costs {price}."


def requirement_name(model: Model, key: str) -> str:
    requirement = model.document.scope.measurable_requirements[key]
    metric = METRIC_NAMES.get(requirement.metric, requirement.text or key)
    where = model.operation_name(requirement.operation) if requirement.operation else "everything"
    return f"{metric} of {where}"


def why_unmendable(lost: Unmendable) -> str:
    """The nearest value that the remedies reach, and what they cannot change."""
    best = lost.best
    if lost.beside_others:
        return "what it needs and what the others need exclude each other"
    if best.verdict == "cannot tell":
        missing = "; ".join(best.missing)
        return f"our remedies bring it to {best.reached}, and nothing more is known without {missing}"
    words = f"with all that helps it comes to {best.reached}, and {best.asked} is asked"
    if best.metric == "cost_per_month":
        return f"{words}; our remedies only add"
    return words


def what_limits(lost: Unmendable, most: int = 4) -> list[str]:
    """The lines of working of the nearest value."""
    return [f"{step.label}: {step.result}" for step in lost.best.steps[:most]]


def published(found: Repair, model: Model) -> dict[str, Any]:
    """As `manage.py repair --json` prints it. Prices are USD a month."""
    return {
        "failing": [_result(each, model) for each in found.failing],
        "cannot_tell": [_result(each, model) for each in found.untold],
        "cheapest": None if found.cheapest is None else _found(found.cheapest, model),
        "next_best": None if found.next_best is None else _found(found.next_best, model),
        "cannot_mend": [
            {
                "requirement": each.requirement,
                "name": requirement_name(model, each.requirement),
                "why": why_unmendable(each),
                "limits": what_limits(each),
                "best": _result(each.best, model),
            }
            for each in found.unmendable
        ],
        "proof": said_proof(found),
        "is_proven": found.is_proven,
        "searched": {
            "remedies": [lever.key for lever in found.levers],
            "plans": found.trials,
            "most_plans": found.most_trials,
        },
        "without_a_price": list(found.unpriced),
    }


def published_frontier(found: Frontier) -> dict[str, Any]:
    """Plain values; null for what is infinite or not known."""
    return {
        "tried": found.tried,
        "places": [
            {
                "usd_per_month": round(place.usd, 2),
                "changes_without_price": place.unpriced,
                "availability": place.availability,
                "p99_s": None if place.p99_s is None or math.isinf(place.p99_s) else place.p99_s,
                "is_endless": place.p99_s is not None and math.isinf(place.p99_s),
                "failing": place.failing,
                "words": list(place.words),
            }
            for place in found.places
        ],
    }


def _found(found: Found, model: Model) -> dict[str, Any]:
    return {
        "usd_per_month": round(found.price.usd, 2),
        "changes_without_price": found.price.unpriced,
        "changes": [
            {
                "remedy": step.lever.key,
                "words": step.words,
                **({"assumes": step.lever.assumes} if step.lever.assumes else {}),
            }
            for step in found.steps
        ],
        "patch": found.patch,
        "requirements": [_result(each, model) for each in found.results],
    }


def _result(result: RequirementResult, model: Model) -> dict[str, Any]:
    return {
        "requirement": result.requirement,
        "name": requirement_name(model, result.requirement),
        "metric": result.metric,
        "operation": result.operation,
        "verdict": result.verdict,
        "asked": result.asked,
        "reached": result.reached,
        **({"missing": list(result.missing)} if result.missing else {}),
    }


def lines(found: Repair, model: Model) -> Iterator[str]:
    """The same as lines for a terminal."""
    if not found.failing:
        yield "No requirement that must hold fails; there is nothing to repair."
    else:
        yield f"{len(found.failing)} of the requirements fail:"
        for each in found.failing:
            yield f"- {requirement_name(model, each.requirement)}: {each.reached}, asked {each.asked}"
    if found.cheapest is not None:
        yield ""
        whom = "the others" if found.unmendable else "all"
        yield f"The cheapest set that passes {whom}: {said_price(found.cheapest.price)}."
        yield from _steps(found.cheapest)
        yield said_proof(found)
        if found.next_best is not None:
            yield from _steps(found.next_best)
    for lost in found.unmendable:
        yield ""
        yield f"Not mended: {requirement_name(model, lost.requirement)}: {why_unmendable(lost)}."
        yield from (f"  {line}" for line in what_limits(lost))
    for each in found.untold:
        yield f"Not known: {requirement_name(model, each.requirement)}, without {'; '.join(each.missing)}."
    yield ""
    yield said_search(found)
    if found.unpriced:
        yield f"Without a price: a server of {', '.join(found.unpriced)}."


def _steps(found: Found) -> Iterator[str]:
    for step in found.steps:
        assumes = f" (assumes that {step.lever.assumes})" if step.lever.assumes else ""
        yield f"- {step.words}{assumes}"
