"""A topic's page that is kept for all signed-in readers shows each the same as one made for them alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from studyguide.models import (
    Card,
    CardState,
    ContentRevision,
    LearningPath,
    Link,
    MarginNote,
    NoteBody,
    PathStep,
    Progress,
    Topic,
)
from tests.studyguide.build import make_topic
from web.shown import kept_pages

pytestmark = pytest.mark.django_db
ADDRESS = "/topics/hashing/"


@pytest.fixture
def topic() -> Topic:
    return make_topic("hashing", body_html="<p>Equal keys give equal numbers.</p>")


def reader(name: str, **fields: object) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, **fields))
    return client


def page(client: Client, address: str = ADDRESS) -> str:
    return client.get(address).content.decode()


def alone(client: Client, address: str = ADDRESS) -> str:
    """The page made anew."""
    kept_pages.forget()
    return page(client, address)


def _reads(user: User, topic: Topic) -> None:
    Progress.objects.create(user=user, topic=topic, read_at=timezone.now())


def _has_new_cards(user: User, topic: Topic) -> None:
    for each in User.objects.all():
        _reads(each, topic)
    for number in range(2):
        card = Card.objects.create(
            topic=topic, kind="question", source_name="tests", source_id=f"q-{number}", content={}
        )
        CardState.objects.create(learner=user, card=card)


def _writes_a_note(user: User, topic: Topic) -> None:
    MarginNote.objects.create(reader=user, topic=topic, topic_slug=topic.slug, words="Ask about seeds.")


def _writes_a_note_before_the_topic_was_gone_and_back(user: User, topic: Topic) -> None:
    MarginNote.objects.create(reader=user, topic=None, topic_slug=topic.slug, words="Ask about seeds.")


def _links_from_own_notes(user: User, topic: Topic) -> None:
    body = NoteBody.objects.create(owner=user, title="Own notes", source_name="own")
    own = make_topic("own-page", title="Own page", source_name="own", body=body, body_html="<p>See hashing.</p>")
    Link.objects.create(source=own, target=topic, kind="wiki", before="See ", label="hashing", after=".")


def _builds_on_it_in_own_notes(user: User, topic: Topic) -> None:
    body = NoteBody.objects.create(owner=user, title="Own notes", source_name="own")
    make_topic("own-page", title="Own page", source_name="own", body=body, body_html="<p>Later.</p>").prerequisites.add(
        topic
    )


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (_reads, "You have read this."),
        (_has_new_cards, "2 new cards: begin"),
        (_writes_a_note, "Ask about seeds."),
        (_writes_a_note_before_the_topic_was_gone_and_back, "Ask about seeds."),
        (_links_from_own_notes, "Own page"),
        (_builds_on_it_in_own_notes, "Own page"),
    ],
)
def test_what_is_one_readers_own_is_shown_to_them_alone(topic, happens, words):
    """promise 47"""
    ada, ben = reader("ada"), reader("ben")
    happens(User.objects.get(username="ada"), topic)

    first, second = page(ben), page(ada)
    again = page(ben)

    assert second == alone(ada)
    assert words in " ".join(second.split())
    assert first == again == alone(ben)
    assert words not in " ".join(first.split())


def test_a_kept_page_names_who_looks_and_asks_the_database_four_times(topic):
    """promise 47: the session, the person, the revision and what is their own."""
    ada, ben = reader("ada"), reader("<b>n")
    page(ada)
    with CaptureQueriesContext(connection) as queries:
        answer = ben.get(ADDRESS)
    shown = answer.content.decode()

    assert len(queries) == 4
    assert "&lt;b&gt;n" in shown
    assert "ada" not in shown
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]
    assert shown == alone(ben)


def test_a_kept_page_ends_with_its_content(topic):
    ada = reader("ada")
    page(ada)
    Topic.objects.update(title="Hashing anew", changed_at=timezone.now() + timedelta(days=1))
    ContentRevision.advance()

    assert "Hashing anew" in page(ada)


def test_a_path_in_the_address_shows_its_place_and_an_invented_one_is_not_kept(topic):
    ada = reader("ada")
    path = LearningPath.objects.create(slug="first-steps", title="First steps")
    PathStep.objects.create(path=path, topic=topic, order=1)

    assert "topic 1 of 1" not in page(ada)
    assert "topic 1 of 1" in page(ada, f"{ADDRESS}?path=first-steps")
    assert "topic 1 of 1" in page(ada, f"{ADDRESS}?path=first-steps")
    size = len(kept_pages._shelf_of_readers)
    page(ada, f"{ADDRESS}?path=invented")
    page(ada, f"{ADDRESS}?other=1")
    assert len(kept_pages._shelf_of_readers) == size == 2


def test_a_message_is_shown_once_and_not_kept(topic):
    ada, ben = reader("ada"), reader("ben")
    ada.cookies["messages"] = "anything"
    page(ada)

    assert len(kept_pages._shelf_of_readers) == 0
    assert page(ben) == alone(ben)


def test_a_page_with_a_token_is_never_kept(rf, settings):
    """promise 46"""
    from django.http import HttpResponse
    from django.template.loader import render_to_string

    user = User.objects.create_user("ada")
    request = rf.get("/")
    request.user = user
    who = render_to_string("_viewer.html", {"user": user})
    held = kept_pages.kept_for_readers(lambda: 1, lambda _request: "all")
    view = held(lambda _request: HttpResponse(f"{who}<input name='csrfmiddlewaretoken' value='x'>"))

    assert view(request).status_code == 200
    assert len(kept_pages._shelf_of_readers) == 0
