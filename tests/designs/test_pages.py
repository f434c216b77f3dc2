"""Every page of a design: accessible in both schemes, empty and full, and inert whatever people wrote into it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.document.patches import apply
from designs.document.references import RULES
from designs.document.schema import blank
from designs.methods.method import AREAS
from designs.models import Design, ShareLink
from designs.services.saving import Edit, create_design, save_patch
from designs.services.sharing import create_link
from designs.services.versions import name_version
from designs.workbench.types import type_at
from tests.browser import broken_in_light_and_dark, scrolls_sideways
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete

PAGES = ["", *(f"{area}/" for area in AREAS), "history/", "compare/?from=0", "replay/?version=1", "share/"]
HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "</textarea><img src=x onerror=window.hacked=1>",
    "\"><svg onload=window.hacked=1>",
    "{{7*7}}{% now 'Y' %}",
    "<a href=javascript:window.hacked=1 hx-get=/x hx-trigger=load>x</a>",
    "'-window.hacked-'",
)  # fmt: skip


def design_of(owner: User, document: dict[str, Any]) -> Design:
    """With a past, a name and a link, so that every page has something to show."""
    design = create_design(owner=owner, document=document, at=NOON)
    save_patch(design, Edit(patch={"steps": {"api": {"note": "n"}}}, base_version=0, step="api"), author=owner, at=NOON)
    design.refresh_from_db()
    name_version(design, 1, document["meta"].get("title") or "First", at=NOON)
    create_link(design, ShareLink.Access.EDIT, at=NOON)
    return design


def hostile(value: Any, texts: list[str], path: tuple[str, ...] = ()) -> Any:
    """The document with hostile text in place of every text that people write."""
    if isinstance(value, dict):
        return {key: hostile(each, texts, (*path, key)) for key, each in value.items()}
    place = type_at(path)
    if place is None or place.type is not str or path[-1] in REFERENCES:
        return value
    texts.append(texts.pop(0))
    return texts[-1]


# Fields that hold the id or the slug of something.
REFERENCES = {rule.holder[-1] for rule in RULES} | {"method", "scenario", "calculator"}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("document", "asked"),
    [
        pytest.param(complete(), ["/designs/", *PAGES], id="full"),
        pytest.param(blank(), ["/designs/", "", "api/", "estimate/", "replay/"], id="empty"),
    ],
)
def test_no_page_breaks_a_rule_or_scrolls_sideways_on_a_small_screen(page: Page, owner, document, asked):
    """promise 50: when a design is empty, those pages are asked that look different then."""
    design = design_of(owner, document)
    sign_in(page, owner)
    broken, wide = {}, []
    for path in ["/designs/", *PAGES]:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(urljoin(f"/designs/{design.pk}/", path))
        if path in asked:
            broken[path] = broken_in_light_and_dark(page)
        page.set_viewport_size({"width": 320, "height": 640})
        if scrolls_sideways(page):
            wide.append(path)
    assert {path: rules for path, rules in broken.items() if rules} == {}
    assert wide == []


@pytest.mark.one_database
def test_what_people_write_acts_on_no_page(page: Page, owner):
    """promises 31, 32 and 34"""
    document = hostile(complete(), list(HOSTILE))
    design = design_of(owner, document)
    sign_in(page, owner)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for path in ["/designs/", *(f"/designs/{design.pk}/{each}" for each in PAGES)]:
        page.goto(path)
        assert page.evaluate("window.hacked") is None, path
        acting = page.locator("main [hx-get], main [onerror], main [onload], main a[href^=javascript]")
        expect(acting, path).to_have_count(0)
        expect(page.locator("h1").first).not_to_contain_text("49")
    stored = page.evaluate("JSON.parse(document.getElementById('design-data').textContent).document")
    assert stored == apply(document, {"steps": {"api": {"note": "n"}}})
    assert json.dumps(stored).count("hacked") > 20
