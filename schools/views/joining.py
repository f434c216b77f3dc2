"""Joins the account that a launch made with an older account of the same person."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services.claims import summary_of
from classrooms.access import signed_in
from schools.services.joining import (
    HOLDS,
    JoiningError,
    join_accounts,
    may_be_joined,
    platforms_of,
    promise_of,
    promised,
)
from web.watching import audit

COOKIE = "joining-account"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Explains what will happen, and sends the person who came from a platform to sign in to their own account."""
    user = signed_in(request)
    if not may_be_joined(user):
        messages.info(request, "This account has a way in of its own, so there is nothing to join.")
        return redirect("accounts:account")
    if request.method != "POST":
        context = {"platforms": platforms_of(user), "summary": summary_of(user)}
        return render(request, "schools/join.html", context)
    promise = promise_of(user)
    logout(request)
    confirm = reverse("schools:join_confirm")
    response = redirect(f"{reverse('account_login')}?{urlencode({'next': confirm})}")
    response.set_cookie(
        COOKIE,
        promise,
        max_age=int(HOLDS.total_seconds()),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
        path=confirm,
    )
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_confirm(request: HttpRequest) -> HttpResponse:
    """The person confirms it, signed in to their own account in the browser that came from the platform."""
    own = signed_in(request)
    try:
        came = promised(request.COOKIES.get(COOKIE, ""))
        if request.method != "POST":
            return render(request, "schools/join_confirm.html", _context(came))
        number = came.pk
        join_accounts(came, own)
    except JoiningError as error:
        messages.error(request, str(error))
        return redirect("accounts:account")
    audit.record("accounts joined", request, gone=number, into=own.pk)
    messages.success(request, "Your course leads to this account from now on, with all that you had made there.")
    response = redirect("classrooms:classroom_list")
    response.delete_cookie(COOKIE, path=reverse("schools:join_confirm"))
    return response


def _context(came: User) -> dict[str, object]:
    return {"came": came, "platforms": platforms_of(came), "summary": summary_of(came)}
