"""Classes: those one teaches, those one attends, their settings and their people."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guests import ensure_guest
from classrooms.access import Role, membership_in, signed_in, taught_class
from classrooms.forms import ClassForm, JoinForm
from classrooms.models import Classroom, Membership
from classrooms.selectors.classes import due_work, students_in_order, students_of, taught_assignments
from classrooms.services import classes
from classrooms.services.classes import ClassError
from designs.access import acting_user
from web.audit import record
from web.throttle import limit
from web.typed import LARGEST_KEY, whole_number

SECTION = {"section": "classes"}
CODES_AN_HOUR = 400  # typed behind one address: a large class, with mistakes


@require_safe
def classroom_list(request: HttpRequest) -> HttpResponse:
    user = acting_user(request)
    user_id = user.pk if user else None
    context = {
        **SECTION,
        "taught": Classroom.objects.taught_by(user_id),
        "attended": Classroom.objects.attended_by(user_id),
        "due": due_work(user_id, now=timezone.now()),
        "join_form": JoinForm(initial={"code": request.GET.get("code", "")[:20]}),
        "class_form": ClassForm(),
        "may_teach": user is not None and not user.is_guest,
    }
    return render(request, "classrooms/classroom_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_new(request: HttpRequest) -> HttpResponse:
    """For whoever has an account: a guest could not find the class again."""
    user = signed_in(request)
    if user.is_guest:
        messages.error(request, "Sign up first, so that the class is yours on every computer.")
        return redirect("account_signup")
    form = ClassForm(request.POST or None)
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
            # Looked up before anybody becomes a guest.
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
    context = {**SECTION, "classroom": classroom, "member": member, "now": now}
    if member.role == Role.INSTRUCTOR:
        context |= {"assignments": taught_assignments(classroom), "student_count": students_of(classroom).count()}
        return render(request, "classrooms/classroom_taught.html", context)
    context["due"] = due_work(member.user_id, now=now, classroom=classroom)
    return render(request, "classrooms/classroom_attended.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def classroom_settings(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom = taught_class(request, classroom_id)
    initial = {"name": classroom.name, "time_zone": classroom.time_zone}
    form = ClassForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        classes.rename(classroom, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("classrooms:classroom_settings", classroom.pk)
    context = {
        **SECTION,
        "classroom": classroom,
        "form": form,
        "instructors": classroom.memberships.filter(role=Role.INSTRUCTOR, left_at=None).select_related("user"),
        "students": students_in_order(classroom),
        "expected": classroom.roster.filter(membership=None),
    }
    return render(request, "classrooms/classroom_settings.html", context, status=422 if form.is_bound else 200)


@require_POST
def classroom_roster(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom = taught_class(request, classroom_id)
    file = request.FILES.get("roster")
    if file is None:
        messages.error(request, "Choose a CSV file first.")
        return redirect("classrooms:classroom_settings", classroom.pk)
    try:
        report = classes.load_roster(classroom, file.read(classes.MOST_ROSTER_BYTES + 1))
    except ClassError as error:
        messages.error(request, str(error))
    else:
        if report.problems:
            messages.error(request, "Nothing was loaded: " + "; ".join(report.problems[:5]) + ".")
        else:
            messages.success(request, f"{report.added} people added, {report.known} were known.")
    return redirect("classrooms:classroom_settings", classroom.pk)


@require_POST
def classroom_do(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """What instructors do with a class and its people, each by a button."""
    classroom = taught_class(request, classroom_id)
    done = request.POST.get("do", "")
    does = DOES.get(done)
    try:
        if does is not None:
            does(request, classroom)
            record(f"class: {done}", request, classroom=classroom.pk)
    except ClassError as error:
        messages.error(request, str(error))
    still_teaches = Classroom.objects.taught_by(signed_in(request).pk).filter(pk=classroom.pk).exists()
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


def _add_instructor(request: HttpRequest, classroom: Classroom) -> None:
    classes.add_instructor(classroom, request.POST.get("username", ""), at=timezone.now())
    messages.success(request, "They teach this class now, too.")


def _transfer(request: HttpRequest, classroom: Classroom) -> None:
    giver = membership_in(request, classroom.pk)
    classes.transfer(classroom, request.POST.get("username", ""), giver=giver, at=timezone.now())
    messages.success(request, "The class has been handed over.")


def _remove(request: HttpRequest, classroom: Classroom) -> None:
    typed = request.POST.get("member", "")
    members = Membership.objects.filter(classroom=classroom, left_at=None)
    member = get_object_or_404(members, pk=whole_number(typed, most=LARGEST_KEY) or 0)
    classes.remove(member, at=timezone.now())
    messages.success(request, f"{member} is not in the class any more.")


DOES: dict[str, Callable[[HttpRequest, Classroom], None]] = {
    "new-code": _new_code,
    "joining": _joining,
    "archive": _archive,
    "add-instructor": _add_instructor,
    "transfer": _transfer,
    "remove": _remove,
}
