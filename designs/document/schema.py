"""The document as a whole, and how a plain dict becomes one.

`python -m designs.document` prints the JSON Schema (2020-12) that `schema.json` publishes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema

from designs.document.api import Api
from designs.document.basics import Id, IdSet, Item, Model, Name, Slug, SlugOrEmpty, Text
from designs.document.data_model import DataModel
from designs.document.diagram import Diagram
from designs.document.estimate import Estimate
from designs.document.limits import MAX_ITEMS
from designs.document.reasoning import Bottleneck, Decision, Flow
from designs.document.scope import Scope
from designs.document.ui import UserInterface

FORMAT: Literal[2] = 2
SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"


class Meta(Model):
    title: Name = ""
    method: Annotated[SlugOrEmpty, Field(description="The method whose steps are followed.")] = ""
    scenario: Annotated[SlugOrEmpty, Field(description="The scenario it was created from; empty for a blank page.")] = (
        ""
    )


class Step(Item):
    """Notes at a step of the method, and the checklist entries that a person ticked."""

    note: Text = ""
    checked: IdSet = {}


class Document(Model):
    """A design, from the question to its bottlenecks. `format` changes only when old ones need converting."""

    format: Literal[2] = FORMAT
    meta: Meta = Meta()
    steps: Annotated[dict[Slug, Step], Field(max_length=MAX_ITEMS, description="By slug of the method's step.")] = {}
    scope: Scope = Scope()
    estimate: Estimate = Estimate()
    ui: UserInterface = UserInterface()
    data_model: DataModel = DataModel()
    api: Api = Api()
    diagram: Diagram = Diagram()
    flows: Annotated[dict[Id, Flow], Field(max_length=MAX_ITEMS)] = {}
    decisions: Annotated[dict[Id, Decision], Field(max_length=MAX_ITEMS)] = {}
    bottlenecks: Annotated[dict[Id, Bottleneck], Field(max_length=MAX_ITEMS)] = {}


def blank(*, title: str = "", method: str = "", scenario: str = "") -> dict[str, Any]:
    """A new document, with only the fields that have no default."""
    meta = {"title": title, "method": method, "scenario": scenario}
    return {"format": FORMAT, "meta": {key: value for key, value in meta.items() if value}}


class ClosedSchema(GenerateJsonSchema):
    """Pydantic writes the form of ids as a pattern of keys, which alone would accept all other keys too."""

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        written = super().dict_schema(schema)
        if "patternProperties" in written:
            written.pop("propertyNames", None)
            written["additionalProperties"] = False
        return written


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a document, as published."""
    return {"$schema": SCHEMA_URL, **Document.model_json_schema(schema_generator=ClosedSchema)}
