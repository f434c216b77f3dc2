"""Sheets that people keep: theirs alone, saved whole or not at all, and usable without scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from calculators.engine.own_rows import OwnRow
from calculators.engine.sheet_content import Content
from calculators.keeping import WORK
from calculators.models import SavedSheet
from calculators.services import MOST_SHEETS, StaleSheetError, TooManySheetsError, create_sheet, save_sheet
from tests.browser import broken_in_light_and_dark, scrolls_sideways
from tests.markup import squeezed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEMA = json.loads((Path(settings.BASE_DIR) / "calculators" / "result.schema.json").read_text())
HOSTILE = "</textarea><script>alert(1)</script>"
ROWS = (OwnRow("per_user", "bytes per user", "stored / daily_users", "MB/user"),)


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def saved(owner) -> SavedSheet:
    content = Content({"daily_users": "200M"}, ROWS)
    return create_sheet(owner=owner, name="Photos", calculator="capacity", content=content, at=NOON)


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def form(saved, **changes):
    rows = {"row.0.label": "bytes per user", "row.0.name": "per_user", "row.0.formula": "stored / daily_users"}
    return {"name": saved.name, "version": str(saved.version), "in.daily_users": "200M", **rows, **changes}


def test_whoever_keeps_a_sheet_becomes_a_guest_and_reading_makes_nobody_one(client, db):
    assert client.get("/sheets/").status_code == 200
    assert client.get("/sheets/new/capacity/", {"daily_users": "200M"}).status_code == 200
    assert User.objects.count() == 0

    answer = client.post("/sheets/new/capacity/?daily_users=200M", {"name": "Photos"})

    assert User.objects.get().is_guest
    sheet = SavedSheet.objects.get()
    assert answer["Location"] == f"/sheets/{sheet.pk}/"
    assert Content.from_text(sheet.content).inputs == {"daily_users": "200M"}
    assert "11,574 writes/s" in squeezed(client.get(answer["Location"]))
    assert "Photos" in squeezed(client.get("/sheets/"))


def test_the_same_working_and_its_own_rows(mine, saved):
    page = squeezed(mine.get(f"/sheets/{saved.pk}/"))

    assert "11,574 writes/s" in page
    assert "10,000 writes/s" in page  # in the head
    assert 'id="step-per_user"' in page
    assert "MB/user" in page


@pytest.mark.parametrize("path", ["/", ".json", ".md"])
def test_nobody_else_sees_it(client, saved, path):
    """promise 20"""
    assert client.get(f"/sheets/{saved.pk}{path}").status_code == 404
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(f"/sheets/{saved.pk}{path}").status_code == 404
    assert "Photos" not in squeezed(client.get("/sheets/"))


@pytest.mark.parametrize("path", ["/", "/delete/"])
def test_nobody_else_changes_it(client, saved, path):
    client.force_login(User.objects.create_user("mallory"))

    assert client.post(f"/sheets/{saved.pk}{path}", form(saved, name="Mine now")).status_code == 404
    saved.refresh_from_db()
    assert saved.name == "Photos"


def test_deleting_takes_a_post(mine, saved):
    assert mine.get(f"/sheets/{saved.pk}/delete/").status_code == 405
    assert mine.post(f"/sheets/{saved.pk}/delete/").status_code == 302
    assert not SavedSheet.objects.exists()


def test_saving_keeps_what_differs_adds_rows_and_makes_their_names(mine, saved):
    more = {
        "row.1.label": "Twice the users",
        "row.1.formula": "2 * daily_users",
        "row.2.label": "",
        "row.2.formula": "",
    }

    answer = mine.post(f"/sheets/{saved.pk}/", form(saved, **more, **{"in.peak_factor": "3"}))

    assert answer.status_code == 302
    saved.refresh_from_db()
    kept = Content.from_text(saved.content)
    assert kept.inputs == {"daily_users": "200M"}
    assert [row.name for row in kept.rows] == ["per_user", "twice_the_users"]
    assert saved.version == 2
    assert "400 million users" in squeezed(mine.get(f"/sheets/{saved.pk}/"))


def test_a_row_is_removed_by_its_box(mine, saved):
    mine.post(f"/sheets/{saved.pk}/", form(saved, **{"row.0.remove": "1"}))

    saved.refresh_from_db()
    assert Content.from_text(saved.content).rows == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"row.0.formula": "daily_users + record_size"}, "Formula: cannot add user and byte/write"),
        ({"row.0.unit": "byte"}, "its unit is byte"),
        ({"row.0.name": "Bad Name"}, "Name: expected a lower-case letter"),
        ({"row.0.formula": "daily_users / (1 - 1)"}, "Formula: division by zero"),
        ({"row.0.formula": "1" * 1_001}, "1,001 characters; at most 1000"),
        ({"in.daily_users": "5 MB"}, "expected user, found byte"),
        ({"in.daily_users": "9" * 201}, "a quantity may have 200 characters"),
        ({"name": " "}, "Expected a name of 1 to 120"),
        ({f"row.{n}.formula": "1" for n in range(60)}, "60 rows; at most 50"),
        ({"row.0.formula": HOSTILE}, "Formula: expected a number"),
    ],
)
def test_with_one_mistake_nothing_is_saved_and_nothing_typed_is_lost(mine, saved, changes, said):
    answer = mine.post(f"/sheets/{saved.pk}/", form(saved, **changes))

    page = squeezed(answer)
    assert answer.status_code == 422
    assert said.replace("'", "&#x27;") in page
    assert "<script>alert" not in page
    assert 'aria-invalid="true"' in page or "rows" in said
    assert mine.get(f"/sheets/{saved.pk}/").status_code == 200
    saved.refresh_from_db()
    assert saved.version == 1


def test_two_windows_do_not_overwrite_each_other_unseen(mine, saved):
    """promise 3"""
    mine.post(f"/sheets/{saved.pk}/", form(saved, name="First"))

    answer = mine.post(f"/sheets/{saved.pk}/", form(saved, name="Second"))

    assert answer.status_code == 409
    assert "saved in another window" in squeezed(answer)
    assert 'value="Second"' in squeezed(answer)
    saved.refresh_from_db()
    assert saved.name == "First"


def test_services_refuse_what_is_stale_and_what_is_too_much(saved, owner, monkeypatch):
    with pytest.raises(StaleSheetError):
        save_sheet(saved, version=7, name="x", content=Content(), at=NOON)
    monkeypatch.setattr("calculators.services.MOST_SHEETS", 1)
    with pytest.raises(TooManySheetsError, match="you keep 1 sheets"):
        create_sheet(owner=owner, name="x", calculator="", content=Content(), at=NOON)
    assert MOST_SHEETS == 500


def test_json_and_markdown_are_those_of_the_catalogue_with_its_own_address(mine, saved):
    found = mine.get(f"/sheets/{saved.pk}.json").json()
    jsonschema.validate(found, SCHEMA)
    assert found["address"] == f"/sheets/{saved.pk}/"
    assert "per_user" in found["outputs"]
    text = mine.get(f"/sheets/{saved.pk}.md").content.decode()
    assert text.startswith(f"# Photos\n\n<http://testserver/sheets/{saved.pk}/>")
    assert "**bytes per user**" in text


def test_what_is_kept_moves_with_a_guest_and_is_exported(saved, owner):
    other = User.objects.create_user("grace")
    assert WORK.summary(owner) == ["1 sheet"]

    [(name, data)] = WORK.export(owner)
    WORK.move(owner, other)

    assert (name, data["inputs"]) == ("sheets/0001.json", {"daily_users": "200M"})
    assert SavedSheet.objects.get().owner == other


@pytest.mark.parametrize(("query", "words"), [({"daily_users": "x"}, "x"), ({"colour": "1"}, "colour")])
def test_what_cannot_be_kept_is_said(client, db, query, words):
    answer = client.get("/sheets/new/capacity/", query)

    assert answer.status_code == 422
    assert words in answer.content.decode().lower()
    assert client.get("/sheets/new/nothing/").status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_as_many_queries_for_twenty_as_for_one(mine, owner, count, django_assert_num_queries):
    """promise 52"""
    for number in range(count):
        create_sheet(owner=owner, name=f"Sheet {number}", calculator="cache", content=Content(), at=NOON)
    with django_assert_num_queries(3):
        mine.get("/sheets/")


def test_a_blank_sheet_is_written_without_scripts(plain_page):
    plain_page.goto("/sheets/new/")
    plain_page.fill("#name", "Photos")
    plain_page.click("text=Keep it")
    plain_page.fill("#row-0-label", "Photos a day")
    plain_page.fill("#row-0-formula", "2M/day")
    plain_page.fill("#row-1-label", "Bytes a day")
    plain_page.fill("#row-1-formula", "photos_a_day * 3 MB * 1 day")
    plain_page.click("text=Save and calculate")
    expect(plain_page.locator("#step-bytes_a_day")).to_contain_text("6 TB")


@pytest.mark.one_database
@pytest.mark.parametrize("width", [390, 1280])
def test_sheets_break_no_accessibility_rule(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/sheets/new/queueing/?servers=5")
    assert broken_in_light_and_dark(page) == {}
    page.fill("#name", "Checkout")
    page.click("text=Keep it")
    page.fill("#row-0-label", "spare servers")
    page.fill("#row-0-formula", "servers - load")
    page.click("text=Save and calculate")
    page.wait_for_selector("#step-spare_servers")
    assert not scrolls_sideways(page)
    assert broken_in_light_and_dark(page) == {}
    page.goto("/sheets/")
    assert broken_in_light_and_dark(page) == {}
