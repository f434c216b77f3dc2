from __future__ import annotations

from django.db import models


class SentForm(models.Model):
    """A form that is being worked on, or was answered with a redirect a while ago; `web.sent.once` says why."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)
    location = models.TextField(default="")  # empty until it is answered
    session_key = models.CharField(max_length=40, default="")  # of whoever was answered

    def __str__(self) -> str:
        return f"{self.key[:8]} → {self.location or 'in work'}"
