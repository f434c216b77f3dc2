"""What is said of the elements of a design and still open."""

from __future__ import annotations

from collections import Counter

from designs.document.problems import place_of
from designs.models import Design, DesignComment


def open_by_component(design: Design) -> dict[str, int]:
    """How many comments are open on each component, or on a part of it, by its id."""
    counts: Counter[str] = Counter()
    for element in DesignComment.objects.filter(design=design).still_open().values_list("element", flat=True):
        match place_of(element):
            case ("diagram", "components", component, *_):
                counts[component] += 1
    return dict(counts)
