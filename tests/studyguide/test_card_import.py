from __future__ import annotations

import pytest

from studyguide.models import Card, CardState, Review, Topic
from studyguide.notes.errors import NoteError
from studyguide.services.notes import NoteSource, import_notes
from tests.studyguide.conftest import HASHING, NOON, answer, notes

pytestmark = pytest.mark.django_db


def test_cards_are_stored_with_both_sides_as_safe_html(cards):
    assert cards["map"].front_html == "<p>What does a <strong>hash function</strong> do?</p>"
    assert "collide" not in cards["collide"].front_html
    assert '<mark class="hole">collide</mark>' in cards["collide"].back_html
    assert cards["why"].options == ["The name", "The user's id", "The time"]
    assert "Hash ring" not in cards["ring"].front_html
    assert "Hash ring" in cards["ring"].back_html
    assert cards["secret"].options == ["True", "False"]


def test_a_card_knows_the_sentence_that_it_is_about(cards):
    assert cards["collide"].anchor == "s-how-it-fails"
    assert cards["collide"].quote == "Two keys with one hash collide, and the table gets slow."


def test_importing_again_changes_nothing(cards):
    before = list(Card.objects.order_by("pk").values())
    report = import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON.replace(year=2027))

    assert not report.changes_something
    assert list(Card.objects.order_by("pk").values()) == before


def test_editing_a_text_keeps_the_schedule(cards, learner):
    """promise 10"""
    answer(learner, cards["map"])
    before = CardState.objects.values().get()
    import_notes(
        notes(HASHING.replace("What does a **hash function** do?", "What is hashing?")),
        source=NoteSource(name="demo", is_strict=True),
        now=NOON,
    )

    card = Card.objects.get(source_id="hashing-map")
    assert (card.pk, card.front_html) == (cards["map"].pk, "<p>What is hashing?</p>")
    assert CardState.objects.values().get() == before


def test_a_removed_card_keeps_its_reviews_and_comes_back_with_them(cards, learner):
    """promise 10"""
    answer(learner, cards["map"])
    start = HASHING.index("- id: hashing-map")
    without = HASHING[:start] + HASHING[HASHING.index("- id: hashing-collide") :]
    import_notes(notes(without), source=NoteSource(name="demo", is_strict=True), now=NOON)

    assert Card.objects.get(source_id="hashing-map").removed_at == NOON
    assert Card.objects.present().count() == 5
    assert (Review.objects.count(), CardState.objects.count()) == (1, 1)

    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    assert Card.objects.get(source_id="hashing-map").removed_at is None
    assert Card.objects.get(source_id="hashing-map").pk == cards["map"].pk


def test_pruning_a_topic_keeps_its_cards_and_reviews(cards, learner):
    """promise 10"""
    answer(learner, cards["map"])
    import_notes(
        notes("# Other\n\nText.\n", path="other.md"),
        source=NoteSource(name="demo", is_strict=True),
        now=NOON,
        prune=True,
    )

    assert not Topic.objects.filter(slug="hashing").exists()
    assert Card.objects.present().count() == 0
    assert Card.objects.count() == 6
    assert Review.objects.count() == 1


def test_topics_missing_from_the_files_keep_their_cards(cards):
    import_notes(notes("# Other\n\nText.\n", path="other.md"), source=NoteSource(name="demo", is_strict=True), now=NOON)

    assert Card.objects.present().count() == 6


def test_a_renamed_topic_keeps_its_cards(cards, learner):
    answer(learner, cards["map"])
    renamed = HASHING.replace("slug: hashing\n", "slug: hash-functions\n")
    import_notes(notes(renamed), source=NoteSource(name="demo", is_strict=True), now=NOON, prune=True)

    card = Card.objects.get(source_id="hashing-map")
    assert (card.pk, card.topic.slug, card.removed_at) == (cards["map"].pk, "hash-functions", None)
    assert CardState.objects.get().card_id == card.pk


def test_undeclared_notes_may_have_cards_too():
    text = "# Caching\n\nA cache keeps copies.\n\n```cards\n- id: c\n  kind: question\n  front: F\n  back: B\n```\n"
    import_notes(notes(text, path="cache.md"), source=NoteSource(name="demo", is_strict=True), now=NOON)

    assert Card.objects.get().topic.slug == "caching"
    assert "front: F" not in Topic.objects.get(slug="caching").body_html


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('"86,400 s"', '"many"', "card 'hashing-seconds': answer: expected a number", id="no number"),
        pytest.param('"20 %"', '"some"', "a tolerance is a share such as 5 %", id="no tolerance"),
        pytest.param("{{collide}}", "collide", "text: needs at least one gap", id="no hole"),
        pytest.param('hidden: "Hash ring"', 'hidden: "Disk"', "no part called 'Disk'", id="nothing to hide"),
        pytest.param("answer: 1", "answer: 3", "must be the number of a choice", id="no such choice"),
        pytest.param("id: hashing-why", "id: hashing-map", "stands twice", id="an id twice"),
    ],
)
def test_a_bad_card_refuses_the_import_and_names_the_line(old, new, message):
    with pytest.raises(NoteError, match=r"^hashing\.md:\d+: ") as caught:
        import_notes(notes(HASHING.replace(old, new)), source=NoteSource(name="demo", is_strict=True), now=NOON)

    assert message in str(caught.value)
    assert Card.objects.count() == Topic.objects.count() == 0


def test_one_id_in_two_topics_is_refused():
    other = HASHING.replace("slug: hashing\n", "slug: other\n").replace("title: Hashing", "title: Other")
    with pytest.raises(NoteError, match="also stands in"):
        import_notes(
            [*notes(), *notes(other, path="other.md")], source=NoteSource(name="demo", is_strict=True), now=NOON
        )
