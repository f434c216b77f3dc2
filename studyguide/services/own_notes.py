"""Notes that readers bring: sent as a ZIP or as files, read within the request when few, else by the task worker."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import User
from studyguide.models import ArchivePiece, Card, CardState, ContentRevision, NoteBody, NoteImport, SearchEntry, Topic
from studyguide.notes.errors import NoteError
from studyguide.notes.images import SUFFIXES as PICTURE_SUFFIXES
from studyguide.notes.images import PictureRefusedError
from studyguide.notes.notices import NoteWarning, summed
from studyguide.services.files import SUFFIXES, NoteFiles
from studyguide.services.notes import NoteSource, Report, import_notes
from studyguide.services.pictures import forget_unused
from studyguide.services.pieces import joined, put_pieces
from web.tasks import long_task

MAX_FILES = 20_000
MAX_PATH, MAX_FOLDERS = 1_000, 60
MAX_UNPACKED = 300_000_000
AT_ONCE_BYTES = 20_000  # of Markdown, unpacked: wide tables and many aliases take 50 ms a kilobyte
AT_ONCE_FILES = 200
AT_ONCE_HEADINGS = 500  # each may become a topic, which takes a thousandth of a second
HEADING = re.compile(rb"^[ \t>]{0,20}+(?:#|[=-]++[ \t]*+\r?$)", re.MULTILINE)
MOST_BODIES = 20
DRAWN = re.compile("[\u2500-\u25a0]")
MIXED = re.compile("[A-Za-z][\u3400-\u9fff]|[\u3400-\u9fff][a-z]")
NAMES_IN_UTF8 = 0x800  # the bit of a ZIP entry that says so
MOST_ARCHIVED = 200_000_000  # bytes of files, as they were sent, that are kept of one reader
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)
MAX_SECONDS = 300
MAX_MEGABYTES = 900


class NotesRefusedError(ValueError):
    """Files that cannot become notes; the message says why, for whoever sent them."""


def packed(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Files with their paths as one ZIP; a single ZIP stays as it is."""
    if len(files) == 1 and zipfile.is_zipfile(io.BytesIO(files[0][1])):
        return files[0][1]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, raw in files:
            _refuse_long(path)
            archive.writestr(path.replace("\\", "/").lstrip("/") or "note.md", raw)
    return out.getvalue()


def _refuse_long(path: str) -> None:
    """Refuses deep nesting of folders, which are read recursively."""
    if len(path) > MAX_PATH:
        raise NotesRefusedError(f"The path of {path[:60]}… has {len(path):,} characters; {MAX_PATH:,} are read.")
    if path.replace("\\", "/").count("/") > MAX_FOLDERS:
        raise NotesRefusedError(f"{path[:60]}… lies in more than {MAX_FOLDERS} folders in each other.")


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Macs and Info-ZIP write names in UTF-8 without the mark that says so; Python reads those as CP437, as Windows
    writes them in many countries. Signs for drawing boxes are in no name: then it is another encoding of Windows."""
    if entry.flag_bits & NAMES_IN_UTF8:
        return entry.filename
    raw = entry.filename.encode("cp437")
    try:
        return raw.decode()
    except UnicodeError:
        pass
    if not DRAWN.search(entry.filename):
        return entry.filename
    try:
        chinese = raw.decode("gb18030")
    except UnicodeError:
        chinese = ""
    # Bytes of Western letters read as Chinese give signs beside letters, and rare ones.
    return chinese if chinese and not MIXED.search(chinese) else raw.decode("cp1252", errors="replace")


def unpacked(file: IO[bytes]) -> NoteFiles:
    """The files of an archive, without the one folder that all of them may lie in. Pictures are unpacked one by one,
    when a note shows them, so the file stays open. NotesRefusedError."""
    found, outside = NoteFiles(), []
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MAX_FILES:
            raise NotesRefusedError(f"The archive has {len(entries):,} files; {MAX_FILES:,} are read.")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise NotesRefusedError(f"Unpacked, the files have more than {MAX_UNPACKED:,} bytes.")
        inside = {}
        for entry in entries:
            name = _name_of(entry)
            _refuse_long(name)
            path = PurePosixPath(name.replace("\\", "/"))
            if stat.S_ISLNK(entry.external_attr >> 16) or path.is_absolute() or ".." in path.parts:
                outside.append(name)
                continue
            inside[path.as_posix()] = entry
        tops = {PurePosixPath(path).parts[0] for path in inside}
        is_wrapped = len(tops) == 1 and all(len(PurePosixPath(path).parts) > 1 for path in inside)
        for name in sorted(inside):
            found.add(name.partition("/")[2] if is_wrapped else name, _reader_of(archive, inside[name]))
    except UNREADABLE as error:
        if isinstance(error, NotesRefusedError):
            raise
        raise NotesRefusedError("The file is not a readable ZIP archive.") from error
    for name in outside:
        found.leave_outside(name)
    return found


def _reader_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(entry)
        except UNREADABLE as error:
            if entry.filename.lower().endswith(tuple(PICTURE_SUFFIXES)):
                raise PictureRefusedError("the picture cannot be unpacked") from error
            raise

    return read


def _is_much(raw: bytes) -> bool:
    """Whether there is too much to read for a request; what nobody can read is refused at once."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(SUFFIXES)]
            if len(entries) > AT_ONCE_FILES or sum(entry.file_size for entry in entries) > AT_ONCE_BYTES:
                return True
            return sum(len(HEADING.findall(archive.read(entry))) for entry in entries) > AT_ONCE_HEADINGS
    except UNREADABLE:
        return False


