"""Files kept in the database in pieces of a megabyte, until a worker reads them."""

from __future__ import annotations

import tempfile
from typing import Any, BinaryIO, cast

PIECE = 1_000_000  # bytes in one row
IN_MEMORY = 5_000_000  # bytes of a file that needs no file on disk to be read


def put_pieces(pieces: Any, content: BinaryIO) -> None:
    """In place of what was there; `pieces` is the related manager of a model of pieces."""
    pieces.all().delete()
    content.seek(0)
    number = 0
    while piece := content.read(PIECE):
        pieces.create(number=number, content=piece)
        number += 1


def joined(pieces: Any) -> BinaryIO:
    """A file with the content, to be closed; empty when it was not kept."""
    file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    for content in pieces.values_list("content", flat=True).iterator(chunk_size=1):
        file.write(content)
    file.seek(0)
    return file
