"""Topics whose new cards wait until the cards of their prerequisites have been seen."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from studyguide.models import Card, CardState, Progress, Topic


def waiting_topics(learner_id: int) -> frozenset[int]:
    """A topic waits as long as one of its prerequisites has a card that the learner has never answered and not put
    aside, unless they have read that prerequisite."""
    through: Any = Topic.prerequisites.through
    seen = CardState.objects.filter(Q(phase__gt=0) | Q(is_suspended=True), learner=learner_id, card=OuterRef("pk"))
    unseen = Card.objects.visible_to(learner_id).present().filter(topic=OuterRef("to_topic")).exclude(Exists(seen))
    read = Progress.objects.filter(user=learner_id).values("topic")
    waiting = through.objects.filter(Exists(unseen)).exclude(to_topic__in=read).exclude(from_topic=F("to_topic"))
    return frozenset(waiting.values_list("from_topic_id", flat=True))
