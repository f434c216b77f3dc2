"""Reading pages: what each shows, to whom, and in how many queries."""

from __future__ import annotations

import re
from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from studyguide.models import ContentRevision, LearningPath, Link, PathStep, Progress, SearchEntry, Topic
from studyguide.selectors import topics as selectors
from studyguide.selectors.paths import learning_path
from studyguide.services.progress import mark_read
from studyguide.services.searching import index_entries
from tests.conftest import forget_pages
from tests.markup import squeezed
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db
PAGES = ["/topics/", "/topics/map/", "/topics/topic-0/", "/learn/", "/learn/path/", "/search/?q=topic"]


def library(count: int) -> None:
    """Topics in a chain of prerequisites, each linking to the first, all on one path and all found by search."""
    category = make_topic("shelf", kind=Topic.Kind.CATEGORY)
    topics = [make_topic(f"topic-{number}", parent=category, body_html="<p>Text</p>") for number in range(count)]
    first, *others = topics
    Link.objects.bulk_create(
        Link(source=other, target=first, kind="wiki", before="See ", label="it", after=".") for other in others
    )
    for before, after in zip(topics, others, strict=False):
        after.prerequisites.add(before)
        first.related.add(after)
    path = LearningPath.objects.create(slug="path", title="Path")
    PathStep.objects.bulk_create(PathStep(path=path, topic=topic, order=n) for n, topic in enumerate(topics))
    entries = [
        SearchEntry(kind="topic", key=t.slug, title=t.title, body="Text", url=t.get_absolute_url()) for t in topics
    ]
    index_entries("topic", entries)
    ContentRevision.advance()


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_queries_stay_flat_from_10_to_200_topics(client, is_signed_in):
    """promise 52"""
    if is_signed_in:
        client.force_login(User.objects.create_user("ada"))
    counts = []
    for size in (10, 200):
        Topic.objects.all().delete()
        LearningPath.objects.all().delete()
        library(size)
        counts.append({address: queries_of(client, address) for address in PAGES})

    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 17


def queries_of(client, address: str) -> int:
    """Of a page that nothing is kept for."""
    forget_pages()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_topic_page_shows_where_it_stands_and_what_leads_where(client):
    library(3)

    page = squeezed(client.get("/topics/topic-1/"))

    assert re.search(r"Read first: .*topic-0", page)
    assert re.search(r"Leads to.*topic-2", page, re.DOTALL)
    assert 'rel="prev" href="/topics/topic-0/"' in page
    assert 'rel="next" href="/topics/topic-2/"' in page
    assert '<a href="/topics/shelf/">Shelf</a>' in page


def test_backlinks_come_with_the_sentence_around_them(client):
    library(2)

    page = squeezed(client.get("/topics/topic-0/"))

    assert "See <mark>it</mark>." in page
    Link.objects.update(before="", label="Ring", after="")  # as in a table
    forget_pages()
    assert "<mark>" not in squeezed(client.get("/topics/topic-0/"))


def test_a_summary_that_only_repeats_the_beginning_is_not_shown_twice(client):
    make_topic("derived", summary="It begins so and…", body_html="<p>It begins so and goes on.</p>")
    make_topic("written", summary="What it is about.", body_html="<p>It begins so.</p>")

    assert 'class="lead"' not in squeezed(client.get("/topics/derived/"))
    assert '<p class="lead">What it is about.</p>' in squeezed(client.get("/topics/written/"))


def test_our_own_notes_come_before_others():
    make_topic("theirs", source_name="A book")
    make_topic("ours", source_name="loadbearing")

    assert [branch.topic.slug for branch in selectors.topic_tree()] == ["ours", "theirs"]


def test_topics_without_a_topic_say_so(client):
    assert "There are no topics yet" in squeezed(client.get("/topics/"))
    make_topic("bare")
    assert "Nothing is written here yet" in squeezed(client.get("/topics/bare/"))


