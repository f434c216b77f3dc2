"""Mermaid: flowcharts are read for notes, cards and designs, and small diagrams drawn without a script.

A text that cannot be read is a MermaidError that names its lines. PURE: imports no Django.
"""

from __future__ import annotations

from web.charts.mermaid.errors import MermaidError, TextProblem
from web.charts.mermaid.fitting import drawn, is_sequence, parsed
from web.charts.mermaid.flowchart import Edge, Flowchart, Node, Subgraph, parse_flowchart
from web.charts.mermaid.pair import figure_html
from web.charts.mermaid.sequence import Sequence, parse_sequence

__all__ = [
    "Edge",
    "Flowchart",
    "MermaidError",
    "Node",
    "Sequence",
    "Subgraph",
    "TextProblem",
    "drawn",
    "figure_html",
    "is_sequence",
    "mermaid_svg",
    "parse_flowchart",
    "parse_sequence",
    "parsed",
]


def mermaid_svg(source: str, *, title: str) -> str:
    """The diagram as one <svg> element with a title and a description in words; MermaidError when it cannot be read."""
    return drawn(parsed(source), title=title).svg()
