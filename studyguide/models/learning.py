from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from studyguide.models.topics import Topic


class LearningPath(models.Model):
    """Topics in an order that makes sense, with the reason for each place."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("studyguide:path_detail", args=[self.slug])


class PathStep(models.Model):
    path = models.ForeignKey(LearningPath, on_delete=models.CASCADE, related_name="steps")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="path_steps")
    order = models.PositiveIntegerField()
    because = models.TextField(blank=True)
    evening = models.CharField(max_length=120, blank=True, help_text="The evening that begins here, in a few words.")
    scenario = models.CharField(
        max_length=80, blank=True, help_text="What to design at the end of that evening: a slug."
    )

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["path", "topic"], name="topic_once_in_a_path")]

    def __str__(self) -> str:
        return f"{self.order}. {self.topic_id}"


class Progress(models.Model):
    """A person has read a topic. Its row survives edits of the text, because topics are matched by slug."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topics_read")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_by")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "topic"], name="topic_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.topic_id}"
