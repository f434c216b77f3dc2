"""One table of fields: the schema, forms, table face, readings and documentation say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from designs.document import diagram_fields as table
from designs.document.figures import KINDS
from designs.document.kinds import BY_SLUG
from designs.forms.diagrams import ComponentForm, ConnectionForm, ZoneForm
from designs.pages.diagram_table import TABLES
from tests.designs.document.examples import complete

DOCS = Path(__file__).parents[2] / "docs" / "drawing.md"
FORMS = {"components": ComponentForm, "connections": ConnectionForm, "zones": ZoneForm}


@pytest.mark.parametrize("collection", table.FIELDS)
def test_every_field_of_the_schema_stands_in_the_table_once(collection):
    named = [field.name for field in table.FIELDS[collection]]
    assert sorted(named) == sorted(table.MODELS[collection].model_fields.keys() - table.GEOMETRY)


@pytest.mark.parametrize("name", table.TYPED_CHOICES)
def test_choices_are_those_of_the_schema(name):
    fields = [field for each in table.FIELDS.values() for field in each if field.name == name]
    assert [tuple(field.choices) for field in fields] == [table.choices_of(name)]


@pytest.mark.parametrize("kind", BY_SLUG)
def test_a_form_asks_for_the_fields_of_the_kind_and_no_others(kind):
    diagram = complete()["diagram"]
    form = ComponentForm(diagram, entities=complete()["data_model"]["entities"], initial={"kind": kind})
    expected = [field.name for field in table.COMPONENT_FIELDS if not field.only_for or kind in field.only_for]
    assert list(form.fields) == expected
    assert sorted(bound.name for _, part in form.sections for bound in part) == sorted(expected)


@pytest.mark.parametrize("collection", table.FIELDS)
def test_the_columns_and_their_defaults_follow(collection):
    columns = {column.name: column for column in TABLES[collection][1]}
    assert list(columns) == [field.name for field in table.FIELDS[collection] if field.view]
    for name, column in columns.items():
        default = table.default_of(collection, name)
        assert default is None or column.default == default


def test_typed_figures_are_read_as_the_table_says():
    for collection in table.FIELDS:
        for field in table.FIELDS[collection]:
            assert KINDS.get(("diagram", collection, "*", field.name)) == field.quantity


def test_an_example_is_read_as_its_kind():
    from calculators.engine.readings import read_as

    for fields in table.FIELDS.values():
        for field in fields:
            if field.quantity:
                assert read_as(field.quantity, field.example).quantity is not None, field.name


def test_the_documentation_lists_every_field():
    text = DOCS.read_text(encoding="utf-8")

    assert all(f"| `{field.name}` | {field.label} |" in text for fields in table.FIELDS.values() for field in fields)
    assert table.with_tables(text) == text, ".venv/bin/python -m designs.document --write"
