"""Classes: those one teaches, those one attends, their settings and their people."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.guests import ensure_guest
from classrooms.access import Role, led_class, membership_in, signed_in, taught_class
from classrooms.forms import ClassForm, CopyForm, JoinForm, NewClassForm
from classrooms.models import TEACHING, Assignment, Classroom, Membership
from classrooms.pages.gradebook import LAYOUTS, gradebook_csv, gradebook_of
from classrooms.review.names import folded
from classrooms.selectors.classes import (
    due_work,
    students_in_order,
    students_of,
    taught_assignments,
    unread_notices,
    with_counts,
)
from classrooms.selectors.notes import notes_in
from classrooms.services import classes
from classrooms.services.copying import copy_classroom
from classrooms.services.errors import ClassError
from designs.access import acting_user
from web.limits.throttle import limit
from web.sent.once import sent_once
from web.sent.typed import LARGEST_KEY, whole_number
from web.shown.render import csv_download
from web.watching.audit import record

SECTION = {"section": "classes"}
Whom = dict[str, object]  # the person that a line of the audit log is about
MOST_MATCHES = 10_000  # of names on the roster and students, each an option of a form
CODES_AN_HOUR = 400  # typed behind one address: a large class, with mistakes


@require_safe
def classroom_list(request: HttpRequest) -> HttpResponse:
    user = acting_user(request)
    user_id = user.pk if user else None
    context = {
        **SECTION,
        "taught": with_counts(Classroom.objects.taught_by(user_id), Assignment.objects.all()),
        "attended": with_counts(Classroom.objects.attended_by(user_id), Assignment.objects.open_at(timezone.now())),
        "due": due_work(user_id, now=timezone.now()),
        "join_form": JoinForm(initial={"code": request.GET.get("code", "")[:20]}),
        "class_form": NewClassForm(),
        "new_notices": unread_notices(user_id),
        "may_teach": user is not None and not user.is_guest,
    }
    return render(request, "classrooms/classroom_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def classroom_new(request: HttpRequest) -> HttpResponse:
    """For whoever has an account: a guest could not find the class again."""
    user = signed_in(request)
    if user.is_guest:
        messages.error(request, "Sign up first, so that the class is yours on every computer.")
        return redirect("account_signup")
    form = NewClassForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "classrooms/classroom_new.html", {**SECTION, "form": form}, status=status)
    clean = form.cleaned_data
    classroom = classes.create_classroom(clean["name"], owner=user, time_zone=clean["time_zone"], at=timezone.now())
    record("class made", request, classroom=classroom.pk)
    return redirect(classroom)


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_join(request: HttpRequest) -> HttpResponse:
    """Anybody with the code; whoever has no account joins as a guest and may sign up later."""
    form = JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    following = _safe_next(request)
    if request.method == "POST" and form.is_valid():
        try:
            limit(request, "join codes", most=CODES_AN_HOUR)
            # Looked up before a guest account is made.
            classes.class_of_code(form.cleaned_data["code"])
            member = classes.join(**form.cleaned_data, user=ensure_guest(request), at=timezone.now())
        except ClassError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, f"You are in {member.classroom}.")
            return redirect(following or member.classroom)
    status = 422 if form.is_bound else 200
    context = {**SECTION, "form": form, "next": following, "is_signed_in": acting_user(request) is not None}
    return render(request, "classrooms/classroom_join.html", context, status=status)


def join_path(classroom: Classroom) -> str:
    """The address that has the code in it already."""
    return f"{reverse('classrooms:classroom_join')}?{urlencode({'code': classroom.join_code})}"


@require_safe
def classroom_code(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """The address to join at as a QR code, for the wall of a lecture hall."""
    classroom = led_class(request, classroom_id)
    picture = io.BytesIO()
    segno.make(request.build_absolute_uri(join_path(classroom)), micro=False).save(
        picture, kind="svg", scale=8, border=3, dark="#000", light="#fff", title=f"Join {classroom}"
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
def gradebook(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """All assignments of a class beside each other."""
    classroom = taught_class(request, classroom_id)
    context = {**SECTION, "classroom": classroom, "book": gradebook_of(classroom), "layouts": list(LAYOUTS.items())}
    return render(request, "classrooms/gradebook.html", context)


@require_safe
def gradebook_file(request: HttpRequest, classroom_id: int, layout: str) -> HttpResponse:
    classroom = taught_class(request, classroom_id)
    if layout not in LAYOUTS:
        raise Http404("There is no such layout.")
    record("gradebook exported", request, classroom=classroom.pk)
    text = gradebook_csv(gradebook_of(classroom), layout)
    return csv_download(text, name=f"marks-{classroom.pk}-{layout}.csv")


def _safe_next(request: HttpRequest) -> str:
    """Where somebody wanted to go, when that is an address of this site's classes; else ""."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not wanted.startswith("/classes/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return ""
    return wanted


