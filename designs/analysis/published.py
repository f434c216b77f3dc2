"""The analysis as plain JSON values, and the JSON Schema that describes them.

`python -m designs.analysis` prints the schema that `schema.json` publishes. Figures are in base units (seconds, bytes,
requests a second, shares from 0 to 1, USD); null is not known or without end, and the words beside it say which.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from designs.analysis.findings import Finding
from designs.analysis.report import Analysis
from designs.analysis.requirements import RequirementResult

FORMAT: Literal[1] = 1
SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"


class Published(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Step(Published):
    label: str
    working: str
    result: str


class Requirement(Published):
    id: str
    metric: str
    priority: str
    operation: str = Field(description="The measured operation; empty for the whole system.")
    verdict: Literal["pass", "fail", "cannot tell"]
    asked: str
    target: float | None
    reached: str
    value: float | None
    decided_by: str = Field(description="The operation with the worst value.")
    working: list[Step]
    missing: list[str]
    promised: list[str] = Field(description="Components for which only the SLA of their provider is known.")


class Element(Published):
    kind: Literal["component", "connection", "zone", "operation", "entity", "requirement", "estimate"]
    id: str
    name: str


class Remedy(Published):
    title: str
    gain: str
    cost: str
    topic: str
    patch: dict[str, Any] | None = Field(description="A merge patch (RFC 7396) of the analysed document, to try it.")


class Answer(Published):
    bottleneck: str = Field(description="The id of the entry of `bottlenecks` that answers it.")
    response: Literal["open", "mitigated", "accepted"]
    mitigation: str


class PublishedFinding(Published):
    key: str = Field(description="Stays the same as long as the rule and the elements do.")
    rule: str
    severity: Literal["high", "medium", "low"]
    title: str
    elements: list[Element]
    operations: list[str]
    proof: str
    why: str
    topic: str
    remedies: list[Remedy]
    answer: Answer | None


class Operation(Published):
    id: str
    average_per_s: float | None
    peak_per_s: float | None
    working: str
    flow: Literal["drawn", "proposed", "none"]
    problem: str
    path: list[str] = Field(description="Connections, in the order of the flow.")
    single_points: list[str] = Field(
        description="Components without which it does not work, counted with all their servers."
    )
    cut_pairs: list[list[str]]
    cut_pair_count: int
    cut_zones: list[str]
    availability: float | None = Field(description="The share of time in which all parts work that any request needs.")
    served: float | None = Field(description="The share of requests that work, cache hits not counted.")
    served_warm: float | None = Field(description="The share of requests that work while caches are warm.")
    availability_method: str
    availability_error: float | None
    missing: list[str]


class Component(Published):
    id: str
    average_per_s: float
    peak_per_s: float
    servers: int = Field(description="Instances, or the copies of all shards.")
    busiest_per_s: float = Field(description="At peak, at the busiest server.")
    is_worst_case: bool = Field(description="Whether the design leaves open how its servers share requests.")
    capacity_per_s: float | None = Field(
        description="Requests a second, in today's mix, at which its busiest server is full."
    )
    capacity_source: str
    utilisation: float | None = Field(description="At peak.")
    mean_wait_s: float | None
    backlog_per_s: float | None = Field(description="By how much the backlog grows each second of the peak.")
    held: float | None = Field(description="Requests inside it at peak, its calls to others included (Little's law).")
    room: float | None = Field(description="Requests that all instances hold at once, as given or by default.")
    room_source: str
    saturated_share: float | None = Field(description="Of plausible worlds, where the estimate has ranges.")
    influences: dict[str, float] = Field(description="Inputs that explain that share, by name of the estimate.")
    breaks_at: float | None = Field(description="Times today's traffic at which it saturates, up to 100.")


class Connection(Published):
    id: str
    average_per_s: float
    peak_per_s: float
    average_bytes_per_s: float | None
    peak_bytes_per_s: float | None
    crosses: Literal["", "zone", "region"]
    missing: list[str]


class Store(Published):
    id: str
    bytes_per_day: float | None
    bytes_kept: float | None
    index_bytes: float | None
    missing: list[str]


class AnalysisDocument(Published):
    """What follows from a design. Collections are lists in the order in which the design has them."""

    format: Literal[1] = FORMAT
    requirements: list[Requirement]
    findings: list[PublishedFinding] = Field(description="The worst first.")
    operations: list[Operation]
    components: list[Component]
    connections: list[Connection]
    stores: list[Store]
    breaks_first: list[str] = Field(description="Components in the order in which they saturate as traffic grows.")
    missing: list[str]


def json_schema() -> dict[str, Any]:
    schema = AnalysisDocument.model_json_schema(mode="serialization")
    return {"$schema": SCHEMA_URL, **schema}


def published(analysis: Analysis) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "requirements": [_requirement(each) for each in analysis.requirements],
        "findings": [_finding(each, analysis) for each in analysis.findings],
        "operations": [_operation(key, analysis) for key in analysis.model.flows],
        "components": _components(analysis),
        "connections": _connections(analysis),
        "stores": [
            {
                "id": each.component,
                "bytes_per_day": each.bytes_per_day,
                "bytes_kept": each.bytes_kept,
                "index_bytes": each.index_bytes,
                "missing": list(each.missing),
            }
            for each in analysis.model.loads.stores.values()
        ],
        "breaks_first": [each.component for each in analysis.breaks_first],
        "missing": list(analysis.missing),
    }


def _requirement(result: RequirementResult) -> dict[str, Any]:
    return {
        "id": result.requirement,
        "metric": result.metric,
        "priority": result.priority,
        "operation": result.operation,
        "verdict": result.verdict,
        "asked": result.asked,
        "target": finite(result.target),
        "reached": result.reached,
        "value": finite(result.value),
        "decided_by": result.decided_by,
        "working": [{"label": each.label, "working": each.working, "result": each.result} for each in result.steps],
        "missing": list(result.missing),
        "promised": list(result.promised),
    }


def _finding(finding: Finding, analysis: Analysis) -> dict[str, Any]:
    answer = analysis.answers.get(finding.key)
    return {
        "key": finding.key,
        "rule": finding.rule,
        "severity": finding.severity,
        "title": finding.title,
        "elements": [{"kind": each.kind, "id": each.id, "name": each.name} for each in finding.elements],
        "operations": list(finding.operations),
        "proof": finding.proof,
        "why": finding.why,
        "topic": finding.topic,
        "remedies": [
            {
                "title": each.title,
                "gain": each.gain,
                "cost": each.cost,
                "topic": each.topic,
                "patch": None if each.patch is None else dict(each.patch),
            }
            for each in finding.remedies
        ],
        "answer": None
        if answer is None
        else {"bottleneck": answer.bottleneck, "response": answer.response, "mitigation": answer.mitigation},
    }


def _operation(key: str, analysis: Analysis) -> dict[str, Any]:
    model = analysis.model
    rate, flow, reach = model.loads.rates[key], model.flows[key], model.reach[key]
    cuts, found = model.cuts.get(key), reach.availability
    return {
        "id": key,
        "average_per_s": rate.average,
        "peak_per_s": rate.peak,
        "working": rate.working,
        "flow": "none" if flow.problem else "proposed" if flow.is_proposed else "drawn",
        "problem": flow.problem,
        "path": [hop.connection for hop in flow.hops],
        "single_points": list(cuts.components) if cuts else [],
        "cut_pairs": [list(pair) for pair in cuts.pairs] if cuts else [],
        "cut_pair_count": cuts.pair_count if cuts else 0,
        "cut_zones": list(cuts.zones) if cuts else [],
        "availability": found.value if found else None,
        "served": reach.served.value if reach.served else None,
        "served_warm": reach.warm.value if reach.warm else None,
        "availability_method": found.method if found else "",
        "availability_error": found.error if found else None,
        "missing": [*reach.open, *reach.missing],
    }


def _components(analysis: Analysis) -> list[dict[str, Any]]:
    doubts = {each.component: each for each in analysis.doubts}
    breaking = {each.component: each.times for each in analysis.breaks_first}
    found = []
    for key, load in analysis.model.loads.components.items():
        doubt, held = doubts.get(key), analysis.meter.held.get(key)
        found.append(
            {
                "id": key,
                "average_per_s": load.average,
                "peak_per_s": load.peak,
                "servers": load.replicas,
                "busiest_per_s": load.busiest,
                "is_worst_case": load.is_worst_case,
                "capacity_per_s": load.total_capacity,
                "capacity_source": load.capacity.source if load.capacity else "",
                "utilisation": load.utilisation,
                "mean_wait_s": finite(load.mean_wait_s),
                "backlog_per_s": load.backlog_per_s,
                "held": finite(held.inside) if held else None,
                "room": held.room if held else None,
                "room_source": held.source if held else "",
                "saturated_share": load.saturated_share,
                "influences": {each.name: each.share for each in doubt.influences} if doubt else {},
                "breaks_at": breaking.get(key),
            }
        )
    return found


def _connections(analysis: Analysis) -> list[dict[str, Any]]:
    return [
        {
            "id": key,
            "average_per_s": load.average,
            "peak_per_s": load.peak,
            "average_bytes_per_s": load.bytes_average,
            "peak_bytes_per_s": load.bytes_peak,
            "crosses": load.crosses,
            "missing": list(load.missing),
        }
        for key, load in analysis.model.loads.connections.items()
    ]


def finite(value: float | None) -> float | None:
    """A JSON value for a number: null when it is infinite."""
    return None if value is None or math.isinf(value) else value
