from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import views as allauth_views
from allauth.socialaccount.internal.flows.connect import validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from accounts.forms import BringForm, ReauthenticateForm
from accounts.models import User
from accounts.services.claims import summary_of
from accounts.services.exports import exported_zip
from accounts.services.imports import bring
from accounts.services.packs import PackError
from accounts.services.removal import StillNeededError, delete_account
from accounts.signing_in.single_sign_on import Provider, offered
from web.watching import audit


class GuestsMayEnter:
    """Lets a guest sign up or sign in although a session exists: django-allauth sees nobody, and `request.guest` keeps
    the guest."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        let_guest_enter(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def let_guest_enter(request: HttpRequest) -> None:
    user = request.user
    if isinstance(user, User) and user.is_guest:
        request.guest = user  # type: ignore[attr-defined]
        request.user = AnonymousUser()


class OfferingProviders(GuestsMayEnter):
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)  # type: ignore[misc]
        return context | {"providers": offered(self.request)}  # type: ignore[attr-defined]


class LoginView(OfferingProviders, allauth_views.LoginView):
    pass


class SignupView(OfferingProviders, allauth_views.SignupView):
    pass


class PasswordResetFromKeyView(GuestsMayEnter, allauth_views.PasswordResetFromKeyView):
    """A guest who follows a link in a mail stays a guest; the work moves when they sign in afterwards."""


class ConfirmEmailView(GuestsMayEnter, allauth_views.ConfirmEmailView):
    def logout_other_user(self, confirmation: Any) -> None:
        """Only once the address is confirmed: merely looking at the page changes nothing."""
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


def members_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages for members only: a guest has no password and no e-mail address to manage until they sign up."""

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
    user = cast(User, request.user)
    linked = {each.provider: each for each in SocialAccount.objects.filter(user=user)}
    ways = [(provider, linked.get(provider.app.provider_id)) for provider in offered(request)]
    return render(request, "account/account.html", {"summary": summary_of(user), "ways": ways})


@require_POST
@login_required
def account_export(request: HttpRequest) -> FileResponse:
    packed = exported_zip(cast(User, request.user), now=timezone.now())
    audit.record("exported own data", request)
    return FileResponse(packed, as_attachment=True, filename="loadbearing-export.zip", content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_bring(request: HttpRequest) -> HttpResponse:
    """Takes an export of an account, of this site or another, and says what came and what did not."""
    form, brought = BringForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            brought = bring(cast(User, request.user), form.cleaned_data["file"], now=timezone.now())
        except PackError as error:
            form.add_error("file", str(error))
        else:
            audit.record("brought an export", request)
    context = {"form": form, "brought": brought}
    return render(request, "account/account_bring.html", context, status=422 if form.errors else 200)


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


@require_http_methods(["GET", "HEAD", "POST"])
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to a school's or company's own sign-in, only by POST, so that no link of another site signs anybody in.

    A page leads on, instead of a redirect as the answer: `form-action` of our policy would stop a form that leaves the
    site.
    """
    provider = _offered_or_404(request, provider_id)
    leads_to = request.POST.get("next", "") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(leads_to, {request.get_host()}, require_https=request.is_secure()):
        leads_to = ""
    if request.method != "POST":
        return render(request, "account/through.html", {"provider": provider, "next": leads_to})
    process = "connect" if request.POST.get("process") == "connect" else "login"
    try:
        answer = provider.redirect(request, process=process, next_url=leads_to or None)
    except (RequestException, KeyError, ValueError, TypeError):
        return _unreachable(request, provider)
    return render(request, "account/going.html", {"provider": provider, "address": answer["Location"]})


@require_safe
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends people back to, with a code that the site exchanges for a signed token."""
    provider = _offered_or_404(request, provider_id)
    let_guest_enter(request)
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Provider(request, provider_id))(request)
    except (RequestException, KeyError, ValueError, TypeError):
        return _unreachable(request, provider)
    return answer


@require_safe
def oidc_cancelled(request: HttpRequest) -> HttpResponse:
    messages.info(request, "You came back without signing in.")
    return redirect("account_login")


@require_POST
@members_only
def oidc_leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ends this way in, if another one is left."""
    linked = get_object_or_404(SocialAccount, user=cast(User, request.user), provider=provider_id)
    try:
        validate_disconnect(request, linked)
    except ValidationError:
        messages.error(request, "This is your only way in. Set a password first.")
        return redirect("accounts:account")
    linked.delete()
    audit.record("way in ended", request, provider=provider_id)
    messages.success(request, "You no longer sign in that way.")
    return redirect("accounts:account")


def _offered_or_404(request: HttpRequest, provider_id: str) -> Any:
    found = [each for each in offered(request) if each.app.provider_id == provider_id]
    if not found:
        raise Http404("no such way to sign in")
    return found[0]


def _unreachable(request: HttpRequest, provider: Any) -> HttpResponse:
    audit.record("sign-in refused", request, provider=provider.app.provider_id, because="no readable answer")
    return render(request, "account/unreachable.html", {"provider": provider}, status=502)
