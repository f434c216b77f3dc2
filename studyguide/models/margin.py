from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from studyguide.models.topics import Topic
from studyguide.notes.highlights import CONTEXT

MAX_QUOTE = 1_000
MAX_WORDS = 5_000


class MarginNote(models.Model):
    """A reader's note beside a topic, or words marked in it: a quote, their own words, or both.

    Quote and place are stored with it, so that it survives changes of the text and of the topic itself.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, help_text="The same wherever it goes.")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="margin_notes")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="margin_notes")
    topic_slug = models.CharField(max_length=120, help_text="Of the topic, also when that is gone.")
    topic_title = models.CharField(max_length=300)
    quote = models.CharField(max_length=MAX_QUOTE, blank=True)
    before = models.CharField(max_length=CONTEXT, blank=True, help_text="What stood before the quote.")
    after = models.CharField(max_length=CONTEXT, blank=True, help_text="What stood after the quote.")
    anchor = models.CharField(max_length=200, blank=True, help_text="The section of the topic that it is in.")
    words = models.CharField(max_length=MAX_WORDS, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reader", "uid"], name="margin_note_once"),
            models.CheckConstraint(condition=~Q(quote="") | ~Q(words=""), name="margin_note_says_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["reader", "topic_slug"], name="margin_notes_of_a_topic")]

    def __str__(self) -> str:
        return (self.words or self.quote)[:60]

    def get_absolute_url(self) -> str:
        return reverse("studyguide:margin_edit", args=[self.pk])

    @property
    def place(self) -> str:
        """Where it stands on the page of its topic; empty when the topic is gone."""
        return f"{self.topic.get_absolute_url()}#note-{self.pk}" if self.topic else ""
