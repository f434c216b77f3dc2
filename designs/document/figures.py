"""How the typed figures of a document are read, and which of them cannot be read.

A draft with such a figure can be saved and imported, since nothing may be lost. The import, the commands and the form
show the error at its place, and the analysis names the figure as missing instead of assuming one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from calculators.engine.expressions import ExpressionError, parse_expression
from calculators.engine.quantities import QuantityError, parse_quantity
from calculators.engine.readings import Kind, read_as
from designs.document.diagram_fields import FIELDS, quantities_of
from designs.document.problems import Problem, pointer

Place = tuple[str, ...]
Part = Mapping[str, Any] | BaseModel
PARTS = (BaseModel, dict, Mapping)
# By the path of the field; a star is any id of an object.
KINDS: dict[Place, Kind] = {
    **{
        ("diagram", collection, "*", field): kind
        for collection in FIELDS
        for field, kind in quantities_of(collection).items()
    },
    ("flows", "*", "hops", "*", "split"): "share",
    ("flows", "*", "hops", "*", "multiplier"): "count",
    ("flows", "*", "hops", "*", "service_time"): "time",
    ("data_model", "entities", "*", "fields", "*", "size"): "size",
    ("data_model", "entities", "*", "retention"): "time",
    ("api", "operations", "*", "parameters", "*", "size"): "size",
    ("api", "operations", "*", "response_items"): "count",
    ("api", "operations", "*", "response_size"): "size",
    ("api", "operations", "*", "growth"): "count",
    ("api", "messages", "*", "fields", "*", "size"): "size",
    ("api", "messages", "*", "fields", "*", "items"): "count",
}
# The same by the object that has the fields, so that each object is visited once.
BY_OBJECT: dict[Place, dict[str, Kind]] = {}
for _place, _kind in KINDS.items():
    BY_OBJECT.setdefault(_place[:-1], {})[_place[-1]] = _kind
REQUIREMENTS = ("scope", "measurable_requirements")
METRIC_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "latency_mean", "latency_p50", "latency_p95", "latency_p99", "latency_p999", "retention", "recovery_time",
            "recovery_point", "staleness", "delivery_time", "lasts",
        ),
        "time",
    ),
    "availability": "availability",
    "error_rate": "share",
    "durability": "share",
    "spare_utilisation": "share",
    "throughput": "rate",
    "bandwidth": "bandwidth",
    "storage": "size",
    "cost_per_month": "money",
    "no_single_point": "count",
    "zone_loss": "count",
    "read_your_writes": "count",
    "traffic_growth": "count",
    "concurrent_connections": "count",
}  # fmt: skip
# Where a formula over the estimate is allowed; a quantity is one too.
FORMULAS: tuple[Place, ...] = (
    ("estimate", "inputs", "*", "value"),
    ("estimate", "rows", "*", "formula"),
    ("api", "operations", "*", "rate"),
    ("data_model", "entities", "*", "rows_per_day"),
)


def figure_problems(document: Part) -> list[Problem]:
    """Errors for figures that cannot be read, warnings for those that are read in one of two possible ways. The
    document is a plain dict or a typed one."""
    found = [_problem(path, text, kind) for path, text, kind in _figures(document)]
    found += [_formula_problem(path, text) for place in FORMULAS for path, text in _texts(document, place)]
    return [problem for problem in found if problem is not None]


def unreadable(document: Part) -> list[Problem]:
    return [problem for problem in figure_problems(document) if problem.severity == "error"]


def _figures(document: Part) -> Iterator[tuple[Place, str, Kind]]:
    for place, kinds in BY_OBJECT.items():
        for path, item in _objects(document, place):
            # Most fields of most objects are empty: only given fields are checked.
            typed = kinds.keys() & (item.model_fields_set if isinstance(item, BaseModel) else item.keys())
            if not typed:
                continue
            fields = _fields(item)
            for name, kind in kinds.items():
                text = fields.get(name) if name in typed else None
                if text and isinstance(text, str) and text.strip():
                    yield (*path, name), text, kind
    for path, requirement in _objects(document, (*REQUIREMENTS, "*")):
        kind_of_metric = METRIC_KINDS.get(_of(requirement, "metric") or "")
        quantity = _of(requirement, "quantity")
        if kind_of_metric and quantity and quantity.strip():
            yield (*path, "quantity"), quantity, kind_of_metric


def _fields(part: Part) -> Mapping[str, Any]:
    return part.__dict__ if isinstance(part, BaseModel) else part


def _of(part: Part, name: str) -> Any:
    return _fields(part).get(name)


def _objects(document: Part, place: Place) -> list[tuple[Place, Part]]:
    """The objects that the pattern names."""
    found: list[tuple[Place, Part]] = [((), document)]
    for name in place:
        inner: list[tuple[Place, Part]] = []
        for path, part in found:
            fields = _fields(part)
            named = fields.items() if name == "*" else ((name, fields.get(name)),)
            inner += [((*path, key), value) for key, value in named if isinstance(value, PARTS)]
        found = inner
    return found


def _texts(document: Part, place: Place) -> Iterator[tuple[Place, str]]:
    """The typed texts at each place that the pattern names."""
    for path, item in _objects(document, place[:-1]):
        text = _of(item, place[-1])
        if text and isinstance(text, str) and text.strip():
            yield (*path, place[-1]), text


def _problem(path: Place, text: str, kind: Kind) -> Problem | None:
    words, is_error = _judged(kind, text)
    return Problem(pointer(path), words, "error" if is_error else "warning") if words else None


@lru_cache(maxsize=8192)
def _judged(kind: Kind, text: str) -> tuple[str, bool]:
    """The message about a figure, mostly none, and whether the figure cannot be read."""
    try:
        remark = read_as(kind, text).remark
    except QuantityError as error:
        return f"“{text}” cannot be read: {error.message}.", True
    return f"{remark}." if remark else "", False


def _formula_problem(path: Place, text: str) -> Problem | None:
    """A text that is neither a quantity nor a formula. Names of rows are looked up when the estimate is solved."""
    try:
        parse_quantity(text)
    except QuantityError as error:
        try:
            parse_expression(text)
        except ExpressionError as no_formula:
            words = error.message if text.strip()[:1].isdigit() else no_formula.message
            return Problem(pointer(path), f"“{text}” cannot be read: {words}.")
    return None
