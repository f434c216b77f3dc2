"""The people of a class: its roster from a file, previewed before it is added, and later corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from classrooms.access import led_class, signed_in
from classrooms.models import Classroom, Membership, RosterEntry
from classrooms.rosters.layouts import COLUMNS, Layout, layout_of, left_out, people_of
from classrooms.rosters.tables import MOST_BYTES, RosterFileError, Row, read_table
from classrooms.services import classes, roster
from classrooms.services.errors import ClassError
from web.sent.typed import LARGEST_KEY, whole_number
from web.watching.audit import record

SECTION = {"section": "classes"}
SALT = "classrooms.roster"
SHOWN_ROWS = 5
# A list of addresses or logins is enough to start with.
NAMES = {"name", "given", "family", "email", "login"}


@require_POST
def classroom_roster(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Shows what a file would add: which column is what, who is new, known or there twice. Nothing is added yet."""
    classroom = led_class(request, classroom_id)
    file = request.FILES.get("roster")
    try:
        if file is None:
            raise RosterFileError("Choose a file first.")
        remarks: list[str] = []
        rows = read_table(file.read(MOST_BYTES + 1), remarks)
        layout = layout_of([row for _, row in rows])
        return _preview(request, classroom, rows, layout, str(file.name), remarks)
    except RosterFileError as error:
        messages.error(request, f"{file.name}: {error}" if file else str(error))
        return redirect("classrooms:classroom_settings", classroom.pk)


def _preview(
    request: HttpRequest,
    classroom: Classroom,
    rows: list[tuple[int, Row]],
    layout: Layout,
    file_name: str,
    remarks: list[str],
) -> HttpResponse:
    people = people_of(rows, layout)
    if not people and layout.has_head:
        raise RosterFileError("The file names nobody below its header row.")
    found = roster.proposed(classroom, people)
    width = max(len(row) for _, row in rows)
    columns = [*layout.columns, *([""] * (width - len(layout.columns)))]
    named = rows[layout.head_at][1]
    heads = [*named, *([""] * (width - len(named)))]
    body = [row for _, row in (rows[layout.head_at + 1 :] if layout.has_head else rows)][:SHOWN_ROWS]
    context: dict[str, Any] = {
        **SECTION,
        "classroom": classroom,
        "file_name": file_name,
        "layout": layout,
        "columns": [
            {
                "at": at,
                "head": heads[at] if layout.has_head else f"Column {at + 1}",
                "column": column,
                "examples": [row[at] for row in body if at < len(row) and row[at]][:3],
            }
            for at, column in enumerate(columns)
        ],
        "choices": list(COLUMNS.items()),
        "found": found,
        "left_out": left_out(rows, layout),
        "remarks": remarks,
        "counts": {fate: sum(each.fate == fate for each in found) for fate in ("new", "known", "double", "wrong")},
        "kept": signing.dumps(
            [file_name, layout.has_head, layout.head_at, layout.system, remarks, rows], salt=SALT, compress=True
        ),
        "has_name": NAMES & set(columns),
    }
    return render(request, "classrooms/roster_preview.html", context)


