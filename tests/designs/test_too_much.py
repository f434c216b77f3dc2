"""What is saved can be listed, shown and deleted, whoever saved it (promise 55): sizes are judged when it is saved."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from designs.document.limits import MAX_ENTITIES, MAX_ROWS, MAX_ZONE_DEPTH, MAX_ZONES
from designs.document.problems import InvalidDocumentError
from designs.models import Design
from designs.services.saving import create_design
from tests.designs.conftest import NOON


def zones_in_each_other(depth: int) -> dict:
    zones = {f"z{n}": {"label": f"Z{n}", "order": n, "parent": f"z{n - 1}" if n else ""} for n in range(depth)}
    boxes = {f"c{n}": {"kind": "service", "order": n, "zone": f"z{depth - 1}"} for n in range(20)}
    return {"diagram": {"zones": zones, "components": boxes}}


def flat_zones(count: int) -> dict:
    return {"diagram": {"zones": {f"z{n}": {"order": n} for n in range(count)}}}


def entities(count: int) -> dict:
    fields = {f"f{n}": {"name": f"f{n}", "order": n} for n in range(6)}
    return {
        "data_model": {"entities": {f"e{n}": {"name": f"E{n}", "order": n, "fields": fields} for n in range(count)}}
    }


def rows(count: int) -> dict:
    return {
        "estimate": {"rows": {f"r{n}": {"formula": f"r{n - 1} + 1" if n else "1", "order": n} for n in range(count)}}
    }


LARGEST = [
    pytest.param(zones_in_each_other, MAX_ZONE_DEPTH, id="zones in each other"),
    pytest.param(flat_zones, MAX_ZONES, id="zones"),
    pytest.param(entities, MAX_ENTITIES, id="entities"),
    pytest.param(rows, MAX_ROWS, id="rows"),
]


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def send(client, design: Design, patch: dict):
    headers = {"Base-Version": str(design.version), "Client-Id": "tab", "Sequence": str(design.version + 1)}
    address = reverse("designs:document", args=[design.pk])
    return client.patch(address, json.dumps(patch), content_type="application/merge-patch+json", headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "most"), LARGEST)
def test_more_than_the_limit_is_refused_in_words_by_whatever_road(mine, owner, make, most):
    design = create_design(owner=owner, document={}, at=NOON)

    answer = send(mine, design, make(most + 1))

    assert answer.status_code == 422
    assert str(most) in answer.json()["problems"][0]["message"].replace(",", "")
    with pytest.raises(InvalidDocumentError):
        create_design(owner=owner, document=make(most + 1), at=NOON)


@pytest.mark.django_db
def test_deep_zones_grow_no_deeper_one_patch_at_a_time(mine, owner):
    design = create_design(owner=owner, document=zones_in_each_other(MAX_ZONE_DEPTH), at=NOON)
    deeper = {"diagram": {"zones": {"one_more": {"parent": f"z{MAX_ZONE_DEPTH - 1}", "order": 99}}}}

    answer = send(mine, design, deeper)
    assert answer.status_code == 422
    assert str(MAX_ZONE_DEPTH) in answer.content.decode()
    design.refresh_from_db()
    assert "one_more" not in design.data()["diagram"]["zones"]


PAGES = ("design_detail", "diagram", "export", "print", "history", "replay", "analysis", "findings", "compare")


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "most"), LARGEST)
@pytest.mark.one_database
def test_the_largest_is_shown_on_every_page(mine, owner, make, most):
    design = create_design(owner=owner, document=make(most), at=NOON)
    addresses = [reverse(f"designs:{name}", args=[design.pk]) for name in PAGES]
    addresses += [f"{addresses[1]}?face={face}" for face in ("outline", "table", "text")]
    addresses += [reverse("designs:step", args=[design.pk, area]) for area in ("data-model", "estimate", "api")]
    addresses += [reverse("designs:export_file", args=[design.pk, slug]) for slug in ("mermaid", "structurizr", "sql")]

    answers = {address: mine.get(address) for address in [reverse("designs:design_list"), *addresses]}

    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    assert {address for address, answer in answers.items() if len(answer.content) > 2_500_000} == set()


@pytest.mark.django_db
def test_what_was_saved_before_the_limits_is_named_and_can_be_deleted(mine, owner):
    broken = create_design(owner=owner, document={"meta": {"title": "Deep well"}}, at=NOON)
    whole = create_design(owner=owner, document={"meta": {"title": "Flat sea"}}, at=NOON)
    deep = {"meta": {"title": "Deep well"}, "format": 2, **zones_in_each_other(1_500)}
    Design.objects.filter(pk=broken.pk).update(document=json.dumps(deep))

    listed = mine.get(reverse("designs:design_list")).content.decode()
    shown = mine.get(reverse("designs:design_detail", args=[broken.pk]))

    assert "Deep well" in listed
    assert "Flat sea" in listed
    assert shown.status_code == 422
    assert "“Deep well” cannot be shown" in shown.content.decode()
    assert mine.get(reverse("designs:document", args=[broken.pk])).status_code == 200
    assert mine.get(reverse("designs:design_detail", args=[whole.pk])).status_code == 200
    mine.post(reverse("designs:delete", args=[broken.pk]))
    assert not Design.objects.kept().filter(pk=broken.pk).exists()