@require_safe
def classroom_detail(request: HttpRequest, classroom_id: int) -> HttpResponse:
    member = membership_in(request, classroom_id)
    classroom, now = member.classroom, timezone.now()
    is_teacher = member.role in TEACHING
    classroom.is_led = member.role == Role.INSTRUCTOR
    notes = notes_in(classroom, user_id=member.user_id, is_teacher=is_teacher)
    context = {**SECTION, "classroom": classroom, "member": member, "now": now, "notes": notes}
    if is_teacher:
        context |= {
            "assignments": taught_assignments(classroom),
            "student_count": students_of(classroom).count(),
            "join_address": request.build_absolute_uri(join_path(classroom)),
        }
        return render(request, "classrooms/classroom_taught.html", context)
    context["due"] = due_work(member.user_id, now=now, classroom=classroom)
    return render(request, "classrooms/classroom_attended.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_settings(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom = led_class(request, classroom_id)
    initial = {"name": classroom.name, "time_zone": classroom.time_zone}
    form = ClassForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        classes.rename(classroom, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("classrooms:classroom_settings", classroom.pk)
    students = students_in_order(classroom)
    unlinked = [each for each in students if getattr(each, "roster_entry", None) is None]
    expected = sorted(classroom.roster.filter(membership=None), key=lambda each: (folded(each.name), each.pk))
    context = {
        **SECTION,
        "classroom": classroom,
        "form": form,
        "instructors": classroom.memberships.filter(role__in=TEACHING, left_at=None).select_related("user"),
        "students": students,
        "unlinked": unlinked,
        "former": classroom.memberships.exclude(left_at=None).select_related("user"),
        "expected": expected,
        "is_matched_together": len(unlinked) * len(expected) > MOST_MATCHES,
        "imports": classroom.roster_imports.select_related("by").annotate(count=Count("entries")),
        "join_address": request.build_absolute_uri(join_path(classroom)),
    }
    return render(request, "classrooms/classroom_settings.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def classroom_copy(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """The class for another term: assignments, scenarios, rubrics and comments, without people and their work."""
    classroom, user = led_class(request, classroom_id), signed_in(request)
    assignments = list(classroom.assignments.defer("content").order_by("opens_at", "pk"))
    first = assignments[0].opens_at if assignments else timezone.now()
    initial = {"name": f"{classroom}, next term"[:120], "first_day": first.date() + timedelta(weeks=26)}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        copy = copy_classroom(classroom, owner=user, at=timezone.now(), **form.cleaned_data)
        record("class copied", request, classroom=classroom.pk, copy=copy.pk)
        messages.success(request, f"{copy} is made. Look at its dates before you give the code away.")
        return redirect(copy)
    context = {**SECTION, "classroom": classroom, "form": form, "assignments": assignments}
    return render(request, "classrooms/classroom_copy.html", context, status=422 if form.is_bound else 200)


@require_POST
def classroom_do(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """What instructors do with a class and its people, each by a button."""
    classroom = led_class(request, classroom_id)
    done = request.POST.get("do", "")
    does = DOES.get(done)
    try:
        if does is not None:
            whom = does(request, classroom) or {}
            record(f"class: {done}", request, classroom=classroom.pk, **whom)
    except ClassError as error:
        messages.error(request, str(error))
    still_teaches = Classroom.objects.led_by(signed_in(request).pk).filter(pk=classroom.pk).exists()
    return (
        redirect("classrooms:classroom_settings", classroom.pk)
        if still_teaches
        else redirect("classrooms:classroom_list")
    )


@require_POST
def classroom_leave(request: HttpRequest, classroom_id: int) -> HttpResponse:
    member = membership_in(request, classroom_id)
    try:
        classes.leave(member, at=timezone.now())
    except ClassError as error:
        messages.error(request, str(error))
        return redirect(member.classroom)
    messages.success(request, f"You have left {member.classroom}. What you made stays yours.")
    return redirect("classrooms:classroom_list")


def _new_code(_request: HttpRequest, classroom: Classroom) -> None:
    classes.change_code(classroom)


def _joining(request: HttpRequest, classroom: Classroom) -> None:
    classes.set_joining(classroom, is_open=request.POST.get("open") == "1")


def _archive(request: HttpRequest, classroom: Classroom) -> None:
    classes.set_archived(classroom, is_archived=request.POST.get("archive") == "1", at=timezone.now())


def _add_instructor(request: HttpRequest, classroom: Classroom) -> Whom:
    return _add(request, classroom, Role.INSTRUCTOR, "They teach this class now, too.")


def _add_assistant(request: HttpRequest, classroom: Classroom) -> Whom:
    return _add(request, classroom, Role.ASSISTANT, "They mark in this class now. Settings stay with instructors.")


def _add(request: HttpRequest, classroom: Classroom, role: Role, said: str) -> Whom:
    is_sure = request.POST.get("sure") == "1"
    username = request.POST.get("username", "")
    classes.add_instructor(classroom, username, at=timezone.now(), is_sure=is_sure, role=role)
    messages.success(request, said)
    return {"username": username[:150]}


def _transfer(request: HttpRequest, classroom: Classroom) -> Whom:
    giver = membership_in(request, classroom.pk)
    classes.transfer(classroom, request.POST.get("username", ""), giver=giver, at=timezone.now())
    messages.success(request, "The class has been handed over.")
    return {"username": request.POST.get("username", "")[:150]}


def _remove(request: HttpRequest, classroom: Classroom) -> Whom:
    typed = request.POST.get("member", "")
    members = Membership.objects.filter(classroom=classroom, left_at=None)
    member = get_object_or_404(members, pk=whole_number(typed, most=LARGEST_KEY) or 0)
    classes.remove(member, at=timezone.now())
    messages.success(request, f"{member} is not in the class any more. You can take them back in below.")
    return {"user": member.user_id}


DOES: dict[str, Callable[[HttpRequest, Classroom], Whom | None]] = {
    "new-code": _new_code,
    "joining": _joining,
    "archive": _archive,
    "add-instructor": _add_instructor,
    "add-assistant": _add_assistant,
    "transfer": _transfer,
    "remove": _remove,
}
