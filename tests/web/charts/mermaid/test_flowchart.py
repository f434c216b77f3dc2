from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.charts.mermaid import MermaidError, parse_flowchart


def edges(source: str) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.target, edge.label) for edge in parse_flowchart(source).edges]


def labels(source: str) -> dict[str, tuple[str, str]]:
    return {node.id: (node.label, node.shape) for node in parse_flowchart(source).nodes}


def test_chains_and_groups_make_every_edge_that_they_say():
    assert edges("flowchart LR\n a --> b --> c & d") == [("a", "b", ""), ("b", "c", ""), ("b", "d", "")]


@pytest.mark.parametrize(
    ("arrow", "label", "stroke", "has_head"),
    [
        ("-->", "", "solid", True),
        ("---", "", "solid", False),
        ("-.->", "", "dotted", True),
        ("==>", "", "thick", True),
        ("-->|reads|", "reads", "solid", True),
        ("-- reads -->", "reads", "solid", True),
        ("-. copy .->", "copy", "dotted", True),
        ("== all ==>", "all", "thick", True),
    ],
)
def test_arrows(arrow, label, stroke, has_head):
    (edge,) = parse_flowchart(f"flowchart TD\na {arrow} b").edges

    assert (edge.label, edge.stroke, edge.has_head) == (label, stroke, has_head)


def test_an_arrow_may_point_both_ways():
    (edge,) = parse_flowchart("flowchart TD\na <-->|pages| b").edges

    assert edge.has_tail
    assert edge.has_head


def test_shapes_and_labels():
    source = """graph TB
        a["two words"] --> b[(Store)]
        c{is it?} --> d((Ada))
        e([start]) --> f{{six}}
        g["a<br>b #35; #quot;"]"""

    assert labels(source) == {
        "a": ("two words", "box"),
        "b": ("Store", "cylinder"),
        "c": ("is it?", "diamond"),
        "d": ("Ada", "circle"),
        "e": ("start", "stadium"),
        "f": ("six", "hexagon"),
        "g": ('a\nb # "', "box"),
    }


def test_a_label_given_later_names_the_node_everywhere():
    assert labels("flowchart TD\na --> b\nb[Named]")["b"] == ("Named", "box")


def test_subgraphs_nest_and_hold_their_members():
    chart = parse_flowchart("flowchart TD\nsubgraph region [Region one]\nsubgraph zone\na --> b\nend\nc\nend\na --> d")

    assert [(s.id, s.label, s.members, s.parent) for s in chart.subgraphs] == [
        ("zone", "zone", ("a", "b"), "region"),
        ("region", "Region one", ("a", "b", "c"), None),
    ]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        pytest.param("", 1, "expected `flowchart", id="nothing"),
        pytest.param("pie\n", 1, "found 'pie'", id="another diagram"),
        pytest.param("flowchart TD\na --> ", 2, "expected a node", id="an arrow to nowhere"),
        pytest.param("flowchart TD\na b", 2, "expected an arrow", id="two nodes without an arrow"),
        pytest.param("flowchart TD\n\na[open", 3, "not closed by `]`", id="an open bracket"),
        pytest.param("flowchart TD\nsubgraph x\na", 3, "no `end`", id="an open subgraph"),
        pytest.param("flowchart TD\nend", 2, "without a subgraph", id="an end too many"),
    ],
)
def test_a_bad_line_is_named(source, line, words):
    with pytest.raises(MermaidError, match=f"^line {line}: .*{words}") as error:
        parse_flowchart(source)

    assert error.value.line == line


@given(st.text(alphabet='ab->[](){}|"&;:=.\n ', max_size=120))
def test_any_text_is_read_or_refused_with_a_line(text):
    lines = text.count("\n") + 3
    try:
        chart = parse_flowchart("flowchart TD\n" + text)
    except MermaidError as error:
        found = error.line
    else:
        found = 1
        names = {node.id for node in chart.nodes}
        assert all(edge.source in names and edge.target in names for edge in chart.edges)
    assert 1 <= found <= lines
