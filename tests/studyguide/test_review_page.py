from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import escape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from studyguide.models import Card, CardState, Review
from studyguide.services.cards import make_card
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.reviews import take_new_cards
from studyguide.services.study_settings import Choices, save_settings
from tests.studyguide.conftest import NOON, answer, notes

pytestmark = pytest.mark.django_db
REVIEW = "/cards/review/"


def post_answer(client, card, grade=3, *, query="", uid=None, **more):
    data = {"card": card.pk, "uid": uid or uuid.uuid4(), "grade": grade, **more}
    return client.post(REVIEW + query, data)


def shown(client, query="") -> int | None:
    page = client.get(REVIEW + query).context["page"]
    return page.asked.card.pk if page.asked else None


def test_reading_a_card_opens_no_session_and_writes_nothing(client, cards):
    """promise 46"""
    response = client.get(REVIEW)

    assert response.context["page"].asked.card == cards["map"]
    assert "session" not in response.cookies
    assert not User.objects.exists()


def test_whoever_answers_becomes_a_guest_and_goes_on(client, cards):
    response = post_answer(client, cards["map"])

    assert response.headers["Location"] == REVIEW
    guest = User.objects.get()
    assert guest.is_guest
    assert Review.objects.get().learner == guest
    assert shown(client) == cards["collide"].pk


def test_own_cards_have_a_row_and_are_asked_apart(client, learner, cards):
    """Cards of a deck that was brought belong to no topic. promise 58"""
    own = make_card(learner, kind="question", content={"front": "F", "back": "B"})
    client.force_login(learner)

    listed = client.get("/cards/")
    post_answer(client, own, query="?own=1", own="1")

    assert (listed.context["own"].card_count, listed.context["own"].begun) == (1, 0)
    assert 'href="/cards/review/?own=1"' in listed.content.decode()
    assert client.get("/cards/").context["own"].begun == 1
    assert shown(client, "?own=1&cram=1") == own.pk
    assert 'name="own" value="1"' in re.sub(r"\s+", " ", client.get(REVIEW + "?own=1&cram=1").content.decode())


def test_the_same_form_sent_twice_counts_once(client, cards):
    """promise 8"""
    uid = uuid.uuid4()
    post_answer(client, cards["map"], uid=uid)
    post_answer(client, cards["map"], uid=uid)

    assert Review.objects.count() == 1


def test_the_day_ends_when_its_new_cards_are_used_up(client, cards, learner):
    client.force_login(learner)
    save_settings(learner, Choices(new_a_day=2, retention=0.9, interview_on=None, day_starts_at=4, time_zone="UTC"))
    for name in ("map", "collide"):
        post_answer(client, cards[name], 4)

    assert shown(client) is None
    assert shown(client, "?topic=hashing") == cards["why"].pk, "a topic asked for by name overrides the limit"


def test_what_is_due_comes_before_what_is_new(client, cards, learner):
    client.force_login(learner)
    answer(learner, cards["ring"], 4)

    assert shown(client) == cards["ring"].pk


def test_cramming_goes_through_all_and_leaves_the_schedule_alone(client, cards, learner):
    client.force_login(learner)
    answer(learner, cards["map"])
    before = CardState.objects.values().get(card=cards["map"])
    seen = []
    while (pk := shown(client, "?topic=hashing&cram=1")) and len(seen) < 20:
        grade = 1 if seen.count(pk) == 0 and pk == cards["why"].pk else 3
        seen.append(pk)
        post_answer(client, Card.objects.get(pk=pk), grade, query="?topic=hashing&cram=1")

    assert len(seen) == 7, "six cards, and the one that was not known once more"
    assert seen[-1] == cards["why"].pk
    assert CardState.objects.values().get(card=cards["map"]) == before


