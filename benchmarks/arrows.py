"""How many arrows cross boxes or each other: `python -m benchmarks.arrows [FILE or FOLDER...]`.

Without arguments it measures the references of all shipped scenarios. A file may have any format that the import reads;
of a folder all files with a drawing count. Each drawing is measured as it is placed and as it is laid out again, with
straight arrows and with routed ones; the output also counts labels of arrows that overlap boxes or each other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from designs.document.patches import apply
from designs.document.placement import lay_out
from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import decoded, read
from designs.pictures.diagram import arrows_of, box_of, label_frames, paths_of, placed
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


def labels_hidden(diagram: Mapping[str, Any]) -> tuple[int, int]:
    """How many arrows have labels, and how many of those overlap a box or another label."""
    boxes = {key: box_of(item) for key, item in diagram.get("components", {}).items()}
    frames = [frame for _, frame in label_frames(diagram, boxes, paths_of(diagram)).values()]
    hidden = sum(
        any(_overlap(frame, other) for other in (*boxes.values(), *frames) if other is not frame) for frame in frames
    )
    return len(frames), hidden


def _overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _files(names: list[str]) -> Iterator[Path]:
    for name in names:
        yield from sorted(Path(name).iterdir()) if Path(name).is_dir() else [Path(name)]


def drawings(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in _files(names):
        try:
            diagram = read(decoded(file.read_bytes())).document.get("diagram", {})
        except ImportFailedError as error:
            print(f"{file.name[:36]:36} left out: {error}")
            continue
        if diagram.get("connections"):
            yield file.name, diagram
    for path in sorted(SCENARIOS.glob("*.yaml")) if not names else ():
        scenario = read_scenario(path.read_bytes(), file=path.name).scenario
        if scenario:
            yield path.stem, reference_of(scenario)["diagram"]


def main(names: list[str]) -> None:
    print(HEAD)
    total, labels = [0] * 10, [0, 0]
    for name, diagram in drawings(names):
        laid, here = apply(diagram, lay_out(diagram)), placed(diagram)
        counts = [len(diagram.get("components", {})), len(diagram.get("connections", {}))]
        as_placed, as_laid = measured(here), measured(laid)
        _print(name, counts, as_placed)
        _print("  laid out anew", counts, as_laid)
        total = [one + other for one, other in zip(total, [*counts, *as_placed, *as_laid], strict=True)]
        labels = [one + other for one, other in zip(labels, labels_hidden(here), strict=True)]
    _print("all as placed", total[:2], tuple(total[2:6]))
    _print("all laid out anew", total[:2], tuple(total[6:]))
    print(f"{labels[0]} labels of arrows, {labels[1]} of them on a box or on another label")


def _print(name: str, counts: list[int], found: tuple[int, ...]) -> None:
    through = f"{found[0]} straight, {found[1]} routed"
    cross = f"{found[2]} straight, {found[3]} routed"
    print(f"{name[:36]:36} {counts[0]:6} {counts[1]:6}   {through:>22}   {cross:>22}")


if __name__ == "__main__":
    main(sys.argv[1:])
