from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from designs.analysis import drill as drills
from designs.models import Design, DrillRecord
from designs.services.saving import Edit, create_design, save_patch
from studyguide.models import Card
from tests.designs.analysis.test_growth import allow_little
from tests.designs.analysis.test_growth import document as timed_out
from tests.designs.analysis.twitter import twitter
from tests.designs.conftest import NOON
from tests.markup import squeezed

RIGHT = {
    "target": "lb",
    "outcome-post_tweet": "fails",
    "outcome-get_timeline": "fails",
    "confidence": "99",
    "do": "predict",
}
WRONG = {**RIGHT, "outcome-get_timeline": "survives"}


@pytest.fixture
def design(owner) -> Design:
    return create_design(owner=owner, document=twitter(), at=NOON)


@pytest.fixture
def address(design) -> str:
    return reverse("designs:drill", args=[design.pk])


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def test_nothing_is_told_before_something_is_said(mine, address):
    page = squeezed(mine.get(address, {"target": "lb"}))

    assert "Load balancer is lost. What happens?" in page
    assert "it needs" not in page


def test_prediction_is_scored_and_kept(mine, address, owner):
    done = mine.post(address, RIGHT)

    record = DrillRecord.objects.get()
    assert (record.learner, record.target, record.right, record.asked) == (owner, "lb", 2, 2)
    assert record.score > 0.99
    page = squeezed(mine.get(done["Location"]))
    assert "2 of 2 right" in page
    assert "it needs Load balancer" in page
    assert "On average 100 of 100" in page


def test_being_sure_and_wrong_costs_and_a_miss_becomes_one_card(mine, address, owner):
    mine.post(address, WRONG)
    record = DrillRecord.objects.get()
    assert record.score == pytest.approx(0.5, abs=0.02)

    for _ in range(2):
        mine.post(address, {"do": "card", "record": record.pk, "operation": "get_timeline"})

    card = Card.objects.get(owner=owner)
    assert card.content["front"] == "In the design Twitter, Load balancer is lost. What becomes of getTimeline?"
    assert card.content["back"] == "It fails: it needs Load balancer."


def test_result_is_that_of_the_version_that_was_drilled(mine, address, design, owner):
    done = mine.post(address, RIGHT)
    removed = {"diagram": {"components": {"lb": None}, "connections": {"c1": None, "c2": None}}}
    save_patch(design, Edit(patch=removed, base_version=0), author=owner, at=NOON)

    assert "2 of 2 right" in squeezed(mine.get(done["Location"]))


def test_chance_chooses_something_that_is_there(mine, address):
    chosen = mine.get(address, {"random": "1"})["Location"]

    assert chosen.split("target=")[1] in {"lb", "api", "tweets", "c1", "c2", "c3"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"outcome-post_tweet": ""}, id="an operation left out"),
        pytest.param({"outcome-post_tweet": "explodes"}, id="no such outcome"),
        pytest.param({"confidence": ""}, id="not sure how sure"),
        pytest.param({"confidence": "1000"}, id="surer than sure"),
        pytest.param({"target": "nobody"}, id="no such target"),
        pytest.param({"target": "phone"}, id="a client cannot be taken away"),
        pytest.param({"do": "card", "record": "1"}, id="somebody else's record"),
        pytest.param({"do": "card", "record": "x"}, id="no record"),
    ],
)
def test_bad_predictions_are_said_and_kept_nowhere(mine, address, changes):
    response = mine.post(address, {**RIGHT, **changes})

    assert response.status_code == 422
    assert 'role="alert"' in squeezed(response)
    assert not DrillRecord.objects.exists()


def test_what_was_chosen_stays_when_something_is_missing(mine, address):
    page = squeezed(mine.post(address, {**RIGHT, "confidence": ""}))

    assert page.count(" checked") == 2


def test_drills_of_others_are_not_shown(client, mine, address, design, owner):
    mine.post(address, RIGHT)
    stranger = User.objects.create_user("eve")
    theirs = DrillRecord.objects.create(
        design=design, learner=stranger, at=NOON, version=0, target="lb", name="Theirs", predicted={}, confidence=0.5,
        right=0, asked=2, score=0.1,
    )  # fmt: skip

    page = squeezed(mine.get(address, {"record": theirs.pk}))

    assert "Theirs" not in page
    assert mine.post(address, {"do": "card", "record": theirs.pk, "operation": "post_tweet"}).status_code == 422


def test_drill_is_only_for_who_may_see_the_design(client, stranger, address):
    assert client.get(address).status_code in (302, 403)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.post(address, RIGHT).status_code == 404
    assert not DrillRecord.objects.exists()


def test_score_is_a_share(design, owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        DrillRecord.objects.create(
            design=design, learner=owner, at=NOON, version=0, target="lb", name="x", predicted={}, confidence=0.5,
            right=0, asked=2, score=1.2,
        )  # fmt: skip


def test_empty_design_says_what_to_do(mine, owner):
    empty = create_design(owner=owner, document={"format": 2}, at=NOON)

    assert "Nothing to take away yet" in squeezed(mine.get(reverse("designs:drill", args=[empty.pk])))


@pytest.mark.one_database
def test_waits_that_are_not_computed_after_a_loss_are_said_beside_the_loads(mine, owner, monkeypatch):
    """The quiet state is found within the limits, and that after a loss is not."""
    design = create_design(owner=owner, document=timed_out("chain", 4, 2), at=NOON)
    address = reverse("designs:drill", args=[design.pk])
    words = "After this loss the waits take more than"
    assert words not in squeezed(mine.get(address, {"target": "s3_s4", "show": "1"}))
    settled = drills.settled

    def with_little(*args, **options):
        with monkeypatch.context() as limits:
            allow_little(limits)
            return settled(*args, **options)

    monkeypatch.setattr(drills, "settled", with_little)
    assert words in squeezed(mine.get(address, {"target": "s3_s4", "show": "1"}))