def test_editing_a_card_leads_back_to_where_it_was_asked(client, cards, learner):
    client.force_login(learner)
    where = "?topic=hashing&cram=1"
    edit = reverse("studyguide:card_edit", args=[cards["map"].pk]) + "?from=review&topic=hashing&cram=1"

    assert f'href="{escape(edit)}"' in client.get(REVIEW + where).content.decode()
    fields = {"front": "What does it do?", "back": "It maps.", "tags": ""}
    assert client.post(edit, fields).headers["Location"] == f"{REVIEW}{where}&card={cards['map'].pk}"


def test_nobody_answers_the_own_card_of_another(client, cards, learner):
    """promise 21"""
    content = {"front": "Mine?", "back": "Yes."}
    mine = make_card(User.objects.create_user("eve"), content=content)
    client.force_login(learner)

    assert post_answer(client, mine).status_code == 404
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("name", "given", "is_right", "message"),
    [
        pytest.param("seconds", "86,400", True, "exact", id="bare number"),
        pytest.param("seconds", "about 10^5", True, "close enough", id="a power of ten within the tolerance"),
        pytest.param("seconds", "24 h", True, "exact", id="another unit"),
        pytest.param("seconds", "1 h", False, "24 times too little", id="far off"),
        pytest.param("why", "1", True, "That is right", id="choice"),
        pytest.param("why", "0", False, "That is not it", id="other choice"),
        pytest.param("secret", "1", True, "That is right", id="false is right"),
        pytest.param("secret", "0", False, "That is not it", id="true is wrong"),
    ],
)
def test_answers_are_judged(client, cards, name, given, is_right, message):
    page = client.get(REVIEW, {"card": cards[name].pk, "side": "back", "given": given}).context["page"]

    assert page.is_back
    assert page.verdict.is_right is is_right
    assert message in page.verdict.message
    assert [grade.grade for grade in page.grades if grade.is_suggested] == [3 if is_right else 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param("5 GB", "expected a number in s, found GB", id="wrong unit"),
        pytest.param("many", "expected a number such as 100M", id="no number"),
        pytest.param("1..2", "expected one number, found a range", id="range"),
        pytest.param("9" * 190, "", id="long"),
    ],
)
def test_what_is_no_number_is_said_beside_the_field(client, cards, given, message):
    response = client.get(REVIEW, {"card": cards["seconds"].pk, "side": "back", "given": given})
    page = response.context["page"]

    assert response.status_code == 200
    if message:
        assert not page.is_back
        assert message in page.error
        assert page.given == given


def test_an_answer_without_a_grade_is_asked_for_it(client, cards):
    response = post_answer(client, cards["map"], "")

    assert response.status_code == 422
    assert "Choose how well you knew it" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("data", [{}, {"card": "x"}, {"uid": "y", "grade": "9", "card": 10**30}, {"card": "1\x00"}])
def test_bad_posts_are_refused(client, cards, data):
    assert client.post(REVIEW, data).status_code in (404, 422)
    assert not Review.objects.exists()
    assert not User.objects.exists()


def test_undo_brings_the_card_back(client, cards):
    post_answer(client, cards["map"])
    page = client.get(REVIEW).context["page"]
    response = client.post("/cards/undo/", {"undoes": page.undoes, "uid": page.undo_uid})

    assert response.headers["Location"] == f"{REVIEW}?card={cards['map'].pk}"
    assert CardState.objects.get(card=cards["map"]).phase == 0
    assert client.get(REVIEW).context["page"].undoes is None


def test_marks(client, cards, learner):
    client.force_login(learner)
    url = reverse("studyguide:card_mark", args=[cards["map"].pk])
    assert client.post(url, {"mark": "bury", "from": "review"}).headers["Location"] == REVIEW
    assert shown(client) == cards["collide"].pk
    client.post(url, {"mark": "resume"})
    assert shown(client) == cards["map"].pk
    client.post(url, {"mark": "suspend"})
    client.post(url, {"mark": "flag"})
    state = CardState.objects.get(card=cards["map"])
    assert (state.is_suspended, state.is_flagged) == (True, True)
    assert shown(client) == cards["collide"].pk
    assert client.post(url, {"mark": "eat"}).status_code == 404


