"""A label of an arrow lies on its own arrow only: measured on every flowchart of the shipped topics, in both sizes."""

from __future__ import annotations

import re

from studyguide.notes.fences import mermaid_html
from tests.studyguide.content import topics

LINE = re.compile(r'class="flow-line" d="([^"]+)"')
LABEL = re.compile(r'<g><rect class="flow-ground"([^>]+)/>(.*?)</g>')
EDGE = 3.0  # a line along the rim of a label touches no letter


def points(path: str) -> list[tuple[float, float]]:
    """Along a path of cubic curves, 40 on each."""
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", path)]
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    found = []
    for at in range(0, len(corners) - 3, 3):
        p, q, r, s = corners[at : at + 4]
        for share in (step / 40 for step in range(41)):
            rest = 1 - share
            weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
            found.append(tuple(sum(w * c[axis] for w, c in zip(weights, (p, q, r, s), strict=True)) for axis in (0, 1)))
    return found


def crowded(svg: str) -> list[str]:
    """The labels through which more than one line runs."""
    lines = [points(path) for path in LINE.findall(svg) if "C" in path]
    found = []
    for attributes, inside in LABEL.findall(svg):
        x, y, width, height = (
            float(re.search(rf'\b{name}="([^"]+)"', attributes)[1]) for name in ("x", "y", "width", "height")
        )
        through = sum(
            any(x + EDGE < across < x + width - EDGE and y + EDGE < down < y + height - EDGE for across, down in line)
            for line in lines
        )
        if through > 1:
            found.append(re.sub("<[^>]+>", " ", inside).strip())
    return found


def test_no_arrow_runs_through_the_label_of_another():
    found = {}
    for slug, topic in topics().items():
        for source in topic.fences("mermaid"):
            for svg in mermaid_html(source, topic=slug).split("<svg")[1:]:
                if labels := crowded(svg):
                    found.setdefault(slug, []).append((svg[:60], labels))

    assert found == {}
