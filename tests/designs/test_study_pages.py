"""Questions about a design on its pages: asked by a form, answered by the worker, and a repair applied and undone."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse
from django.utils import timezone

from designs.analysis.attack import losses
from designs.document.patches import apply
from designs.models import Study
from designs.services.saving import create_design
from designs.services.studies import complete_study
from tests.designs.analysis.repair.by_enumeration import weak_variant
from tests.designs.analysis.seek.test_seek import SPARE, three_servers
from tests.designs.analysis.test_growth import allow_little
from tests.designs.analysis.test_growth import document as timed_out
from tests.designs.conftest import NOON
from tests.markup import squeezed
from tests.servers import work_off


@pytest.fixture
def design(owner):
    return create_design(owner=owner, document=weak_variant("video"), at=NOON)


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def asked(design, owner, kind, **asked):
    study = Study.objects.create(
        design=design, learner=owner, version=design.version, kind=kind, asked=asked, at=timezone.now()
    )
    complete_study(study)
    return reverse("designs:study", args=[design.pk, study.pk])


@pytest.mark.django_db(transaction=True)
def test_a_question_waits_for_the_worker_and_is_answered_by_it(mine, design):
    address = mine.post(reverse("designs:studies", args=[design.pk]), {"kind": "repair"})["Location"]

    assert "It waits for its turn" in squeezed(mine.get(address))
    work_off()
    assert "The cheapest set: about $70 more a month" in squeezed(mine.get(address))


def test_a_repair_is_one_change_and_undo_takes_it_back(mine, design, owner):
    address = asked(design, owner, "repair")
    before = design.data()

    applied = mine.post(address, {"do": "cheapest"})
    design.refresh_from_db()
    assert design.version == 1
    assert "1 fail" not in squeezed(mine.get(applied["Location"]))
    mine.post(reverse("designs:analysis", args=[design.pk]), {"do": "undo", "change": "1"})
    design.refresh_from_db()
    assert design.data() == before


@pytest.mark.one_database
def test_the_page_says_what_was_searched_and_what_the_next_best_costs(mine, owner):
    design = create_design(owner=owner, document=weak_variant("url-shortener"), at=NOON)

    page = squeezed(mine.get(asked(design, owner, "repair")))
    assert "No smaller set of our remedies works; the next best" in page
    assert "assumes that 80%" in page
    assert "plans were analysed whole" in page


@pytest.mark.one_database
def test_an_attack_names_the_losses_and_the_traffic(mine, owner):
    design = create_design(owner=owner, document=three_servers(spare=SPARE), at=NOON)

    page = squeezed(mine.get(asked(design, owner, "attack")))
    assert "The least traffic" in page
    assert "It serves 1.0" in page


@pytest.mark.one_database
def test_an_attack_says_of_how_many_losses_the_waits_are_not_computed(mine, owner, monkeypatch):
    """The quiet state is found within the limits, that after a loss of up to three of five services is not (5, 10 and
    10 sets)."""
    goal = {"metric": "error_rate", "comparison": "<=", "quantity": "100%", "operation": "read0", "priority": "must"}
    document = apply(timed_out("chain", 4, 2), {"scope": {"measurable_requirements": {"r": goal}}})
    judged = losses.settled

    def with_little(*args, **options):
        with monkeypatch.context() as limits:
            allow_little(limits)
            return judged(*args, **options)

    monkeypatch.setattr(losses, "settled", with_little)
    design = create_design(owner=owner, document=document, at=NOON)

    page = squeezed(mine.get(asked(design, owner, "attack")))
    assert "After 25 of them the waits take more than" in page


def test_seeking_and_tables_and_worlds_can_be_taken_along_as_csv(mine, owner):
    document = three_servers(spare=SPARE)
    document["estimate"]["rows"]["users"]["formula"] = "1.08M..3.24M"
    design = create_design(owner=owner, document=document, at=NOON)
    place = "/diagram/components/api/instances"
    factor = "/estimate/rows/peak_factor/formula"
    addresses = {
        "api: instances,verdict": asked(design, owner, "seek", turned=place, requirement="spare"),
        "api: instances \\ Estimate": asked(design, owner, "table", turned=place, across=factor, requirement="spare"),
        "requirement,passes": asked(design, owner, "worlds"),
    }

    for words, address in addresses.items():
        assert "CSV" in squeezed(mine.get(address))
        assert words in mine.get(f"{address}csv/").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "nothing"}, "did not say what to look for"),
        ({"kind": "seek", "turned": "/no/such", "requirement": "spare"}, "Select a valid choice"),
        ({"kind": "table", "turned": "traffic", "across": "traffic", "requirement": "spare"}, "another input"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_beside_its_field(mine, owner, typed, words):
    design = create_design(owner=owner, document=three_servers(spare=SPARE), at=NOON)

    response = mine.post(reverse("designs:studies", args=[design.pk]), typed)
    assert response.status_code == 422
    assert words in squeezed(response)
    assert not Study.objects.exists()


def test_answers_are_for_whoever_asked(client, stranger, design, owner):
    address = asked(design, owner, "repair")

    client.force_login(stranger)
    assert client.get(address).status_code == 404


@pytest.mark.one_database
def test_what_money_buys_is_a_picture_a_table_and_a_slider(mine, owner):
    """More money never buys less: along the table something is served better, answered sooner or no longer fails."""
    document = three_servers(spare=SPARE)
    document["estimate"]["rows"]["peak_factor"]["formula"] = "4"
    address = asked(create_design(owner=owner, document=document, at=NOON), owner, "frontier")
    places = Study.objects.get().result["places"]

    assert [each["usd_per_month"] for each in places] == sorted(each["usd_per_month"] for each in places)
    assert len(places) > 1
    assert places[0]["failing"] == 1
    assert any(each["failing"] == 0 and each["usd_per_month"] > 0 for each in places)
    for one, other in itertools.pairwise(places):
        is_quicker = one["is_endless"] or other["p99_s"] < one["p99_s"]
        assert other["availability"] > one["availability"] or is_quicker or other["failing"] < one["failing"]
    page = squeezed(mine.get(address, {"at": "0"}))
    assert "The design as it is." in page
    assert page.count("<figure") >= 1
    assert '<tr role="row" aria-current="step">' in page
