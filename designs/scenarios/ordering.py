"""Gives the objects of a design's collections the order of the file, so that authors need not number them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from designs.document.basics import Item
from designs.document.schema import Document


def with_order(document: Mapping[str, Any], model: type[BaseModel] = Document) -> dict[str, Any]:
    """A copy in which each object without `order` gets its position; values of another form are left unchanged."""
    result: dict[str, Any] = dict(document)
    for name, field in model.model_fields.items():
        value = result.get(name)
        if not isinstance(value, dict):
            continue
        inner = field.annotation
        if get_origin(inner) is dict and issubclass(kind := _model(get_args(inner)[1]), Item):
            result[name] = {key: _placed(item, place, kind) for place, (key, item) in enumerate(value.items(), start=1)}
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            result[name] = with_order(value, inner)
    return result


def _placed(item: Any, place: int, kind: type[BaseModel]) -> Any:
    return with_order({"order": place, **item}, kind) if isinstance(item, dict) else item


def _model(annotation: Any) -> type[BaseModel]:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else BaseModel
