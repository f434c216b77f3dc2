"""From bytes to lines that the rest may trust: text without control characters."""

from __future__ import annotations

import codecs
import re

from studyguide.notes.errors import NoteError

MAX_BYTES = 20_000_000
# Control characters and the private use area, which we use for our own marks.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff]")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(raw: bytes, *, path: str) -> str:
    """The text with `\\n` line ends; NoteError names the line that is not text in UTF-8 (or UTF-16 with its mark)."""
    return normal(_decoded(raw, path=path))


def read_old_text(raw: bytes, *, path: str) -> str:
    """The same for Windows-1252, the encoding of most text that is not UTF-8; NoteError when it is no text at all."""
    if b"\x00" in raw:
        raise NoteError("the file is not text", path=path, line=raw.count(b"\n", 0, raw.index(b"\x00")) + 1)
    return normal(raw.decode("cp1252", errors="replace"))


def normal(text: str) -> str:
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(raw: bytes, *, path: str) -> str:
    if len(raw) > MAX_BYTES:
        raise NoteError(f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read", path=path, line=1)
    try:
        return raw.decode("utf-16") if raw.startswith(UTF_16) else raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NoteError(f"expected UTF-8, found byte 0x{raw[error.start]:02x}", path=path, line=line) from error
