"""The numbers of a design that can be varied: rows of the estimate, rates of operations, figures of boxes and arrows.

A number is multiplied or set in its own unit; a number of servers stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from calculators.engine.quantities import Quantity, parse_quantity
from calculators.engine.wording import say
from designs.analysis import values
from designs.analysis.model import Model
from designs.document.diagram_fields import Collection, quantities_of
from designs.document.problems import place_of, pointer

Kind = Literal["traffic", "estimate", "rate", "servers", "figure"]
COUNTS = ("instances", "shards", "copies")
TRAFFIC = "traffic"


@dataclass(frozen=True)
class Input:
    """`value` in base units; `is_share` lies between 0 and 1, `is_whole` counts. `place` is its JSON Pointer."""

    place: str
    label: str
    kind: Kind
    value: float
    quantity: Quantity | None = None
    is_share: bool = False

    @property
    def is_whole(self) -> bool:
        return self.kind == "servers"

    def said(self, value: float) -> str:
        if self.place == TRAFFIC:
            return f"×{value:.3g}"
        if self.is_whole:
            return f"{value:,.0f}"
        if self.is_share:
            return values.said_share(value)
        return f"{value:,.4g}" if self.quantity is None else say(Quantity(value, self.quantity.dimension))

    def patch(self, document: Mapping[str, Any], value: float) -> dict[str, Any]:
        """The merge patch that sets it."""
        if self.place == TRAFFIC:
            operations = document.get("api", {}).get("operations", {})
            rates = {
                key: {"rate": f"({each['rate']}) * {value:.10g}"}
                for key, each in operations.items()
                if each.get("rate", "").strip()
            }
            return {"api": {"operations": rates}}
        written: Any = round(value) if self.is_whole else self._written(value)
        for part in reversed(place_of(self.place)):
            written = {part: written}
        return dict(written)

    def _written(self, value: float) -> str:
        """The value as text in the unit that was typed: `20 ms` times 1.5 is `30 ms`. A range keeps its shape."""
        if self.is_share:
            return f"{value * 100:.10g}%"
        if self.quantity is None:
            return f"{value:.10g}"
        spread, unit = self.quantity.spread, self.quantity.unit
        if spread is None or not self.value:
            return _in_unit(value / self.quantity.factor, unit)
        times = value / self.value / self.quantity.factor
        return f"{_in_unit(spread.low * times, unit)}..{_in_unit(spread.high * times, unit)}"


def _in_unit(number: float, unit: str) -> str:
    """`75/s`, `20 ms`, `300000`."""
    return f"{number:.10g}{unit}" if unit.startswith("/") else f"{number:.10g} {unit}".strip()


def inputs_of(model: Model, document: Mapping[str, Any]) -> tuple[Input, ...]:
    """All traffic first, then the estimate, rates, and figures of boxes and arrows."""
    return (
        Input(TRAFFIC, "All traffic, as times today's", "traffic", 1.0),
        *_estimate(document),
        *_rates(model),
        *_drawn(model, "components"),
        *_drawn(model, "connections"),
    )


def _estimate(document: Mapping[str, Any]) -> Iterator[Input]:
    for collection, field in (("inputs", "value"), ("rows", "formula")):
        for key, row in document.get("estimate", {}).get(collection, {}).items():
            found = _plain(row.get(field, ""))
            if found is not None:
                label = row.get("label", "") or key.replace("_", " ")
                yield Input(
                    pointer(("estimate", collection, key, field)), f"Estimate: {label}", "estimate", found.value, found
                )


def _rates(model: Model) -> Iterator[Input]:
    for key, operation in model.document.api.operations.items():
        found = _plain(operation.rate)
        if found is not None:
            label = f"Rate of {model.operation_name(key)}"
            yield Input(pointer(("api", "operations", key, "rate")), label, "rate", found.value, found)


def _drawn(model: Model, collection: Collection) -> Iterator[Input]:
    objects: Mapping[str, Any] = model.graph.components if collection == "components" else model.graph.connections
    for key, each in objects.items():
        name = model.graph.name(key)
        if collection == "components" and each.kind != "client":
            for field in COUNTS:
                if field == "instances" or getattr(each, field) > 1:
                    place = pointer(("diagram", collection, key, field))
                    yield Input(place, f"{name}: {field}", "servers", float(getattr(each, field)))
        for field, kind in quantities_of(collection).items():
            found = _plain(getattr(each, field))
            if found is not None and found.value > 0:
                place, label = pointer(("diagram", collection, key, field)), f"{name}: {field.replace('_', ' ')}"
                share = _share(kind, getattr(each, field))
                value = found.value if share is None else share
                yield Input(place, label, "figure", value, found, is_share=share is not None)


def _share(kind: str, text: str) -> float | None:
    if kind == "availability":
        return values.availability(text)
    return values.share(text) if kind == "share" else None


def _plain(text: str) -> Quantity | None:
    """A typed quantity or range; None for a formula, which follows from other rows."""
    try:
        return parse_quantity(text)
    except ValueError:
        return None
