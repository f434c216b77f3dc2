from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designs.models import Design, SimulationRun
from designs.services.saving import create_design
from designs.services.simulations import complete_run, do_run, note_stopped
from tests.designs.analysis.build import READ, raw, store
from tests.designs.analysis.twitter import twitter
from tests.designs.conftest import NOON
from tests.markup import squeezed
from tests.servers import work_off
from web import tasks
from web.tasks import Bounds


def roomy():
    """The Twitter of the notes on enough machines."""
    document = twitter()
    document["diagram"]["components"]["api"]["instances"] = 60
    document["diagram"]["components"]["tweets"]["copies"] = 5
    return document


@pytest.fixture
def design(owner) -> Design:
    return create_design(owner=owner, document=roomy(), at=NOON)


@pytest.fixture
def address(design) -> str:
    return reverse("designs:simulation", args=[design.pk])


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def run(design, owner) -> SimulationRun:
    return SimulationRun.objects.create(
        design=design, learner=owner, version=0, shape="constant", seed=1, at=timezone.now()
    )


def test_form_comes_first_and_nothing_is_simulated(mine, address):
    page = squeezed(mine.get(address))

    assert "Constant, at peak" in page
    assert "What was measured" not in page


@pytest.mark.parametrize("shape", ["constant", "ramp", "spike", "daily"])
@pytest.mark.one_database
def test_short_run_is_shown_at_once_stage_by_stage(mine, address, shape):
    page = squeezed(mine.get(address, {"shape": shape}))

    assert "What was measured" in page
    assert page.count('<th scope="row" class="number">') == 12
    assert "Analysis expects" in page


def test_posting_leads_to_the_address_of_the_result(mine, address):
    response = mine.post(address, {"shape": "ramp", "seed": "3", "do": "short"})

    assert response["Location"] == f"{address}?shape=ramp&seed=3"


@pytest.mark.one_database
def test_same_address_gives_the_same_page(mine, address):
    asked = {"shape": "constant", "seed": "5", "lose": "api", "replicas": "10"}

    def measured() -> str:
        return squeezed(mine.get(address, asked)).partition("What was measured")[2]

    assert measured() == measured()


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"shape": "tidal"}, id="no such traffic"),
        pytest.param({"shape": "constant", "seed": "-1"}, id="a negative seed"),
        pytest.param({"shape": "constant", "lose": "phone"}, id="a client cannot be lost"),
        pytest.param({"shape": "constant", "lose": "api", "replicas": "0"}, id="no replica"),
    ],
)
@pytest.mark.one_database
def test_bad_wishes_are_said_beside_their_field(mine, address, asked):
    response = mine.get(address, asked)

    assert response.status_code == 422
    assert 'class="errorlist"' in squeezed(response)
    assert mine.post(address, asked).status_code == 422
    assert not SimulationRun.objects.exists()


def test_what_is_missing_is_named(mine, owner):
    document = roomy()
    document["diagram"]["components"]["tweets"]["latency"] = ""
    design = create_design(owner=owner, document=document, at=NOON)

    page = squeezed(mine.get(reverse("designs:simulation", args=[design.pk]), {"shape": "constant"}))

    assert "needs the latency of Tweets" in page
    assert f'<a href="{reverse("designs:diagram", args=[design.pk])}?face=table">' in page


def test_long_run_keeps_its_result(mine, design, run):
    complete_run(run, visits=20_000)

    page = squeezed(mine.get(reverse("designs:simulation_run", args=[design.pk, run.pk])))

    assert "What was measured" in page
    assert 'hx-trigger="every 1s"' not in page


def test_going_run_shows_how_far_it_is_and_asks_again(mine, design, run):
    SimulationRun.objects.filter(pk=run.pk).update(begun=True, progress=0.4)
    address = reverse("designs:simulation_run", args=[design.pk, run.pk])

    page = squeezed(mine.get(address, headers={"HX-Request": "true", "HX-Target": "run"}))

    assert page.startswith('<div id="run" hx-get')
    assert 'value="0.400"' in page


def test_run_whose_server_died_says_so(mine, design, run):
    SimulationRun.objects.filter(pk=run.pk).update(begun=True, at=timezone.now() - timedelta(minutes=5))

    assert "was stopped before it was done" in squeezed(
        mine.get(reverse("designs:simulation_run", args=[design.pk, run.pk]))
    )


def test_run_that_cannot_be_done_says_why(mine, owner):
    document = roomy()
    document["diagram"]["components"]["tweets"]["latency"] = ""
    design = create_design(owner=owner, document=document, at=NOON)
    run = SimulationRun.objects.create(
        design=design, learner=owner, version=0, shape="constant", seed=1, at=timezone.now()
    )

    complete_run(run, visits=1_000)

    run.refresh_from_db()
    assert "needs the latency of Tweets" in run.refusal


