from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person with work to keep; a guest is a real user who has not chosen a name yet."""

    is_guest = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined]  # its stubs leave it out
        constraints: ClassVar = [
            # Signing in ignores case, so two names must differ in more than case.
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_ignoring_case",
                violation_error_message="A user with that username already exists.",
            )
        ]
