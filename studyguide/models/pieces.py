"""Files that wait in the database until a worker reads them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Piece(models.Model):
    """A part of a file, as it was sent. As one value a file would stand in memory several times, and a database may
    copy it with each change of its row."""

    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["number"]
