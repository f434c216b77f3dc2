"""Many rows at once, without an object of the model for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connections, models, router

AS_THEY_ARE = frozenset({int, str, type(None)})


def insert_new(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts values of the named fields (of a relation, the id); a row that breaks a uniqueness stays out.

    It does what `bulk_create(ignore_conflicts=True)` does, in a quarter of its time. Fields that are not named get no
    default: they must allow NULL.
    """
    connection = connections[router.db_for_write(model)]
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
    ready = [field.get_db_prep_save for field in fields]
    values = [
        tuple(
            value if type(value) in AS_THEY_ARE else prepare(value, connection)
            for prepare, value in zip(ready, row, strict=True)
        )
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
