"""What somebody was told of their classes, and the switches for it."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from classrooms.access import signed_in
from classrooms.models import Notice, NoticeKind, NoticeSwitch
from classrooms.services.notices import mark_read, set_switches

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The list; `do` marks all as read, or keeps the switches."""
    user = signed_in(request)
    if request.method == "POST":
        if request.POST.get("do") == "read":
            mark_read(user, at=timezone.now())
        elif request.POST.get("do") == "switches":
            chosen = {
                kind: (f"page-{kind.value}" in request.POST, f"mail-{kind.value}" in request.POST)
                for kind in NoticeKind
            }
            set_switches(user, chosen)
            messages.success(request, "Kept.")
        return redirect("classrooms:notices")
    found = Notice.objects.filter(member__user=user, member__left_at=None, is_on_page=True)
    standing = {each.kind: each for each in NoticeSwitch.objects.filter(user=user)}
    context = {
        "section": "classes",
        "notices": found.select_related("assignment__classroom")[:SHOWN],
        "unread": found.filter(read_at=None).count(),
        "switches": [
            (kind.value, kind.label, _is_on(standing, kind, "on_page"), _is_on(standing, kind, "by_mail"))
            for kind in NoticeKind
        ],
        "has_address": EmailAddress.objects.filter(user=user, verified=True, primary=True).exists(),
    }
    return render(request, "classrooms/notices.html", context)


def _is_on(standing: dict[str, NoticeSwitch], kind: NoticeKind, name: str) -> bool:
    switch = standing.get(kind.value)
    return bool(getattr(switch, name)) if switch else True