def send_notes(
    owner: User, title: str, files: Sequence[tuple[str, bytes]], *, now: datetime, at_once: bool = False
) -> NoteImport:
    """Takes files for the owner's notes of this title, new ones or those that are there. They are kept as they were
    sent, for the reader's export. `at_once` reads also many within the request. NotesRefusedError."""
    archive = packed(files)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        kept = (
            ArchivePiece.objects.filter(note_import__body__owner=owner)
            .exclude(note_import__body__title=title)
            .aggregate(bytes=Sum(Length("content")))
        )
        if (kept["bytes"] or 0) + len(archive) > MOST_ARCHIVED:
            raise NotesRefusedError(f"{MOST_ARCHIVED // 1_000_000} MB of notes are the most; remove some first.")
        body = NoteBody.objects.filter(owner=owner, title=title).first()
        if body is None:
            if NoteBody.objects.filter(owner=owner).count() >= MOST_BODIES:
                raise NotesRefusedError(f"{MOST_BODIES} bodies of notes are the most; remove one first.")
            body = NoteBody.objects.create(owner=owner, title=title, source_name=f"own-{owner.pk}-{title}"[:70])
            body.source_name = f"own-{body.pk}"
            body.save(update_fields=["source_name"])
        values: dict[str, Any] = {"begun_at": None, "done_at": None, "refusal": "", "report": {}}
        made, _ = NoteImport.objects.update_or_create(body=body, defaults=values)
        put_pieces(made.pieces, io.BytesIO(archive))
        is_later = not at_once and _is_much(archive)
        if is_later:
            read_notes.enqueue(made.pk)
    if not is_later:
        complete(made, now=now)
    return made


def note_stopped(reason: str, import_id: int) -> None:
    stopped = NoteImport.objects.filter(pk=import_id, done_at=None)
    ArchivePiece.objects.filter(note_import__in=stopped).delete()
    stopped.update(refusal=reason[:1000], done_at=timezone.now())


@long_task(seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES, when_stopped=note_stopped)
def read_notes(import_id: int) -> None:
    """Nothing when the notes were removed meanwhile."""
    if made := NoteImport.objects.select_related("body").filter(pk=import_id, done_at=None).first():
        complete(made, now=timezone.now())


def complete(made: NoteImport, *, now: datetime) -> None:
    """Reads the files and keeps the report, or why there is none."""
    NoteImport.objects.filter(pk=made.pk).update(begun_at=now)
    with joined(made.pieces) as archive:
        _complete(made, archive, now)


def _complete(made: NoteImport, archive: IO[bytes], now: datetime) -> None:
    try:
        files = unpacked(archive)
        if not files.notes:
            inside = " It holds another ZIP: unpack it, and send what is within." if files.has_archive else ""
            raise NotesRefusedError(f"There is no Markdown file (.md) in it.{inside}")
        source = NoteSource(name=made.body.source_name, body=made.body, dialect=files.dialect)
        report = import_notes(files.notes, source=source, now=now, prune=True, pictures=files.read_pictures())
        made.report = _told(report, files.warnings)
        _put_cards_into_deck(made.body)
    except (NotesRefusedError, NoteError) as error:
        made.refusal = str(error)
        made.pieces.all().delete()
    made.done_at = timezone.now()
    made.save(update_fields=["report", "refusal", "done_at"])


def _told(report: Report, warnings: Sequence[NoteWarning]) -> dict[str, object]:
    counts = {
        "topics": len(report.created) + len(report.updated) + len(report.unchanged), "new": len(report.created),
        "changed": len(report.updated), "removed": len(report.removed), "links": report.link_count,
        "pictures": report.picture_count, "cards": report.card_count,
    }  # fmt: skip
    remarks = [
        {
            "weight": each.weight, "words": each.words, "count": each.count, "places": [str(p) for p in each.places],
            "more": max(0, each.place_count - len(each.places)),
        }
        for each in summed([*warnings, *report.warnings])
    ]  # fmt: skip
    return {"counts": counts, "remarks": remarks}


def _put_cards_into_deck(body: NoteBody) -> None:
    cards = Card.objects.filter(owner=body.owner_id, topic__body=body).present().values_list("pk", flat=True)
    states = [CardState(learner_id=body.owner_id, card_id=pk) for pk in cards]
    CardState.objects.bulk_create(states, batch_size=500, ignore_conflicts=True)


def remove_notes(body: NoteBody) -> None:
    """Deletes the notes with their topics; cards that were answered stay in the deck."""
    _remove(body.source_name)
    body.delete()


def remove_source(name: str) -> int:
    """The same for notes of the site, by their name; how many topics there were."""
    return _remove(name)


@transaction.atomic
def _remove(source_name: str) -> int:
    topics = Topic.objects.filter(source_name=source_name)
    slugs = list(topics.values_list("slug", flat=True))
    for at in range(0, len(slugs), 500):
        SearchEntry.objects.filter(kind="topic", key__in=slugs[at : at + 500]).delete()
    Card.objects.filter(topic__in=topics, removed_at=None).update(removed_at=timezone.now())
    topics.delete()
    forget_unused()
    ContentRevision.advance()
    return len(slugs)
