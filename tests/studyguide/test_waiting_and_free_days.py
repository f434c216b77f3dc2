"""New cards wait for those of their prerequisites, and no card comes due on a free day; both shown and reversible."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from studyguide.memory.days import off_free_days
from studyguide.memory.log import Grade
from studyguide.memory.schedule import Memory, Phase, Rules, due_at
from studyguide.models import Card, CardState, StudySettings, Topic
from studyguide.selectors.queue import queue_of
from studyguide.selectors.scope import Scope
from studyguide.services.backups import backup, restore
from studyguide.services.cards import make_card
from studyguide.services.marks import mark_card
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.progress import mark_read
from studyguide.services.rederiving import rederive
from studyguide.services.study_settings import Choices, save_settings
from tests.studyguide.conftest import NOON, answer

MONDAY = date(2026, 3, 9)
WEEKEND = frozenset({5, 6})


@pytest.mark.parametrize("spread", range(4))
@pytest.mark.parametrize("free", [WEEKEND, frozenset({0}), frozenset({0, 1, 2, 3, 4, 5}), frozenset()])
def test_no_day_that_is_free_is_chosen_and_none_is_before_the_answer(spread, free):
    for days in range(1, 40):
        day = MONDAY + timedelta(days=days)
        moved = off_free_days(day, free, after=MONDAY, spread=spread)

        assert moved.weekday() not in free
        assert moved > MONDAY
        assert abs((moved - day).days) <= 6
        assert moved == day or day.weekday() in free


def test_half_of_what_a_weekend_leaves_comes_before_it():
    saturday = MONDAY + timedelta(days=12)

    assert [off_free_days(saturday, WEEKEND, after=MONDAY, spread=each).weekday() for each in range(4)] == [0, 4, 0, 4]
    soon = MONDAY + timedelta(days=5)
    assert off_free_days(soon, WEEKEND, after=MONDAY, spread=1) == MONDAY + timedelta(days=7), "not so much too early"
    assert off_free_days(soon, range(7), after=MONDAY) == soon


def test_a_card_comes_on_a_free_day_rather_than_after_the_interview():
    memory = Memory(phase=Phase.REVIEW, reviewed_at=NOON, interval=timedelta(days=4))  # Tuesday to Saturday
    sunday = date(2026, 3, 15)

    assert due_at(memory, Rules(free_days=WEEKEND)).date() == date(2026, 3, 16)
    assert due_at(memory, Rules(free_days=WEEKEND, interview_on=sunday)).date() == date(2026, 3, 14)


@pytest.fixture
def topics(db) -> dict[str, Topic]:
    """Rings need hashing, quorums need rings; each has a card."""
    text = "---\nslug: {}\ntitle: {}\nprerequisites: [{}]\n---\nText.\n\n```cards\n- id: {}-1\n  kind: question\n" \
           '  front: "Why?"\n  back: "So."\n```\n'  # fmt: skip
    names = {"quorums": "rings", "rings": "hashing", "hashing": ""}
    files = [(f"{name}.md", text.format(name, name.title(), before, name).encode()) for name, before in names.items()]
    import_notes(files, source=NoteSource(name="loadbearing"), now=NOON)
    return {topic.slug: topic for topic in Topic.objects.all()}


def asked(learner: User) -> str:
    found = queue_of(learner.pk, now=NOON).next()
    return found.card.topic.slug if found and found.card.topic else ""


def card_of(topic: Topic) -> Card:
    return Card.objects.get(topic=topic, owner=None)


def test_a_new_card_waits_until_those_of_the_prerequisites_were_seen(topics, learner):
    order = []
    for _ in range(3):
        order.append(asked(learner))
        answer(learner, card_of(topics[order[-1]]), grade=Grade.EASY)

    assert order == ["hashing", "rings", "quorums"]


def test_cards_of_a_topic_that_one_has_read_wait_too_unless_what_comes_before_was_read(topics, learner):
    mark_read(learner, topics["quorums"], now=NOON)
    queue = queue_of(learner.pk, now=NOON)
    assert queue.waiting == {topics["quorums"].pk, topics["rings"].pk}
    assert asked(learner) == "hashing"

    mark_read(learner, topics["rings"], now=NOON)
    assert queue_of(learner.pk, now=NOON).waiting == {topics["rings"].pk}
    assert asked(learner) == "quorums"


def test_whoever_asks_for_a_topic_gets_its_cards_and_the_switch_ends_it(topics, learner):
    narrow = queue_of(learner.pk, now=NOON, scope=Scope(topic_ids=frozenset({topics["quorums"].pk})))
    assert narrow.next().card.topic == topics["quorums"]

    answer(learner, card_of(topics["hashing"]), grade=Grade.EASY)
    assert asked(learner) == "rings"
    StudySettings.objects.create(learner=learner, waits_for_prerequisites=False)
    assert queue_of(learner.pk, now=NOON).waiting == frozenset()
    assert asked(learner) == "quorums", "in reading order"


def test_a_card_that_was_put_aside_holds_nothing_up(topics, learner):
    mark_card(learner, card_of(topics["hashing"]), "suspend", until=NOON)

    assert asked(learner) == "rings"


def test_nothing_waits_for_ever_in_a_circle(topics, learner):
    topics["hashing"].prerequisites.add(topics["quorums"])

    assert queue_of(learner.pk, now=NOON).waiting == frozenset()
    assert asked(learner)
    own = make_card(learner, content={"front": "Mine?", "back": "Yes"})
    queue = queue_of(learner.pk, now=NOON)
    assert queue.next().card == own
    assert len(queue.waiting) == 3


def test_free_days_are_chosen_shown_and_taken_back(topics, learner):
    client = Client()
    client.force_login(learner)
    answer(learner, card_of(topics["hashing"]), grade=Grade.EASY)
    before = list(CardState.objects.values_list("due_at", flat=True))
    sent = {"new_a_day": 10, "retention": 90, "time_zone": "UTC", "day_starts_at": 4, "waits_for_prerequisites": "on"}
    due = before[0]
    assert client.post("/cards/settings/", {**sent, "free_days": [str(due.weekday())]}).status_code == 302
    state = CardState.objects.get(due_at__isnull=False)
    assert state.due_at.weekday() != due.weekday()
    assert rederive(learner, Rules(free_days=frozenset({due.weekday()})), check=True) == []
    assert "checked" in client.get("/cards/settings/").content.decode().partition('name="free_days"')[2]

    client.post("/cards/settings/", sent)
    assert list(CardState.objects.values_list("due_at", flat=True)) == before
    refused = client.post("/cards/settings/", {**sent, "free_days": [str(day) for day in range(7)]})
    assert refused.status_code == 422
    assert "Leave at least one day" in refused.content.decode()


def test_no_new_card_comes_on_a_free_day_and_what_is_due_may_be_answered(topics, learner):
    answer(learner, card_of(topics["hashing"]), at=NOON - timedelta(days=2))
    save_settings(
        learner,
        Choices(
            new_a_day=10, retention=0.9, interview_on=None, day_starts_at=4, time_zone="UTC",
            free_days=[NOON.weekday()],
        ),
    )  # fmt: skip
    queue = queue_of(learner.pk, now=NOON)

    assert (queue.counts().due, queue.new_left, queue.is_free_today) == (1, 0, True)
    assert queue.next().card == card_of(topics["hashing"])


def test_both_choices_go_out_and_come_back(learner):
    StudySettings.objects.create(learner=learner, free_days=[5, 6], waits_for_prerequisites=False)
    raw = backup(learner).encode()
    grace = User.objects.create_user("grace")
    restore(grace, raw, now=NOON)
    found = StudySettings.objects.get(learner=grace)

    assert (found.free_days, found.waits_for_prerequisites) == ([5, 6], False)
    old = raw.replace(b'"free_days": [5, 6], ', b"").replace(b', "waits_for_prerequisites": false', b"")
    assert old != raw
    restore(User.objects.create_user("lin"), old, now=NOON)


def test_an_own_card_of_a_backup_without_its_state_is_asked(learner):
    make_card(learner, content={"front": "Why?", "back": "So."})
    grace = User.objects.create_user("grace")
    document = json.loads(backup(learner))
    restore(grace, json.dumps({**document, "states": []}).encode(), now=NOON)
    found = queue_of(grace.pk, now=NOON).next()

    assert found is not None
    assert found.card.owner == grace


def many_known_cards(learner: User, count: int) -> None:
    """Cards of the learner's own that are due next week."""
    text = {"kind": "question", "content": {"front": "a", "back": "b"}, "front_html": "a", "back_html": "b"}
    cards = Card.objects.bulk_create(Card(owner=learner, words=str(number), **text) for number in range(count))
    known = {"phase": Phase.REVIEW, "reviewed_at": NOON, "interval": timedelta(days=7), "begun_at": NOON}
    due = NOON + timedelta(days=7)
    CardState.objects.bulk_create(CardState(learner=learner, card=card, due_at=due, **known) for card in cards)


def steps_of_database(learner: User, later: timedelta) -> int:
    """How many hundreds of instructions SQLite executes to find the next card and to count the cards that wait."""
    found = 0

    def one_more() -> int:
        nonlocal found
        found += 1
        return 0

    connection.connection.set_progress_handler(one_more, 100)
    queue = queue_of(learner.pk, now=NOON + later)
    assert queue.next() is not None
    assert queue.counts().new
    connection.connection.set_progress_handler(None, 100)
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the instructions of SQLite")
@pytest.mark.one_database
def test_a_review_costs_the_database_the_same_however_many_cards_are_known(topics, learner):
    """Budget 15, in instructions instead of seconds."""
    few, many = User.objects.create(username="few"), User.objects.create(username="many")
    many_known_cards(few, 100)
    many_known_cards(many, 5_000)
    tomorrow = timedelta(days=1)

    assert steps_of_database(many, tomorrow) <= 1.5 * steps_of_database(few, tomorrow)
