from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.charts.mermaid import MermaidError, mermaid_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(source: str) -> ElementTree.Element:
    return ElementTree.fromstring(mermaid_svg(source, title="A & B"))


def test_a_flowchart_has_a_title_and_says_its_edges_in_words():
    svg = drawn("flowchart LR\na[Client] -->|reads| b[(Store)]")

    assert svg.findtext(f"{SVG}title") == "A & B"
    assert svg.findtext(f"{SVG}desc") == "Client to Store (reads)"
    assert len(svg.findall(f".//{SVG}polygon[@class='flow-head']")) == 1


def test_a_sequence_says_its_messages_in_words():
    svg = drawn(
        "sequenceDiagram\nparticipant A as App\nA->>S: put\nNote over A,S: twice\nloop again\nS-->>A: done\nend"
    )

    assert svg.findtext(f"{SVG}desc") == "App to S: put; twice; S to App: done"


@pytest.mark.parametrize(
    ("source", "line"), [("sequenceDiagram\nA->>B: x\nwhat is this", 3), ("sequenceDiagram\nloop x\nA->>B: y", 3)]
)
def test_a_bad_sequence_names_its_line(source, line):
    with pytest.raises(MermaidError) as error:
        mermaid_svg(source, title="x")

    assert error.value.line == line


@given(st.text(max_size=40))
def test_any_label_stays_text(label):
    """promise 33: nothing in a label becomes an element or an attribute."""
    clean = label.replace("\n", " ").replace("\r", " ").replace('"', "'").replace("]", ")")
    svg = drawn(f'flowchart TD\na["x{clean}"] --> b')

    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        "svg", "title", "desc", "g", "rect", "text", "tspan", "path", "polygon",
    }  # fmt: skip
    assert not any(name.startswith("on") or name == "href" for element in svg.iter() for name in element.attrib)
