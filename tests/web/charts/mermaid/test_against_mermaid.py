"""The installed Mermaid as the oracle: both read the same nodes, edges and subgraphs out of every construct."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.charts.mermaid.corpus import CORPUS
from web.charts.mermaid import Flowchart, parse_flowchart
from web.charts.mermaid.source import label_text

pytestmark = pytest.mark.one_database
STROKES = {"normal": "solid", "thick": "thick", "dotted": "dotted", "invisible": "invisible"}
HEADS = {"arrow_open": "", "arrow_point": "arrow", "arrow_cross": "cross", "arrow_circle": "circle"}
ENCODED = re.compile("ﬂ°(°?)(\\w+)¶ß")  # how Mermaid keeps `#34;` and `#quot;` between parsing and drawing


def theirs(found: dict[str, Any]) -> dict[str, Any]:
    subgraphs = {key: nodes for key, _, nodes in found["subgraphs"]}
    return {
        "nodes": {key: (said(text), shape) for key, text, shape in found["nodes"] if key not in subgraphs},
        "edges": [
            (start, end, said(text), STROKES[stroke], HEADS[kind.removeprefix("double_")], kind.startswith("double_"))
            for start, end, text, stroke, kind in found["edges"]
        ],
        "subgraphs": sorted((said(title), sorted(nodes)) for _, title, nodes in found["subgraphs"]),
    }


def ours(chart: Flowchart) -> dict[str, Any]:
    return {
        "nodes": {key: (node.name, node.shape) for key, node in chart.nodes.items()},
        "edges": [
            (each.source, each.target, each.label, each.stroke, each.head, each.tail == each.head != "")
            for each in chart.edges
        ],
        "subgraphs": sorted(
            (
                subgraph.name,
                sorted(
                    [node.id for node in chart.nodes.values() if node.subgraph == key]
                    + [inner.id for inner in chart.subgraphs.values() if inner.parent == key]
                ),
            )
            for key, subgraph in chart.subgraphs.items()
        ),
    }


def said(text: str) -> str:
    return label_text(ENCODED.sub(r"#\2;", text), is_markdown="**" in text)


def named(found: dict[str, Any], chart: Flowchart) -> None:
    """A subgraph with a title alone has an id that Mermaid makes up, so members are compared by title."""
    made_up = {key: title for key, title, _ in found["subgraphs"] if re.fullmatch(r"subGraph\d+", key)}
    for each in found["subgraphs"]:
        each[2] = [made_up.get(key, key) for key in each[2]]


def test_every_construct_is_read_as_mermaid_reads_it(mermaid_reads):
    differences = {}
    for (name, text), found in zip(CORPUS.items(), mermaid_reads(list(CORPUS.values())), strict=True):
        assert "error" not in found, (name, found)
        chart = parse_flowchart(text)
        named(found, chart)
        expected, got = theirs(found), ours(chart)
        if got != expected:
            differences[name] = {key: (got[key], expected[key]) for key in expected if got[key] != expected[key]}
    assert differences == {}
