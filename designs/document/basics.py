"""What every section is made of: ids, texts, quantities as typed, formulas, and sets of ids.

There is no null anywhere in a document, because in a merge patch null means "delete" (RFC 7396): what is not known yet
is an empty string or left out. There are also no lists of objects that people edit, because a merge patch can only
replace a list whole: a collection is a map from id to object, sorted by `order`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from designs.document.limits import MAX_COORDINATE, MAX_ITEMS, MAX_NAME, MAX_TEXT, ONE_LINE, PRINTABLE

Id = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"),
    Field(description="Chosen by the client that adds the object, unique in its collection, never changed."),
]
Reference = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9_-]{0,39})?$"),
    Field(description="The id of another object, or an empty string."),
]
Variable = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$"),
    Field(description="The name of a quantity in the estimate, as formulas use it."),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
SlugOrEmpty = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_-]{0,79})?$")]
Name = Annotated[str, StringConstraints(max_length=MAX_NAME, pattern=ONE_LINE)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=PRINTABLE)]
Quantity = Annotated[
    str,
    StringConstraints(max_length=80, pattern=ONE_LINE),
    Field(description="A number with its unit as typed: `5 kB`, `99.95%`, `50M..200M`. Empty when not known yet."),
]
Formula = Annotated[
    str,
    StringConstraints(max_length=500, pattern=ONE_LINE),
    Field(description="A formula over the names of the estimate, or a quantity. Empty when not known yet."),
]
Order = Annotated[float, Field(allow_inf_nan=False, description="Sorts the collection; ties are broken by id.")]
Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=MAX_COORDINATE, allow_inf_nan=False)]
IdSet = Annotated[
    dict[Id, Literal[True]],
    Field(max_length=MAX_ITEMS, description="A set of ids, written as a map to true so that patches can merge."),
]


class Model(BaseModel):
    """Strict and closed: a number in a string, or an unknown field, is an error that names its path."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Item(Model):
    """An object of a collection."""

    order: Order = 0


ItemT = TypeVar("ItemT", bound=Item)


def in_order(collection: Mapping[str, ItemT]) -> list[tuple[str, ItemT]]:
    """The collection as people see it: by `order`, then by id."""
    return sorted(collection.items(), key=lambda pair: (pair[1].order, pair[0]))
