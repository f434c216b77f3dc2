"""A sheet that somebody keeps comes into the estimate of a design, and a box takes an entity in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from calculators.engine.own_rows import OwnRow
from calculators.engine.sheet_content import Content
from calculators.services import create_sheet
from designs.document.patches import apply
from designs.document.schema import blank
from designs.kept_sheets import KeptSheet
from designs.models import Design
from designs.services.saving import create_design
from designs.workbench.actions import UnknownActionError, perform
from designs.workbench.kept_sheets import OtherSheetError, brought

CONTENT = Content({"daily_users": "20M"}, (OwnRow("photos", "Photos a day", "daily_users * 2/day", "1/s"),))
SHEET = KeptSheet("1", "Photos", "capacity", CONTENT)


def test_inputs_and_rows_come_with_their_source():
    estimate = brought({}, SHEET).patch["estimate"]

    assert estimate["calculator"] == "capacity"
    assert estimate["inputs"] == {"daily_users": {"value": "20M", "source": "My sheet: Photos"}}
    assert (estimate["rows"]["photos"]["formula"], estimate["rows"]["photos"]["order"]) == ("daily_users * 2/day", 1)


def test_what_stands_in_the_estimate_stays_and_is_named():
    rows = {"photos": {"label": "Mine", "formula": "5/s", "order": 1}}
    found = brought({"estimate": {"calculator": "capacity", "rows": rows}}, SHEET)

    assert found.patch == {"estimate": {"inputs": {"daily_users": {"value": "20M", "source": "My sheet: Photos"}}}}
    assert found.kept == ("photos",)
    again = brought(apply({}, brought({}, SHEET).patch), SHEET)
    assert (again.patch, again.kept) == ({}, ())


def test_an_estimate_on_another_calculator_is_not_pulled_from_under_its_rows():
    with pytest.raises(OtherSheetError, match="starts from"):
        brought({"estimate": {"calculator": "bandwidth"}}, SHEET)


def test_an_entity_goes_into_a_store_and_out_of_it_again():
    document = {
        "data_model": {"entities": {"tweet": {"name": "Tweet"}}},
        "diagram": {"components": {"db": {"kind": "sql"}}},
    }
    inside = apply(document, perform(document, "place:db/tweet", new_id=str))
    assert inside["diagram"]["components"]["db"]["stores"] == {"tweet": True}

    outside = apply(inside, perform(inside, "place:db/tweet", new_id=str))
    assert not outside["diagram"]["components"]["db"].get("stores")
    for asked in ("place:db/nothing", "place:nothing/tweet", "place:"):
        with pytest.raises(UnknownActionError):
            perform(document, asked, new_id=str)


def test_only_sheets_of_ones_own_are_offered_and_taken(client, db):
    ada, mallory = User.objects.create_user("ada"), User.objects.create_user("mallory")
    now = timezone.now()
    mine, theirs = (
        create_sheet(owner=owner, name=f"Sheet of {owner}", calculator="capacity", content=CONTENT, at=now)
        for owner in (ada, mallory)
    )
    design = create_design(owner=ada, document=blank(title="Photos"), at=now)
    client.force_login(ada)
    page = f"/designs/{design.pk}/estimate/"
    shown = client.get(page).content.decode()
    assert "Sheet of ada" in shown
    assert "Sheet of mallory" not in shown

    refused = client.post(page, {"base": "0", "do": f"sheet:{theirs.pk}"})
    assert (refused.status_code, Design.objects.get().version) == (422, 0)
    client.post(page, {"base": "0", "do": f"sheet:{mine.pk}"})
    assert Design.objects.get().data()["estimate"]["inputs"]["daily_users"]["value"] == "20M"
