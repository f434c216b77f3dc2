"""For teachers: which marks of an assignment have reached the platform."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from classrooms.access import led_class, signed_in, taught_assignment
from schools.models import Course
from schools.pages.grades import grades_page
from schools.services.grades import send_all_again
from schools.services.roster import read_roster
from web.sent.typed import LARGEST_KEY, whole_number
from web.watching import audit


@require_safe
def assignment_grades(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    context = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "grades": grades_page(assignment),
    }
    return render(request, "schools/grades.html", context)


@require_POST
def assignment_grades_send(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Sends all marks again."""
    assignment = taught_assignment(request, assignment_id)
    send_all_again(assignment, at=timezone.now())
    audit.record("marks sent again", request, assignment=assignment.pk)
    messages.success(request, "All marks that were given back are on their way again.")
    return redirect("schools:assignment_grades", assignment.pk)


@require_POST
def course_roster(request: HttpRequest, classroom_id: int, course_id: int) -> HttpResponse:
    """Asks the platform for the people of the course."""
    classroom = led_class(request, classroom_id)
    course = get_object_or_404(Course, pk=course_id, classroom=classroom)
    if course.members_url:
        read_roster.enqueue(course.pk, signed_in(request).pk)
        messages.success(request, "The list of people is being asked for; reload this page in a moment.")
    else:
        messages.error(request, "The platform does not give this site the list of people.")
    back_to = whole_number(request.POST.get("next_assignment", ""), most=LARGEST_KEY)
    return redirect("schools:assignment_grades", back_to) if back_to else redirect(classroom)
