"""Small designs in a line or two, so that a test shows what it is about."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from calculators.engine.figures import Figures, load_figures
from designs.analysis.model import Model
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.document.schema import Document

ARROW = re.compile(r"(\w+)\s*(->|=>|~>)\s*(\w+)")
KINDS = {"->": "sync", "=>": "replication", "~>": "async"}


def raw(components: dict[str, Any], arrows: str = "", **sections: Any) -> dict[str, Any]:
    """Components by id, each a kind or fields; arrows such as `a -> b, b ~> c (async), d => e (replication)`.

    An arrow's id is its ends with an underscore between. Operations are given as fields by id.
    """
    drawn = {
        key: {"label": key, "order": order, **({"kind": given} if isinstance(given, str) else given)}
        for order, (key, given) in enumerate(components.items())
    }
    connections = {
        f"{source}_{target}": {"source": source, "target": target, "kind": KINDS[sign], "order": order}
        for order, (source, sign, target) in enumerate(ARROW.findall(arrows))
    }
    for key, fields in sections.pop("connections", {}).items():
        connections[key].update(fields)
    operations = sections.pop("operations", {})
    used = [each.get("stores", {}) for each in drawn.values()]
    used += [each.get(field, {}) for each in operations.values() for field in ("reads", "writes")]
    entities = {entity: {"name": entity} for each in used for entity in each}
    document: dict[str, Any] = {
        "format": 2,
        "diagram": {"components": drawn, "connections": connections, "zones": sections.pop("zones", {})},
        "api": {"operations": operations},
        "data_model": {"entities": {**entities, **sections.pop("entities", {})}},
        "estimate": {"rows": sections.pop("rows", {})},
        "scope": {"measurable_requirements": sections.pop("requirements", {})},
        "flows": {
            key: {"operation": key, "hops": {f"h{n}": {"order": n, **_hop(hop)} for n, hop in enumerate(hops)}}
            for key, hops in sections.pop("flows", {}).items()
        },
    }
    return {**document, **sections}


def _hop(hop: str | dict[str, Any]) -> dict[str, Any]:
    return {"connection": hop} if isinstance(hop, str) else hop


def design(components: dict[str, Any], arrows: str = "", **sections: Any) -> Document:
    return read(raw(components, arrows, **sections))


def store(kind: str = "sql", **fields: Any) -> dict[str, Any]:
    """A store of the entity `thing`."""
    return {"kind": kind, "stores": {"thing": True}, **fields}


READ = {"method": "GET", "reads": {"thing": True}, "rate": "100/s"}
WRITE = {"method": "POST", "writes": {"thing": True}, "rate": "10/s"}


@cache
def figures() -> Figures:
    """The figures that the site ships."""
    return load_figures(Path(__file__).resolve().parents[3] / "fixtures" / "figures.yaml")


def model(components: dict[str, Any], arrows: str = "", **sections: Any) -> Model:
    return model_of(design(components, arrows, **sections), figures())


def two_stations(room: int) -> Model:
    """Two exponential servers of the same speed, the first never idle, with room for so many in front of the second."""
    second = {"kind": "worker", "capacity": "100/s", "latency": "10 ms", "queue_limit": f"{room}", "sheds": "nobody"}
    parts = {
        "app": "client",
        "first": {"kind": "service", "capacity": "100/s", "latency": "10 ms", "concurrency": "1"},
        "second": second,
    }
    return model(
        parts, "app -> first, first ~> second", operations={"run": {"method": "POST", "rate": "130/s"}},
        connections={"app_first": {"latency": "0 ms"}, "first_second": {"latency": "0 ms"}},
        flows={"run": ["app_first", "first_second"]},
    )  # fmt: skip
