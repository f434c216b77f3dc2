"""One student's work: what the instructor marks and says, and what the student reads of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from classrooms.access import signed_in, taught_assignment, taught_work, work_for
from classrooms.models import Submission, Work
from classrooms.pages.marking import MarkForm, page_of
from classrooms.pages.peers import peers_of
from classrooms.selectors.works import comments_of, group_names, neighbours_of, queue_of
from classrooms.services import comments, marking, opinions
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from designs.document.schema import Document
from designs.exchange.sections import report
from designs.pages.drawings import drawn
from designs.scenarios.schema import CHECK_WORDS
from designs.selectors.interviews import state_of
from designs.services.interviews import open_to_interviewer
from web.sent.once import sent_once
from web.sent.typed import LARGEST_KEY, tidy, whole_number
from web.watching.audit import record

SECTION = {"section": "classes"}


@require_safe
def work_detail(request: HttpRequest, work_id: int) -> HttpResponse:
    """For instructors what was handed in (or with `draft=1` the draft), for the student what came back."""
    work, is_taught = work_for(request, work_id)
    if not is_taught:
        return _feedback(request, work)
    return _marking(request, work, submission=_looked_at(request, work))


def marking_page(request: HttpRequest, work: Work, *, answer: str, refused: str) -> HttpResponse:
    """With an answer to a request for another look that could not be taken."""
    return _marking(request, work, submission=work.last_submission, answer=answer, refused=refused)


def feedback_page(request: HttpRequest, work: Work, *, reason: str, refused: str) -> HttpResponse:
    """With a request for another look that could not be taken."""
    return _feedback(request, work, reason=reason, refused=refused)


def _looked_at(request: HttpRequest, work: Work) -> Submission | None:
    """The submission that an address names, else the last one; None for the draft."""
    if request.GET.get("draft") == "1" and work.design is not None:
        return None
    asked = whole_number(request.GET.get("submission", ""), most=LARGEST_KEY)
    if asked is not None:
        return get_object_or_404(work.submissions, pk=asked)
    return work.last_submission


def _marking(
    request: HttpRequest,
    work: Work,
    *,
    submission: Submission | None,
    comment_data: QueryDict | None = None,
    mark_data: QueryDict | None = None,
    answer: str = "",
    refused: str = "",
) -> HttpResponse:
    if submission is not None:
        submission.work = work
    reader = signed_in(request).pk
    queue = queue_of(work.assignment, reader=reader)
    moment = whole_number(request.GET.get("moment", ""))
    page = page_of(
        work,
        queue=queue,
        submission=submission,
        reader=reader,
        moment=moment,
        comment_data=comment_data,
        mark_data=mark_data,
    )
    following = queue.next_after(work)
    interview = working.running_interview(work)
    context = {
        **SECTION,
        "page": page,
        "work": work,
        "assignment": work.assignment,
        "classroom": work.assignment.classroom,
        "submissions": work.counting,
        "together": [] if work.is_veiled else group_names(work),
        "drawing": _drawing(page.document or {}, f"The drawing of {work.called}"),
        "neighbours": neighbours_of(work),
        "next_work": following.work if following else None,
        "due_at": working.due_time(work),
        "clock": state_of(interview, timezone.now()) if interview else None,
        "asked": work.regrades.filter(answered_at=None).first(),
        "peers": peers_of(work, for_author=False),
        "answer": answer,
        "refused": refused,
        "saved_comments": work.assignment.classroom.saved_comments.all()[:60],
        "can_see_design": not work.is_veiled
        and work.design is not None
        and work.design.binned_at is None
        and work.student.left_at is None,
    }
    is_refused = comment_data is not None or mark_data is not None or refused != ""
    return render(request, "classrooms/work_marking.html", context, status=422 if is_refused else 200)


def _drawing(document: dict[str, Any], title: str) -> SafeString:
    """With its icons; each box and arrow names itself, so that it can be chosen for a comment."""
    sprite = static("icons.svg")
    return drawn(document.get("diagram", {}), title=title, icon_href=lambda name: f"{sprite}#{name}", named=True)


def _feedback(request: HttpRequest, work: Work, *, reason: str = "", refused: str = "") -> HttpResponse:
    given, said = work.last_return, list(comments_of(work, shown_only=True))
    peers = peers_of(work, for_author=True)
    if given is None and not said and not peers.reviews:
        messages.info(request, "Your teacher has not given this back yet.")
        return redirect(work.assignment)
    submission = given.submission if given else work.last_submission
    document = marking.document_of(work, submission) or {}
    context = {
        **SECTION,
        "work": work,
        "assignment": work.assignment,
        "classroom": work.assignment.classroom,
        "given": given,
        "earlier": [each for each in work.returns.all() if given and each.pk != given.pk],
        "submission": submission,
        "comments": said,
        "asked": list(work.regrades.all()),
        "peers": peers,
        "may_ask": given is not None and not work.regrades.filter(answered_at=None).exists(),
        "reason": reason,
        "refused": refused,
        "sections": report(Document.model_validate(document)) if document else [],
        "drawing": _drawing(document, "Your drawing"),
    }
    return render(request, "classrooms/work_feedback.html", context, status=422 if refused else 200)


@require_POST
@sent_once
def work_comment(request: HttpRequest, work_id: int) -> HttpResponse:
    work = taught_work(request, work_id)
    submission = _posted_submission(request, work)
    queue = queue_of(work.assignment, students=[])
    posted = _with_saved_words(request, work)
    form = page_of(work, queue=queue, submission=submission, comment_data=posted).comment_form
    if form.is_valid():
        clean = form.cleaned_data
        is_kept, teacher = clean.pop("is_kept"), signed_in(request)
        try:
            marking.comment(work, author=teacher, at=timezone.now(), submission=submission, **clean)
            if is_kept:
                comments.save_comment(work.assignment.classroom, clean["words"], author=teacher, at=timezone.now())
        except ClassError as error:
            form.add_error(None, str(error))
        else:
            _count_uses(request, work)
            messages.success(request, "The comment is kept." if not clean["is_shown"] else "The student can read it.")
            return redirect(f"{_address(work, submission)}#comments")
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return _marking(request, work, submission=submission, comment_data=posted)


def _with_saved_words(request: HttpRequest, work: Work) -> QueryDict:
    """Without scripts the button of a saved comment sends its number; its words are added after the typed ones."""
    asked = whole_number(request.POST.get("saved", ""), most=LARGEST_KEY)
    if asked is None:
        return request.POST
    saved = get_object_or_404(work.assignment.classroom.saved_comments, pk=asked)
    posted = request.POST.copy()
    posted["words"] = f"{posted.get('words', '').strip()} {saved.words}".strip()
    return posted


def _count_uses(request: HttpRequest, work: Work) -> None:
    """`used` are those that a script inserted, `saved` is the one whose button was pressed."""
    used = [*request.POST.getlist("used")[:50], request.POST.get("saved", "")]
    comments.count_uses(work.assignment.classroom, [whole_number(each, most=LARGEST_KEY) for each in used])


def _posted_submission(request: HttpRequest, work: Work) -> Submission | None:
    asked = whole_number(request.POST.get("submission", ""), most=LARGEST_KEY)
    if asked is None:
        return None
    found = get_object_or_404(work.submissions, pk=asked)
    found.work = work
    return found


def _address(work: Work, submission: Submission | None) -> str:
    last = work.last_submission
    if submission is None:
        return f"{work.get_absolute_url()}?draft=1" if last else work.get_absolute_url()
    if last is not None and last.pk == submission.pk:
        return work.get_absolute_url()
    return f"{work.get_absolute_url()}?submission={submission.pk}"


@require_POST
def work_sit_in(request: HttpRequest, work_id: int) -> HttpResponse:
    """Leads to the interviewer's page of a student's running interview."""
    work = taught_work(request, work_id)
    interview = working.running_interview(work)
    if interview is None:
        messages.info(request, f"{work.called} is in no interview now.")
        return redirect(work)
    token = open_to_interviewer(interview)
    record("teacher sits in", request, work=work.pk)
    return redirect("designs:interview_watch", token)


@require_POST
def comment_delete(request: HttpRequest, work_id: int, comment_id: int) -> HttpResponse:
    """Deletes the marker's own comment; nobody deletes a colleague's."""
    work = taught_work(request, work_id)
    get_object_or_404(work.comments.filter(author=signed_in(request)), pk=comment_id).delete()
    return redirect(f"{work.get_absolute_url()}#comments")


@require_POST
def work_mark(request: HttpRequest, work_id: int) -> HttpResponse:
    """All levels of the form and the words, on the submission that the form showed; `return` also gives them back."""
    work = taught_work(request, work_id)
    submission = _posted_submission(request, work)
    if submission is None:
        messages.error(request, "Nothing was handed in. Take the draft as handed in first, then mark it.")
        return redirect(work)
    persons = [each.work for each in marking.together(submission)]
    form = MarkForm(request.POST, rubric=work.assignment.data.rubric, works=persons)
    if not form.is_valid():
        messages.error(request, "Nothing was kept yet: see what is said at the fields.")
        return _marking(request, work, submission=submission, mark_data=request.POST)
    try:
        teacher = signed_in(request)
        feedback = form.cleaned_data["feedback"]
        became = opinions.mark_as(submission, form.levels(), feedback=feedback, marker=teacher)
        for each, points, reason in form.adjustments():
            marking.adjust(work if each.pk == work.pk else each, points, reason)
        said = _say_to_all(request, work)
        _count_uses(request, work)
        done = became or _kept_or_given(request, work, submission, teacher)
    except ClassError as error:
        messages.error(request, str(error))
        return _marking(request, work, submission=submission, mark_data=request.POST)
    messages.success(request, done + said)
    if open_lines := form.open_lines():
        messages.warning(request, f"To mark still in {work.called}'s work: {', '.join(open_lines)}.")
    if request.POST.get("next"):
        following = queue_of(work.assignment, reader=signed_in(request).pk).next_after(work)
        if following is not None and following.work is not None:
            return redirect(following.work)
        messages.info(request, "Nothing is left to mark.")
        return redirect("classrooms:assignment_queue", work.assignment_id)
    return redirect(_address(work, submission))


def _say_to_all(request: HttpRequest, work: Work) -> str:
    """Remarks on findings, which all who share the finding read."""
    known = dict(work.assignment.remarks.values_list("finding", "words"))
    changed = 0
    for check in CHECK_WORDS:
        typed = request.POST.get(f"remark-{check}")
        if typed is not None and tidy(typed, 2_000) != known.get(check, ""):
            marking.remark(work.assignment, check, typed)
            changed += 1
    return f" {changed} remark{'s' * (changed != 1)} changed for all who share the finding." if changed else ""


def _kept_or_given(request: HttpRequest, work: Work, submission: Submission, teacher: User) -> str:
    if request.POST.get("return"):
        marking.give_back(submission, by=teacher, at=timezone.now())
        record("feedback returned", request, work=work.pk)
        return f"{work.called} can read it now."
    given = work.returns.order_by("-at", "-pk").first()
    if given is not None and given.submission_id == submission.pk:
        return "Kept. The student still reads what you gave back before; give it back again to change that."
    return "Kept, and not shown to the student yet."


@require_POST
def work_take(request: HttpRequest, work_id: int) -> HttpResponse:
    """Takes the present draft as handed in, for a student who never pressed the button."""
    work = taught_work(request, work_id)
    try:
        submission = working.submit(work, at=timezone.now(), taken_by=signed_in(request))
    except ClassError as error:
        messages.error(request, str(error))
        return redirect(work)
    record("draft taken as handed in", request, work=work.pk)
    messages.success(request, f"Version {submission.version} counts as handed in, taken by you.")
    return redirect(work)


@require_POST
def assignment_return(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Gives back everything that is chosen and wholly marked."""
    assignment, teacher = taught_assignment(request, assignment_id), signed_in(request)
    chosen = {whole_number(each, most=LARGEST_KEY) for each in request.POST.getlist("work")}
    if not chosen:
        messages.error(request, "Choose whom to give it back to.")
        return redirect("classrooms:assignment_queue", assignment.pk)
    given = 0
    try:
        for row in queue_of(assignment).ready:
            if row.work is not None and row.submission is not None and row.work.pk in chosen:
                submission = row.work.submissions.get(pk=row.submission.pk)
                submission.work = row.work
                marking.give_back(submission, by=teacher, at=timezone.now())
                given += len(marking.together(submission))
    except ClassError as error:
        messages.error(request, str(error))
    record("feedback returned to many", request, assignment=assignment.pk, count=given)
    if given:
        messages.success(request, f"{given} student{'s' * (given != 1)} can read it now.")
    return redirect("classrooms:assignment_queue", assignment.pk)
