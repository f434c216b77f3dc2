"""Draws diagrams for the available width: as written where that fits, otherwise narrower, from top to bottom.

A drawing comes in two sizes, one for a column of text and one for a phone; the style sheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from web.charts.mermaid.flowchart import Direction, Flowchart, parse_flowchart
from web.charts.mermaid.flowchart_svg import Look as FlowchartLook
from web.charts.mermaid.flowchart_svg import flowchart_drawing
from web.charts.mermaid.sequence import Sequence, parse_sequence
from web.charts.mermaid.sequence_svg import Look as SequenceLook
from web.charts.mermaid.sequence_svg import sequence_drawing
from web.charts.mermaid.source import read_source
from web.charts.svg import Drawing

# Pixels. The smallest letters have 13: in a column of 570 they keep 11, on a phone of 390 (340 for the drawing) 10.
COLUMN = 670
PHONE = 430
SMALL_PHONE = 345
MANY_NODES = 60  # a larger drawing fits nowhere, and each try costs time

OTHER: dict[str, Direction] = {"LR": "TB", "RL": "TB", "TB": "LR", "BT": "LR"}
# The direction as written is kept as long as its boxes hold two words a line.
FLOWCHART_LOOKS = (
    *(("own", characters) for characters in (22, 18, 14)),
    *(("other", characters) for characters in (22, 18, 14, 11, 8)),
    *(("own", characters) for characters in (11, 8)),
)
SEQUENCE_LOOKS = (
    SequenceLook(),
    SequenceLook(head_characters=12, characters=24, head_padding=20, gap=20, label_gap=18),
    SequenceLook(head_characters=10, characters=18, head_padding=14, gap=12, label_gap=14),
    SequenceLook(head_characters=8, characters=14, head_padding=10, gap=8, label_gap=12),
    SequenceLook(head_characters=6, characters=11, head_padding=8, gap=6, label_gap=-28),  # words reach over lifelines
)


def is_sequence(source: str) -> bool:
    return read_source(source).text.lstrip().startswith("sequenceDiagram")


def parsed(source: str) -> Flowchart | Sequence:
    """Raises MermaidError when it cannot be read."""
    return parse_sequence(source) if is_sequence(source) else parse_flowchart(source)


class Tries:
    """Drawings of one chart from the widest to the narrowest, each made when it is first looked at, and once."""

    def __init__(self, chart: Flowchart | Sequence, *, title: str) -> None:
        self._made: list[Drawing] = []
        self._more = _looks(chart, title)

    def __iter__(self) -> Iterator[Drawing]:
        yield from self._made
        for drawing in self._more:
            self._made.append(drawing)
            yield drawing

    def fitting(self, *widths: float) -> Drawing:
        """The first drawing that fits into its width, in the order of the widths; otherwise the narrowest."""
        for width in widths:
            for drawing in self:
                if drawing.width <= width:
                    return drawing
        return min(self, key=lambda drawing: drawing.width)


def drawn(chart: Flowchart | Sequence, *, title: str) -> Drawing:
    """As it stands in a column of text."""
    return Tries(chart, title=title).fitting(COLUMN)


def _looks(chart: Flowchart | Sequence, title: str) -> Iterator[Drawing]:
    """From the widest to the narrowest."""
    if isinstance(chart, Sequence):
        for look in SEQUENCE_LOOKS:
            yield sequence_drawing(chart, title=title, look=look)
        return
    own, other = chart.direction, OTHER[chart.direction]
    for direction, characters in FLOWCHART_LOOKS:
        flowchart_look = FlowchartLook(
            direction=own if direction == "own" else other,
            characters=characters,
            padding=16 if characters == 22 else 12 if characters > 11 else 8,
            gap=28 if characters == 22 else 22 if characters > 11 else 12,
        )
        yield flowchart_drawing(chart, title=title, look=flowchart_look)
        if len(chart.nodes) > MANY_NODES:
            return
