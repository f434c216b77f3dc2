"""Who may do what: one table over every URL of a design. A URL without a row fails (promises 19 to 22)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from designs.models import Change, Design, DesignComment, ShareLink, SimulationRun
from designs.services.bin import bin_design
from designs.services.saving import create_design
from designs.services.sharing import create_link, revoke_link
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete
from tests.designs.studies import repaired
from tests.taking_back import taken_back

SECRET = "Fill timelines when writing or when reading?"


@dataclass(frozen=True)
class Door:
    """How to knock at one URL, and from which role on one is let in: view, edit or own."""

    method: str
    opens_for: str
    data: dict[str, Any] = field(default_factory=dict)
    kwargs: dict[str, Any] = field(default_factory=dict)
    json: bool = False


PATCH = {"meta": {"title": "Taken over"}}
DELETE_BOX = {"action": "delete", "collection": "components", "key": "lb"}
TITLE = {"/meta/title": "Taken over", "base": "0"}
DOORS: dict[str, list[Door]] = {
    "document": [Door("get", "view"), Door("patch", "edit", PATCH, json=True)],
    "version": [Door("get", "view", kwargs={"version": 0})],
    "changes": [Door("get", "view")],
    "design_detail": [Door("get", "view"), Door("post", "edit", TITLE)],
    "step": [Door("get", "view", kwargs={"area": "api"}), Door("post", "edit", TITLE, {"area": "api"})],
    "diagram": [Door("get", "view"), Door("post", "edit", DELETE_BOX)],
    "settle": [Door("post", "edit", {"patch": json.dumps(PATCH), "base": "0"})],
    "delete": [Door("post", "own")],
    "take_back": [Door("post", "own")],
    "history": [Door("get", "view")],
    "compare": [Door("get", "view")],
    "name_version": [Door("post", "edit", {"name": "Mine"}, {"version": 0})],
    "restore_version": [Door("post", "edit", {}, {"version": 0})],
    "fork_version": [Door("post", "view", {}, {"version": 0})],
    "replay": [Door("get", "view")],
    "share": [Door("get", "own"), Door("post", "own", {"access": "edit"})],
    "revoke_link": [Door("post", "own", {}, {"link_id": 0})],
    "paste": [Door("post", "edit")],
    "import_into": [Door("get", "edit"), Door("post", "edit", {"text": "x"})],
    "export": [Door("get", "view")],
    "export_file": [Door("get", "view", kwargs={"slug": "json"})],
    "print": [Door("get", "view")],
    "analysis": [Door("get", "view"), Door("post", "edit", {"do": "answer", "key": "x", "base": "0"})],
    "analysis_json": [Door("get", "view")],
    "findings": [Door("get", "view")],
    "drill": [Door("get", "view"), Door("post", "view", {"do": "nothing"})],
    "play": [Door("get", "view")],
    "levels": [Door("get", "view")],
    "comments": [Door("get", "view"), Door("post", "edit", {"words": "Why?"})],
    "comment_do": [Door("post", "edit", {"do": "resolve"}, {"comment_id": 0})],
    "presence": [Door("post", "view", {"client": "abcdefgh"})],
    "simulation": [Door("get", "view"), Door("post", "view", {"shape": "constant"})],
    "studies": [Door("get", "view"), Door("post", "view", {"kind": "nothing"})],
    "study": [Door("get", "own", kwargs={"study_id": 0}), Door("post", "own", {"do": "cheapest"}, {"study_id": 0})],
    "study_csv": [Door("get", "own", kwargs={"study_id": 0})],
    "simulation_run": [Door("get", "own", kwargs={"run_id": 0})],
    "storms": [Door("get", "view"), Door("post", "edit", {"change": "budget"})],
}
# Open to everybody: they name no design, or are what opens one.
OPEN = {"design_list", "just_draw", "open_link", "shown_picture", "import"}
ROLES = ["anonymous", "stranger", "guest", "viewer", "editor", "owner"]
ALLOWED = {
    "view": {"viewer", "editor", "owner"},
    "edit": {"editor", "owner"},
    "own": {"owner"},
}


def names_of_designs(patterns: list[URLPattern | URLResolver]) -> dict[str, bool]:
    """Names of the URLs below designs/, and whether they name a design."""
    found: dict[str, bool] = {}
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = names_of_designs(each.url_patterns)
            has_design = "design_id" in str(each.pattern)
            found |= {name: takes or has_design for name, takes in inner.items()}
        else:
            found[str(each.name)] = "design_id" in str(each.pattern)
    return found


def test_every_url_of_designs_has_a_row():
    resolver = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "designs")
    below = [
        each for each in resolver.url_patterns if str(each.pattern).startswith("designs/")
    ] or resolver.url_patterns
    found = names_of_designs(below)
    assert {name for name, takes_design in found.items() if takes_design} - DOORS.keys() == set()
    assert {name for name, takes_design in found.items() if not takes_design} - OPEN - DOORS.keys() == set()
    assert DOORS.keys() | OPEN <= found.keys()


def client_of(role: str, design: Design, owner: User, stranger: User) -> Client:
    client = Client()
    if role == "owner":
        client.force_login(owner)
    elif role == "stranger":
        client.force_login(stranger)
    elif role == "guest":
        client.force_login(User.objects.create(username="guest-1", is_guest=True))
    elif role in ("viewer", "editor"):
        access = ShareLink.Access.VIEW if role == "viewer" else ShareLink.Access.EDIT
        link = create_link(design, access, at=NOON)
        client.get(reverse("designs:open_link", args=[link.token]))
    return client


def knock(client: Client, name: str, door: Door, design: Design):
    kwargs = dict(door.kwargs)
    if kwargs.get("link_id") == 0:
        kwargs["link_id"] = create_link(design, ShareLink.Access.VIEW, at=NOON).pk
    if kwargs.get("comment_id") == 0:
        kwargs["comment_id"] = DesignComment.objects.create(design=design, words="Why?", at=NOON).pk
    if kwargs.get("study_id") == 0:
        kwargs["study_id"] = repaired(design, at=NOON).pk
    if kwargs.get("run_id") == 0:
        kwargs["run_id"] = SimulationRun.objects.create(
            design=design, learner=design.owner, version=0, shape="constant", seed=1, at=NOON
        ).pk
    url = reverse(f"designs:{name}", kwargs={"design_id": design.pk, **kwargs})
    if door.json:
        headers = {"Base-Version": "0", "Client-Id": "t", "Sequence": "1"}
        return client.patch(url, json.dumps(door.data), content_type="application/merge-patch+json", headers=headers)
    return getattr(client, door.method)(url, door.data)


# Between them these have everything answered and done, so what is asked of the database is asked of both.
ON_BOTH = {"anonymous", "editor", "owner"}


@pytest.mark.parametrize(
    "role", [each if each in ON_BOTH else pytest.param(each, marks=pytest.mark.one_database) for each in ROLES]
)
def test_a_door_opens_for_whom_it_should_and_nobody_else(role, design, owner, stranger):
    """promises 19, 20 and 21"""
    client = client_of(role, design, owner, stranger)
    links = set(design.share_links.values_list("pk", flat=True))
    for name, door in ((name, door) for name, doors in DOORS.items() for door in doors):
        with taken_back():
            is_of(role, client, name, door, Design.objects.get(), links)


def is_of(role: str, client: Client, name: str, door: Door, design: Design, links: set[int]) -> None:
    """The door opens for the role, or shows nothing and changes nothing."""
    at_door = f"{door.method} {name}"
    if name == "take_back":
        bin_design(design, at=NOON)
    before = Design.objects.values().get()
    response = knock(client, name, door, design)
    if role in ALLOWED[door.opens_for]:
        assert response.status_code not in (401, 403, 404, 405, 500), at_door
        return
    assert response.status_code in (302, 403, 404), at_door
    if response.status_code == 302:
        assert response["Location"].startswith("/accounts/"), at_door
    assert SECRET not in response.content.decode(), at_door
    assert design.title not in response.content.decode(), at_door
    assert Design.objects.values().get() == before, at_door
    assert not Change.objects.exists(), at_door
    assert links <= set(design.share_links.values_list("pk", flat=True)), at_door


def test_a_revoked_link_ends_at_once(design, owner, stranger):
    """promise 22"""
    client = client_of("editor", design, owner, stranger)
    revoke_link(design.share_links.get())
    assert answers_at_doors(client, design) <= {403, 404}
    assert Design.objects.get().version == 0


def test_a_design_in_the_bin_is_gone_for_everybody(design, owner, stranger):
    client = client_of("owner", design, owner, stranger)
    bin_design(design, at=NOON)
    assert answers_at_doors(client, design) == {404}


def answers_at_doors(client: Client, design: Design) -> set[int]:
    """The statuses of all doors but that out of the bin."""
    return {
        knock(client, name, door, design).status_code
        for name, doors in DOORS.items()
        for door in doors
        if name != "take_back"
    }


def test_nothing_but_the_design_itself_opens_by_a_link(design, owner, stranger):
    other = create_design(owner=owner, document=complete(), at=NOON)
    client = client_of("editor", design, owner, stranger)
    assert knock(client, "design_detail", Door("get", "view"), design).context["design"] == design
    assert knock(client, "design_detail", Door("get", "view"), other).status_code == 403


def test_a_made_up_cookie_opens_nothing(design):
    client = Client()
    client.cookies[settings.OPENED_COOKIE_NAME] = json.dumps([create_link(design, ShareLink.Access.EDIT, at=NOON).pk])
    assert knock(client, "design_detail", Door("get", "view"), design).status_code == 403


def test_opening_a_link_tells_no_other_site_and_stores_nothing(design, django_assert_num_queries):
    """promise 22: 128 random bits or more, in no Referer; reading by a link opens no session."""
    link = create_link(design, ShareLink.Access.VIEW, at=NOON)
    assert len(link.token) * 6 >= 128
    client = Client()
    with django_assert_num_queries(1):
        response = client.get(reverse("designs:open_link", args=[link.token]))
    assert response["Location"] == reverse("designs:design_detail", args=[design.pk])
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert list(client.cookies) == [settings.OPENED_COOKIE_NAME]
    assert client.cookies[settings.OPENED_COOKIE_NAME]["httponly"]
    page = client.get(response["Location"])
    assert "sessionid" not in page.cookies
    assert link.token not in page.content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 32, "%00", "../../etc", "a" * 500])
def test_a_link_that_is_none_is_not_found(token, db, client):
    answer = client.get(f"/designs/shared/{token}/")
    assert answer.status_code == 404
    assert settings.OPENED_COOKIE_NAME not in answer.cookies


def test_the_list_shows_ones_own_and_what_links_opened(design, owner, stranger, client):
    other = create_design(owner=stranger, document={"format": 2, "meta": {"title": "Secret plan"}}, at=NOON)
    client.force_login(owner)
    assert "Secret plan" not in client.get(reverse("designs:design_list")).content.decode()
    link = create_link(other, ShareLink.Access.VIEW, at=NOON)
    client.get(reverse("designs:open_link", args=[link.token]))
    assert "Secret plan" in client.get(reverse("designs:design_list")).content.decode()


@pytest.mark.parametrize("designs", [1, 5])
def test_the_list_asks_the_same_number_of_questions(designs, owner, client, django_assert_num_queries):
    """promise 52"""
    for _ in range(designs):
        create_design(owner=owner, document=complete(), at=NOON)
    client.force_login(owner)
    with django_assert_num_queries(5):
        client.get(reverse("designs:design_list"))


def test_extra_fields_of_a_form_change_no_owner(design, owner, stranger, client):
    """promise 21"""
    client.force_login(owner)
    url = reverse("designs:design_detail", args=[design.pk])
    client.post(
        url, {"/meta/title": "Chirper", "owner": stranger.pk, "owner_id": stranger.pk, "version": 99, "base": "0"}
    )
    saved = Design.objects.get()
    assert (saved.owner, saved.title, saved.version) == (owner, "Chirper", 1)


def test_a_cookie_from_before_a_restored_backup_opens_no_link_of_another(design, owner, stranger, client):
    """promise 22: the id of the link is somebody else's now, and its token is not the one that was opened."""
    link = create_link(design, ShareLink.Access.EDIT, at=NOON)
    client.get(reverse("designs:open_link", args=[link.token]))
    other = create_design(owner=stranger, document={"meta": {"title": "Secret plan"}}, at=NOON)
    link.delete()
    ShareLink.objects.create(pk=link.pk, design=other, token="another", access="edit", created_at=NOON)

    assert client.get(reverse("designs:design_detail", args=[other.pk])).status_code in (302, 403)
    assert "Secret plan" not in client.get(reverse("designs:design_list")).content.decode()


@pytest.mark.parametrize("name", ["design_detail", "export", "history", "print"])
def test_what_a_link_opened_stays_in_no_cache(name, design, client):
    """promise 47"""
    link = create_link(design, ShareLink.Access.VIEW, at=NOON)
    client.get(reverse("designs:open_link", args=[link.token]))

    answer = client.get(reverse(f"designs:{name}", args=[design.pk]))
    assert "no-store" in answer["Cache-Control"]
