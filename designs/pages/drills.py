"""The page of drills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designs.analysis import values
from designs.analysis.drill import Drill, drill, targets_of
from designs.analysis.model import Model
from designs.analysis.predicting import KNOWING_NOTHING, LEAST_SURE, OUTCOMES, Verdict
from designs.models import DrillRecord

MOST_RECORDS = 50
OUTCOME_CSS = {"fails": "bad", "degrades": "warn", "survives": "good"}
# By the value of the form's choice: the probability, and its label.
CONFIDENCES: Mapping[str, tuple[float, str]] = {
    "guess": (LEAST_SURE, "A guess"),
    "50": (0.5, "50 %"),
    "70": (0.7, "70 %"),
    "90": (0.9, "90 %"),
    "99": (0.99, "99 %"),
}


def target_groups(model: Model) -> list[dict[str, Any]]:
    graph = model.graph
    groups: dict[str, list[tuple[str, str]]] = {"Components": [], "Zones": [], "Connections": []}
    for key in targets_of(model):
        group = "Components" if key in graph.components else "Zones" if key in graph.zones else "Connections"
        groups[group].append((key, graph.name(key)))
    return [{"name": name, "targets": found} for name, found in groups.items() if found]


def asked(model: Model, posted: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The operations to predict, with the earlier choices."""
    return [
        {
            "key": key,
            "name": model.operation_name(key),
            "choices": [
                {"value": each, "is_chosen": bool(posted) and (posted or {}).get(f"outcome-{key}") == each}
                for each in OUTCOMES
            ],
        }
        for key in model.structures
    ]


def confidences(chosen: str) -> list[dict[str, Any]]:
    return [{"value": key, "words": words, "is_chosen": key == chosen} for key, (_, words) in CONFIDENCES.items()]


def effects(model: Model, target: str) -> dict[str, Any]:
    """The effects of a loss, without a prediction."""
    found = drill(model, target)
    return {
        "name": model.graph.name(target),
        "outcomes": [
            {
                "name": model.operation_name(each.operation),
                "outcome": each.outcome,
                "css": OUTCOME_CSS[each.outcome],
                "reasons": each.reasons,
            }
            for each in found.outcomes
        ],
        **_loads(model, found),
    }


def _loads(model: Model, found: Drill) -> dict[str, Any]:
    """What is lost with the target, and where the load goes, as `_moved.html` shows it."""
    return {
        "lost": [model.graph.name(each) for each in found.lost],
        "moved": _moved(model, found),
        "doubt": found.doubt,
    }


def _moved(model: Model, found: Drill) -> list[dict[str, Any]]:
    rows = []
    for each in found.moved:
        used = each.utilisation
        rows.append(
            {
                "name": model.graph.name(each.component),
                "before": values.said_rate(each.before),
                "after": values.said_rate(each.after),
                "used": "not known" if used is None else f"{used:.0%}",
                "css": "" if used is None else "bad" if used > 1 else "warn" if used > 0.8 else "good",
            }
        )
    return rows


def result(record: DrillRecord, verdict: Verdict, model: Model) -> dict[str, Any]:
    return {
        "record": record,
        "score": said_score(record.score),
        "confidence": f"{record.confidence:.0%}",
        "knows": record.score > KNOWING_NOTHING + 1e-9,
        "rows": [
            {
                "key": each.operation,
                "name": model.operation_name(each.operation),
                "predicted": each.predicted,
                "happened": each.happened,
                "css": OUTCOME_CSS[each.happened],
                "is_right": each.is_right,
                "reasons": each.reasons,
            }
            for each in verdict.judged
        ],
        **_loads(model, drill(model, record.target)),
    }


def record_rows(records: Sequence[DrillRecord]) -> dict[str, Any]:
    rows = [{"record": each, "score": said_score(each.score)} for each in records]
    mean = sum(each.score for each in records) / len(records) if records else None
    return {"rows": rows, "mean": said_score(mean) if mean is not None else ""}


def said_score(score: float) -> str:
    return f"{score * 100:.0f}"
