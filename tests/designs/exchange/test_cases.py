"""The smallest inputs that once lost something, each with what a person sees in it. The files say what they show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from designs.exchange.registry import BY_SLUG, read

CASES = Path(__file__).parent / "cases"


def imported(name: str):
    return read((CASES / name).read_text(encoding="utf-8"))


def drawn(name: str) -> tuple[dict[str, str], set[tuple[str, str, str]]]:
    """Kinds by label, with the label of the zone; and arrows by the labels of their ends."""
    diagram = imported(name).document["diagram"]
    components, zones = diagram["components"], diagram.get("zones", {})
    called = {key: each.get("label", key) for key, each in components.items()}
    boxes = {
        called[key]: each["kind"] + (f" in {zones[each['zone']].get('label', '')}" if each.get("zone") else "")
        for key, each in components.items()
    }
    arrows = {
        (called[each["source"]], called[each["target"]], each.get("label", ""))
        for each in diagram.get("connections", {}).values()
    }
    return boxes, arrows


DRAWINGS = {
    "drawio-card-with-icon.drawio": ({"Web": "service", "DB": "sql"}, {("Web", "DB", "reads")}, ()),
    "drawio-arrowhead-at-start.drawio": ({"A": "service", "B": "service"}, {("B", "A", "")}, ()),
    "drawio-arrow-touching-unbound.drawio": ({"A": "service", "B": "service"}, {("A", "B", "")}, ()),
    "drawio-child-larger-than-parent.drawio": ({"C": "service in B"}, set(), ()),
    "drawio-hidden-layer.drawio": ({"A": "service"}, set(), ("1 box was left out: its layer is hidden (Hidden).",)),
    "drawio-icon-without-label.drawio": ({"Lambda": "service", "RDS": "sql"}, {("Lambda", "RDS", "")}, ()),
    "drawio-link-and-attributes.drawio": ({"A": "service"}, set(), ()),
    "drawio-placeholders.drawio": ({"API (prod)": "service"}, set(), ()),
    "drawio-three-lost-said-once.drawio": (
        {"A": "service", "B": "service"},
        set(),
        ("3 of 3 arrows were left out: no box at one end.",),
    ),
    "excalidraw-arrow-touching-unbound.excalidraw": (
        {"item": "service", "item_2": "service"},
        {("item", "item_2", "")},
        (),
    ),
    "excalidraw-arrowhead-at-start.excalidraw": (
        {"item": "service", "item_2": "service"},
        {("item_2", "item", "")},
        (),
    ),
    "excalidraw-text-grouped.excalidraw": ({"Web": "service"}, set(), ()),
    "excalidraw-text-lying-in-box.excalidraw": ({"Web": "service"}, set(), ()),
    "mermaid-accdescr-block.mmd": ({"a": "service", "b": "service"}, {("a", "b", "")}, ()),
    "mermaid-arrow-after-inner-end.mmd": ({"a": "service in inner", "b": "service in outer"}, {("a", "b", "")}, ()),
    "mermaid-edge-id-becomes-box.mmd": ({"a": "service", "b": "service"}, {("a", "b", "")}, ()),
    "mermaid-html-and-icons-in-label.mmd": ({"Web": "service", "b": "service"}, {("Web", "b", "")}, ()),
    "mermaid-multi-line-label.mmd": ({"two lines": "service", "b": "service"}, {("two lines", "b", "")}, ()),
    "mermaid-node-claimed-by-later-subgraph.mmd": (
        {"a1": "service in A", "b1": "service in B"},
        {("b1", "a1", "")},
        (),
    ),
    "mermaid-readme-with-fence.md": ({"A": "service", "B": "service"}, {("A", "B", "")}, ()),
    "mermaid-statement-over-two-lines.mmd": ({"a": "service", "b": "service"}, {("a", "b", "")}, ()),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings(name):
    boxes, arrows, remarks = DRAWINGS[name]
    assert drawn(name) == (boxes, arrows)
    assert imported(name).warnings == remarks


def test_links_tooltips_and_attributes_become_the_note():
    (component,) = imported("drawio-link-and-attributes.drawio").document["diagram"]["components"].values()
    assert component["note"] == "https://example.com\ntip\nteam: x"


def tables(name: str) -> dict[str, dict[str, tuple[str, str, str]]]:
    entities = imported(name).document["data_model"]["entities"]
    return {
        each["name"]: {
            field["name"]: (field.get("type", ""), field.get("key", ""), field.get("references", ""))
            for field in each["fields"].values()
        }
        for each in entities.values()
    }


def test_sql_tables():
    assert tables("sql-comment-is-null.sql") == {"t": {"id": ("integer", "primary", "")}}
    assert tables("sql-composite-foreign-key.sql")["u"] == {"x": ("integer", "", "t"), "y": ("integer", "", "t")}
    assert tables("sql-inherits.sql")["kid"] == {"id": ("integer", "", ""), "x": ("integer", "", "")}
    assert tables("sql-mysql-unsigned.sql") == {"a": {"id": ("bigint", "primary", "")}}
    assert list(tables("sql-temporary-in-procedure.sql")) == ["t"]
    assert tables("sql-virtual-column.sql")["t"]["b"] == ("integer", "", "")


def test_each_index_is_written_by_itself_and_a_composite_reference_whole(postgres):
    written = BY_SLUG["sql"].write(imported("sql-two-indexes-become-one.sql").document)
    assert "CREATE INDEX ON t (a);\n" in written
    assert "CREATE INDEX ON t (b);\n" in written
    written = BY_SLUG["sql"].write(imported("sql-composite-foreign-key.sql").document)
    assert "FOREIGN KEY (x, y) REFERENCES t (a, b)" in written
    postgres(written)


def test_openapi_says_what_it_leaves_out():
    assert imported("openapi-callback-lost.yaml").warnings == (
        "1 callback was left out: a design has no calls that go out (done).",
    )
    assert imported("openapi-webhook-lost.yaml").warnings == (
        "1 webhook was left out: a design has no calls that go out (n).",
    )
    (operation,) = imported("openapi-yaml-anchor.yaml").document["api"]["operations"].values()
    assert operation["path"] == "/a"


def test_choices_of_openapi_come_back_as_choices():
    document = imported("openapi-enum.yaml").document
    described = json.loads(BY_SLUG["openapi-json"].write(document))
    (parameter,) = described["paths"]["/a"]["get"]["parameters"]
    assert parameter["schema"] == {"type": "string", "enum": ["open", "closed"]}


def test_an_entity_without_fields_is_a_table_that_dbml_takes(node):
    from tests.designs.exchange.test_consumers import DBML

    written = BY_SLUG["dbml"].write(imported("entity-without-fields.json").document)
    assert json.loads(node(DBML, written))["tables"] == [["User", ["id"]]]
