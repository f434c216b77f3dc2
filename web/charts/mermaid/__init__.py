"""Small Mermaid diagrams drawn on the server: flowcharts and sequence diagrams become SVG without a script.

The syntax is Mermaid's (mermaid.js.org/syntax), of which we read what notes use; anything else is a MermaidError that
names the line. PURE: imports no Django.
"""

from __future__ import annotations

from web.charts.mermaid.errors import MermaidError
from web.charts.mermaid.flowchart import Flowchart, parse_flowchart
from web.charts.mermaid.flowchart_svg import flowchart_svg
from web.charts.mermaid.sequence import Sequence, parse_sequence
from web.charts.mermaid.sequence_svg import sequence_svg

__all__ = ["Flowchart", "MermaidError", "Sequence", "mermaid_svg", "parse_flowchart", "parse_sequence"]


def mermaid_svg(source: str, *, title: str) -> str:
    """The diagram as one <svg> element with a title and a description in words; MermaidError when it cannot be read."""
    first = next(
        (line.strip() for line in source.splitlines() if line.strip() and not line.strip().startswith("%%")), ""
    )
    if first.startswith("sequenceDiagram"):
        return sequence_svg(parse_sequence(source), title=title)
    return flowchart_svg(parse_flowchart(source), title=title)
