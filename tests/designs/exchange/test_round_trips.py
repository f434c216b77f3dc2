"""What we wrote comes back: byte for byte as JSON, and as far as each format can say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from designs.document.checks import read as read_document
from designs.document.patches import apply, diff
from designs.exchange.merging import replace_patch
from designs.exchange.registry import BY_SLUG, EXPORTABLE, IMPORTABLE, guess, read, read_back
from tests.designs.exchange.examples import EXAMPLES
from tests.designs.exchange.foreign import FOREIGN
from tests.designs.exchange.stripe import stripe

STABLE = [each.slug for each in IMPORTABLE if each.write]
everywhere = pytest.mark.parametrize("name", EXAMPLES)


def written(slug: str, document: dict[str, Any]) -> str:
    return BY_SLUG[slug].write(document)


def again(slug: str, document: dict[str, Any]) -> dict[str, Any]:
    return read(written(slug, document)).document


@everywhere
def test_json_is_byte_equal_the_second_time(name):
    """promise 14"""
    first = written("json", EXAMPLES[name]())
    imported = read(first)
    assert imported.document == EXAMPLES[name]()
    assert written("json", imported.document) == first


@everywhere
@pytest.mark.parametrize("slug", [each.slug for each in IMPORTABLE if each.write])
def test_each_format_is_told_by_its_content(name, slug):
    assert guess(written(slug, EXAMPLES[name]())).slug == slug


@everywhere
@pytest.mark.parametrize("slug", STABLE)
def test_a_second_round_changes_nothing(name, slug):
    """Whatever a format cannot say is lost the first time; what it says is then stable."""
    once = again(slug, EXAMPLES[name]())
    assert diff(once, again(slug, once)) == {}


FOREIGN_TEXTS = [
    pytest.param(slug, text, id=f"{slug} {number}")
    for slug, cases in FOREIGN.items()
    for number, (text, _) in enumerate(cases, 1)
    if BY_SLUG[slug].write
]
CASES = [
    pytest.param(guess(text).slug, text, id=path.name)
    for path in sorted((Path(__file__).parent / "cases").iterdir())
    for text in [path.read_text(encoding="utf-8")]
    if path.suffix not in (".md", ".json") and BY_SLUG[guess(text).slug].write
]


@pytest.mark.parametrize(("slug", "text"), [*FOREIGN_TEXTS, *CASES])
def test_what_others_wrote_is_equal_after_import_export_and_import(slug, text):
    """promise 14; and its unchanged export changes nothing in place."""
    came = read(text, slug)
    exported = written(slug, came.document)
    assert diff(came.document, read(exported, slug).document) == {}
    assert replace_patch(came.document, read(exported, slug), read_back(came.document, slug)) == {}


def test_draw_io_keeps_the_whole_drawing():
    document = EXAMPLES["documented"]()
    document["diagram"]["components"]["tweets"].pop("stores")
    assert _same_drawing(document, again("drawio", document))


def test_excalidraw_keeps_the_whole_drawing():
    document = EXAMPLES["documented"]()
    document["diagram"]["components"]["tweets"].pop("stores")
    assert _same_drawing(document, again("excalidraw", document))


def _same_drawing(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """The typed diagrams are equal, whether or not defaults are written out."""
    return read_document(one).diagram == read_document(other).diagram


def test_names_survive_draw_io():
    document = EXAMPLES["hostile"]()
    came = again("drawio", document)["diagram"]["components"]
    for key, component in document["diagram"]["components"].items():
        assert came[key].get("label", "") == " ".join(component["label"].split())
        assert came[key]["kind"] == component["kind"]
        assert came[key]["note"] == component["note"]


def test_openapi_keeps_operations_and_entities_of_the_payments_api():
    """The API of the topic on Stripe's: all that OpenAPI can say is the same after a round trip."""
    document = stripe()
    came = read_document(again("openapi", document))
    went = read_document(document)

    def told(typed):
        return sorted(
            (
                each.name,
                each.method,
                each.path,
                each.response,
                each.idempotency,
                sorted(
                    (one.name, one.location, one.type, one.required)
                    for one in each.parameters.values()
                    if one.name != "id"
                ),
            )
            for each in typed.api.operations.values()
        )

    assert told(came) == told(went)
    assert [entity.name for entity in came.data_model.entities.values()] == [
        entity.name for entity in went.data_model.entities.values()
    ]
    assert came.data_model.entities["charge"].fields["customer_id"].references == "customer"


