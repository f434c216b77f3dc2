"""Two learners with mature decks; due dates are spread over a hundred days, starting today."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta


def seed() -> None:
    """Prints their sessions as JSON."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from accounts.models import User
    from accounts.services.guests import BACKEND
    from studyguide.memory.log import Grade
    from studyguide.memory.schedule import NEW, Rules, answered
    from studyguide.models import Card, CardState, Review, StudySettings, Topic
    from studyguide.services.rederiving import scheduled

    now, rules = timezone.now(), Rules()
    topics = list(Topic.objects.readable())
    found = {}
    for name, count in (("large", 100_000), ("small", 100)):
        learner = User.objects.create_user(name)
        StudySettings.objects.create(learner=learner, time_zone="UTC", new_a_day=10)
        cards = [
            Card(
                owner=learner, topic=topics[number % len(topics)], kind="question", words=f"Card {number}",
                content={"front": f"Question {number}?", "back": "Answer."}, front_html=f"<p>Question {number}?</p>",
                back_html="<p>Answer.</p>",
            )
            for number in range(count)
        ]  # fmt: skip
        Card.objects.bulk_create(cards, batch_size=500)
        states, reviews = [], []
        for number, card in enumerate(cards):
            at = now - timedelta(days=100 - number % 100)
            memory = NEW
            for grade in (Grade.EASY, Grade.GOOD):
                memory = answered(memory, grade, at=at, rules=rules)
                reviews.append(Review(learner=learner, card=card, uid=uuid.uuid4(), kind="answer", grade=grade, at=at))
                at += timedelta(minutes=5)
            columns = scheduled(memory, rules, card_id=card.pk)
            columns["due_at"] = now - timedelta(hours=1) + timedelta(days=number % 100)
            states.append(CardState(learner=learner, card=card, **columns))
        CardState.objects.bulk_create(states, batch_size=500)
        Review.objects.bulk_create(reviews, batch_size=500)
        session = SessionStore()
        session[SESSION_KEY] = str(learner.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = learner.get_session_auth_hash()
        session.save()
        found[name] = session.session_key
    print(json.dumps(found))
