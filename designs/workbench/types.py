"""The type at a place of the document, looked up in the schema itself."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from designs.document.basics import Item
from designs.document.schema import Document

Path = tuple[str, ...]
SET_MEMBER = Literal[True]


@dataclass(frozen=True)
class PlaceType:
    """`default` is None for a required field."""

    type: Any
    default: Any = None

    @property
    def is_object(self) -> bool:
        return isinstance(self.type, type) and issubclass(self.type, BaseModel)

    @property
    def is_set(self) -> bool:
        return get_origin(self.type) is dict and get_args(self.type)[1] == SET_MEMBER

    @property
    def is_set_member(self) -> bool:
        return bool(self.type == SET_MEMBER)

    @property
    def is_collection_of_items(self) -> bool:
        if get_origin(self.type) is not dict:
            return False
        inner = get_args(self.type)[1]
        return isinstance(inner, type) and issubclass(inner, Item)


@lru_cache(maxsize=4096)
def type_at(path: Path) -> PlaceType | None:
    """None for a place that the schema does not have."""
    here: Any = Document
    default: Any = None
    for part in path:
        default = None
        if get_origin(here) is dict:
            here = _bare(get_args(here)[1])
        elif isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            field = here.model_fields[part]
            here = _bare(field.annotation)
            default = None if field.default is PydanticUndefined else field.default
        else:
            return None
    return PlaceType(here, default)


def _bare(annotation: Any) -> Any:
    """The type without Annotated; Literal and dict stay."""
    while hasattr(annotation, "__metadata__") and not isinstance(annotation, types.GenericAlias):
        annotation = annotation.__origin__
    return annotation
