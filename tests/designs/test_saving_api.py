from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.document.patches import apply
from designs.models import Change, Design
from designs.services.bin import bin_design
from designs.views.documents import MAX_PATCH_BYTES
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete

CACHE = {"diagram": {"components": {"redis": {"kind": "cache", "label": "Sessions"}}}}


@pytest.fixture
def mine(client, owner) -> Client:
    client.force_login(owner)
    return client


def send(
    client: Client, design: Design, patch: Any, *, base: int = 0, sequence: int = 1, tab: str = "tab", **headers: str
):
    body = patch if isinstance(patch, (str, bytes)) else json.dumps(patch)
    return client.patch(
        reverse("designs:document", args=[design.pk]),
        body,
        content_type="application/merge-patch+json",
        headers={"Base-Version": str(base), "Client-Id": tab, "Sequence": str(sequence), **headers},
    )


def test_reading_gives_the_stored_bytes_and_the_version(mine, design):
    response = mine.get(reverse("designs:document", args=[design.pk]))
    assert (response.status_code, response["ETag"], response["Content-Type"]) == (200, '"0"', "application/json")
    assert response.content.decode() == design.document


def test_a_poller_that_has_the_version_gets_304(mine, design):
    url = reverse("designs:document", args=[design.pk])
    assert mine.get(url, headers={"If-None-Match": '"0"'}).status_code == 304
    assert mine.get(url, headers={"If-None-Match": 'W/"0"'}).status_code == 304
    send(mine, design, CACHE)
    answer = mine.get(url, headers={"If-None-Match": '"0"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')


def test_saving_answers_with_the_new_version(mine, design, owner):
    response = send(mine, design, CACHE, Step="high-level-design", **{"Elapsed-Seconds": "61"})
    assert (response.status_code, response.json()) == (200, {"version": 1})
    change = Change.objects.get()
    assert (change.author, change.step, change.elapsed_seconds) == (owner, "high-level-design", 61)


def test_the_same_change_twice_gets_the_same_answer(mine, design):
    """promise 8"""
    first = send(mine, design, CACHE)
    send(mine, design, {"diagram": {"components": {"redis": None}}}, base=1, sequence=2)
    again = send(mine, design, CACHE)
    assert (again.status_code, again.json()) == (200, first.json())
    assert Change.objects.count() == 2


def test_a_merged_change_brings_what_the_client_missed(mine, design):
    """promise 3: applying the answer to what the client has gives what the server has."""
    send(mine, design, {"meta": {"title": "Chirper"}}, tab="other")
    answer = send(mine, design, CACHE).json()

    assert answer["version"] == 2
    seen = complete()
    for change in answer["changes"]:
        seen = apply(seen, change["patch"])
    assert seen == Design.objects.get().data()


def test_the_same_place_changed_twice_answers_409_with_both_values(mine, design):
    """promises 3 and 4"""
    send(mine, design, {"meta": {"title": "Chirper"}}, tab="other")
    response = send(mine, design, {"meta": {"title": "Squawker"}})

    assert response.status_code == 409
    assert response.json()["version"] == 1
    assert response.json()["conflicts"] == [{"path": "/meta/title", "yours": "Squawker", "theirs": "Chirper"}]
    assert Design.objects.get().title == "Chirper"
    # Choosing mine is the same patch on the version that was shown; choosing theirs is to drop it.
    assert send(mine, design, {"meta": {"title": "Squawker"}}, base=1, sequence=2).json() == {"version": 2}


def test_a_deleted_side_of_a_conflict_has_no_value(mine, design):
    send(mine, design, {"bottlenecks": {"b1": None}}, tab="other")
    [conflict] = send(mine, design, {"bottlenecks": {"b1": {"response": "open"}}}).json()["conflicts"]
    assert (conflict["path"], "theirs" in conflict, conflict["yours"]["response"]) == ("/bottlenecks/b1", False, "open")


REFUSED: dict[str, tuple[Any, int, str]] = {
    "not JSON": ("{", 400, "not JSON"),
    "not an object": ("[]", 400, "object was expected"),
    "deep": ('{"a":' * 5000 + "1" + "}" * 5000, 400, "deeper than 16"),
    "unknown field": ({"diagram": {"boxes": {}}}, 422, "/diagram/boxes"),
    "wrong type": ({"diagram": {"components": {"api": {"instances": "3"}}}}, 422, "/diagram/components/api/instances"),
    "dangling": ({"diagram": {"components": {"api": None}}}, 422, "/diagram/connections/c2/target"),
    "half a character": ('{"meta": {"title": "\\ud800"}}', 422, "/meta/title"),
    "half a character as an id": ('{"flows": {"\\ud800": {}}}', 422, "not a valid id"),
    "everything deleted": ({"format": None, "owner": 1}, 422, "/owner"),
    "too large a body": ("x" * (MAX_PATCH_BYTES + 1), 413, "2,000,000"),
    "too large a result": ({"flows": {f"f{n}": {"note": "x" * 9999} for n in range(101)}}, 413, "1,000,000"),
}


@pytest.mark.parametrize(("patch", "status", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_patches_are_refused_and_change_nothing(mine, design, patch, status, words):
    """promises 12 and 41"""
    response = send(mine, design, patch)
    assert response.status_code == status
    assert words in json.dumps(response.json(), ensure_ascii=False)
    assert Design.objects.get().document == design.document


@pytest.mark.parametrize(
    "headers",
    [
        {"Base-Version": ""},
        {"Base-Version": "-1"},
        {"Base-Version": "1"},
        {"Base-Version": "٣"},
        {"Sequence": "1.5"},
        {"Sequence": "9" * 16},
        {"Client-Id": "a b"},
        {"Step": "../x"},
        {"Elapsed-Seconds": "soon"},
    ],
)
def test_headers_out_of_form_are_refused(mine, design, headers):
    response = send(mine, design, CACHE, **headers)
    assert response.status_code == 422
    assert response.json()["error"]
    assert not Change.objects.exists()


def test_saving_needs_the_csrf_token(design, owner):
    """promise 46"""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert send(strict, design, CACHE).status_code == 403
    assert not Change.objects.exists()


def test_the_changes_after_a_version(mine, design):
    for number in range(3):
        send(mine, design, {"meta": {"title": str(number)}}, base=number, sequence=number)
    url = reverse("designs:changes", args=[design.pk])

    answer = mine.get(url, {"after": 1}).json()
    assert answer["version"] == 3
    assert [(each["version"], each["patch"]) for each in answer["changes"]] == [
        (2, {"meta": {"title": "1"}}),
        (3, {"meta": {"title": "2"}}),
    ]
    assert mine.get(url).json()["changes"][0]["client_id"] == "tab"


def test_a_live_viewer_without_news_gets_304_and_reads_no_document(mine, design, django_assert_num_queries):
    url = reverse("designs:changes", args=[design.pk]) + "?after=0"
    quiet = mine.get(url)
    assert quiet.json() == {"version": 0, "changes": []}
    with django_assert_num_queries(3) as queries:  # session, user, version
        assert mine.get(url, headers={"If-None-Match": quiet["ETag"]}).status_code == 304
    assert not any('"document"' in query["sql"] for query in queries)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30])
def test_after_must_be_a_version(mine, design, after):
    answer = mine.get(reverse("designs:changes", args=[design.pk]), {"after": after})
    assert answer.status_code == 422
    assert "after" in answer.json()["error"]


def test_old_versions_can_be_read(mine, design):
    """promise 13"""
    send(mine, design, CACHE)
    assert mine.get(reverse("designs:version", args=[design.pk, 0])).json() == complete()
    assert mine.get(reverse("designs:version", args=[design.pk, 1])).json() == Design.objects.get().data()
    assert mine.get(reverse("designs:version", args=[design.pk, 2])).status_code == 404


def unchanged(design: Design) -> bool:
    """Whether the stored design is still the one that the test made."""
    return Design.objects.get(pk=design.pk).version == design.version


def reads(design: Design) -> list[str]:
    return [
        reverse("designs:document", args=[design.pk]),
        reverse("designs:changes", args=[design.pk]),
        reverse("designs:version", args=[design.pk, 0]),
    ]


def test_a_stranger_finds_nothing(client, design, stranger):
    """promises 19 and 20"""
    client.force_login(stranger)
    assert [client.get(url).status_code for url in reads(design)] == [404, 404, 404]
    assert send(client, design, CACHE).status_code == 404
    assert unchanged(design)


def test_nobody_is_asked_to_sign_in(client, design):
    """promises 7 and 19: 403, whether the design exists or not, so that a page knows that its session ended."""
    assert [client.get(url).status_code for url in reads(design)] == [403, 403, 403]
    assert send(client, design, CACHE).status_code == 403
    assert unchanged(design)
    assert [client.get(url).status_code for url in reads(Design())] == [403, 403, 403]


def test_a_binned_design_is_gone_even_for_its_owner(mine, design):
    bin_design(design, at=NOON)
    assert mine.get(reads(design)[0]).status_code == 404
    assert send(mine, design, CACHE).status_code == 404
    assert unchanged(design)


def test_a_save_costs_five_statements_beside_session_and_user(mine, design, django_assert_num_queries):
    send(mine, design, CACHE)
    with django_assert_num_queries(2 + 5):  # read, begin (a savepoint here), update, insert, commit
        send(mine, design, {"meta": {"title": "Chirper"}}, base=1, sequence=2)
