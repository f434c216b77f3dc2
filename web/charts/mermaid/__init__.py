"""Mermaid: flowcharts are read for notes, cards and designs, and small diagrams drawn without a script.

A text that cannot be read is a MermaidError that names its lines. PURE: imports no Django.
"""

from __future__ import annotations

from web.charts.mermaid.errors import MermaidError, TextProblem
from web.charts.mermaid.flowchart import Edge, Flowchart, Node, Subgraph, parse_flowchart
from web.charts.mermaid.flowchart_svg import flowchart_svg
from web.charts.mermaid.sequence import Sequence, parse_sequence
from web.charts.mermaid.sequence_svg import sequence_svg
from web.charts.mermaid.source import read_source

__all__ = [
    "Edge",
    "Flowchart",
    "MermaidError",
    "Node",
    "Sequence",
    "Subgraph",
    "TextProblem",
    "is_sequence",
    "mermaid_svg",
    "parse_flowchart",
    "parse_sequence",
]


def is_sequence(source: str) -> bool:
    return read_source(source).text.lstrip().startswith("sequenceDiagram")


def mermaid_svg(source: str, *, title: str) -> str:
    """The diagram as one <svg> element with a title and a description in words; MermaidError when it cannot be read."""
    if is_sequence(source):
        return sequence_svg(parse_sequence(source), title=title)
    return flowchart_svg(parse_flowchart(source), title=title)