def test_third_run_at_once_is_refused(mine, address, design, owner, run):
    SimulationRun.objects.create(design=design, learner=owner, version=0, shape="ramp", seed=1, at=timezone.now())

    response = mine.post(address, {"shape": "constant", "do": "long"})

    assert response.status_code == 429
    assert SimulationRun.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_requests_at_once_start_no_more_runs_than_two(mine, address):
    """promise 56: the limit is counted in the database, one request of a person at a time."""
    cookies = mine.cookies.output(header="", sep=";")

    def ask(_number: int) -> int:
        try:
            return Client(headers={"Cookie": cookies}).post(address, {"shape": "constant", "do": "long"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(ask, range(8)))

    assert answers == [302, 302, 429, 429, 429, 429, 429, 429]


@pytest.mark.django_db(transaction=True)
def test_long_run_waits_for_the_worker_and_is_done_by_it(mine, address, monkeypatch):
    monkeypatch.setattr("designs.services.simulations.LONG_VISITS", 20_000)
    page = mine.post(address, {"shape": "constant", "do": "long"})["Location"]

    assert "It waits for its turn" in squeezed(mine.get(page))
    work_off()
    assert "What was measured" in squeezed(mine.get(page))


@pytest.mark.django_db(transaction=True)
def test_long_run_that_takes_too_much_says_so(mine, address, monkeypatch):
    monkeypatch.setitem(tasks._bounds, do_run.module_path, Bounds(seconds=20, megabytes=50, when_stopped=note_stopped))
    monkeypatch.setattr("designs.services.simulations.LONG_VISITS", 10**8)
    page = mine.post(address, {"shape": "constant", "do": "long"})["Location"]
    work_off()

    assert "It needs more than 50 MB of memory" in squeezed(mine.get(page))


def test_runs_are_for_whoever_started_them(client, stranger, design, run):
    address = reverse("designs:simulation_run", args=[design.pk, run.pk])

    assert client.get(address).status_code in (302, 403)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.get(reverse("designs:simulation", args=[design.pk])).status_code == 404


@pytest.mark.one_database
def test_every_moment_is_an_address_with_its_drawing_and_table(mine, address):
    """Without scripts the scrubber is a form that keeps what was asked."""
    early, late = (mine.get(address, {"shape": "ramp", "duration": "30 s", "moment": at}) for at in ("2", "48"))

    for answer, at in ((early, 2), (late, 48)):
        moments = answer.context["moments"]
        assert moments.at == at
        assert len(moments.data) == moments.count == 48
        assert moments.said in squeezed(answer)
        assert moments.data[at - 1]["said"] == moments.said
    assert '<input type="hidden" name="duration" value="30 s">' in squeezed(late)
    rates = [answer.context["moments"].said for answer in (early, late)]
    assert rates[0] != rates[1]
    assert mine.get(address, {"shape": "constant", "duration": "1 s", "moment": "999"}).context["moments"].at == 48


def test_a_result_kept_before_moments_were_is_shown_as_it_was(mine, design, owner):
    kept = SimulationRun.objects.create(
        design=design, learner=owner, version=0, shape="constant", seed=1, at=timezone.now()
    )
    complete_run(kept, visits=2_000)
    kept.refresh_from_db()
    page = reverse("designs:simulation_run", args=[design.pk, kept.pk])
    assert "Each moment on the drawing" in squeezed(mine.get(page))
    kept.result = {key: value for key, value in kept.result.items() if key not in ("moments", "courses")}
    kept.save()

    answer = squeezed(mine.get(page))
    assert "Each moment on the drawing" not in answer
    assert "How long requests took" in answer


def test_two_zones_are_cut_off_from_each_other_and_the_command_does_the_same(mine, owner, tmp_path, capsys):
    document = raw(
        {"app": "client",
         "api": {"kind": "service", "capacity": "1k/s", "latency": "1 ms", "zone": "a", "label": "API"},
         "db": store(capacity="1k/s", latency="1 ms", zone="b", label="Orders")},
        "app -> api, api -> db", operations={"read": {"name": "Read", **READ}},
        connections={"api_db": {"timeout": "200 ms"}}, zones={"a": {"label": "West"}, "b": {"label": "East"}},
    )  # fmt: skip
    design = create_design(owner=owner, document=document, at=NOON)
    address = reverse("designs:simulation", args=[design.pk])
    assert "the network between West and East" in squeezed(mine.get(address))
    asked = {"shape": "constant", "duration": "60 s", "event": "20 s", "lose": "a|b"}
    page = squeezed(mine.get(address, asked))
    path = tmp_path / "design.json"
    path.write_text(json.dumps(document))
    call_command("simulate", path, lasts="60 s", event="20 s", cut=["a", "b"])

    assert "calls timed out" in page
    assert "API → Orders" in page
    assert "requests of Read failed" in page
    failed = re.search(r"Read: ([\d,]+) failed", capsys.readouterr().out)
    assert failed
    assert 1_900 < int(failed[1].replace(",", "")) < 2_400  # 100/s for 20 s, and some of the rush that follows
