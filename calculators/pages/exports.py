"""A solved sheet for other programs (JSON, described by result.schema.json) and for documents (Markdown)."""

from __future__ import annotations

import math
from typing import Any

from calculators.engine.quantities import Quantity
from calculators.engine.solve import WorkedStep
from calculators.engine.uncertainty import Distribution
from calculators.engine.wording import readable
from calculators.pages.sheet import SheetPage

BASE_UNITS = "byte, second and US dollar; counted things as they are"


def as_json(page: SheetPage) -> dict[str, Any]:
    """Values are numbers in base units. With errors there are inputs and errors, and nothing computed."""
    return {
        "calculator": page.sheet.slug,
        "title": page.sheet.title,
        "address": page.permalink,
        "base_units": BASE_UNITS,
        "inputs": [
            {
                "name": field.name,
                "label": field.row.label,
                "text": field.text,
                "default": field.row.default,
                "quantity": _quantity(field.quantity) if field.quantity else None,
                "source": field.row.source,
            }
            for field in page.fields
        ],
        "steps": [_step(step) for step in page.steps],
        "outputs": {headline.name: _quantity(page.solution.results[headline.name]) for headline in page.headlines},
        "quantiles": {name: _quantiles(found) for name, found in page.distributions.items()},
        "sensitivity": {name: _sensitivity(found) for name, found in page.distributions.items()},
        "remarks": [{"text": remark.text, "topic": remark.topic} for remark in page.remarks],
        "errors": [{"name": problem.name, "message": problem.message} for problem in page.problems],
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    spread = quantity.spread
    return {
        "value": quantity.value,
        "dimension": "" if quantity.dimension.is_plain else str(quantity.dimension),
        "text": readable(quantity),
        "range": {"low": spread.low, "high": spread.high, "shape": spread.shape} if spread else None,
    }


def _step(step: WorkedStep) -> dict[str, Any]:
    rounded = step.rounded
    return {
        "name": step.name,
        "label": step.label,
        "words": step.words,
        "figures": step.figures,
        "result": _quantity(step.result),
        "said": step.said,
        "is_output": step.is_output,
        "rounded": {"value": rounded.quantity.value, "text": rounded.text, "error": rounded.error} if rounded else None,
    }


def _quantiles(found: Distribution) -> dict[str, Any]:
    return {
        "p5": _finite(found.low),
        "p50": _finite(found.median),
        "p95": _finite(found.high),
        "histogram": {"edges": list(found.edges), "counts": list(found.counts)},
    }


def _finite(value: float) -> float | None:
    """JSON has no infinity."""
    return value if math.isfinite(value) else None


def _sensitivity(found: Distribution) -> list[dict[str, Any]]:
    return [
        {"input": influence.name, "share": influence.share, "rank_correlation": influence.rank_correlation}
        for influence in found.influences
    ]


def as_markdown(page: SheetPage, *, address: str) -> str:
    """The working as a document; `address` is the whole address of the page."""
    lines = [f"# {page.sheet.title}", "", f"<{address}>", ""]
    if page.problems:
        lines += ["## To put right", "", *(f"- `{p.name}`: {p.message}" for p in page.problems), ""]
        return "\n".join(lines)
    lines += ["## Given", ""]
    lines += [f"- {field.row.label}: {readable(field.quantity)}" for field in page.fields if field.quantity]
    lines += ["", "## Working", ""]
    for number, step in enumerate(page.steps, start=1):
        lines += [f"{number}. **{step.label}** = {step.words}  ", f"   = {step.figures}  ", f"   = **{step.exact}**"]
        if step.rounded:
            lines[-1] += f" (mental estimate {step.rounded.text}, {step.rounded.error_text})"
    lines += ["", "## Result", ""]
    for headline in page.headlines:
        spread = f"; {headline.spread} with 90 % probability" if headline.spread else ""
        lines.append(f"- {headline.label}: **{headline.exact}**{spread}")
    lines += ["", *page.assumptions] if page.assumptions else []
    lines += ["", *(f"> {remark.text}" for remark in page.remarks)]
    return "\n".join(lines).rstrip() + "\n"
