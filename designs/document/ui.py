"""Step 3: a rough user interface, and the one transaction from its start to the feedback."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Coordinate, Id, Item, Length, Model, Name, Reference, Text
from designs.document.limits import MAX_ITEMS

ElementKind = Literal[
    "heading",
    "text",
    "input",
    "text_area",
    "choice",
    "button",
    "link",
    "image",
    "video",
    "list",
    "card",
    "map",
    "menu",
    "box",
]


class Element(Item):
    """A box of the wireframe, placed on its screen in pixels."""

    kind: ElementKind
    label: Name = ""
    operation: Annotated[Reference, Field(description="The operation that it calls: an id of `api.operations`.")] = ""
    x: Coordinate = 0
    y: Coordinate = 0
    width: Length = 120
    height: Length = 32


class Screen(Item):
    name: Name = ""
    note: Text = ""
    elements: Annotated[dict[Id, Element], Field(max_length=MAX_ITEMS)] = {}


class TransactionStep(Item):
    """One step of the transaction: what the user does or sees, where, and what it calls."""

    text: Text = ""
    screen: Annotated[Reference, Field(description="An id of `ui.screens`.")] = ""
    element: Annotated[Reference, Field(description="An id of an element of a screen.")] = ""
    operation: Annotated[Reference, Field(description="An id of `api.operations`.")] = ""


class UserInterface(Model):
    screens: Annotated[dict[Id, Screen], Field(max_length=MAX_ITEMS)] = {}
    transaction: Annotated[dict[Id, TransactionStep], Field(max_length=MAX_ITEMS)] = {}
