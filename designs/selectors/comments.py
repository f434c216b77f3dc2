"""Open comments on the elements of a design."""

from __future__ import annotations

from collections import Counter

from designs.document.problems import place_of
from designs.models import Design, DesignComment


def open_by_component(design: Design) -> dict[str, int]:
    """The number of open comments on each component and its parts, by component id."""
    counts: Counter[str] = Counter()
    for element in DesignComment.objects.filter(design=design).still_open().values_list("element", flat=True):
        match place_of(element):
            case ("diagram", "components", component, *_):
                counts[component] += 1
    return dict(counts)
