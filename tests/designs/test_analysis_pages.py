from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft202012Validator

from designs.analysis.published import json_schema
from designs.document.patches import apply
from designs.models import Design
from designs.services.saving import create_design
from tests.designs.analysis.twitter import twitter
from tests.designs.conftest import NOON
from tests.markup import squeezed


@pytest.fixture
def design(owner) -> Design:
    return create_design(owner=owner, document=twitter(), at=NOON)


@pytest.fixture
def address(design) -> str:
    return reverse("designs:analysis", args=[design.pk])


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.one_database
def test_fields_that_count_in_simulations_alone_are_named_where_the_analysis_stands(mine, owner):
    document = twitter()
    key, box = next((key, box) for key, box in document["diagram"]["components"].items() if box["kind"] == "service")
    box |= {"serves": "newest", "most_instances": 40, "label": "Timelines"}
    arrow = next(each for each in document["diagram"]["connections"].values() if each["source"] == key)
    arrow["breaker"] = "50%"
    design = create_design(owner=owner, document=document, at=NOON)
    page = text_of(mine.get(reverse("designs:analysis", args=[design.pk])))

    assert "simulations</a> only, and not here: " in page
    assert "Timelines: Scales by itself to at most 40" in page
    assert ": Circuit breaker opens at failed calls of 50%" in page


def text_of(response) -> str:
    return " ".join(squeezed(response).split())


def test_page_names_what_saturates_and_what_is_alone(mine, address):
    page = text_of(mine.get(address))

    assert "Tweets saturates at peak" in page
    assert "It fails when <strong>Load balancer</strong> or <strong>Tweets</strong> fails." in page
    # All forty servers are needed at the peak: 0.9999 x 0.99491 x (1 - 0.0001) x (1 - 0.0009)^40.
    assert "Asked: <strong>at least 99.9 %</strong>. Reached: <strong>95.9 %</strong>" in page


def test_findings_lead_to_the_steps_where_what_they_name_is_changed(mine, owner):
    unplaced = {"ghost": {"name": "Ghost", "fields": {"f": {"name": "id", "type": "bigint"}}}}
    writing = {"haunt": {"name": "haunt", "rate": "1/s", "writes": {"ghost": True}}}
    changes = {"data_model": {"entities": unplaced}, "api": {"operations": writing}}
    design = create_design(owner=owner, document=apply(twitter(), changes), at=NOON)
    page = mine.get(reverse("designs:analysis", args=[design.pk])).content.decode()

    found = set(re.findall(rf'<a[^>]*?href="/designs/{design.pk}/([a-z-]+)/(?:#r-([a-z_]+)-([a-z]+)-(\w+))?"', page))
    assert ("high-level", "", "", "") in found
    rows = {(area, section, kind, key) for area, section, kind, key in found if key}
    document = design.data()
    assert rows
    for area, section, kind, key in rows:
        assert key in document[section][kind]
        assert f'id="r-{section}-{kind}-{key}"' in mine.get(f"/designs/{design.pk}/{area}/").content.decode()


def test_trying_shows_before_and_after_and_changes_nothing(mine, address, design):
    page = text_of(mine.get(address, {"try": "single-point:lb", "remedy": "0"}))

    assert "Set instances of load balancer" in page
    assert "Load balancer is a single point of failure" in page
    design.refresh_from_db()
    assert design.version == 0


