"""Topics for tests, without a file of notes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from studyguide.models import Topic


def make_topic(slug: str = "hashing", **fields: Any) -> Topic:
    defaults = {"title": slug.replace("-", " ").capitalize(), "source_name": "tests", "changed_at": timezone.now()}
    defaults["order"] = Topic.objects.count() + 1
    return Topic.objects.create(slug=slug, **defaults | fields)
