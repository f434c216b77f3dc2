"""Opens packages from strangers: their contents are checked before anything is unpacked.

Only the database is ever unpacked, into a file that we name; of every other entry only the first bytes are read.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

import zstandard

from studyguide.decks.problems import (
    MAX_COLLECTION,
    MAX_DIRECTORY,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    MIN_SUSPECT,
    DeckError,
)

# The newest form first: Anki puts a note saying "please update" into the older ones beside it.
COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
NAME = re.compile(r"collection\.(?:anki2|anki21|anki21b)|meta|media|[0-9]{1,6}")
END = struct.Struct("<4s4H2LH")
END_MAGIC = b"PK\x05\x06"
ZIP64_LOCATOR = b"PK\x06\x07"
LONGEST_END = END.size + 65_535
NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CHUNK = 1 << 16
MAX_WINDOW = 1 << 26  # bytes that zstd may keep at once
ENCRYPTED = 0x1
UNREADABLE = (zipfile.BadZipFile, zlib.error, zstandard.ZstdError, EOFError, NotImplementedError, RuntimeError, OSError)


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive, after its list of contents was found harmless; DeckError otherwise."""
    _check_end(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, struct.error, ValueError, UnicodeError, NotImplementedError) as error:
        raise DeckError("The archive's list of contents is broken.") from error
    with archive:
        _check_entries(archive)
        _check_overlaps(archive)
        _check_nested(archive)
        yield archive


def _check_end(file: BinaryIO) -> None:
    """Checks the length of the list of contents in the last record: a list that is too long is not read."""
    size = file.seek(0, 2)
    start = max(0, size - LONGEST_END)
    file.seek(start)
    tail = file.read(LONGEST_END)
    place = tail.rfind(END_MAGIC)
    if place < 0 or place + END.size > len(tail):
        raise DeckError("This is not an Anki package: it has no list of contents as archives have.")
    _, _, _, _, count, directory, _, _ = END.unpack_from(tail, place)
    if ZIP64_LOCATOR in tail[:place] or count > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise DeckError(f"The archive has too many entries; {MAX_ENTRIES:,} are read.")
    file.seek(0)


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise DeckError(f"The archive has {len(entries):,} entries; {MAX_ENTRIES:,} are read.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise DeckError("The archive has two entries of one name.")
    for entry in entries:
        _check_entry(entry)
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED:
        raise DeckError(f"Unpacked it would have {total:,} bytes; {MAX_UNPACKED:,} are allowed.")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    shown = repr(name[:60])
    # `orig_filename` is what stands in the file: zipfile cuts names at a NUL and turns some separators round.
    if not NAME.fullmatch(name) or entry.orig_filename != name:
        raise DeckError(f"The archive holds {shown}, which no Anki package does.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise DeckError(f"{shown} in the archive is a link or a device, not a file.")
    if entry.flag_bits & ENCRYPTED:
        raise DeckError(f"{shown} in the archive is encrypted.")
    if entry.compress_type not in METHODS:
        raise DeckError(f"{shown} in the archive is packed in a way that Anki does not use.")
    if entry.file_size > MIN_SUSPECT and entry.file_size > MAX_RATIO * entry.compress_size:
        raise DeckError(f"{shown} says that it unpacks to {entry.file_size:,} bytes from {entry.compress_size:,}.")


def _check_overlaps(archive: zipfile.ZipFile) -> None:
    """Entries that share bytes make an archive that is larger inside than its size could ever allow."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise DeckError("Entries of the archive overlap.")
        end = entry.header_offset + entry.compress_size
    if end > archive.start_dir:
        raise DeckError("Entries of the archive overlap with its list of contents.")


def _check_nested(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        try:
            with archive.open(entry) as inside:
                head = inside.read(4)
        except UNREADABLE as error:
            raise DeckError(f"{entry.filename!r} in the archive is broken.") from error
        if head.startswith(NESTED):
            raise DeckError(f"{entry.filename!r} in the archive is another archive.")


def collection_name(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    found = next((name for name in COLLECTIONS if name in names), None)
    if found is None:
        raise DeckError("The archive holds no collection of cards: is it an Anki package (.apkg)?")
    return found


def unpacks_to_more_than(size: int, file: BinaryIO) -> bool:
    """Whether a package has more bytes within. Not one that cannot be opened, which is said when it is read."""
    try:
        with opened(file) as archive:
            name = collection_name(archive)
            if sum(entry.file_size for entry in archive.infolist()) > size:
                return True
            with archive.open(name) as inside:
                return len(_unpacked(inside, name).read(size + 1)) > size
    except (DeckError, *UNREADABLE):
        return False


def _unpacked(inside: IO[bytes], name: str) -> IO[bytes]:
    if name != "collection.anki21b":
        return inside
    return zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(inside)


def unpack(archive: zipfile.ZipFile, name: str, out: BinaryIO) -> None:
    """Unpacks the database into a file and counts the bytes, whatever size the archive stated."""
    try:
        with archive.open(name) as inside:
            entry = archive.getinfo(name)
            packed = entry.file_size if name == "collection.anki21b" else entry.compress_size
            _copy(_unpacked(inside, name), out, packed=packed)
    except UNREADABLE as error:
        raise DeckError("The collection in the archive cannot be unpacked: it is broken.") from error
    out.flush()


def _copy(inside: IO[bytes], out: BinaryIO, *, packed: int) -> None:
    total = 0
    while chunk := inside.read(CHUNK):
        total += len(chunk)
        if total > MAX_COLLECTION or (total > MIN_SUSPECT and total > MAX_RATIO * packed):
            raise DeckError(f"The collection unpacks to more than {total:,} bytes from {packed:,}: too many.")
        out.write(chunk)