def test_taken_remedy_is_one_change_that_can_be_undone(mine, address, design):
    done = mine.post(address, {"do": "apply", "base": "0", "key": "single-point:lb", "remedy": "0"})

    assert done["Location"] == f"{address}?undo=1"
    design.refresh_from_db()
    assert design.data()["diagram"]["components"]["lb"]["instances"] == 2
    assert "Undo" in text_of(mine.get(done["Location"]))

    mine.post(address, {"do": "undo", "change": "1"})

    design.refresh_from_db()
    assert design.data() == twitter()
    assert design.version == 2


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"do": "apply", "base": "0", "key": "single-point:lb", "remedy": "7"}, id="no such remedy"),
        pytest.param({"do": "apply", "base": "0", "key": "single-point:nobody", "remedy": "0"}, id="no such finding"),
        pytest.param({"do": "apply", "base": "0", "key": "single-point:lb", "remedy": "1"}, id="cannot be tried"),
        pytest.param({"do": "undo", "change": "1"}, id="no such change"),
        pytest.param({"do": "undo", "change": "x"}, id="not a number"),
        pytest.param({"do": "answer", "key": "single-point:lb", "response": "maybe"}, id="no such answer"),
        pytest.param(
            {"do": "answer", "key": "single-point:lb", "response": "mitigated", "mitigation": "x" * 10_001}, id="long"
        ),
        pytest.param({"do": "dance"}, id="no such action"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(mine, address, design, form):
    response = mine.post(address, form)

    assert response.status_code == 422
    assert 'role="alert"' in text_of(response)
    design.refresh_from_db()
    assert design.version == 0


def test_answer_is_kept_in_the_design_and_shown(mine, address, design):
    form = {
        "do": "answer",
        "base": "0",
        "key": "single-point:lb",
        "response": "accepted",
        "mitigation": "It is managed.",
    }
    mine.post(address, form)

    design.refresh_from_db()
    kept = next(iter(design.data()["bottlenecks"].values()))
    assert (kept["key"], kept["response"], kept["mitigation"]) == ("single-point:lb", "accepted", "It is managed.")
    assert "1 answered" in text_of(mine.get(address))


def test_accepting_without_a_reason_is_refused(mine, address, design):
    mine.post(address, {"do": "answer", "base": "0", "key": "single-point:lb", "response": "accepted"})

    design.refresh_from_db()
    assert design.version == 0


def test_remedy_on_an_older_version_is_merged(mine, address, design):
    mine.post(address, {"do": "apply", "base": "0", "key": "single-point:lb", "remedy": "0"})
    mine.post(address, {"do": "apply", "base": "0", "key": "single-point:tweets", "remedy": "0"})

    design.refresh_from_db()
    components = design.data()["diagram"]["components"]
    assert components["lb"]["instances"] == 2
    assert (components["tweets"]["copies"], components["tweets"]["replication"]) == (3, "quorum")


@pytest.mark.parametrize(
    ("step", "words"), [("0", "×1"), ("-10", "×0.1"), ("20", "×100"), ("999", "×100"), ("x", "×1")]
)
@pytest.mark.one_database
def test_traffic_can_be_any_of_a_tenth_to_a_hundred_times(mine, address, step, words):
    page = text_of(mine.get(address, {"step": step}))

    assert f'class="growth-times">{words}</output>' in page


@pytest.mark.one_database
def test_growth_alone_is_answered_to_htmx(mine, address):
    response = mine.get(address, {"step": "5"}, headers={"HX-Request": "true", "HX-Target": "growth"})

    page = text_of(response)
    assert page.startswith('<div id="growth">')
    assert "HX-Target" in response["Vary"]


@pytest.mark.one_database
def test_json_is_what_its_schema_says(mine, design):
    response = mine.get(reverse("designs:analysis_json", args=[design.pk]))

    Draft202012Validator(json_schema()).validate(json.loads(response.content))
    assert "private" in response["Cache-Control"]


def test_findings_alone_serve_other_pages(mine, design):
    address = reverse("designs:findings", args=[design.pk])
    fragment = text_of(mine.get(address, headers={"HX-Request": "true", "HX-Target": "findings"}))

    assert fragment.startswith('<div id="findings">')
    assert "<h1>" in text_of(mine.get(address))


@pytest.mark.parametrize("name", ["analysis", "analysis_json", "findings"])
def test_analysis_is_only_for_who_may_see_the_design(client, stranger, design, name):
    address = reverse(f"designs:{name}", args=[design.pk])

    assert client.get(address).status_code in (302, 403)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "undo", "change": "1"}).status_code in (404, 405)


def test_empty_design_has_a_page_that_says_what_to_do(mine, owner):
    empty = create_design(owner=owner, document={"format": 2}, at=NOON)

    page = text_of(mine.get(reverse("designs:analysis", args=[empty.pk])))

    assert "No requirement to test yet" in page
    assert "There is no operation yet." in page
    assert "No traffic meets a component of known capacity yet." in page
    assert "nothing is full" not in page.lower()


@pytest.mark.one_database
def test_queries_stay_flat_however_many_findings(mine, owner):
    """promise 52"""

    def queries(boxes: int) -> int:
        document = twitter()
        document["diagram"]["components"] |= {f"x{n}": {"kind": "queue", "label": f"Queue {n}"} for n in range(boxes)}
        address = reverse("designs:analysis", args=[create_design(owner=owner, document=document, at=NOON).pk])
        mine.get(address)
        with CaptureQueriesContext(connection) as seen:
            page = text_of(mine.get(address))
        assert page.count("Nobody consumes Queue") == boxes
        return len(seen)

    assert queries(1) == queries(60)


def test_markdown_export_ends_with_the_analysis(mine, design):
    text = squeezed(mine.get(reverse("designs:export_file", args=[design.pk, "markdown"])))

    assert text.count("\n\n## Analysis\n\n### Requirements\n") == 1
    assert "**Tweets saturates at peak** (high)" in text
