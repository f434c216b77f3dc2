"""One person's share of disk and memory is bounded and told (promise 56)."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from accounts.models import User
from designs.models import Design
from designs.services import saving
from designs.services.saving import Edit, FullError, create_design, save_patch
from tests.designs.conftest import NOON

pytestmark = pytest.mark.django_db


def noted(words: str) -> dict:
    return {"scope": {"questions": {"q": {"text": words, "order": 1}}}}


def edit(design: Design, words: str) -> Design:
    save_patch(design, Edit(patch=noted(words), base_version=design.version), author=design.owner, at=NOON)
    return Design.objects.get(pk=design.pk)


def test_the_log_comes_in_pages_of_bytes(client, owner, monkeypatch):
    monkeypatch.setattr("designs.selectors.designs.BYTES_PER_PAGE", 20_000)
    design = create_design(owner=owner, document={}, at=NOON)
    for number in range(9):
        design = edit(design, f"{number}" * 6_000)
    client.force_login(owner)
    seen, sizes = [], []
    while len(seen) < 9:
        answer = client.get(reverse("designs:changes", args=[design.pk]), {"after": len(seen)})
        seen += [each["version"] for each in answer.json()["changes"]]
        sizes.append(len(answer.content))

    assert seen == list(range(1, 10))
    assert max(sizes) < 25_000


def test_one_change_larger_than_a_page_comes_alone(client, owner, monkeypatch):
    monkeypatch.setattr("designs.selectors.designs.BYTES_PER_PAGE", 100)
    design = edit(edit(create_design(owner=owner, document={}, at=NOON), "a" * 500), "b" * 500)
    client.force_login(owner)

    found = client.get(reverse("designs:changes", args=[design.pk])).json()
    assert [each["version"] for each in found["changes"]] == [1]
    assert found["version"] == 1


def test_a_history_that_is_full_says_so_and_keeps_what_is_there(client, owner, monkeypatch):
    monkeypatch.setattr(saving, "MOST_LOG_BYTES", 10_000)
    design = edit(create_design(owner=owner, document={}, at=NOON), "a" * 6_000)
    client.force_login(owner)
    headers = {"Base-Version": "1", "Client-Id": "tab", "Sequence": "1"}
    answer = client.patch(
        reverse("designs:document", args=[design.pk]),
        json.dumps(noted("b" * 6_000)),
        content_type="application/merge-patch+json",
        headers=headers,
    )

    assert answer.status_code == 413
    assert "A copy begins with a new one" in answer.json()["error"]
    assert Design.objects.get(pk=design.pk).data()["scope"]["questions"]["q"]["text"] == "a" * 6_000


def test_a_person_keeps_so_many_designs_and_bytes(client, monkeypatch):
    guest = User.objects.create(username="guest-1", is_guest=True)
    monkeypatch.setattr(saving, "GUESTS_DESIGNS", 2)
    for _ in range(2):
        create_design(owner=guest, document={}, at=NOON)
    with pytest.raises(FullError, match="2 designs"):
        create_design(owner=guest, document={}, at=NOON)
    client.force_login(guest)
    answer = client.post(reverse("designs:design_list"), {"title": "Third"})

    assert answer.status_code == 413
    assert "Delete some for good" in answer.content.decode()
    monkeypatch.setattr(saving, "GUESTS_DESIGNS", 9)
    monkeypatch.setattr(saving, "GUESTS_BYTES", 1_000)
    with pytest.raises(FullError, match="take 0 MB"):
        create_design(owner=guest, document=noted("a" * 2_000), at=NOON)


def test_bytes_are_counted_with_each_change(owner):
    design = edit(edit(create_design(owner=owner, document={}, at=NOON), "a" * 100), "b" * 200)

    kept = len(design.snapshots.get().document) + sum(len(each.patch) for each in design.changes.all())
    assert design.log_bytes == kept
