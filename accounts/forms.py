"""The forms of django-allauth with labels that need no placeholder, and what a guest needs."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

WHAT_IS_ENOUGH = "At least 8 characters, not a common password, and not like your name."


class Labelled:
    """Sets our own labels and help texts. A placeholder that repeats the label would look like an answer."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.label = str(field.label).capitalize()
        if "email" in self.fields:
            self.fields["email"].label = "E-mail address"
        if "password1" in self.fields:
            self.fields["password1"].help_text = WHAT_IS_ENOUGH


class LoginForm(Labelled, allauth_forms.LoginForm):
    pass


class SignupForm(Labelled, allauth_forms.SignupForm):
    field_order = ("username", "password1", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = "Letters, digits and @ . + - _. Others may see it."
        self.fields["email"].label = "E-mail address (optional)"
        self.fields["email"].help_text = "Only for a forgotten password. Without it you cannot get a new one."

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Saves the form. When two people take one name at the same moment, the database accepts only one of them."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            messages.error(request, "That name was taken a moment ago. Please choose another.")
            return None, HttpResponseRedirect(request.get_full_path())


class AddEmailForm(Labelled, allauth_forms.AddEmailForm):
    pass


class ChangePasswordForm(Labelled, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(Labelled, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(Labelled, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Labelled, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(Labelled, allauth_forms.ReauthenticateForm):
    """Asks for the password again, counted like every other attempt."""


class BringForm(forms.Form):
    file = forms.FileField(
        label="An export",
        max_length=500,
        help_text="The ZIP that “Download everything” gave you, here or on another site of this kind; at most 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        error_messages={"required": "Choose the ZIP of an export.", "empty": "The file is empty."},
    )