def test_a_kept_page_changes_when_the_notes_do(client):
    make_topic("one", body_html="<p>before</p>")
    ContentRevision.advance()
    assert "before" in squeezed(client.get("/topics/one/"))
    Topic.objects.update(body_html="<p>after</p>")
    ContentRevision.advance()

    assert "after" in squeezed(client.get("/topics/one/"))


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    make_topic("one")
    first = client.get("/topics/one/")

    again = client.get("/topics/one/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_read_topics_are_marked_in_tree_and_paths_and_for_nobody_else(client):
    library(3)
    ada = User.objects.create_user("ada")
    mark_read(ada, Topic.objects.get(slug="topic-1"), now=timezone.now())
    assert "1 read" not in squeezed(client.get("/topics/"))
    client.force_login(ada)

    assert "1 read" in squeezed(client.get("/topics/"))
    assert "You have read this" in squeezed(client.get("/topics/topic-1/"))
    shown = learning_path("path", done=selectors.topics_read_by(ada.pk))
    assert (shown.done_count, shown.next_step.topic.slug) == (1, "topic-0")


def test_marking_twice_counts_once_and_the_first_time_stays():
    """promise 8"""
    ada, topic = User.objects.create_user("ada"), make_topic("one")
    first = timezone.now()
    mark_read(ada, topic, now=first)
    mark_read(ada, topic, now=timezone.now())

    assert list(Progress.objects.values_list("read_at", flat=True)) == [first]


def test_marking_asks_for_the_fragment_or_leads_back(client):
    make_topic("one")
    client.force_login(User.objects.create_user("ada"))

    fragment = client.post("/topics/one/read/", headers={"HX-Request": "true"}).content.decode()
    back = client.post("/topics/one/read/", {"read": "0"})

    assert fragment.lstrip().startswith("<form")
    assert "You have read this" in fragment
    assert back.url == "/topics/one/#progress"
    assert not Progress.objects.exists()


@pytest.mark.parametrize(
    "address", ["/topics/no-such/", "/topics/no-such/preview/", "/learn/no-such/", "/topics/a%00b/"]
)
def test_what_is_not_there_is_404(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_preview_is_title_and_summary(client):
    make_topic("one", title="One & only", summary="First.")

    answer = client.get("/topics/one/preview/")

    assert answer.json() == {"title": "One & only", "summary": "First."}
    assert "Cookie" not in answer.get("Vary", "")


LETTER = "mailto:notes@example.org?subject=Mistake%20in%20R%26D&body=http%3A%2F%2Ftestserver%2Ftopics%2Frnd%2F"
TRACKER = "https://example.org/new?l=notes&title=Mistake+in+R%26D&body=http%3A%2F%2Ftestserver%2Ftopics%2Frnd%2F"


@pytest.mark.parametrize(
    ("to", "leads_to"), [("mailto:notes@example.org", LETTER), ("https://example.org/new?l=notes", TRACKER)]
)
def test_a_topic_leads_to_where_mistakes_are_reported(client, settings, to, leads_to):
    make_topic("rnd", title="R&D", body_html="<p>Text.</p>")
    settings.MISTAKES_TO = to

    assert f'href="{escape(leads_to)}"' in client.get("/topics/rnd/").content.decode()


def test_nobody_is_asked_for_reports_that_nobody_takes(client):
    make_topic("rnd", body_html="<p>Text.</p>")

    assert "Report a mistake" not in client.get("/topics/rnd/").content.decode()


def test_the_list_of_topics_says_how_long_each_and_each_category_takes(client):
    """The same minutes as on the page of the topic."""
    area = make_topic("area", title="Area", kind=Topic.Kind.CATEGORY, summary="What is in it. And more of it.")
    for slug, words in (("short", 10), ("long", 610)):
        make_topic(slug, title=slug.title(), parent=area, plain_text="word " * words, body_html="<p>word</p>")
    ContentRevision.advance()
    page = squeezed(client.get("/topics/"))

    assert "What is in it.</p>" in page
    assert re.search(r"Area</a>.*?5 min.*?Short</a>.*?1 min.*?Long</a>.*?4 min", page)
    assert "4 min to read" in squeezed(client.get("/topics/long/"))