@pytest.mark.parametrize("who", ["nobody", "somebody else"])
@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "card_detail"), ("post", "card_detail"), ("get", "card_edit"), ("post", "card_edit"),
        ("post", "card_mark"), ("post", "card_remove"), ("post", "card_reset"),
    ],
)  # fmt: skip
def test_a_card_of_ones_own_is_nobody_elses(client, learner, who, method, name):
    """promises 19 to 21"""
    card = make_card(learner, content={"front": "f", "back": "b"})
    if who == "somebody else":
        client.force_login(User.objects.create_user("eve"))
    response = getattr(client, method)(reverse(f"studyguide:{name}", args=[card.pk]), {"mark": "flag", "tags": "x"})

    assert response.status_code == 404
    assert client.get(REVIEW, {"card": card.pk}).status_code == 404
    assert client.post(REVIEW, {"card": card.pk, "uid": uuid.uuid4(), "grade": 3}).status_code == 404
    assert not CardState.objects.exclude(learner=learner).exists()


def test_an_own_wording_is_what_is_asked_and_judged(client, cards, learner):
    client.force_login(learner)
    edit = reverse("studyguide:card_edit", args=[cards["seconds"].pk])
    fields = {
        "front": "Seconds in an hour?",
        "answer": "3,600 s",
        "tolerance": "0 %",
        "back": "",
        "tags": "time, units",
    }
    assert client.post(edit + "?from=review", fields).headers["Location"] == f"{REVIEW}?card={cards['seconds'].pk}"

    page = client.get(REVIEW, {"card": cards["seconds"].pk, "side": "back", "given": "3600"}).context["page"]
    assert "hour" in page.asked.front_html
    assert page.verdict.is_right
    assert CardState.objects.get(card=cards["seconds"]).tags == ["time", "units"]


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        pytest.param("question", {"front": "", "back": "b"}, "front", id="no question"),
        pytest.param("cloze", {"text": "no hole"}, "text", id="no hole"),
        pytest.param("choice", {"front": "f", "choices": "one", "answer": 1, "back": "b"}, "choices", id="one choice"),
        pytest.param("choice", {"front": "f", "choices": "a\nb", "answer": 3, "back": "b"}, "answer", id="no such"),
        pytest.param("numeric", {"front": "f", "answer": "lots", "tolerance": "5 %"}, "answer", id="no number"),
        pytest.param("numeric", {"front": "f", "answer": "5", "tolerance": "a bit"}, "tolerance", id="no tolerance"),
        pytest.param("picture", {"front": "f", "diagram": "pie", "hidden": "x"}, "diagram", id="no diagram"),
        pytest.param("picture", {"front": "f", "diagram": "graph LR\nA-->B", "hidden": "C"}, "hidden", id="no part"),
        pytest.param("question", {"front": "f", "back": "```lab\n[\n```"}, "front", id="a bad fence"),
    ],
)
def test_a_bad_card_is_refused_beside_its_field(client, db, kind, fields, field):
    response = client.post(f"/cards/new/?kind={kind}", fields)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Card.objects.exists()


def test_a_selection_becomes_a_card_that_leads_back_to_it(client, cards):
    quote = "Two keys with one hash collide, and the table gets slow."
    where = {"topic": "hashing", "quote": quote, "anchor": "s-how-it-fails", "kind": "question"}
    form = client.get("/cards/new/", where).context["form"]
    assert form.initial == {"back": quote, "front": "Hashing: "}
    client.post(
        reverse("studyguide:card_create") + "?topic=hashing&anchor=s-how-it-fails&quote=" + quote.replace(" ", "+"),
        {"front": "Why?", "back": quote},
    )

    card = Card.objects.get(owner__isnull=False)
    assert card.topic_address == (
        "/topics/hashing/#s-how-it-fails:~:text=Two%20keys%20with%20one,the%20table%20gets%20slow."
    )


