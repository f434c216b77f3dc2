"""Outline, table and text of a drawing: everything can be done by plain forms, and what is wrong is said beside it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from calculators.engine.shipped import all_figures
from designs.analysis.report import analyse
from designs.models import Design
from tests.designs.document.examples import drawing
from tests.markup import squeezed


@pytest.fixture
def mine(client, owner) -> Client:
    client.force_login(owner)
    return client


def url(design: Design, face: str = "outline", **query: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{reverse('designs:diagram', args=[design.pk])}?face={face}{extra}"


def send(client: Client, design: Design, face: str = "outline", **fields: Any):
    """Posts a form that was shown on the present version, unless it says otherwise."""
    current = Design.objects.get(pk=design.pk)
    return client.post(url(design, face), {"base": current.version, **fields})


def diagram(design: Design) -> dict[str, Any]:
    return Design.objects.get(pk=design.pk).data().get("diagram", {})


def test_outline_names_whom_each_component_calls(mine, design):
    page = squeezed(mine.get(url(design)))

    assert 'id="component-api"' in page
    assert '<a href="#component-cache">Timeline cache</a>' in page
    assert 'aria-label="Edit the connection from Tweet service to Tweets"' in page


def test_adding_a_component_finds_it_a_place_and_connects_its_caller(mine, design):
    response = send(mine, design, action="add-component", kind="queue", label="Jobs", zone="az1", called_by="api")

    assert response.status_code == 302
    assert response["Location"].endswith("/diagram/?face=outline#component-jobs")
    after = diagram(design)
    assert after["components"]["jobs"]["kind"] == "queue"
    assert after["components"]["jobs"]["zone"] == "az1"
    assert [each["source"] for each in after["connections"].values() if each["target"] == "jobs"] == ["api"]
    places = [(each.get("x", 0), each.get("y", 0)) for each in after["components"].values()]
    assert len(set(places)) == len(places)


def test_connecting_renaming_changing_kind_and_moving_to_a_zone(mine, design):
    send(mine, design, action="connect", source="cache", target="tweets", kind="async", label="fills")
    send(
        mine, design, action="change", collection="components", key="phone",
        label="Mobile app", kind="third_party", zone="europe", instances="1",
    )  # fmt: skip

    after = diagram(design)
    assert {"source": "cache", "target": "tweets", "kind": "async", "label": "fills", "order": 5} in after[
        "connections"
    ].values()
    phone, europe = after["components"]["phone"], after["zones"]["europe"]
    assert (phone["label"], phone["kind"], phone["zone"]) == ("Mobile app", "third_party", "europe")
    assert europe["x"] <= phone["x"] <= europe["x"] + europe["width"] - 140


def test_deleting_says_before_what_goes_with_it_and_does_so(mine, design):
    page = squeezed(mine.get(url(design, component="api")))
    assert "3 connections are deleted, too" in page
    assert "1 bottleneck is kept, but no longer about it" in page

    send(mine, design, action="delete", collection="components", key="api")

    assert "api" not in diagram(design)["components"]
    assert list(diagram(design)["connections"]) == ["c1"]


def test_undo_walks_back_and_redo_forth(mine, design):
    before = Design.objects.get(pk=design.pk).data()
    send(mine, design, action="add-component", kind="cache", label="One")
    send(mine, design, action="add-component", kind="cache", label="Two")

    first = squeezed(mine.get(send(mine, design, action="undo", change=2)["Location"]))
    assert "component-one" in first
    assert "component-two" not in first
    second = squeezed(mine.get(send(mine, design, action="undo", change=1)["Location"]))
    assert Design.objects.get(pk=design.pk).data() == before
    assert 'name="change" value="4"' in second

    send(mine, design, action="redo", change=4)
    assert "one" in diagram(design)["components"]


def test_undo_of_what_was_changed_again_is_refused(mine, design):
    send(mine, design, action="change", collection="components", key="api", label="A", kind="service", instances=1)
    send(mine, design, action="change", collection="components", key="api", label="B", kind="service", instances=1)

    response = send(mine, design, action="undo", change=1)

    assert response.status_code == 409
    assert diagram(design)["components"]["api"]["label"] == "B"


def test_zones_are_added_nested_and_never_put_into_themselves(mine, design):
    send(mine, design, action="add-zone", kind="zone", label="Zone 2", parent="europe")
    assert diagram(design)["zones"]["zone-2"]["parent"] == "europe"

    fields = {"kind": "region", "label": "Europe", "parent": "az1"}
    response = send(mine, design, action="change", collection="zones", key="europe", **fields)

    assert response.status_code == 422
    assert "Select a valid choice" in squeezed(response)


def test_a_stale_form_merges_and_two_of_the_same_field_are_shown_both(mine, design):
    """promise 3"""
    common = {"action": "change", "collection": "components", "key": "api", "kind": "service", "zone": "az1"}
    numbers = {"instances": 12, "capacity": "1k/s", "latency": "5 ms", "availability": "99.9%"}
    send(mine, design, **common, **numbers, label="Theirs")

    other_field = send(mine, design, **common, label="Tweet service", **{**numbers, "instances": 20}, base=0)
    same_field = send(mine, design, **common, label="Mine", **numbers, base=0)

    assert other_field.status_code == 302
    assert diagram(design)["components"]["api"]["instances"] == 20
    assert same_field.status_code == 409
    page = squeezed(same_field)
    assert "somebody else made this “Theirs”; you made it “Mine”" in page
    assert 'value="Mine"' in page
    assert diagram(design)["components"]["api"]["label"] == "Theirs"
    assert send(mine, design, **common, label="Mine", **numbers).status_code == 302
    assert diagram(design)["components"]["api"]["label"] == "Mine"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"action": "add-component", "kind": "teapot"}, "Select a valid choice"),
        ({"action": "connect", "source": "api", "target": "nobody", "kind": "sync"}, "Select a valid choice"),
        ({"action": "add-zone", "kind": "zone", "label": ""}, "This field is required"),
        ({"action": "dance"}, "There is no action “dance”"),
        ({"action": "delete", "collection": "components", "key": "gone"}, "The object of this form no longer exists"),
        ({"action": "delete", "collection": "meta", "key": "title"}, "The object of this form no longer exists"),
        ({"action": "undo", "change": "99"}, "The object of this form no longer exists"),
        ({"action": "table", "table": "users"}, "The object of this form no longer exists"),
    ],
)
@pytest.mark.one_database
def test_bad_forms_change_nothing_and_say_why(mine, design, fields, words):
    response = send(mine, design, **fields)

    assert response.status_code == 422
    assert words in squeezed(response)
    assert Design.objects.get(pk=design.pk).version == 0


def test_a_quantity_that_cannot_be_read_is_named_beside_its_field(mine, design):
    response = send(
        mine, design, action="change", collection="components", key="api",
        label="x", kind="service", instances=1, capacity="5 apples", latency="fast", availability="120%",
    )  # fmt: skip

    page = squeezed(response)
    assert "“fast” is not a time; one is written 20 ms." in page
    assert "“120%” is not a share of 0 to 100 %; one is written 99.9%." in page
    assert Design.objects.get(pk=design.pk).version == 0


def test_table_saves_only_what_was_changed(mine, design):
    page = mine.get(url(design, "table"))
    typed = {cell.name: cell.value for sheet in page.context["sheets"] for row in sheet.rows for cell in row.cells}

    send(mine, design, "table", action="table", table="components", **typed)
    assert Design.objects.get(pk=design.pk).version == 0

    typed |= {"api/instances": "20", "tweets/stores": "Tweet, User", "cache/zone": "europe"}
    send(mine, design, "table", action="table", table="components", **typed)
    after = diagram(design)["components"]
    assert after["api"]["instances"] == 20
    assert after["tweets"]["stores"] == {"tweet": True, "user": True}
    assert after["cache"]["zone"] == "europe"
    assert after["lb"] == design.data()["diagram"]["components"]["lb"]


def test_table_takes_a_new_row_and_refuses_whole_with_cells_named(mine, design):
    new = {"+/label": "Jobs", "+/kind": "queue", "+/instances": "3"}
    send(mine, design, "table", action="table", table="components", **new)
    assert diagram(design)["components"]["jobs"]["instances"] == 3

    response = send(
        mine, design, "table", action="table", table="components",
        **{"api/label": "Fine", "api/latency": "soon", "tweets/stores": "Ghost"},
    )  # fmt: skip
    page = squeezed(response)
    assert response.status_code == 422
    assert "2 cells could not be read" in page
    assert "The data model has no entity “Ghost”." in page
    assert 'value="soon"' in page
    assert diagram(design)["components"]["api"]["label"] == "Tweet service"


def test_the_tables_ask_what_happens_when_something_fails_of_those_that_have_it(mine, design):
    page = mine.get(url(design, "table", view="failure"))
    asked = {cell.name for sheet in page.context["sheets"] for row in sheet.rows for cell in row.cells if cell.is_asked}
    assert {"tweets/backup_every", "cache/invalidation", "api/monitored", "c1/retry_budget"} <= asked
    assert not {"api/backup_every", "api/invalidation", "api/dead_letters", "c1/lag", "api/capacity"} & asked

    typed = {"tweets/backup_every": "1 day", "cache/invalidation": "ttl"}
    typed |= {"api/monitored": "yes", "api/recovery_time": "5 min"}
    send(mine, design, "table", action="table", table="components", **typed)
    send(
        mine,
        design,
        "table",
        action="table",
        table="connections",
        **{"c1/retry_budget": "10%", "c1/kind": "replication"},
    )
    replica = {"c1/lag": "2 s", "c1/synchronous": "yes"}
    answer = send(mine, design, "table&view=failure", action="table", table="connections", **replica)

    after = diagram(design)
    assert after["components"]["tweets"]["backup_every"] == "1 day"
    assert after["components"]["cache"]["invalidation"] == "ttl"
    assert (after["components"]["api"]["monitored"], after["components"]["api"]["recovery_time"]) == (True, "5 min")
    assert {name: after["connections"]["c1"][name] for name in ("retry_budget", "lag", "synchronous")} == {
        "retry_budget": "10%", "lag": "2 s", "synchronous": True,
    }  # fmt: skip
    shown = mine.get(answer["Location"]).context["sheets"]
    values = {cell.name: cell.value for sheet in shown for row in sheet.rows for cell in row.cells}
    assert (values["c1/synchronous"], values["api/monitored"], values["lb/monitored"]) == ("yes", "yes", "")


def test_the_ends_of_connections_are_written_by_name(mine, design):
    send(
        mine,
        design,
        "table",
        action="table",
        table="connections",
        **{"c3/target": "tweets", "c4/source": "Timeline cache"},
    )
    after = diagram(design)["connections"]
    assert (after["c3"]["target"], after["c4"]["source"]) == ("tweets", "cache")

    page = squeezed(mine.get(url(design, "table")))
    assert '<option value="Phone"></option><option value="Load balancer"></option>' in page
    for name, words in (("Fax", "There is no component “Fax”."), ("", "an arrow has two ends")):
        response = send(mine, design, "table", action="table", table="connections", **{"c3/target": name})
        assert response.status_code == 422
        assert words in squeezed(response)
    assert diagram(design)["connections"]["c3"]["target"] == "tweets"


def test_text_is_saved_and_what_is_wrong_is_named_by_line(mine, design):
    text = mine.get(url(design, "text")).context["text_form"].initial["text"]

    send(mine, design, "text", action="text", text=text.replace("Tweet service", "Posts"))
    assert diagram(design)["components"]["api"]["label"] == "Posts"
    assert diagram(design)["components"]["api"]["x"] == 480

    response = send(mine, design, "text", action="text", text="flowchart LR\n  a -->")
    assert response.status_code == 422
    assert "<strong>Line 2:</strong> Expected the name of a box" in squeezed(response)
    assert "api" in diagram(design)["components"]


def test_whoever_may_only_look_gets_no_forms(client, design, stranger, owner):
    """promise 19"""
    client.force_login(stranger)
    assert client.get(url(design)).status_code == 404
    assert client.post(url(design), {"action": "delete"}).status_code == 404
    client.logout()
    assert client.get(url(design)).status_code == 403
    version = design.version
    design.refresh_from_db()
    assert design.version == version


def test_forms_lead_back_only_to_pages_of_the_same_design(mine, design):
    fields = {"action": "add-zone", "kind": "zone", "label": "Z"}
    step = f"/designs/{design.pk}/high-level/"

    assert send(mine, design, **fields, page=step)["Location"].startswith(f"{step}?face=outline#")
    for page in ("https://evil.example/", "//evil.example", "/designs/", f"/designs/{design.pk}/../../x", step + "//x"):
        assert send(mine, design, **fields, page=page)["Location"].startswith(f"/designs/{design.pk}/diagram/?")


@pytest.mark.parametrize("face", ["outline", "table", "text", "canvas"])
@pytest.mark.one_database
def test_queries_stay_flat(mine, owner, face, django_assert_max_num_queries):
    from designs.services.saving import create_design
    from tests.designs.conftest import NOON

    large = create_design(owner=owner, document=drawing(300), at=NOON)
    # The session, the person, the design, its version, who is here, and on the canvas what is said of its boxes.
    with django_assert_max_num_queries(9):
        assert mine.get(url(large, face)).status_code == 200


@pytest.mark.one_database
def test_three_hundred_rows_stay_below_what_one_form_may_send(mine, owner):
    from designs.services.saving import create_design
    from tests.designs.conftest import NOON

    large = create_design(owner=owner, document=drawing(300), at=NOON)
    for view in ("work", "failure"):
        for sheet in mine.get(url(large, "table", view=view)).context["sheets"]:
            assert sum(len(row.cells) for row in sheet.rows) < 990


@pytest.mark.one_database
def test_the_outline_shows_what_a_step_is_about(mine, design):
    components = design.data()["diagram"]["components"]
    homes = {key for key, each in components.items() if each.get("stores")}
    page = squeezed(mine.get(url(design, layer="data-model")))
    assert {key for key in components if f'id="component-{key}"' in page} == homes
    assert 0 < len(homes) < len(components)
    assert 'title="What stores its entities" aria-current="true"' in page

    whole = squeezed(mine.get(url(design, layer="unknown")))
    assert all(f'id="component-{key}"' in whole for key in components)
    assert 'href="?face=outline&amp;layer=data-model#outline"' in whole


@pytest.mark.one_database
def test_the_outline_of_the_last_step_has_what_the_analysis_finds(mine, design):
    found = {key for each in analyse(design.data(), all_figures()).open_findings for key in each.components}
    drawn = design.data()["diagram"]["components"].keys()
    page = squeezed(mine.get(url(design, layer="bottlenecks")))
    assert found & drawn
    assert found & drawn <= {key for key in drawn if f'id="component-{key}"' in page}
