"""From bytes to lines that the rest may trust: UTF-8, no control characters, no absurd lines."""

from __future__ import annotations

import re

from studyguide.notes.errors import NoteError

MAX_BYTES = 5_000_000
MAX_LINE_LENGTH = 20_000
# Python-Markdown's inline patterns take quadratic time on long runs of one of these; no prose has such runs.
RUN = re.compile(r"([(\[`*_<!&~^|\\])\1{199,}")
# Control characters and the private use area, which we use for our own marks.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff]")


def read_text(raw: bytes, *, path: str) -> str:
    """The text with `\\n` line ends; NoteError names the line that is not text."""
    if len(raw) > MAX_BYTES:
        raise NoteError(f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read", path=path, line=1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NoteError(f"expected UTF-8, found byte 0x{raw[error.start]:02x}", path=path, line=line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if len(max(lines, key=len)) > MAX_LINE_LENGTH or RUN.search(text):
        _refuse_line(lines, path=path)
    return NOT_TEXT.sub("", text)


def _refuse_line(lines: list[str], *, path: str) -> None:
    for number, line_text in enumerate(lines, start=1):
        if len(line_text) > MAX_LINE_LENGTH:
            message = f"the line has {len(line_text):,} characters; at most {MAX_LINE_LENGTH:,} are read"
            raise NoteError(message, path=path, line=number)
        if run := RUN.search(line_text):
            raise NoteError(
                f"{len(run.group()):,} times {run.group(1)!r} in a row is not prose", path=path, line=number
            )
