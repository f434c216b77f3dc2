"""The text face: what is written reads back as no change, and what is changed in the text changes only that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.document import diagram_text
from designs.document.checks import read
from designs.document.diagram_text import patch_from_text, write
from designs.document.kinds import BY_SLUG, KINDS
from designs.document.patches import apply
from tests.designs.document.examples import complete, drawing
from web.charts.mermaid import MermaidError, parse_flowchart

HOSTILE = [
    "</script><script>alert(1)</script>",
    'say "hello"',
    "a; b",
    "a|b",
    "#quot; and &quot;",
    "&{",
    "&&: {",
    "style: #x; classDef a:#b;",
    "`code`",
    "50%% of it %%{init}%%",
    "back\\nslash",
    "  padded  ",
    "end",
    "subgraph",
    "日本語 ünïcode 🙂",
    "]:::cache",
    "=cmd|' /C calc'!A0",
    "a --> b",
]
AWKWARD_IDS = [
    "end",
    "graph-db",
    "style",
    "a--b",
    "x-",
    "o",
    "class-room",
    "default",
    "LR",
    "id-x",
    "zone-1",
    "TB",
    "A_-9",
]

ids = st.sampled_from(AWKWARD_IDS) | st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{0,8}\Z")
labels = st.sampled_from(["", *HOSTILE]) | st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20
)


@st.composite
def diagrams(draw):
    """Any drawing that a document may hold, awkward ids and labels included."""
    zone_ids = draw(st.lists(ids, unique=True, max_size=4))
    zones = {}
    for number, key in enumerate(zone_ids):
        zone = {"label": draw(labels), "kind": draw(st.sampled_from(["region", "zone", "boundary"]))}
        if number and draw(st.booleans()):
            zone["parent"] = draw(st.sampled_from(zone_ids[:number]))
        zones[key] = zone
    component_ids = draw(st.lists(ids, unique=True, max_size=6))
    components = {
        key: {
            "kind": draw(st.sampled_from(sorted(BY_SLUG))),
            "label": draw(labels),
            "zone": draw(st.sampled_from(["", *zone_ids])),
            "order": draw(st.integers(0, 3)),
            "x": draw(st.integers(-500, 500)),
            "instances": 3,
        }
        for key in component_ids
    }
    connections = {}
    if component_ids:
        for number in range(draw(st.integers(0, 6))):
            connections[f"c{number}"] = {
                "source": draw(st.sampled_from(component_ids)),
                "target": draw(st.sampled_from(component_ids)),
                "kind": draw(st.sampled_from(["sync", "async", "replication"])),
                "label": draw(labels),
                "bends": [{"x": number, "y": 2}],
            }
    return {"components": components, "connections": connections, "zones": zones}


def arrows(diagram):
    """The connections as a bag, whatever their ids."""
    fields = {"kind": "sync", "label": ""}
    return sorted(
        [each[field] if field in each else fields[field] for field in ("source", "target", "kind", "label")]
        for each in diagram.get("connections", {}).values()
    )


@given(diagrams())
@settings(max_examples=150)
def test_text_of_a_drawing_reads_back_as_no_change(diagram):
    document = {"format": 2, "diagram": diagram}
    read(document)

    assert patch_from_text(document, write(diagram)) == {}


@given(diagrams(), diagrams())
@settings(max_examples=80)
def test_text_of_another_drawing_leads_to_that_drawing(one, other):
    document = {"format": 2, "diagram": one}
    after = apply(document, patch_from_text(document, write(other)))

    read(after)
    diagram = after.get("diagram", {})
    assert diagram.get("components", {}).keys() == other["components"].keys()
    assert diagram.get("zones", {}).keys() == other["zones"].keys()
    assert arrows(diagram) == arrows(other)


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_is_read_or_refused_with_its_lines(text):
    try:
        patch, lines = patch_from_text(complete(), f"flowchart LR\n{text}"), []
    except MermaidError as error:
        patch, lines = {}, [each.line for each in error.problems]

    assert all(1 <= line <= text.count("\n") + text.count("\r") + 2 for line in lines)
    read(apply(complete(), patch))


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_survive(label):
    document = {"format": 2, "diagram": {"components": {"a": {"kind": "cache", "label": label}}}}
    empty = {"format": 2}

    after = apply(empty, patch_from_text(empty, write(document["diagram"])))

    assert after["diagram"]["components"]["a"]["label"] == label
    assert "<" not in write(document["diagram"]).replace("flowchart", "")


def test_text_is_a_mermaid_flowchart_with_kinds():
    assert write(complete()["diagram"]) == (
        "flowchart LR\n"
        '  phone["Phone"]:::client\n'
        '  subgraph europe["Europe"]\n'
        '    subgraph az1["Zone 1"]\n'
        '      lb["Load balancer"]:::load_balancer\n'
        '      api["Tweet service"]:::service\n'
        '      cache["Timeline cache"]:::cache\n'
        '      tweets["Tweets"]:::wide_column\n'
        "    end\n"
        "  end\n"
        "  class europe region\n"
        '  phone -->|"HTTPS"| lb\n'
        "  lb --> api\n"
        "  api --> cache\n"
        "  api --> tweets\n"
    )


def test_renaming_keeps_place_numbers_and_id():
    text = write(complete()["diagram"]).replace('"Tweet service"', '"Post service"')

    assert patch_from_text(complete(), text) == {"diagram": {"components": {"api": {"label": "Post service"}}}}


def test_changed_arrow_keeps_its_bends_and_what_flows_through_it():
    text = write(complete()["diagram"]).replace("api --> tweets", 'api -.->|"later"| tweets')

    assert patch_from_text(complete(), text) == {
        "diagram": {"connections": {"c4": {"kind": "async", "label": "later"}}}
    }


def test_leaving_a_component_out_deletes_it_with_its_connections():
    lines = [line for line in write(complete()["diagram"]).splitlines() if "cache" not in line]

    patch = patch_from_text(complete(), "\n".join(lines))

    assert patch["diagram"]["components"] == {"cache": None}
    assert patch["diagram"]["connections"] == {"c3": None}
    read(apply(complete(), patch))


def test_named_arrow_is_reconnected_not_replaced():
    text = write(complete()["diagram"]).replace("api --> cache", "lb c3@--> cache")

    assert patch_from_text(complete(), text) == {"diagram": {"connections": {"c3": {"source": "lb"}}}}


def test_new_component_gets_a_free_place_in_its_zone():
    text = write(complete()["diagram"]).replace("    end\n", '      jobs["Jobs"]:::queue\n    end\n', 1)

    after = apply(complete(), patch_from_text(complete(), text))["diagram"]

    jobs, zone = after["components"]["jobs"], after["zones"]["az1"]
    assert (jobs["kind"], jobs["zone"]) == ("queue", "az1")
    assert zone["x"] <= jobs["x"] <= zone["x"] + zone["width"] - 140
    assert zone["y"] <= jobs["y"] <= zone["y"] + zone["height"] - 64


def test_a_drawing_from_nothing_is_laid_out_from_left_to_right_without_overlap():
    text = "graph TD\n a[Phone]-->b[Gateway] --> c & d\nsubgraph eu [Europe]\nc[(Users)]\nd[Redis]\nend\n"

    diagram = patch_from_text({"format": 2}, text)["diagram"]

    components = diagram["components"]
    assert [components[key]["kind"] for key in "abcd"] == ["client", "api_gateway", "sql", "cache"]
    assert components["a"]["x"] < components["b"]["x"] < components["c"]["x"] == components["d"]["x"]
    assert abs(components["c"]["y"] - components["d"]["y"]) >= 64
    assert diagram["zones"]["eu"]["label"] == "Europe"


@pytest.mark.parametrize(
    ("arrow", "kinds"),
    [
        ("a-->b", ["sync"]),
        ("a --- b", ["sync"]),
        ("a ---> b", ["sync"]),
        ("a-.->b", ["async"]),
        ("a -..-> b", ["async"]),
        ("a ==> b", ["replication"]),
        ("a --o b", ["sync"]),
        ("a x--x b", ["sync"]),
        ("a <--> b", ["sync", "sync"]),
        ("a ~~~ b", []),
        ("a -- asks --> b", ["sync"]),
        ("a -. asks .-> b", ["async"]),
        ("a == asks ==> b", ["replication"]),
        ("a -->|asks| b", ["sync"]),
        ("a e1@-.->|asks| b", ["async"]),
        ("a --> b; b --> a", ["sync", "sync"]),
        ("a & b --> a & b", ["sync"] * 4),
    ],
)
def test_mermaid_arrows(arrow, kinds):
    diagram = patch_from_text({"format": 2}, f"flowchart TB\n{arrow}")["diagram"]
    connections = diagram.get("connections", {}).values()

    assert [each.get("kind", "sync") for each in connections] == kinds
    assert {each.get("label", "") for each in connections} <= ({"asks"} if "asks" in arrow else {""})


@pytest.mark.parametrize(
    "node",
    ["a[X]", "a(X)", "a([X])", "a[[X]]", "a[(X)]", "a((X))", "a(((X)))", "a>X]", "a{X}", "a{{X}}", "a[/X/]", "a[\\X\\]",
     "a[/X\\]", 'a["X"]', 'a@{ shape: rect, label: "X" }', "a@{label: X}", 'a["`X`"]', "a[X]:::service"],
)  # fmt: skip
def test_mermaid_shapes_carry_the_label(node):
    assert patch_from_text({"format": 2}, f"flowchart TB\n{node} --> b")["diagram"]["components"]["a"]["label"] == "X"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "The text is empty; a drawing begins with `flowchart LR`."),
        ("pie\n", 1, "A drawing begins with `flowchart LR`; this was `pie`."),
        (
            "flowchart LR\n\n  a:::load_balancr",
            3,
            "load_balancr is no kind of component. Did you mean load_balancer?",
        ),
        (
            "flowchart LR\na -->",
            2,
            'Expected the name of a box: `api` or `api["Tweet service"]:::service`, but the line ends.',
        ),
        ('flowchart LR\na["x', 2, 'The label has no closing `"`.'),
        ("flowchart LR\na b", 2, "Expected an arrow (`-->`, `-.->`, `==>`), or the end of the line, but found `b`."),
        ("flowchart LR\nsubgraph x\na", 2, "The subgraph x has no `end`."),
        ("flowchart LR\nend", 2, "This `end` closes nothing: every `subgraph` before it has its own."),
        (
            "flowchart LR\nsubgraph x\na\nend\nb --> x",
            5,
            "x is a subgraph; an arrow joins two boxes inside or outside of it.",
        ),
        ("flowchart LR\na\nclass b cache", 3, "Nothing in the drawing is called b."),
        (
            f"flowchart LR\na[{'x' * 201}]",
            2,
            "A label has up to 200 characters and no line breaks or control characters.",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(text, line, message):
    with pytest.raises(MermaidError) as caught:
        patch_from_text(complete(), text)

    assert [(each.line, each.message) for each in caught.value.problems] == [(line, message)]


def test_styling_of_foreign_texts_is_passed_over():
    text = (
        "---\ntitle: x\n---\n%% comment\nflowchart LR\n  classDef pink fill:#f9f\n  a:::pink --> b:::blue\n"
        "  style a fill:#fff\n  linkStyle 0 stroke:red\n  click a callback\n  direction TB"
    )

    assert list(patch_from_text({"format": 2}, text, is_foreign=True)["diagram"]["components"]) == ["a", "b"]
    with pytest.raises(MermaidError, match="blue is no kind of component"):
        patch_from_text({"format": 2}, text)


def test_every_kind_is_written_and_guessed_by_its_own_name():
    components = {kind.slug: {"kind": kind.slug, "label": kind.title} for kind in KINDS}
    text = write({"components": components})
    without = "\n".join(line.split(":::")[0] for line in text.splitlines())

    guessed = patch_from_text({"format": 2}, without)["diagram"]["components"]

    assert {key: each["kind"] for key, each in guessed.items()} == {kind.slug: kind.slug for kind in KINDS}


def test_explosive_texts_are_refused_and_long_ones_take_linear_time():
    wide = " & ".join(f"n{number}" for number in range(1_000))
    with pytest.raises(MermaidError, match="6,000 connections"):
        parse_flowchart(f"flowchart LR\n{wide} --> {wide}")
    with pytest.raises(MermaidError, match="2,000 components"):
        parse_flowchart("flowchart LR\n" + "\n".join(f"n{number}" for number in range(2_001)))
    for piece in ("a[", "(", "--", '"', "-- x ", "a-.", "subgraph x\n"):
        with pytest.raises(MermaidError):
            parse_flowchart("flowchart LR\n" + piece * (200_000 // len(piece)))


def test_two_thousand_components_survive_being_replaced_whole():
    document = drawing(1_000)
    text = write(document["diagram"]).replace("c", "d").replace("flowdhart", "flowchart").replace("servide", "service")

    after = apply(document, diagram_text.patch_from_text(document, text))

    assert len(after["diagram"]["components"]) == 1_000
    assert not after["diagram"]["components"].keys() & document["diagram"]["components"].keys()
