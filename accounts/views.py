from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.claims import summary_of
from accounts.exports import exported_zip
from accounts.forms import ReauthenticateForm
from accounts.models import User
from accounts.removal import StillNeededError, delete_account
from web import audit


class GuestsMayEnter:
    """A guest is signed in, and yet may sign up or in: django-allauth sees nobody, and `request.guest` is kept."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.is_guest:
            request.guest = user  # type: ignore[attr-defined]
            request.user = AnonymousUser()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class LoginView(GuestsMayEnter, allauth_views.LoginView):
    pass


class SignupView(GuestsMayEnter, allauth_views.SignupView):
    pass


class PasswordResetFromKeyView(GuestsMayEnter, allauth_views.PasswordResetFromKeyView):
    """A guest who follows a link out of a letter stays a guest, and moves in by signing in afterwards."""


class ConfirmEmailView(GuestsMayEnter, allauth_views.ConfirmEmailView):
    def logout_other_user(self, confirmation: Any) -> None:
        """Only once the address is confirmed: merely looking at the page changes nothing."""
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


def members_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A guest has no password and no e-mail address to manage: signing up gives both."""

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if cast(User, request.user).is_guest:
            return redirect("account_signup")
        return view(request, *args, **kwargs)

    return checked


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who you are here, what you have, and what you can do about it."""
    return render(request, "account/account.html", {"summary": summary_of(cast(User, request.user))})


@require_POST
@login_required
def account_export(request: HttpRequest) -> FileResponse:
    packed = exported_zip(cast(User, request.user), now=timezone.now())
    audit.record("exported own data", request)
    return FileResponse(packed, as_attachment=True, filename="loadbearing-export.zip", content_type="application/zip")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_delete(request: HttpRequest) -> HttpResponse:
    """Deletes the account and all that hangs on it; members confirm with their password."""
    user = cast(User, request.user)
    form = ReauthenticateForm(request.POST or None, user=user) if user.has_usable_password() else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _deleted(request, user)
    context = {"form": form, "summary": summary_of(user)}
    return render(request, "account/account_delete.html", context)


def _deleted(request: HttpRequest, user: User) -> HttpResponse:
    try:
        facts = delete_account(user)
    except StillNeededError as error:
        messages.error(request, f"Others still need what you keep: {error}. Close or hand it over first.")
        return redirect("accounts:account_delete")
    audit.record("account deleted", request, **facts)
    logout(request)
    messages.success(request, "Your account and everything in it are gone.")
    return redirect("home")
