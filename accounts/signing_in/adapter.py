"""Where django-allauth meets our users: guests are claimed at sign-up and merged at sign-in."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import BaseSignupForm
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from accounts.services.claims import merge_guest
from accounts.signing_in.attempts import forget_failures, remember_browser
from web.limits.addresses import client_address
from web.watching import audit


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def new_user(self, request: HttpRequest) -> User:
        """Whoever signs up as a guest keeps the row, and with it everything that they have made."""
        return getattr(request, "guest", None) or User()

    def save_user(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        form: BaseSignupForm,
        commit: bool = True,  # noqa: FBT001, FBT002
    ) -> AbstractBaseUser:
        cast(User, user).is_guest = False
        return super().save_user(request, user, form, commit=commit)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Moves a guest's work over before the session changes hands, so that nothing is lost if that fails."""
        guest: User | None = getattr(request, "guest", None)
        owner = cast(User, user)
        if guest is not None and guest.pk != owner.pk:
            number = guest.pk
            merge_guest(guest, owner)
            audit.record("guest merged", request, guest=number, into=owner.pk)
            messages.success(request, "What you made as a guest is in your account now.")
        super().login(request, owner)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **more)
        remember_browser(request, response, user.get_username())
        return response

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A new password ends the count of wrong ones: nobody can keep the owner out by guessing."""
        super().set_password(user, password)
        forget_failures(user.get_username())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:account")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:  # noqa: ARG002
        return reverse("accounts:account") if self.request.user.is_authenticated else reverse("account_login")
