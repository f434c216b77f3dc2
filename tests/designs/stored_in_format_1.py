"""Designs and scenarios that were stored in format 1, and what the migrations make of them, log and links included."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from django.db.migrations.state import StateApps
from django.test import Client
from django.urls import reverse

from designs.document.upgrade import upgrade
from designs.models import Change, Design, Scenario
from designs.selectors.designs import document_at, history
from tests.designs.document.format_1 import STORED

BEFORE = [("designs", "0007_simulations_by_the_worker")]
FIRST = {"format": 1, "diagram": {"components": {"db": {"kind": "sql", "label": "Orders", "replicas": 2}}}}
PATCH = {"diagram": {"components": {"db": {"replicas": 3}, "api": {"kind": "service", "replicas": 4}}}}
SECOND = {
    "format": 1,
    "diagram": {
        "components": {
            "db": {"kind": "sql", "label": "Orders", "replicas": 3},
            "api": {"kind": "service", "replicas": 4},
        }
    },
}


def stored(old: StateApps, now: datetime) -> uuid.UUID:
    """Designs with a log, and a scenario, as the version before wrote them; the id of one whose log is looked at."""
    user = old.get_model("accounts", "User").objects.create(username="ada", password="!", is_guest=False)
    designs, changes, snapshots = (old.get_model("designs", name).objects for name in ("Design", "Change", "Snapshot"))
    design = designs.create(owner_id=user.pk, version=1, document=json.dumps(SECOND))
    snapshots.create(design=design, version=0, document=json.dumps(FIRST))
    changes.create(design=design, version=1, patch=json.dumps(PATCH), at=now, client_id="a", sequence=1, received="x")
    old.get_model("designs", "ShareLink").objects.create(design=design, token="of-format-1", access="view")
    for number, document in enumerate(STORED.values()):
        each = designs.create(owner_id=user.pk, title=str(number), document=json.dumps(document))
        snapshots.create(design=each, version=0, document=json.dumps(document))
    weak = {"patch": {"diagram": {"components": {"db": {"replicas": 1}}}}}
    content = {"reference": {"diagram": FIRST["diagram"]}, "weak": weak}
    old.get_model("designs", "Scenario").objects.create(
        slug="s", title="S", summary="s", level="core", minutes=45, source_text="", content=json.dumps(content), sha=""
    )
    return design.pk


def is_upgraded(pk: uuid.UUID) -> None:
    """Documents, log, share link and scenario alike."""
    client = Client()
    found = Design.objects.get(pk=pk)
    assert found.data() == upgrade(SECOND)
    assert [document_at(found, version) for version in range(3)] == [upgrade(FIRST), upgrade(SECOND), upgrade(SECOND)]
    words = [[each.words for each in entry.differences] for entry in history(found)]
    assert words[1] == ["Set copies of SQL database 'Orders' to 3 (was 2)", "Added service 'api'"]
    assert json.loads(Change.objects.get(design=found, version=1).patch) == PATCH
    shown = client.get(reverse("designs:open_link", args=["of-format-1"]), follow=True)
    assert shown.redirect_chain == [(reverse("designs:design_detail", args=[pk]), 302)]
    assert "Orders" in shown.content.decode()
    document = client.get(reverse("designs:export_file", args=[pk, "json"]))
    assert json.loads(document.content)["diagram"] == upgrade(SECOND)["diagram"]
    upgraded = {each.title: each.data() for each in Design.objects.exclude(title="")}
    assert [upgraded[str(number)] for number in range(len(STORED))] == [upgrade(each) for each in STORED.values()]
    scenario = json.loads(Scenario.objects.get(slug="s").content)
    assert scenario["reference"]["diagram"]["components"]["db"]["copies"] == 2
    assert scenario["weak"]["patch"] == {"diagram": {"components": {"db": {"copies": 1}}}}


def is_as_before(old: StateApps, pk: uuid.UUID) -> None:
    assert json.loads(old.get_model("designs", "Design").objects.get(pk=pk).document) == SECOND
