from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody with work to keep; a guest is a real user who has not chosen a name yet."""

    is_guest = models.BooleanField(default=False)
