"""Step 2: the estimate, a sheet based on a calculator of the catalogue, with rows of the design's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from designs.document.basics import Formula, Item, Model, Name, Quantity, SlugOrEmpty, Text, Variable
from designs.document.limits import MAX_ROWS


class Input(Item):
    """The value typed for an input of the calculator, in place of its default."""

    value: Quantity = ""
    source: Annotated[
        Text, Field(description="Where the figure comes from: the interviewer, a page, an assumption.")
    ] = ""


class Row(Item):
    """A row of the design's own: an input when its formula is a plain quantity, a result otherwise."""

    label: Name = ""
    formula: Formula = ""
    unit: Annotated[Name, Field(description="The unit to show the result in; empty lets the sheet choose.")] = ""
    source: Text = ""


class Estimate(Model):
    calculator: Annotated[
        SlugOrEmpty, Field(description="The calculator that it started from; empty for a blank sheet.")
    ] = ""
    inputs: Annotated[dict[Variable, Input], Field(max_length=MAX_ROWS)] = {}
    rows: Annotated[dict[Variable, Row], Field(max_length=MAX_ROWS)] = {}
