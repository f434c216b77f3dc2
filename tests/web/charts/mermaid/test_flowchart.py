from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.refusals import done_or_refused
from web.charts.mermaid import MermaidError, parse_flowchart


def edges(source: str) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.target, edge.label) for edge in parse_flowchart(source).edges]


def labels(source: str) -> dict[str, tuple[str, str | None]]:
    return {node.id: (node.name, node.shape) for node in parse_flowchart(source).nodes.values()}


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

    assert (edge.label, edge.stroke, edge.head == "arrow") == (label, stroke, has_head)


def test_an_arrow_may_point_both_ways():
    (edge,) = parse_flowchart("flowchart TD\na <-->|pages| b").edges

    assert edge.tail == edge.head == "arrow"


def test_shapes_and_labels():
    source = """graph TB
        a["two words"] --> b[(Store)]
        c{is it?} --> d((Ada))
        e([start]) --> f{{six}}
        g["a<br>b #35; #quot;"]"""

    assert labels(source) == {
        "a": ("two words", "square"),
        "b": ("Store", "cylinder"),
        "c": ("is it?", "diamond"),
        "d": ("Ada", "circle"),
        "e": ("start", "stadium"),
        "f": ("six", "hexagon"),
        "g": ('a\nb # "', "square"),
    }


def test_a_label_given_later_names_the_node_everywhere():
    assert labels("flowchart TD\na --> b\nb[Named]")["b"] == ("Named", "square")


def test_subgraphs_nest_and_hold_their_members():
    chart = parse_flowchart("flowchart TD\nsubgraph region [Region one]\nsubgraph zone\na --> b\nend\nc\nend\na --> d")

    assert {key: (each.name, each.parent) for key, each in chart.subgraphs.items()} == {
        "region": ("Region one", ""),
        "zone": ("zone", "region"),
    }
    assert {key: node.subgraph for key, node in chart.nodes.items()} == {
        "a": "zone",
        "b": "zone",
        "c": "region",
        "d": "",
    }


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        pytest.param("", 1, "begins with `flowchart LR`", id="nothing"),
        pytest.param("pie\n", 1, "this was `pie`", id="another diagram"),
        pytest.param("flowchart TD\na --> ", 2, "the name of a box", id="an arrow to nowhere"),
        pytest.param("flowchart TD\na b", 2, "Expected an arrow", id="two nodes without an arrow"),
        pytest.param("flowchart TD\n\na[open", 3, "`]` after the label", id="an open bracket"),
        pytest.param("flowchart TD\nsubgraph x\na", 2, "no `end`", id="an open subgraph"),
        pytest.param("flowchart TD\nend", 2, "closes nothing", id="an end too many"),
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
        names = chart.nodes.keys() | chart.subgraphs.keys()
        assert all(edge.source in names and edge.target in names for edge in chart.edges)
    assert 1 <= found <= lines


def test_front_matter_gives_the_title():
    assert parse_flowchart("---\ntitle: Shop and stock\nconfig: {theme: dark}\n---\nflowchart LR\na-->b").title == (
        "Shop and stock"
    )


def test_labels_are_words_without_markup_and_icons():
    chart = parse_flowchart(
        'flowchart LR\na["<b>Web</b> fa:fa-car server"] --> b["`**Bold** and _slanted_`"] --> c["List<String> a_b_c"]'
    )
    assert [node.name for node in chart.nodes.values()] == ["Web server", "Bold and slanted", "List<String> a_b_c"]


def test_a_link_of_a_click_is_kept_with_its_node():
    chart = parse_flowchart('flowchart LR\na-->b\nclick a "https://example.org/a" "Tip"\nclick b callback')
    assert {key: node.link for key, node in chart.nodes.items()} == {"a": "https://example.org/a", "b": ""}


def test_the_text_goes_on_after_a_line_that_cannot_be_read():
    with pytest.raises(MermaidError) as error:
        parse_flowchart("flowchart LR\na b\nc --> d\ne[open\nf --> g[x]\n")
    assert [each.line for each in error.value.problems] == [2, 4]


HOSTILE = {
    "commas of a class": lambda n: "class " + "a," * n + "a !",
    "blanks before nothing": lambda n: "a" + " " * n + "!",
    "blanks in a label": lambda n: "a[" + " " * n,
    "blanks after a subgraph": lambda n: "subgraph x" + " " * n + "[y",
    "open brackets": lambda n: "a[\n" * n,
    "dots": lambda n: "a -. " + "." * n,
    "dashes and ids": lambda n: "-".join(["a"] * n) + "---" * n,
    "long edge ids": lambda n: "a " + "b---" * n + "@",
    "chained": lambda n: "a-->" * n + "b",
    "quotes": lambda n: 'click a "' * n,
    "slanted brackets": lambda n: "a[/x/]\n" * n + "b[/y\\]",
    "front matter": lambda n: "---\n" + "a: b\n" * n,
    "directives": lambda n: "%%{" * n,
    "tags": lambda n: 'a["' + "<a" * n + '"]',
    "icons": lambda n: 'a["' + "fa:fa-" * n + '"]',
    "fields": lambda n: 'a@{ label: "' + "}" * n,
    "nested subgraphs": lambda n: "subgraph x\n" * n,
    "subgraphs that name each other": lambda n: "".join(f"subgraph s{i}\ns{i + 1}\nend\n" for i in range(min(n, 999))),
    "semicolons": lambda n: "style a fill:x;" + "b:c;" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_to_an_end(name):
    """Forty commas once took days, and some blanks minutes; a quadratic pattern would show at this length, too."""
    for size in (40, 100_000):
        assert done_or_refused(partial(parse_flowchart, "flowchart LR\n" + HOSTILE[name](size)), MermaidError)
