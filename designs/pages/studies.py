"""The pages of questions about a design."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from designs.analysis import values
from designs.analysis.model import Model
from designs.analysis.repair.told import KIND_WORDS, requirement_name, said_cost
from designs.analysis.seek.inputs import inputs_of
from designs.document.basics import in_order
from designs.models import Study
from designs.pages.analysis import VERDICT_CSS
from web.charts.plots import Axis, Curve, line_chart

SETS = ("cheapest", "next_best")
MOST_SETS = 6


def choices_of(model: Model, document: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Inputs that can be varied and requirements that are measured, for the forms."""
    requirements = in_order(model.document.scope.measurable_requirements)
    return {
        "inputs": [(each.place, f"{each.label} ({each.said(each.value)})") for each in inputs_of(model, document)],
        "requirements": [
            (key, f"{requirement_name(model, key)}, {each.quantity}".rstrip(", "))
            for key, each in requirements
            if each.metric
        ],
    }


def first_choices(choices: Mapping[str, list[tuple[str, str]]]) -> dict[str, str]:
    """The initial choices of the forms: two different inputs."""
    places = [place for place, _ in choices["inputs"]]
    return {"turned": places[0], "across": places[min(1, len(places) - 1)]}


def answer(study: Study) -> dict[str, Any]:
    result: dict[str, Any] = study.result or {}
    if study.kind == Study.Kind.REPAIR:
        return _repair(result)
    if study.kind == Study.Kind.ATTACK:
        return _attack(result)
    if study.kind in (Study.Kind.SEEK, Study.Kind.TABLE):
        return _coloured(result)
    return result


def frontier(study: Study, chosen: int | None) -> dict[str, Any]:
    """The points of the frontier with the chosen one, as charts over cost and as a table."""
    result: dict[str, Any] = study.result or {}
    places = result["places"]
    chosen = len(places) - 1 if chosen is None else max(0, min(chosen, len(places) - 1))
    rows = [
        {
            "usd": f"{values.said_money(each['usd_per_month'])} more" if each["usd_per_month"] else "no more",
            "unpriced": each["changes_without_price"],
            "availability": "not known"
            if each["availability"] is None
            else values.said_availability(each["availability"]),
            "p99": "without end" if each["is_endless"] else _said_seconds(each["p99_s"]),
            "failing": each["failing"],
            "words": each["words"],
            "is_chosen": number == chosen,
        }
        for number, each in enumerate(places)
    ]
    return {
        "rows": rows,
        "chosen": rows[chosen],
        "at": chosen,
        "last": len(places) - 1,
        "charts": _charts(places),
        "tried": result["tried"],
    }


def _said_seconds(seconds: float | None) -> str:
    return "not known" if seconds is None else values.said_seconds(seconds)


def _charts(places: list[dict[str, Any]]) -> list[SafeString]:
    """The least for each price: requests in a million that are not served, and the 99th percentile.

    The plan that is best in one is often not the best in the other. A single point makes no chart.
    """
    outage = [
        (each["usd_per_month"], (1 - each["availability"]) * 1e6) for each in places if each["availability"] is not None
    ]
    slow = [(each["usd_per_month"], each["p99_s"] * 1e3) for each in places if each["p99_s"] is not None]
    money = Axis("More a month", lambda value: f"${value:,.0f}")
    found = []
    for title, name, points in (
        ("Requests that are not served, at best", "In a million", outage),
        ("99th percentile of the slowest operation, at best", "ms", slow),
    ):
        if len({x for x, _ in points}) > 1:
            least = zip((x for x, _ in points), accumulate((y for _, y in points), min), strict=True)
            chart = line_chart(title, [Curve(title, tuple(least))], money, Axis(name, lambda value: f"{value:.4g}"))
            found.append(mark_safe(chart))  # noqa: S308  (charts escape)
    return found


def _repair(result: Mapping[str, Any]) -> dict[str, Any]:
    sets = [_set(name, result[name]) for name in SETS if result[name]]
    kinds: dict[str, int] = {}
    for remedy in result["searched"]["remedies"]:
        words = KIND_WORDS[remedy.partition(":")[0]]
        kinds[words] = kinds.get(words, 0) + 1
    return {**result, "sets": sets, "kinds": kinds}


def _set(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    price = said_cost(found["usd_per_month"], found["changes_without_price"])
    return {
        **found,
        "name": name,
        "title": "The cheapest set" if name == "cheapest" else "The next best",
        "price": price,
        "requirements": [{**each, "css": VERDICT_CSS[each["verdict"]]} for each in found["requirements"]],
    }


def _attack(result: Mapping[str, Any]) -> dict[str, Any]:
    losses = result["losses"]
    is_same = losses["smallest"] == losses["without_zones"]
    groups = [("The smallest losses", losses["smallest"])]
    if not is_same:
        groups.append(("Only servers, while all zones are up", losses["without_zones"]))
    return {
        **result,
        "groups": [
            {"title": title, "sets": sets[:MOST_SETS], "more": max(0, len(sets) - MOST_SETS)}
            for title, sets in groups
            if sets
        ],
    }


def _coloured(result: Mapping[str, Any]) -> dict[str, Any]:
    def cell(each: Mapping[str, Any]) -> dict[str, Any]:
        return {**each, "css": VERDICT_CSS[each["verdict"]]}

    found = dict(result)
    if "points" in result:
        found["points"] = [cell(each) for each in result["points"]]
        found["today"] = cell(result["today"])
    if "rows" in result:
        found["rows"] = [{**row, "cells": [cell(each) for each in row["cells"]]} for row in result["rows"]]
    return found


def csv_rows(study: Study) -> list[list[str]]:
    """The table of an answer; empty for an answer without one."""
    result: dict[str, Any] = study.result or {}
    if study.kind == Study.Kind.SEEK:
        rows = [[each["value"], each["verdict"], each["reached"]] for each in result.get("points", ())]
        return [[result.get("input", ""), "verdict", "reached"], *rows]
    if study.kind == Study.Kind.TABLE:
        head = [f"{result.get('down', '')} \\ {result.get('across', '')}", *result.get("columns", ())]
        return [head, *([row["value"], *(_said(cell) for cell in row["cells"])] for row in result.get("rows", ()))]
    if study.kind == Study.Kind.FRONTIER:
        head = ["more a month in USD", "availability", "99th percentile in s", "requirements that fail", "changes"]
        return [
            head,
            *(
                [
                    str(each["usd_per_month"]),
                    str(each["availability"]),
                    str(each["p99_s"]),
                    str(each["failing"]),
                    "; ".join(each["words"]),
                ]
                for each in result.get("places", ())
            ),
        ]
    if study.kind == Study.Kind.WORLDS:
        rows = [
            [each["name"], str(each["passes"]), str(each["fails"]), str(each["untold"])]
            for each in result.get("chances", ())
        ]
        return [["requirement", "passes", "fails", "not known"], *rows]
    return []


def _said(cell: Mapping[str, Any]) -> str:
    return f"{cell['verdict']}: {cell['reached']}" if cell["reached"] else str(cell["verdict"])
