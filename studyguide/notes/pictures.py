"""A Mermaid diagram with one part hidden, for cards that ask what is missing."""

from __future__ import annotations

from dataclasses import replace

from web.charts.mermaid import Flowchart, MermaidError, Sequence, figure_html, parsed
from web.charts.mermaid.sequence import Message

QUESTION = "?"


class PictureError(ValueError):
    """A diagram that cannot be drawn, or does not have the part that is to be hidden."""


def hidden_part_html(source: str, hidden: str) -> str:
    """The drawing with the box, arrow or message of that name (or id) as a question mark; PictureError without it."""
    chart = _parsed(source)
    covered = _covered(chart, hidden)
    if covered == chart:
        raise PictureError(f"the diagram has no part called {hidden!r}")
    title = "Diagram with one part hidden"
    return figure_html(covered, title=title, label=title)


def whole_html(source: str) -> str:
    title = "The whole diagram"
    return figure_html(_parsed(source), title=title, label=title)


def _parsed(source: str) -> Flowchart | Sequence:
    try:
        return parsed(source)
    except MermaidError as error:
        raise PictureError(f"the diagram cannot be read: {error}") from error


def _covered(chart: Flowchart | Sequence, hidden: str) -> Flowchart | Sequence:
    name = _squeezed(hidden)
    if isinstance(chart, Sequence):
        participants = {
            key: QUESTION if name in (_squeezed(label), _squeezed(key)) else label
            for key, label in chart.participants.items()
        }
        events = tuple(
            replace(event, text=QUESTION) if isinstance(event, Message) and _squeezed(event.text) == name else event
            for event in chart.events
        )
        return replace(chart, participants=participants, events=events)
    nodes = {
        key: replace(node, label=QUESTION, classes=["hidden-part"])
        if name in (_squeezed(node.name), _squeezed(key))
        else node
        for key, node in chart.nodes.items()
    }
    edges = [replace(edge, label=QUESTION) if _squeezed(edge.label) == name else edge for edge in chart.edges]
    return replace(chart, nodes=nodes, edges=edges)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
