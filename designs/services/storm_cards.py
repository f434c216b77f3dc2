"""Cards about a design that can stay collapsed."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from designs.analysis.model import Model
from designs.analysis.storm_questions import storm_cards
from designs.analysis.storms import Storm
from designs.models import Design
from studyguide.models import Card, Topic
from studyguide.services.cards import make_card

TOPIC = "overload-control"
SOURCE = "storm"


@transaction.atomic
def make_storm_cards(design: Design, model: Model, storm: Storm, *, learner: User) -> list[Card]:
    """The same storm makes the same cards on every call."""
    topic = Topic.objects.filter(slug=TOPIC).first()
    return [
        make_card(
            learner,
            content={"front": each.front, "back": each.back},
            topic=topic,
            tags=[SOURCE],
            source_name=SOURCE,
            source_id=f"{design.pk.hex}:{each.key}:{storm.loop.component}"[:80],
        )
        for each in storm_cards(model, storm, str(design))
    ]
