"""A reader of 5,000 topics with 50,000 answers, and a reader who is only signed in."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

TOPICS, CARDS, ANSWERS_EACH = 5_000, 5_000, 10
LINKS_EACH = 3


def seed() -> None:
    """Prints the sessions as JSON."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from studyguide.memory.log import Grade
    from studyguide.memory.schedule import NEW, Rules, answered
    from studyguide.models import Card, CardState, Link, Review, StudySettings, Topic
    from studyguide.services.rederiving import scheduled

    now, rules = timezone.now(), Rules()
    shipped = list(Topic.objects.order_by("order"))
    parents = [topic for topic in shipped if topic.kind == Topic.Kind.CATEGORY] or [None]
    made = [
        Topic(
            slug=f"made-{number}", title=f"Made topic {number}", parent=parents[number % len(parents)],
            order=10_000 + number, summary="One sentence. Another one.", body_html="<p>Words.</p>", plain_text="Words.",
            source_name="benchmark", changed_at=now,
        )
        for number in range(TOPICS - len(shipped))
    ]  # fmt: skip
    topics = Topic.objects.bulk_create(made, batch_size=500)
    links = [
        Link(source=topic, target=topics[(number * 7 + step * 31) % len(topics)], kind=Link.Kind.AUTOMATIC, label="x")
        for number, topic in enumerate(topics)
        for step in range(1, LINKS_EACH + 1)
    ]
    Link.objects.bulk_create(links, batch_size=2_000, ignore_conflicts=True)
    learner, reader = (User.objects.create_user(name) for name in ("learner", "reader"))
    StudySettings.objects.create(learner=learner, time_zone="UTC", new_a_day=10)
    cards = Card.objects.bulk_create(
        [
            Card(
                topic=topics[number % len(topics)], kind="question", words=f"Card {number}",
                source_name="benchmark", source_id=f"made-{number}",
                content={"front": f"Question {number}?", "back": "Answer."},
                front_html=f"<p>Question {number}?</p>", back_html="<p>Answer.</p>",
            )
            for number in range(CARDS)
        ],
        batch_size=500,
    )  # fmt: skip
    states, reviews = [], []
    for number, card in enumerate(cards):
        at, memory = now - timedelta(days=300 - number % 100), NEW
        for turn in range(ANSWERS_EACH):
            grade = Grade.AGAIN if (number + turn) % 9 == 0 else Grade.GOOD
            memory = answered(memory, grade, at=at, rules=rules)
            reviews.append(Review(learner=learner, card=card, uid=uuid.uuid4(), kind="answer", grade=grade, at=at))
            at += timedelta(days=turn * 4 + 1)
        states.append(CardState(learner=learner, card=card, **scheduled(memory, rules, card_id=card.pk)))
    CardState.objects.bulk_create(states, batch_size=500)
    Review.objects.bulk_create(reviews, batch_size=500)
    found = {}
    for user in (learner, reader):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        found[user.username] = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(json.dumps(found))
