"""Comments on elements of a design: by whoever may change it, open until they are resolved."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services.claims import merge_guest
from designs.models import Design, DesignComment, ShareLink
from designs.services import comments
from designs.services.saving import Edit, create_design, save_patch
from designs.services.sharing import create_link
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
BOX = "/diagram/components/lb"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def design(ada) -> Design:
    return create_design(owner=ada, document=complete(), at=NOON)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def let_in(design: Design, access: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.get(reverse("designs:open_link", args=[create_link(design, access, at=NOON).token]))
    return client


def write(client: Client, design: Design, words: str = "One of it is not enough", element: str = BOX):
    return client.post(reverse("designs:comments", args=[design.pk]), {"words": words, "element": element})


def page(client: Client, design: Design, query: str = "") -> str:
    return squeezed(client.get(reverse("designs:comments", args=[design.pk]) + query))


def do(client: Client, design: Design, what: str) -> int:
    found = DesignComment.objects.get()
    return client.post(reverse("designs:comment_do", args=[design.pk, found.pk]), {"do": what}).status_code


def test_a_person_with_an_edit_link_comments_on_a_box_and_the_owner_resolves_it(ada, design):
    grace = let_in(design, ShareLink.Access.EDIT, signed_in(User.objects.create_user("grace")))
    assert f'value="{BOX}" selected' in page(grace, design, f"?element={BOX}")
    assert write(grace, design).status_code == 302

    owner = signed_in(ada)
    shown = page(owner, design)
    label = design.data()["diagram"]["components"]["lb"]["label"]
    assert f"on Component: {label}" in shown
    assert "One of it is not enough" in shown
    assert "Comments (1)" in owner.get(reverse("designs:analysis", args=[design.pk])).content.decode()
    assert do(owner, design, "resolve") == 302
    shown = page(owner, design)
    assert "No comment is open." in shown
    assert "Resolved by ada" in shown
    assert do(grace, design, "open") == 302
    assert DesignComment.objects.get().is_open


def test_whoever_only_looks_reads_and_cannot_write(ada, design):
    """promise 22"""
    write(signed_in(ada), design)
    viewer = let_in(design, ShareLink.Access.VIEW)

    assert "One of it is not enough" in page(viewer, design)
    assert "<textarea" not in page(viewer, design)
    assert write(viewer, design).status_code == 403
    assert do(viewer, design, "resolve") == 403
    assert Client().get(reverse("designs:comments", args=[design.pk])).status_code in (302, 403)
    assert DesignComment.objects.get().is_open


def test_only_its_author_or_the_owner_deletes_a_comment(ada, design):
    grace = let_in(design, ShareLink.Access.EDIT, signed_in(User.objects.create_user("grace")))
    write(signed_in(ada), design)
    assert do(grace, design, "delete") == 403
    assert do(let_in(design, ShareLink.Access.EDIT), design, "delete") == 403
    assert do(signed_in(ada), design, "delete") == 302

    write(grace, design)
    assert do(grace, design, "delete") == 302


def test_a_comment_of_another_design_is_not_reached_through_ones_own(ada, design):
    """promise 21"""
    grace = User.objects.create_user("grace")
    own = create_design(owner=grace, document=complete(), at=NOON)
    write(signed_in(ada), design)

    assert do(signed_in(grace), own, "delete") == 404
    assert DesignComment.objects.exists()


def test_a_comment_outlives_its_element(ada, design):
    owner = signed_in(ada)
    write(owner, design, element="/bottlenecks/b1")
    about = DesignComment.objects.get().about
    save_patch(design, Edit(patch={"bottlenecks": {"b1": None}}, base_version=0), author=ada, at=NOON)

    assert about.startswith("Bottleneck: ")
    assert "which is gone" in page(owner, design)
    refused = write(owner, design, "Again", element="/bottlenecks/b1")
    assert refused.status_code == 422
    assert "no such element any more" in refused.content.decode()


def test_an_arrow_without_a_name_can_be_commented_on(ada, design):
    arrow = next(iter(design.data()["diagram"]["connections"]))
    assert write(signed_in(ada), design, element=f"/diagram/connections/{arrow}").status_code == 302

    assert DesignComment.objects.get().about.startswith("Connection")


def test_words_stay_text_and_are_needed(ada, design):
    """promise 31"""
    owner = signed_in(ada)
    assert write(owner, design, "").status_code == 422
    write(owner, design, "<script>alert(1)</script>", element="")

    assert "&lt;script&gt;" in page(owner, design)


def test_a_guests_comments_move_with_the_account_and_a_deleted_accounts_stay(ada, design):
    """promise 53"""
    guest = User.objects.create(username="guest-1", is_guest=True)
    write(let_in(design, ShareLink.Access.EDIT, signed_in(guest)), design)
    grace = User.objects.create_user("grace")
    merge_guest(guest, grace)
    assert DesignComment.objects.get().author == grace

    grace.delete()
    assert "Somebody" in page(signed_in(ada), design)


def test_a_design_keeps_so_many_and_no_more(ada, design, monkeypatch):
    """promise 56"""
    monkeypatch.setattr(comments, "MOST_COMMENTS", 1)
    write(signed_in(ada), design)

    answer = write(signed_in(ada), design, "Two")
    assert answer.status_code == 422
    assert [comment.words for comment in design.comments.all()] == ["One of it is not enough"]


def test_a_box_that_has_open_comments_is_marked_on_the_overview_and_on_the_canvas(ada, design):
    owner = signed_in(ada)
    overview, canvas = reverse("designs:design_detail", args=[design.pk]), reverse("designs:diagram", args=[design.pk])
    for element in (BOX, f"{BOX}/capacity", "/diagram/components/gone", "/diagram", ""):
        DesignComment.objects.create(design=design, element=element, words="Why?", at=NOON)

    shown = owner.get(overview).content.decode()
    assert shown.count('class="bubble"') == 1
    assert "2 open comments" in shown
    assert '<script id="canvas-comments" type="application/json">{"lb": 2, "gone": 1}' in (
        owner.get(canvas).content.decode()
    )

    DesignComment.objects.update(resolved_at=NOON)
    assert 'class="bubble"' not in owner.get(overview).content.decode()
