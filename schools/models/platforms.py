"""Learning platforms that may send people here, and the settings that they were given."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone


class Platform(models.Model):
    """A Moodle, Canvas or other platform: its addresses, and the client id that it gave this site."""

    name = models.CharField(max_length=80, help_text="As people there call it, for example “Moodle of Example School”.")
    issuer = models.CharField(max_length=255, help_text="Platform ID, for example https://moodle.school.example")
    client_id = models.CharField("client ID", max_length=255)
    auth_url = models.URLField("authentication request URL", max_length=500)
    token_url = models.URLField("access token URL", max_length=500)
    keys_url = models.URLField("public keyset URL", max_length=500)
    token_audience = models.CharField(max_length=500, blank=True, help_text="Empty: the access token URL.")
    framed_by = models.CharField(
        max_length=500,
        blank=True,
        help_text="Addresses whose pages may show this site in a frame, separated by blanks. Empty: that of the issuer "
        "and of the authentication request. Canvas: https://YOUR-SCHOOL.instructure.com",
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "client_id"], name="platform_client_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def frame_origins(self) -> list[str]:
        """Origins for `frame-ancestors`."""
        said = self.framed_by.split() or [self.issuer, self.auth_url]
        found = [urlsplit(each) for each in said]
        return sorted({f"{each.scheme}://{each.netloc}" for each in found if each.scheme in ("https", "http")})


class Deployment(models.Model):
    """One installation of this site on a platform. A launch from any other installation is refused."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="deployments")
    deployment_id = models.CharField("deployment ID", max_length=255)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "deployment_id"], name="deployment_of_a_platform_once")
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.deployment_id}"


class Attempt(models.Model):
    """A launch that has begun and may come back once, within minutes.

    `state` travels through the platform, `secret` stays in the browser's cookie (its digest is stored here), and
    `nonce` must be in the signed token. `asked` is the request of the platform, so that the launch can begin again in a
    window.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="attempts")
    state = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    asked = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["made_at"], name="attempts_by_age")]

    def __str__(self) -> str:
        return f"{self.platform}, {self.made_at:%Y-%m-%d %H:%M}"
