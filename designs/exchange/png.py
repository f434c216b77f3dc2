"""PNG pictures that draw.io saved: the drawing is in a text chunk of the picture with the name `mxfile`.

A text chunk is a name, a zero byte and a text (PNG specification 1.2, section 4.2.3): `tEXt` plain, `zTXt` deflated,
`iTXt` either, in UTF-8. draw.io percent-encodes the text.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from designs.exchange.problems import ImportFailedError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NAMES = (b"mxfile", b"mxGraphModel")
MAX_INFLATED = 8_000_000


def drawing_in(raw: bytes) -> bytes:
    """The XML of the drawing. Raises ImportFailedError when the picture contains no drawing."""
    for kind, data in _chunks(raw):
        name, _, rest = data.partition(b"\0")
        if name not in NAMES:
            continue
        if kind == b"zTXt":
            rest = _inflated(rest[1:])
        elif kind == b"iTXt":
            is_packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
            rest = _inflated(rest) if is_packed else rest
        return unquote(rest.decode("utf-8", errors="replace")).encode() if rest[:1] == b"%" else rest
    raise ImportFailedError("this PNG is a picture alone; a drawing that draw.io exports with a copy of it can be read")


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Text chunks up to the end of the file or the first invalid chunk."""
    at = len(SIGNATURE)
    while at + 8 <= len(raw):
        length, kind = struct.unpack(">I4s", raw[at : at + 8])
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            yield kind, raw[at + 8 : at + 8 + length]
        at += 12 + length


def _inflated(packed: bytes) -> bytes:
    opener = zlib.decompressobj()
    try:
        text = opener.decompress(packed, MAX_INFLATED)
    except zlib.error:
        raise ImportFailedError("the drawing in this PNG is damaged") from None
    if opener.unconsumed_tail:
        raise ImportFailedError(f"the drawing in this PNG is larger than {MAX_INFLATED:,} bytes")
    return text