@require_POST
def roster_add(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Adds what was shown; with `again` it is shown with the columns as they were chosen."""
    classroom = led_class(request, classroom_id)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=24 * 3600)
        file_name, has_head, head_at, system, remarks, kept_rows = kept
    except (signing.BadSignature, ValueError):
        messages.error(request, "The site no longer keeps that list. Choose the file again.")
        return redirect("classrooms:classroom_settings", classroom.pk)
    rows = [(line, tuple(row)) for line, row in kept_rows]
    width = max(len(row) for _, row in rows)
    columns = tuple(request.POST.get(f"column-{at}", "") for at in range(width))
    chosen = tuple(each if each in COLUMNS else "" for each in columns)
    layout = Layout(chosen, has_head=bool(has_head), system=system, head_at=head_at)
    try:
        if request.POST.get("again") or not NAMES & set(layout.columns):
            if not request.POST.get("again"):
                messages.error(request, "Say which column holds the names, or at least the e-mail addresses.")
            return _preview(request, classroom, rows, layout, file_name, remarks)
        lines = {whole_number(each) for each in request.POST.getlist("double")}
        doubles = frozenset(each for each in lines if each is not None)
        came_with, added = roster.add_people(
            classroom,
            people_of(rows, layout),
            file_name=file_name,
            by=signed_in(request),
            at=timezone.now(),
            doubles=doubles,
        )
    except (RosterFileError, ClassError) as error:
        messages.error(request, str(error))
        return redirect("classrooms:classroom_settings", classroom.pk)
    record("roster loaded", request, classroom=classroom.pk, count=added)
    if came_with is None:
        messages.info(request, "Nobody was added: all of them are on the roster already.")
    else:
        messages.success(request, f"{added} {'person' if added == 1 else 'people'} added from {came_with}.")
    return redirect("classrooms:classroom_settings", classroom.pk)


@require_POST
def roster_undo(request: HttpRequest, classroom_id: int, import_id: int) -> HttpResponse:
    classroom = led_class(request, classroom_id)
    came_with = classroom.roster_imports.filter(pk=import_id).first()
    if came_with is None:
        messages.info(request, "That list is taken back already.")
        return redirect("classrooms:classroom_settings", classroom.pk)
    gone = roster.undo_import(came_with)
    record("roster taken back", request, classroom=classroom.pk, count=gone)
    messages.success(request, f"What {came_with} had added is taken back. Students who have joined stay in the class.")
    return redirect("classrooms:classroom_settings", classroom.pk)


@require_POST
def classroom_people(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """What can be put right of one person or one line of the roster."""
    classroom = led_class(request, classroom_id)
    done = request.POST.get("do", "")
    does = DOES.get(done)
    if does is not None:
        try:
            messages.success(request, does(request, classroom))
            record(f"people: {done}", request, classroom=classroom.pk)
        except ClassError as error:
            messages.error(request, str(error))
    return redirect("classrooms:classroom_settings", classroom.pk)


def _member(request: HttpRequest, classroom: Classroom) -> Membership:
    asked = whole_number(request.POST.get("member", ""), most=LARGEST_KEY)
    return get_object_or_404(Membership.objects.filter(classroom=classroom), pk=asked or 0)


def _entry(request: HttpRequest, classroom: Classroom) -> RosterEntry:
    asked = whole_number(request.POST.get("entry", ""), most=LARGEST_KEY)
    return get_object_or_404(RosterEntry.objects.filter(classroom=classroom), pk=asked or 0)


def _rename(request: HttpRequest, classroom: Classroom) -> str:
    member = _member(request, classroom)
    classes.rename_member(member, name=request.POST.get("name", ""), number=request.POST.get("number", ""))
    roster.join_to_roster(member)
    return f"The class now shows the name {member}."


def _readmit(request: HttpRequest, classroom: Classroom) -> str:
    member = _member(request, classroom)
    classes.readmit(member)
    return f"{member} is in the class again, with all that they had made."


def _demote(request: HttpRequest, classroom: Classroom) -> str:
    member = _member(request, classroom)
    classes.demote(member)
    return f"{member} is a student of this class now."


def _change_entry(request: HttpRequest, classroom: Classroom) -> str:
    entry = _entry(request, classroom)
    posted = request.POST
    roster.change_entry(
        entry, name=posted.get("name", ""), number=posted.get("number", ""), email=posted.get("email", "")
    )
    roster.join_all(classroom)
    return f"{entry} is corrected on the roster."


def _delete_entry(request: HttpRequest, classroom: Classroom) -> str:
    entry = _entry(request, classroom)
    entry.delete()
    return f"{entry} is removed from the roster."


def _link(request: HttpRequest, classroom: Classroom) -> str:
    entry = _entry(request, classroom)
    if not request.POST.get("member"):
        roster.link(entry, None)
        return f"{entry} is no longer matched to a student of the class."
    member = _member(request, classroom)
    roster.link(entry, member)
    return f"{entry} on the roster is matched to {member} of the class."


DOES: dict[str, Callable[[HttpRequest, Classroom], str]] = {
    "rename": _rename,
    "readmit": _readmit,
    "demote": _demote,
    "change-entry": _change_entry,
    "delete-entry": _delete_entry,
    "link": _link,
}
