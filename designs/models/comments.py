from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from designs.models.designs import Design

MAX_WORDS = 2_000


class CommentQuerySet(models.QuerySet["DesignComment"]):
    def of(self, design: Design) -> CommentQuerySet:
        """Open comments first, each group in the order of writing."""
        return self.filter(design=design).select_related("author", "resolved_by").order_by("resolved_at", "at", "pk")

    def still_open(self) -> CommentQuerySet:
        return self.filter(resolved_at=None)


class DesignComment(models.Model):
    """A comment by somebody with edit access on an element of a design, or (`element` empty) on the whole design.

    `about` is the name of the element at the time, so that the comment remains readable after the element is deleted.
    """

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="design_comments"
    )
    element = models.CharField(max_length=300, blank=True, help_text="JSON Pointer into the document.")
    about = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=MAX_WORDS)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="design_comment_says_something")]
        indexes: ClassVar = [models.Index(fields=["design", "resolved_at", "at"], name="design_comments")]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
