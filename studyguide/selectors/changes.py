"""The corrections that the site tells its readers, each with the topics that it changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings

from studyguide.models import Topic
from studyguide.notes.changes import Change, read_changes


@dataclass(frozen=True)
class Told:
    change: Change
    topics: list[Topic]


@cache
def shipped_changes() -> tuple[Change, ...]:
    """Read once: the file changes only with a new version of the site."""
    return tuple(read_changes((settings.FIXTURES_DIR / "changes.yaml").read_bytes()))


def changes_by_day() -> list[tuple[str, list[Told]]]:
    """Days, the newest first, each with its corrections. A topic that is gone is left out."""
    named = {slug for change in shipped_changes() for slug in change.topics}
    topics = {topic.slug: topic for topic in Topic.objects.visible_to(None).filter(slug__in=named).brief()}
    return [
        (day.isoformat(), [Told(each, [topics[slug] for slug in each.topics if slug in topics]) for each in changes])
        for day, changes in groupby(shipped_changes(), key=lambda change: change.on)
    ]
