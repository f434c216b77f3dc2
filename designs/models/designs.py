"""A design and its log. The document is text here and stays byte for byte as saved; designs.document defines its
form.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from designs.document import text
from designs.grants import drawn_by, drawn_together, granted_to

SNAPSHOT_EVERY = 50  # a version is rebuilt from at most this many patches
BIN_DAYS = 30


class DesignQuerySet(models.QuerySet["Design"]):
    def kept(self) -> DesignQuerySet:
        return self.filter(binned_at=None)

    def binned(self) -> DesignQuerySet:
        return self.exclude(binned_at=None)

    def binned_before(self, moment: datetime) -> DesignQuerySet:
        """Designs whose time in the bin is over at this moment."""
        return self.filter(binned_at__lt=moment - timedelta(days=BIN_DAYS))

    def owned_by(self, user_id: int | None) -> DesignQuerySet:
        return self.filter(owner_id=user_id) if user_id else self.none()

    def viewable_by(self, user_id: int | None, links: frozenset[int] = frozenset()) -> DesignQuerySet:
        """The person's own designs, those of share links that they opened (a revoked link shows nothing), and those
        that grants give access to."""
        return self.kept().filter(_shared_with(user_id, links) | drawn_by(user_id) | granted_to(user_id))

    def editable_by(self, user_id: int | None, links: frozenset[int] = frozenset()) -> DesignQuerySet:
        return self.kept().filter(_shared_with(user_id, links, access=ShareLink.Access.EDIT) | drawn_by(user_id))

    def drawn_together(self) -> DesignQuerySet:
        """Designs that several people edit together, such as a group of a class."""
        return self.filter(drawn_together())

    def shared(self) -> DesignQuerySet:
        """Designs that people other than the owner may have open: through a link with access, or as a group."""
        ways_in = ShareLink.objects.exclude(access=ShareLink.Access.SHOW)
        return self.filter(Q(pk__in=ways_in.values("design_id")) | drawn_together())


def _shared_with(user_id: int | None, links: frozenset[int], **link: str) -> Q:
    rule = Q(owner_id=user_id) if user_id else Q(pk__in=[])
    if links:
        way_in = ShareLink.objects.filter(pk__in=links, **link).exclude(access=ShareLink.Access.SHOW)
        rule |= Q(pk__in=way_in.values("design_id"))
    return rule


class Design(models.Model):
    """A person's design of a system: the current document, and its version. Saved only by designs.services."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="designs")
    title = models.CharField(max_length=200, blank=True, help_text="Mirrors meta.title of the document.")
    version = models.PositiveIntegerField(default=0)
    document = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    log_bytes = models.BigIntegerField(default=0, help_text="What its document, log and snapshots take together.")
    binned_at = models.DateTimeField(null=True, blank=True)

    objects = DesignQuerySet.as_manager()

    class Meta:
        # Without the id, PostgreSQL could repeat or skip designs changed at the same moment on the pages of a list.
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="design_owner_updated")]

    def __str__(self) -> str:
        return self.title or "Untitled design"

    def data(self) -> dict[str, Any]:
        """The document as a plain dict."""
        return text.load(self.document)


class Change(models.Model):
    """One patch of a design's log; the log is never rewritten. `version` is the version that the patch made."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    patch = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    client_id = models.CharField(max_length=64)
    sequence = models.PositiveBigIntegerField(
        help_text="Counted by the client, so that a change sent twice counts once."
    )
    received = models.CharField(max_length=32, help_text="Digest of the patch as sent, before it was rebased.")
    step = models.SlugField(max_length=80, blank=True, help_text="The step of the method at which it was made.")
    elapsed_seconds = models.PositiveIntegerField(null=True, blank=True, help_text="On the clock of an interview.")

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["design", "version"], name="change_version_once"),
            models.UniqueConstraint(fields=["design", "client_id", "sequence"], name="change_sent_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="change_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class Snapshot(models.Model):
    """The whole document at some versions, so that every version is near a snapshot. Version 0 is the design at its
    start."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="snapshots")
    version = models.PositiveIntegerField()
    document = models.TextField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["design", "version"], name="snapshot_version_once")]

    def __str__(self) -> str:
        return f"snapshot of version {self.version}"


class NamedVersion(models.Model):
    """A version that somebody named to find it again."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="named_versions")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["design", "version"], name="named_version_once"),
            models.CheckConstraint(condition=~Q(name=""), name="named_version_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ShareLink(models.Model):
    """Access for anybody who has the token; a view-only link shows a page and gives no access to the design. Revoking
    deletes the row, which ends the access of everybody who opened the link.

    The token is stored readable, so that its owner can copy the link again; it gives access only to data in this same
    database.
    """

    class Access(models.TextChoices):
        VIEW = "view", "can view"
        EDIT = "edit", "can edit"
        SHOW = "show", "shows a page"

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=64, unique=True)
    access = models.CharField(max_length=4, choices=Access)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(access__in=["view", "edit", "show"]), name="share_link_access")
        ]

    def __str__(self) -> str:
        return f"link that {self.get_access_display()}"
