"""Every export is read by the tool that it is for: on a tiny, the documented, a large and a hostile design."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from designs.exchange.registry import BY_SLUG
from tests.designs.exchange.examples import EXAMPLES, HOSTILE

DBML = """
const { Parser } = require("@dbml/core");
const text = require("fs").readFileSync(0, "utf8");
try {
  const schema = new Parser().parse(text, "dbmlv2").schemas[0];
  const tables = schema.tables.map((table) => [table.name, table.fields.map((field) => field.name)]);
  console.log(JSON.stringify({ tables, refs: schema.refs.length }));
} catch (error) {
  console.error(JSON.stringify(error.diags ?? error.message));
  process.exit(1);
}
"""

# How Mermaid keeps `#34;` between parsing and drawing.
ENCODED = re.compile("ﬂ°°(\\d+)¶ß")
everywhere = pytest.mark.parametrize("name", EXAMPLES)


def exported(slug: str, name: str) -> str:
    return BY_SLUG[slug].write(EXAMPLES[name]())


def entities(name: str) -> dict:
    return EXAMPLES[name]()["data_model"]["entities"]


@everywhere
def test_mermaid_reads_every_box_and_arrow(name, mermaid):
    found = mermaid(exported("mermaid", name))

    diagram = EXAMPLES[name]()["diagram"]
    assert found["type"] == "flowchart-v2"
    assert len(found["labels"]) == len(diagram["components"])
    assert len(found["edges"]) == len(diagram.get("connections", {}))
    assert len(found["subgraphs"]) == len(diagram.get("zones", {}))


@everywhere
def test_excalidraw_restores_every_element_unchanged(name, excalidraw):
    text = exported("excalidraw", name)

    written = {each["id"]: each for each in json.loads(text)["elements"]}
    restored = {each["id"]: each for each in excalidraw(text)["elements"]}

    assert restored.keys() == written.keys()
    for key, each in written.items():
        kept = ("type", "text", "containerId", "customData", "strokeStyle", "startBinding", "endBinding")
        for field in kept:
            assert restored[key].get(field) == each.get(field), (key, field)


@everywhere
def test_protoc_compiles_every_operation(name, protoc):
    document = EXAMPLES[name]()

    compiled = protoc(exported("proto", name))

    assert len(compiled.service[0].method) == len(document["api"]["operations"])
    assert len(compiled.message_type) >= len(entities(name))


def test_fields_whose_json_names_would_be_equal_are_told_apart(protoc):
    """protoc refuses `item_1` beside `item1`, since both are `item1` in JSON."""
    names = ["item 1", "item1", "Item-1", "ITEM_1"]
    fields = {f"f{n}": {"name": name, "type": "text", "order": n} for n, name in enumerate(names)}
    compiled = protoc(BY_SLUG["proto"].write({"format": 2, "data_model": {"entities": {"e": {"fields": fields}}}}))
    assert len({field.json_name for field in compiled.message_type[0].field}) == len(names)


@everywhere
def test_openapi_is_valid(name):
    described = yaml.load(exported("openapi", name), yaml.CSafeLoader)

    validate(described)
    assert described == json.loads(exported("openapi-json", name))
    operations = [each for item in described["paths"].values() for each in item.values()]
    assert len(operations) == len(EXAMPLES[name]()["api"]["operations"])


@everywhere
def test_postgresql_runs_the_data_definition(name, postgres):
    connection = postgres(exported("sql", name))

    tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    columns = connection.execute(
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema()"
    ).fetchone()
    assert tables == (len(entities(name)),)
    assert columns == (sum(len(entity["fields"]) for entity in entities(name).values()),)


@everywhere
def test_dbml_core_reads_every_table(name, node):
    found = json.loads(node(DBML, exported("dbml", name)))

    assert len(found["tables"]) == len(entities(name))
    assert [len(fields) for _, fields in found["tables"]] == [
        len(entity["fields"]) for _, entity in sorted(entities(name).items(), key=lambda pair: pair[1].get("order", 0))
    ]


def test_names_reach_mermaid_as_typed(mermaid):
    """Labels that would end the label, the line or the diagram elsewhere."""
    found = mermaid(exported("mermaid", "hostile"))

    typed = {name.strip() for name in HOSTILE if name.strip()}
    drawn = {ENCODED.sub(lambda code: chr(int(code[1])), label).strip() for label in found["labels"]}
    assert typed <= drawn


def test_names_reach_postgresql_as_typed(postgres):
    connection = postgres(exported("sql", "hostile"))

    found = {
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    }
    assert {name for name in HOSTILE if 0 < len(name.strip()) < 50} - {" padded "} <= found


def test_the_lock_file_names_no_registry():
    lock = json.loads((Path(__file__).resolve().parents[3] / "package-lock.json").read_text())
    assert [key for key, each in lock["packages"].items() if "resolved" in each] == []