def test_the_payments_api_compiles_as_proto(protoc):
    compiled = protoc(written("proto", stripe()))

    methods = {method.name: (method.input_type, method.output_type) for method in compiled.service[0].method}
    assert methods["CreateCharge"] == (".payments_api.CreateChargeRequest", ".payments_api.Charge")
    assert methods["BatchGetCustomers"][1] == ".payments_api.BatchGetCustomersResponse"
    charge = next(message for message in compiled.message_type if message.name == "Charge")
    assert [field.name for field in charge.field][:4] == ["id", "customer_id", "card_id", "amount"]


labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@settings(max_examples=60)
@given(names=st.lists(labels, min_size=1, max_size=5))
@example(names=["a¹"])
@example(names=["größe", "表", "a-b c", "naïve(2)"])
def test_any_names_can_be_written_and_read_back(names):
    """Every format takes every name; what reads back has as many things as went in."""
    document = {
        "format": 2,
        "data_model": {
            "entities": {
                f"e{n}": {"name": name, "fields": {"f": {"name": name, "type": name}}} for n, name in enumerate(names)
            }
        },
        "api": {"operations": {f"o{n}": {"name": name, "path": name} for n, name in enumerate(names)}},
        "diagram": {
            "components": {f"c{n}": {"kind": "service", "label": name, "x": 200 * n} for n, name in enumerate(names)},
            "connections": {"a": {"source": "c0", "target": f"c{len(names) - 1}", "label": names[0]}},
        },
    }
    for each in EXPORTABLE:
        text = each.write(document)
        if each.slug in STABLE:
            came = each.read(text).document
            found = came.get("diagram", {}).get("components") or came.get("data_model", {}).get("entities")
            # proto knows messages, and not which of them are kept
            assert len(found or came["api"]["operations"]) == len(names), each.slug


def test_dbml_takes_names_outside_ascii_without_quotes():
    text = "Table größe {\n  höhe_¹ int [pk]\n  表 varchar(20)\n}\nTable zwei {\n  id int [ref: > größe.höhe_¹]\n}\n"
    entities = read_document(read(text, "dbml").document).data_model.entities
    keys = {entity.name: key for key, entity in entities.items()}
    assert {each.name: each.type for each in entities[keys["größe"]].fields.values()} == {
        "höhe_¹": "int",
        "表": "varchar(20)",
    }
    assert [each.references for each in entities[keys["zwei"]].fields.values()] == [keys["größe"]]


def test_a_type_as_typed_is_read_back_from_the_last_column_too():
    fields = {
        "code": {"name": "code", "type": "varchar2(20)", "optional": True, "order": 1},
        "last": {"name": "last", "type": "number(8, 2)", "order": 2},
    }
    document = {"format": 2, "data_model": {"entities": {"thing": {"name": "thing", "fields": fields}}}}
    came = again("sql", document)["data_model"]["entities"]["thing"]["fields"]
    assert [each["type"] for each in came.values()] == ["varchar2(20)", "number(8, 2)"]


def test_apply_is_what_reading_gives():
    """An import is a document like any other: it can be patched and exported again."""
    came = again("mermaid", EXAMPLES["documented"]())
    changed = apply(came, {"diagram": {"components": {"api": {"label": "Renamed"}}}})
    assert "Renamed" in written("mermaid", changed)
