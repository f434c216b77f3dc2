"""The page and the command of storms: two stable states, what moves a design over, and the change that ends it."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from designs.analysis import loops
from designs.document import text
from designs.models import Design
from designs.services.saving import create_design
from studyguide.models import Card
from tests.designs.analysis.build import READ, raw, store
from tests.designs.conftest import NOON
from tests.markup import squeezed


def stormy(**call):
    """Half full, and three tries of each call ask for 150 %."""
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "10k/s", "latency": "1 ms", "label": "API"},
        "db": store(capacity="200/s", latency="5 ms", label="Orders"),
    }
    gives_up = {"timeout": "500 ms", "retries": 2, **call}
    return raw(
        parts, "app -> api, api -> db", operations={"read": {"name": "Read", **READ}}, connections={"api_db": gives_up}
    )


@pytest.fixture
def design(owner) -> Design:
    return create_design(owner=owner, document=stormy(), at=NOON)


@pytest.fixture
def address(design) -> str:
    return reverse("designs:storms", args=[design.pk])


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "At ×1 it is healthy."),
        ({"at": "195"}, "At ×1.95 it collapses by itself."),
        ({"at": "100", "was": "collapsed"}, "At ×1 it stays collapsed"),
        ({"at": "60", "was": "collapsed"}, "At ×0.6 it is healthy. It has recovered."),
    ],
)
@pytest.mark.one_database
def test_what_it_was_decides_where_there_are_two_states(mine, address, query, said):
    assert said in squeezed(mine.get(address, query))


@pytest.mark.one_database
def test_states_triggers_and_changes_stand_in_tables(mine, address):
    page = squeezed(mine.get(address))

    for words in ("two states at today&#x27;s peak", "×0.667", "A spike to 3 times the traffic", "lasts about 1"):
        assert words in page
    assert "Let at most 10% of calls be retries" in page
    assert page.count("still two states") == 3


@pytest.mark.one_database
def test_misses_are_work_but_no_attempts_of_a_request(mine, owner):
    """A store of which a cache keeps four fifths away, with one retry: five times the reads, twice each."""
    document = stormy(retries=1)
    document["diagram"]["components"]["cache"] = {"kind": "cache", "label": "Cache", "cache_hit_ratio": "80%"}
    document["diagram"]["connections"]["api_cache"] = {"source": "api", "target": "cache", "kind": "sync"}
    document["api"]["operations"]["read"]["rate"] = "500/s"
    cold = create_design(owner=owner, document=document, at=NOON)
    page = squeezed(mine.get(reverse("designs:storms", args=[cold.pk])))
    mine.post(reverse("designs:storms", args=[cold.pk]), {"do": "cards", "component": "db"})

    assert "retries and misses make 10 times the work: today’s peak needs 500% of the capacity" in page
    assert "Attempts per request" not in page
    fronts = " ".join(card.content["front"] for card in Card.objects.filter(owner=owner))
    assert "retries and misses make 10 times the work when no answer comes in time" in fronts


@pytest.mark.one_database
def test_three_tries_are_said_to_be_three_although_an_outage_is_tried_again_too(mine, address):
    """The agreement of one database allows it to be down 0.5 % of the time, so 1.005 tries are made on a good day."""
    page = squeezed(mine.get(address))

    assert "each request costs 3 attempts: today’s peak needs 150% of the capacity" in page
    assert "1 / (50% × 3) = ×0.667 of today’s peak" in page


def test_a_change_is_made_as_one_patch_and_ends_it(mine, design, address):
    posted = mine.post(address, {"base": "0", "component": "db", "change": "budget"}, follow=True)
    design.refresh_from_db()

    assert design.version == 1
    assert design.data()["diagram"]["connections"]["api_db"]["retry_budget"] == "10%"
    assert "two states, above today&#x27;s peak only" in squeezed(posted)


def test_a_change_is_taken_back_from_the_page_that_it_leads_to(mine, design, address):
    before = design.data()
    posted = mine.post(address, {"base": "0", "component": "db", "change": "budget"}, follow=True)
    undo = reverse("designs:analysis", args=[design.pk])
    assert f'action="{undo}" class="note-box good undo-box"' in squeezed(posted)
    assert 'name="change" value="1"' in squeezed(posted)

    mine.post(undo, {"do": "undo", "change": "1"})
    design.refresh_from_db()

    assert design.version == 2
    assert design.data() == before


def test_the_page_asks_before_it_tells_and_judges_the_answer(mine, address):
    first = squeezed(mine.get(address))
    answers = [squeezed(mine.get(address, {"guess": guess})) for guess in ("stays", "recovers")]

    assert "traffic rises to 3 times as much for" in first
    assert "The shortest spike to 3 times" not in first
    assert [page.count("Right: Orders") for page in answers] in ([1, 0], [0, 1])
    assert [page.count("Not so: Orders") for page in answers] in ([1, 0], [0, 1])
    assert all("that it does not recover from lasts about 1" in page for page in answers)


def test_four_cards_are_made_of_a_collapse_and_made_once(mine, owner, design, address):
    for _ in range(2):
        said = squeezed(mine.post(address, {"component": "db", "do": "cards"}, follow=True))
    cards = {card.source_id.split(":")[1]: card.content for card in Card.objects.filter(owner=owner)}

    assert "4 cards ask about Orders from now on." in said
    assert set(cards) == {"collapse", "recovery", "trigger", "change"}
    assert Card.objects.filter(owner=owner).count() == 4
    assert "= ×0.667 of today's peak" in cards["recovery"]["back"]  # 1 / (50 % x 3)
    assert "Let at most 10% of calls be retries. Then" in cards["change"]["back"]
    assert "This component cannot stay collapsed" in squeezed(mine.post(address, {"component": "api", "do": "cards"}))


def test_a_change_that_is_not_there_changes_nothing(mine, design, address):
    answer = mine.post(address, {"component": "db", "change": "magic"})
    design.refresh_from_db()

    assert answer.status_code == 422
    assert "no longer fits" in squeezed(answer)
    assert design.version == 0


@pytest.mark.parametrize("query", [{"at": "soon"}, {"at": "0"}, {"at": "99999"}, {"component": "nobody"}])
@pytest.mark.one_database
def test_what_cannot_be_asked_is_said_and_todays_peak_is_shown(mine, address, query):
    answer = mine.get(address, query)
    page = squeezed(answer)

    assert answer.status_code == 422
    assert f"{next(iter(query))}: " in page
    assert "At ×1 it is healthy." in page


@pytest.mark.one_database
def test_a_queue_that_refuses_in_time_has_one_state_and_says_so(mine, design, address):
    posted = mine.post(address, {"base": "0", "component": "db", "change": "queue"}, follow=True)
    over = squeezed(mine.get(address, {"at": "240"}))
    design.refresh_from_db()

    assert design.data()["diagram"]["components"]["db"]["queue_limit"] == "49"
    assert "one state" in squeezed(posted)
    assert "At ×2.4 it is overloaded." in over
    assert "no: it has one stable state" in over


@pytest.mark.one_database
def test_a_design_without_loops_says_what_one_takes(mine, owner):
    calm = create_design(owner=owner, document=stormy(retries=0), at=NOON)
    page = squeezed(mine.get(reverse("designs:storms", args=[calm.pk])))

    assert "No component here can stay collapsed" in page


@pytest.mark.one_database
def test_what_takes_too_many_tries_is_said_and_not_called_safe(mine, owner, monkeypatch):
    monkeypatch.setattr(loops, "MOST_TRIES", 5)
    hard = create_design(owner=owner, document=stormy(retries=9), at=NOON)
    page = squeezed(mine.get(reverse("designs:storms", args=[hard.pk])))

    assert "Orders: not computed, because its states take more than" in page
    assert "up to 5.03 times its capacity" in page  # half full, ten tries, and a few for outages
    assert "No component here" not in page


@pytest.mark.one_database
def test_the_finding_has_its_working_and_its_patch(mine, design):
    page = squeezed(mine.get(reverse("designs:analysis", args=[design.pk])))

    assert "Orders stays down after a spike" in page
    assert "recovers only below 0.67 times" in page
    assert reverse("designs:storms", args=[design.pk]) in page


@pytest.mark.one_database
def test_the_command_tells_the_same_and_ends_with_1(tmp_path, capsys):
    path = tmp_path / "design.json"
    path.write_text(text.dump(stormy()))
    with pytest.raises(CommandError, match="Orders") as error:
        call_command("storms", path, "--json")
    found = json.loads(capsys.readouterr().out)["storms"][0]

    assert error.value.returncode == 1
    assert found["recovers_at"] == pytest.approx(2 / 3, rel=0.01)
    assert [each["kind"] for each in found["states"]] == ["healthy", "between", "collapsed"]
    assert [each["is_safe_today"] for each in found["changes"]] == [True, True, True, True, False, False, False, True]

    path.write_text(text.dump(stormy(retry_budget="10%")))
    call_command("storms", path)
    assert "Orders: collapses at ×1.8" in capsys.readouterr().out
