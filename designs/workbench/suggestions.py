"""Suggested first rows: questions worth asking, those of earlier steps, a calculator's sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from calculators.engine.catalogue.registry import CATALOGUE
from designs.document.patches import ABSENT, look_up
from designs.workbench.posted import next_order, put
from designs.workbench.types import Path

# By name of the set: where the rows go, which field identifies a row, and the rows.
SETS: dict[str, tuple[Path, str, tuple[str, ...]]] = {
    "questions": (
        ("scope", "questions"),
        "text",
        (
            "How many people use it in all, and how many on a day?",
            "What must they be able to do, and what is left out?",
            "How often is something read for each time that it is written?",
            "How large is one thing, and how long is it kept?",
            "How fast, how available and how consistent must it be?",
            "Do you want the front end too, or only the back end?",
            "What would we add if time remains?",
        ),
    ),
    "decisions": (
        ("decisions",),
        "question",
        (
            "How is the data spread over several databases?",
            "What about hot keys, the few that nearly everything goes to?",
            "Is the data laid out so that the newest entries are cheap to read?",
            "What is cached, how much of it, and at which layer?",
            "Which components need better load balancing?",
        ),
    ),
    "bottlenecks": (
        ("bottlenecks",),
        "finding",
        (
            "A single point of failure: which box stops everything when it dies?",
            "Data replicas: do enough copies survive the loss of a few servers?",
            "Service copies: do enough of each run that a few failures do not stop the whole?",
            "Monitoring: how do we notice that a critical part fails or slows down?",
        ),
    ),
}


def suggested(document: Mapping[str, Any], name: str, *, new_id: Callable[[], str]) -> dict[str, Any]:
    """The patch that adds the rows of the set that the document lacks; empty for an unknown set."""
    patch: dict[str, Any] = {}
    if name in CATALOGUE:
        return {"estimate": {"calculator": name}}
    if name not in SETS:
        return patch
    path, field, texts = SETS[name]
    found = look_up(document, path)
    collection = {} if found is ABSENT else found
    known = {str(item.get(field, "")).strip().casefold() for item in collection.values()}
    order = next_order(collection)
    for text in texts:
        if text.casefold() not in known:
            put(patch, (*path, new_id()), {field: text, "order": order})
            order += 1
    return patch