@pytest.mark.parametrize("topics", [2, 12])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("/cards/", 15), ("/cards/all/", 8), (REVIEW, 13), ("/cards/stats/", 14), ("/cards/settings/", 8)],
)
def test_queries_stay_flat(client, learner, django_assert_max_num_queries, topics, path, queries):
    """promise 52"""
    text = "".join(
        f"# T{n}\n\nText {n}.\n\n```cards\n- id: c{n}\n  kind: question\n  front: F\n  back: B\n```\n\n"
        for n in range(topics)
    )
    import_notes(notes(text, path="many.md"), source=NoteSource(name="many", is_strict=True), now=NOON)
    for card in Card.objects.all():
        answer(learner, card, 1)
    client.force_login(learner)
    with django_assert_max_num_queries(queries):
        assert client.get(path).status_code == 200


def test_cards_are_set_as_topics_are(client, learner):
    """Quotes have their curve where a card is shown; its source and its code keep what was written."""
    text = (
        '# T\n\nText.\n\n```cards\n- id: c\n  kind: question\n  front: The "ring"?\n  back: It\'s `"a"`, 5 kB.\n```\n'
    )
    import_notes(notes(text, path="one.md"), source=NoteSource(name="one", is_strict=True), now=NOON)
    client.force_login(learner)
    page = client.get(f"/cards/{Card.objects.get().pk}/").content.decode()

    assert "The \u201cring\u201d?" in page
    assert "It\u2019s <code>" in page
    assert "5\u00a0kB" in page
    assert '"ring"' in Card.objects.get().content["front"]


def test_pages_for_nobody_and_for_a_beginner(client, cards, learner):
    for path in (
        "/cards/",
        "/cards/all/",
        "/cards/stats/",
        "/cards/settings/",
        "/cards/new/",
        f"/cards/{cards['map'].pk}/",
    ):
        assert client.get(path).status_code == 200
    assert "session" not in client.cookies
    client.force_login(learner)
    for path in ("/cards/", "/cards/all/?only=flagged", "/cards/stats/", "/cards/settings/"):
        assert client.get(path).status_code == 200


def test_settings_are_checked_and_kept(client, cards, learner):
    client.force_login(learner)
    good = {"new_a_day": 5, "retention": 85, "interview_on": "", "time_zone": "Europe/Berlin", "day_starts_at": 3}
    assert client.post("/cards/settings/", {**good, "retention": 99}).status_code == 422
    assert client.post("/cards/settings/", {**good, "time_zone": "Mars/Base"}).status_code == 422
    assert client.post("/cards/settings/", good).status_code == 302
    learner.refresh_from_db()
    assert (learner.study_settings.retention, learner.study_settings.time_zone) == (0.85, "Europe/Berlin")


def test_a_deck_without_new_cards_takes_the_next_in_reading_order(cards, learner):
    take_new_cards(learner, revision=7)
    take_new_cards(learner, revision=7)

    assert CardState.objects.filter(learner=learner).count() == 6
    assert learner.study_settings.taken_revision == 7


def test_the_plan_says_minutes_and_known_cards_for_three_shares(client, cards, learner):
    page = client.get("/cards/plan/").content.decode()
    assert re.findall(r"<th [^>]*>\s*(\d+) %\s*</th>", page) == ["80", "90", "95"]
    assert "which is assumed until 50 of yours are" in page
    client.force_login(learner)
    answer(learner, cards["map"])
    until = (timezone.now() + timedelta(days=10)).date().isoformat()
    asked = client.get("/cards/plan/", {"until": until, "new_a_day": 1, "free_days": ["5", "6"]}).content.decode()
    assert len(re.findall(r"of 6</td>", asked)) == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"until": "2020-01-01"}, "from tomorrow on"),
        ({"until": "soon"}, "Enter a valid date"),
        ({"free_days": [str(day) for day in range(7)]}, "at least one day of the week"),
        ({"new_a_day": "many"}, "Enter a whole number"),
    ],
)
def test_what_the_plan_cannot_take_is_said_at_its_field(client, cards, asked, words):
    until = (timezone.now() + timedelta(days=10)).date().isoformat()
    response = client.get("/cards/plan/", {"until": until, "new_a_day": "5"} | asked)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Minutes a day" not in response.content.decode()
