"""Peer review: handed out and shown by the teacher, written by students."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from classrooms.access import led_assignment, signed_in, taught_work
from classrooms.forms import PeersForm
from classrooms.models import PeerReview
from classrooms.pages.peers import PeerForm, compared, reviewers_of
from classrooms.services import peers
from classrooms.services.errors import ClassError
from designs.document.schema import Document
from designs.exchange.sections import report
from designs.pages.drawings import drawn
from designs.scenarios.reference import reference_of
from web.watching.audit import record

SECTION = {"section": "classes"}


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_peers(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Hands reviews out, takes them back while none is written, and shows them to the authors."""
    assignment = led_assignment(request, assignment_id)
    if not assignment.is_design:
        return redirect(assignment)
    does = request.POST.get("do", "")
    form = PeersForm(request.POST if does == "hand-out" else None, zone=assignment.classroom.time_zone)
    if request.method == "POST" and (does != "hand-out" or form.is_valid()):
        now = timezone.now()
        try:
            if does == "hand-out":
                count = peers.hand_out(assignment, at=now, **form.cleaned_data)
                messages.success(request, f"{count} students have reviews to write.")
            elif does == "show":
                peers.show(assignment, at=now)
                messages.success(request, "Authors read their reviews now.")
            elif does == "take-back":
                peers.take_back(assignment)
                messages.success(request, "The reviews are taken back.")
            record(f"peer reviews: {does}", request, assignment=assignment.pk)
            return redirect("classrooms:assignment_peers", assignment.pk)
        except ClassError as error:
            messages.error(request, str(error))
    context = {
        **SECTION,
        "assignment": assignment,
        "classroom": assignment.classroom,
        "form": form,
        "reviewers": reviewers_of(assignment),
        "is_written": assignment.peer_reviews.exclude(done_at=None).exists(),
    }
    return render(request, "classrooms/assignment_peers.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def peer_hide(request: HttpRequest, work_id: int, review_id: int) -> HttpResponse:
    """Keeps a review from its author, or lets them read it again."""
    work = taught_work(request, work_id)
    reviews = PeerReview.objects.filter(assignment=work.assignment).exclude(submission=None)
    review = get_object_or_404(reviews, pk=review_id)
    review.is_hidden = not review.is_hidden
    review.save(update_fields=["is_hidden"])
    record("peer review hidden" if review.is_hidden else "peer review shown", request, work=work.pk, review=review.pk)
    return redirect(f"{work.get_absolute_url()}#peers")


@require_http_methods(["GET", "HEAD", "POST"])
def peer_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One design, without a name, with the rubric to fill in."""
    mine = PeerReview.objects.filter(reviewer__user=signed_in(request), reviewer__left_at=None)
    review = get_object_or_404(mine.select_related("assignment__classroom", "submission"), pk=review_id)
    assignment = review.assignment
    if review.submission is not None and not peers.is_calibrated(review):
        first = mine.filter(assignment=assignment, submission=None).first()
        if first is not None:
            messages.info(request, "Begin with this one, on which everybody is measured.")
            return redirect(first)
    form = PeerForm(request.POST or None, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            peers.write(review, form.levels(), form.cleaned_data.get("words", ""), at=timezone.now())
        except ClassError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your review is kept.")
            return redirect(review if review.submission is None else assignment)
    document = review.submission.data() if review.submission else reference_of(assignment.data)
    sprite = static("icons.svg")
    context = {
        **SECTION,
        "review": review,
        "assignment": assignment,
        "classroom": assignment.classroom,
        "form": form,
        "compared": compared(review),
        "is_closed": assignment.peers_shown_at is not None
        or (review.submission is None and review.done_at is not None),
        "sections": report(Document.model_validate(document)),
        "drawing": drawn(document.get("diagram", {}), title=str(review), icon_href=lambda name: f"{sprite}#{name}"),
    }
    return render(request, "classrooms/peer_review.html", context, status=422 if form.is_bound else 200)
