"""Peer review by rubric: dealt evenly, without names, measured on the reference."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.services.removal import delete_account
from classrooms.models import PeerReview
from classrooms.pages.peers import peers_of, weights_of
from classrooms.review.peers import Said, dealt, mean_points, share_off
from classrooms.services import classes, groups, peers
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import after, give
from tests.classrooms.test_groups import draw
from tests.markup import squeezed

# Who reviews whom


@settings(max_examples=60)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=12), st.integers(1, 8), st.integers(0, 9))
def test_nobody_reviews_their_own_and_all_review_as_much(sizes, count, seed):
    people = iter(range(100))
    units = [[next(people) for _ in range(size)] for size in sizes]
    found = dealt(units, count, seed=seed)

    assert set(found) == {person for unit in units for person in unit}
    for at, unit in enumerate(units):
        for person in unit:
            assert at not in found[person]
            assert len(set(found[person])) == len(found[person]) == min(count, len(units) - 1)
    if set(sizes) == {1}:
        assert set(Counter(each for others in found.values() for each in others).values()) == {len(found[0])}


def test_how_far_somebody_is_off_by_hand():
    lines = {"scope": (60, 2), "depth": (40, 1), "unknown": (100, 3)}
    # 60 of 100 by half of the scale, 40 by all of it: 0.6 * 0.5 + 0.4 * 1.
    assert share_off({"scope": 1, "depth": 0}, {"scope": 2, "depth": 1}, lines) == pytest.approx(0.7)
    assert share_off({"scope": 2, "depth": 1}, {"scope": 2, "depth": 1}, lines) == 0
    assert share_off({}, {"scope": 2}, lines) == 0


def test_the_mean_counts_by_weight():
    assert mean_points([Said(100, 1.0), Said(40, 0.5)]) == 80
    assert mean_points([Said(100, 0.0)]) is None
    assert mean_points([]) is None


# The whole of it


NAMES = ("Anna", "Bert", "Carl", "Dora")


@pytest.fixture
def handed_in(classroom, scenario):
    """Anna and Bert in a group, Carl and Dora alone; each has handed in, and the time is over."""
    now = timezone.now()
    assignment = give(classroom, scenario, opens_at=now - timedelta(days=3), due_at=now - timedelta(days=1))
    members = [
        classes.join(classroom.join_code, user=User.objects.create_user(f"u{name}"), name=name, at=after(0))
        for name in NAMES
    ]
    at = now - timedelta(days=2)
    groups.set_groups(assignment, dict.fromkeys(members[:2], "Red"), at=at)
    for member in members[1:]:
        work = working.begin_work(assignment, member, at=at)
        working.submit(draw(work, f"Shop{member.pk}"), at=at)
    return assignment


def posted(review: PeerReview, level: int | dict[str, int], words: str = "Good, but where is the cache?") -> dict:
    rubric = review.assignment.data.rubric
    levels = level if isinstance(level, dict) else dict.fromkeys(rubric, level)
    return {**{f"level-{key}": levels.get(key, 1) for key in rubric}, "words": words}


def test_reviews_are_handed_out_calibrated_written_and_read(client, teacher, handed_in, classroom):
    """promises 19 and 53"""
    client.force_login(teacher)
    page = reverse("classrooms:assignment_peers", args=[handed_in.pk])
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(page, {"do": "hand-out", "count": "5", "due_at": soon})
    handed_in.refresh_from_db()
    reviews = PeerReview.objects.filter(assignment=handed_in)
    # Three designs, so each has the two others, and the reference before them.
    assert Counter(reviews.values_list("reviewer__name", flat=True)) == dict.fromkeys(NAMES, 3)
    for each in reviews.exclude(submission=None):
        assert each.submission.work.student != each.reviewer
        assert {each.submission.work.student.name, each.reviewer.name} != {"Anna", "Bert"}
    with pytest.raises(ClassError, match="too late to hand in"):
        working.submit(draw(handed_in.works.get(student__name="Carl"), "Late"), at=timezone.now())

    right = peers.right_levels(handed_in)
    for name, level in zip(NAMES, (right, right, 0, right), strict=True):
        client.force_login(User.objects.get(username=f"u{name}"))
        first, *others = reviews.filter(reviewer__name=name).order_by("number")
        assert client.get(others[0].get_absolute_url())["Location"] == first.get_absolute_url()
        text = squeezed(client.get(first.get_absolute_url()))
        assert "This was the reference" not in text
        client.post(first.get_absolute_url(), posted(first, level))
        assert "This was the reference" in squeezed(client.get(first.get_absolute_url()))
        assert client.post(first.get_absolute_url(), posted(first, 1)).status_code == 422
        for each in others:
            text = squeezed(client.get(each.get_absolute_url()))
            assert not [other for other in NAMES if other in text and other != name]
            client.post(each.get_absolute_url(), posted(each, right, f"From {name}"))
    weights = {each.reviewer.name: weights_of(handed_in)[each.reviewer_id] for each in reviews}
    assert weights["Anna"] == 1
    assert weights["Carl"] < 0.5

    carl = handed_in.works.get(student__name="Carl")
    client.force_login(carl.student.user)
    assert peers_of(carl, for_author=True).reviews == ()
    client.force_login(teacher)
    text = squeezed(client.get(carl.get_absolute_url()))
    assert "From Dora" in text
    hidden = reviews.get(submission__work=carl, reviewer__name="Dora")
    client.post(reverse("classrooms:peer_hide", args=[carl.pk, hidden.pk]))
    client.post(page, {"do": "show"})

    client.force_login(carl.student.user)
    text = squeezed(client.get(carl.get_absolute_url()))
    assert "From Dora" not in text
    assert "Reviewer 1" in text
    assert "From Anna" in text
    assert ">Anna" not in text
    changed = reviews.filter(reviewer__name="Carl").last()
    assert client.post(changed.get_absolute_url(), posted(changed, 0)).status_code == 422
    # All of a group read what was said of their design.
    handed_in.refresh_from_db()
    for name in NAMES[:2]:
        work = handed_in.works.select_related("group").get(student__name=name)
        assert {each.review.words for each in peers_of(work, for_author=True).reviews} == {"From Carl", "From Dora"}


def test_a_review_needs_every_line_and_words(client, handed_in):
    peers.hand_out(handed_in, count=1, due_at=timezone.now() + timedelta(days=1), at=timezone.now())
    first, other = PeerReview.objects.filter(reviewer__name="Carl").order_by("number")
    client.force_login(first.reviewer.user)
    client.post(first.get_absolute_url(), posted(first, 1))
    sent = posted(other, 1, words=" ")
    missing = sent.pop(next(iter(sent)))
    answer = client.post(other.get_absolute_url(), sent)

    assert missing == 1
    assert answer.status_code == 422
    assert "Choose a level." in squeezed(answer)
    assert "Say it in a few words" in squeezed(answer)
    other.refresh_from_db()
    assert other.done_at is None


def test_reviews_wait_until_nobody_may_hand_in(classroom, scenario, handed_in):
    now = timezone.now()
    member = handed_in.works.first().student
    working.extend(handed_in, member, now + timedelta(days=1), at=now)
    with pytest.raises(ClassError, match="may still hand in"):
        peers.hand_out(handed_in, count=1, due_at=now + timedelta(days=2), at=now)


def test_one_alone_cannot_review(classroom, scenario, member):
    now = timezone.now()
    assignment = give(classroom, scenario, opens_at=now - timedelta(days=3), due_at=now - timedelta(days=1))
    at = now - timedelta(days=2)
    working.submit(draw(working.begin_work(assignment, member, at=at), "Shop"), at=at)
    with pytest.raises(ClassError, match="Two or more"):
        peers.hand_out(assignment, count=1, due_at=now + timedelta(days=2), at=now)


def test_reviews_are_taken_back_only_while_none_is_written(handed_in):
    now = timezone.now()
    later = now + timedelta(days=1)
    peers.hand_out(handed_in, count=1, due_at=later, at=now)
    peers.take_back(handed_in)
    assert not PeerReview.objects.exists()
    peers.hand_out(handed_in, count=1, due_at=later, at=now)
    PeerReview.objects.filter(number=1).update(done_at=now)
    with pytest.raises(ClassError, match="What students wrote stays"):
        peers.take_back(handed_in)


def test_what_somebody_wrote_stays_with_the_author_when_they_go(handed_in):
    """promise 23"""
    now = timezone.now()
    peers.hand_out(handed_in, count=2, due_at=now + timedelta(days=1), at=now)
    rubric = dict.fromkeys(handed_in.data.rubric, 1)
    review = PeerReview.objects.exclude(submission=None).filter(
        reviewer__name="Dora", submission__work__student__name="Carl"
    )
    review.update(done_at=now, levels=json.dumps(rubric), words="Stays")
    peers.show(handed_in, at=now)
    delete_account(User.objects.get(username="uDora"))

    carl = handed_in.works.get(student__name="Carl")
    assert [each.review.words for each in peers_of(carl, for_author=True).reviews] == ["Stays"]
