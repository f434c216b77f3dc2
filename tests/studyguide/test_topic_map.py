from __future__ import annotations

import re
import uuid
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from studyguide.memory.schedule import Rules
from studyguide.models import Link, Progress, Topic
from studyguide.selectors.topic_map import Place, drawn_map
from studyguide.selectors.topics import topic_map
from studyguide.services.reviews import NewEntry, record_answer


def places(count: int) -> list[Place]:
    return [Place(slug=f"t{n}", title=f"Topic {n}", category=f"c{n // 4}") for n in range(count)]


@given(st.integers(min_value=1, max_value=300))
def test_every_topic_has_a_place_of_its_own_inside_the_picture(count):
    drawn = drawn_map(places(count), [], [])

    spots = {(node.x, node.y) for node in drawn.nodes}
    assert len(spots) == count
    assert all(0 <= coordinate <= drawn.size for spot in spots for coordinate in spot)


def test_labels_on_the_left_are_turned_so_that_none_stands_on_its_head():
    drawn = drawn_map(places(24), [], [])

    assert all(-90 <= (node.turn_degrees + 180) % 360 - 180 <= 90 for node in drawn.nodes)


def test_a_prerequisite_is_drawn_once_and_links_to_nowhere_not_at_all():
    drawn = drawn_map(places(3), [("t0", "t1"), ("t1", "t2"), ("t0", "gone"), ("t2", "t2")], [("t0", "t1")])

    assert [(edge.source, edge.target, edge.is_prerequisite) for edge in drawn.edges] == [
        ("t1", "t2", False),
        ("t0", "t1", True),
    ]


@given(st.integers(min_value=1, max_value=60), st.floats(min_value=0, max_value=1))
def test_the_arc_of_a_category_begins_before_its_first_topic_and_is_drawn_as_far_as_it_is_known(count, share):
    arcs = drawn_map(places(count), [], []).arcs

    assert [arc.category for arc in arcs] == [f"c{n}" for n in range((count + 3) // 4)]
    for arc, following in pairwise(arcs):
        assert arc.start < arc.end < following.start
    first = arcs[0]
    whole, part = first.path.split(), first.part(share).split()
    assert part[:2] == whole[:2]
    assert (part == whole) or share < 1


@pytest.mark.django_db
def test_the_map_says_how_well_each_category_is_known(client, cards, learner):
    """Right after two answers of six nearly two in six are recalled; who has begun nothing sees no such words."""
    client.force_login(learner)
    assert "recalled now" not in client.get("/topics/map/").content.decode()
    now = timezone.now()
    for name in ("map", "collide"):
        entry = NewEntry(uid=uuid.uuid4(), kind="answer", at=now, received_at=now, grade=3)
        record_answer(learner, cards[name].pk, entry, rules=Rules())

    page = client.get("/topics/map/").content.decode()

    assert page.count("33% of its cards recalled now, 2 of 6 begun") == 2
    assert 'class="map-arc known' in page


def test_the_neighbours_of_a_topic_are_all_that_it_has_a_line_to_each_once():
    links = [("t0", "t2"), ("t3", "t0"), ("t1", "t2"), ("t0", "t1")]
    drawn = drawn_map(places(6), links, [("t1", "t0"), ("t0", "t4")])
    around = drawn.around("t0")

    assert around
    assert [node.slug for node in around.before] == ["t1"]
    assert [node.slug for node in around.after] == ["t4"]
    assert [node.slug for node in around.linked] == ["t2", "t3"]
    assert all("t0" in (line.source, line.target) for line in around.lines)
    assert drawn.around("gone") is None


@pytest.mark.django_db
def test_a_point_of_the_map_leads_to_its_neighbours_and_they_to_theirs(client, cards):
    """Without scripts; a topic that is not there shows the whole map."""
    whole = client.get("/topics/map/")
    [*points] = re.findall(r'class="map-node[^"]*"\s+href="(\?about=[^"]+)#focus"', whole.content.decode())
    page = client.get(f"/topics/map/{points[0]}")

    assert page.context["focus"].topic.slug == points[0].removeprefix("?about=")
    assert f'href="/topics/{page.context["focus"].topic.slug}/"' in page.content.decode().partition('class="focus"')[2]
    assert client.get("/topics/map/?about=gone").context["focus"] is None


@pytest.mark.django_db
def test_the_map_opens_on_what_to_read_next_and_for_a_stranger_on_the_first_topic(client, learner):
    first, second = made("Tides", order=1), made("Urns", order=2)

    assert client.get("/topics/map/").context["focus"].topic.slug == first.slug
    Progress.objects.create(user=learner, topic=first, read_at=timezone.now())
    client.force_login(learner)
    assert client.get("/topics/map/").context["focus"].topic.slug == second.slug
    assert client.get("/topics/map/?about=").context["focus"] is None


@pytest.mark.django_db
def test_of_more_topics_than_a_picture_holds_a_part_is_drawn_and_the_rest_counted(client, monkeypatch):
    """promise 54: what is laid out and sent does not grow with the notes that somebody brought."""
    monkeypatch.setattr("studyguide.selectors.topics.MOST_ON_MAP", 4)
    monkeypatch.setattr("studyguide.selectors.topics.MOST_WITH_LINES", 2)
    areas = {name: made(name.upper(), kind=Topic.Kind.CATEGORY) for name in ("c0", "c1")}
    topics = {f"t{n}": made(f"Tides {n}", parent=areas["c0"], order=n) for n in range(6)}
    topics |= {f"u{n}": made(f"Urns {n}", parent=areas["c1"], order=10 + n) for n in range(3)}
    for source, target in (("t0", "t1"), ("t1", "t2"), ("u0", "t1")):
        Link.objects.create(source=topics[source], target=topics[target], kind=Link.Kind.AUTOMATIC, label="x")

    most, around = topic_map(), topic_map(about="urns-0")

    assert [node.title for node in most.nodes] == ["Tides 0", "Tides 1"]  # Tides 1 has three lines, the others one
    assert [(area.title, area.count) for area in most.areas] == [("C0", 6), ("C1", 3)]
    assert (most.left_out, around.left_out) == (7, 7)
    assert {node.title for node in around.nodes} == {"Urns 0", "Tides 1"}
    assert [(edge.source, edge.target) for edge in around.edges] == [("urns-0", "tides-1")]
    assert "7 more topics" in client.get("/topics/map/").content.decode()
    named = client.get("/topics/map/", {"about": "urns"}).content.decode()
    assert [f"?about=urns-{n}#focus" in named for n in range(4)] == [True, True, True, False]
    assert "No topic has “lava” in its title" in client.get("/topics/map/", {"about": "lava"}).content.decode()


def made(title: str, **more: object) -> Topic:
    slug = title.lower().replace(" ", "-")
    return Topic.objects.create(slug=slug, title=title, source_name="x", changed_at=timezone.now(), **more)
