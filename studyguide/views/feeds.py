"""What was corrected, as an Atom feed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from studyguide.selectors.changes import Told, changes_by_day

MOST_ITEMS = 40


class ChangesFeed(Feed):  # type: ignore[type-arg]
    feed_type = Atom1Feed
    title = "Loadbearing: corrections"
    subtitle = "What was wrong in the topics, cards and calculators, and what they say now."

    def link(self) -> str:
        return reverse("studyguide:changes")

    def items(self) -> list[tuple[str, int, Told]]:
        found = [(day, number, told) for day, tolds in changes_by_day() for number, told in enumerate(tolds)]
        return found[:MOST_ITEMS]

    def item_title(self, item: tuple[str, int, Told]) -> str:
        return ", ".join(topic.title for topic in item[2].topics) or "Correction"

    def item_description(self, item: tuple[str, int, Told]) -> str:
        change = item[2].change
        return f"Before: {change.before} Now: {change.now}"

    def item_link(self, item: tuple[str, int, Told]) -> str:
        return f"{reverse('studyguide:changes')}#on-{item[0]}"

    def item_guid(self, item: tuple[str, int, Told]) -> str:
        return f"loadbearing:change:{item[0]}:{item[1]}"

    item_guid_is_permalink = False

    def item_updateddate(self, item: tuple[str, int, Told]) -> datetime:
        return datetime.combine(date.fromisoformat(item[0]), time(12), tzinfo=UTC)
