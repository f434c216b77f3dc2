"""How many arrows run through boxes or cross: `python -m benchmarks.arrows [FILE...]`.

Without files it measures the references of all shipped scenarios; a file is anything that the import reads. Each
drawing is measured as it is placed and as it is laid out anew, with straight arrows (as they were drawn before) and as
they are routed now.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from designs.document.patches import apply
from designs.document.placement import lay_out
from designs.exchange.registry import decoded, read
from designs.pictures.diagram import arrows_of, box_of, placed
from designs.pictures.routing import Arrow, Box, Point, crossed, crossings, routes
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import reference_of

SCENARIOS = Path(__file__).resolve().parents[1] / "fixtures" / "scenarios"
HEAD = f"{'drawing':36} {'boxes':>6} {'arrows':>6}   {'through boxes':>22}   {'crossings':>22}"


def straight(boxes: Mapping[str, Box], arrows: list[Arrow]) -> dict[str, list[Point]]:
    """Each from the middle of its box through its bends to the middle of the other."""
    return {
        each.key: [boxes[each.source].middle, *each.bends, boxes[each.target].middle]
        for each in arrows
        if each.source != each.target
    }


def measured(diagram: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Arrows through boxes, straight and routed; crossings, straight and routed."""
    boxes = {key: box_of(item) for key, item in diagram.get("components", {}).items()}
    arrows = [each for each in arrows_of(diagram) if each.source in boxes and each.target in boxes]
    before, after = straight(boxes, arrows), routes(boxes, arrows)
    through = [
        sum(bool(crossed(boxes, each, paths[each.key])) for each in arrows if each.key in paths)
        for paths in (before, after)
    ]
    return through[0], through[1], crossings(before), crossings(after)


def drawings(files: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in files:
        yield Path(name).name, read(decoded(Path(name).read_bytes())).document.get("diagram", {})
    for path in sorted(SCENARIOS.glob("*.yaml")) if not files else ():
        scenario = read_scenario(path.read_bytes(), file=path.name).scenario
        if scenario:
            yield path.stem, reference_of(scenario)["diagram"]


def main(files: list[str]) -> None:
    print(HEAD)
    total = [0] * 10
    for name, diagram in drawings(files):
        laid = apply(diagram, lay_out(diagram))
        laid["connections"] = {key: {**item, "bends": []} for key, item in diagram.get("connections", {}).items()}
        counts = [len(diagram.get("components", {})), len(diagram.get("connections", {}))]
        as_placed, as_laid = measured(placed(diagram)), measured(laid)
        _print(name, counts, as_placed)
        _print("  laid out anew", counts, as_laid)
        total = [one + other for one, other in zip(total, [*counts, *as_placed, *as_laid], strict=True)]
    _print("all as placed", total[:2], tuple(total[2:6]))
    _print("all laid out anew", total[:2], tuple(total[6:]))


def _print(name: str, counts: list[int], found: tuple[int, ...]) -> None:
    through = f"{found[0]} straight, {found[1]} routed"
    cross = f"{found[2]} straight, {found[3]} routed"
    print(f"{name[:36]:36} {counts[0]:6} {counts[1]:6}   {through:>22}   {cross:>22}")


if __name__ == "__main__":
    main(sys.argv[1:])
