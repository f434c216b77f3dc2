"""One row for every URL of the site, with who may open it. A new URL without a row fails (promises 19, 20 and 46)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from calculators.engine.sheet_content import Content
from calculators.services import create_sheet
from designs.models import Scenario
from designs.services.drafts import begin_from
from designs.services.interviews import open_to_interviewer, start_interview
from designs.services.scenarios import upload_scenario
from studyguide.models import NotePicture
from studyguide.services.cards import make_card
from tests.classrooms.test_access import TABLE as CLASS_ROWS
from tests.designs.interviews.shipped import FIXTURES
from tests.designs.test_access import DOORS as DESIGN_ROWS
from tests.designs.test_interviews import OWN_PAGES
from tests.schools.test_access import ROWS as SCHOOL_ROWS
from tests.taking_back import taken_back

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "Only Ada may read this"

# Show nothing personal, or only what belongs to the person who asks.
OPEN = {
    "privacy", "accessibility",
    "home", "list_picture",
    "favicon", "robots", "security", "sitemap", "admin:*", "service_worker", "manifest", "offline",
    "studyguide:card_offline", "studyguide:sent_answers",
    "calculators:calculator_list", "calculators:figure_list", "calculators:result_schema", "calculators:sheet_json",
    "calculators:sheet_markdown", "calculators:sheet_detail", "calculators:sheet_inline", "calculators:sheet_compare",
    "calculators:sheet_table",
    "calculators:lab_list", "calculators:lab_detail",
    "calculators:lab_states", "calculators:saved_sheet_list", "calculators:new_sheet",
    "calculators:new_sheet_from",
    "accounts:account", "accounts:account_bring", "accounts:account_export", "accounts:account_delete",
    "account_login", "account_signup", "account_logout", "account_inactive", "account_reauthenticate", "account_email",
    "account_email_verification_sent", "account_confirm_email", "account_change_password", "account_set_password",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done",
    "account_reset_password_from_key",
    "openid_connect_login", "openid_connect_callback", "openid_connect_leave", "socialaccount_login_cancelled",
    "studyguide:glossary", "studyguide:changes", "studyguide:changes_feed",
    "studyguide:topic_list", "studyguide:own_notes",
    "studyguide:topic_picture", "studyguide:path_picture", "calculators:sheet_picture", "calculators:lab_picture",
    "designs:scenario_picture",
    "studyguide:topic_map", "studyguide:topic_detail", "studyguide:topic_preview", "studyguide:topic_drawing",
    "studyguide:topic_read", "studyguide:topic_proposals", "studyguide:path_list", "studyguide:path_detail",
    "studyguide:plan", "studyguide:margin_new", "studyguide:margin_list", "studyguide:margin_file",
    "studyguide:card_list", "studyguide:card_browse", "studyguide:card_create", "studyguide:card_settings",
    "studyguide:card_plan", "studyguide:card_stats", "studyguide:card_review", "studyguide:card_undo",
    "studyguide:search",
    "studyguide:card_export", "studyguide:card_import", "studyguide:deck_file", "studyguide:log_file",
    "designs:design_list", "designs:just_draw", "designs:open_link", "designs:shown_picture", "designs:import",
    "designs:scenario_list", "designs:scenario_upload",
    "designs:scenario_schema", "designs:interview_list", "designs:draft_list",
}  # fmt: skip
# Belong to one person; name: the method of the request.
OWNED = {
    "calculators:saved_sheet_detail": "get",
    "calculators:saved_sheet_json": "get",
    "calculators:saved_sheet_markdown": "get",
    "calculators:remove_saved_sheet": "post",
    "studyguide:topic_image": "get",
    "studyguide:own_notes_detail": "get",
    "studyguide:own_notes_remove": "post",
    "studyguide:margin_edit": "get",
    "studyguide:margin_remove": "post",
    "studyguide:card_detail": "get",
    "studyguide:card_edit": "get",
    "studyguide:card_remove": "post",
    "studyguide:card_reset": "post",
    "studyguide:card_mark": "post",
    **{f"designs:draft_{page}": "get" for page in ("detail", "part", "standing", "yaml", "source", "versions")},
    **{f"designs:draft_{page}": "post" for page in ("canvas", "take", "use", "delete")},
    "designs:scenario_make_own": "post",
    "designs:scenario_detail": "get",
    "designs:scenario_start": "post",
    "designs:interview_start": "post",
    "designs:scenario_reference": "get",
    "designs:scenario_source": "get",
    "designs:scenario_delete": "post",
    "designs:scenario_publish": "post",
    "designs:interview_result": "get",
    **{f"designs:interview_{page}": "get" if page == "panel" else "post" for page in OWN_PAGES},
}
# Staff publish scenarios, and therefore see all of them.
STAFF_MAY = {name for name in OWNED if name.startswith(("designs:scenario", "designs:interview_start"))}
# Open to anybody with the interviewer's link; tests/designs/test_interviews.py tests them.
LINKED = {"designs:interview_watch", "designs:interview_watch_live", "designs:interview_watch_do"}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield f"{space}:{each.name}" if space else str(each.name)
        elif each.namespace == "admin":
            yield "admin:*"
        else:
            yield from names(each.url_patterns, each.namespace or space)


def test_every_url_of_the_site_has_a_row():
    elsewhere = {f"designs:{name}" for name in DESIGN_ROWS} | {f"classrooms:{name}" for name in CLASS_ROWS}
    elsewhere |= {f"schools:{name}" for name in SCHOOL_ROWS}
    known = OPEN | OWNED.keys() | LINKED | elsewhere

    assert set(names(get_resolver().url_patterns)) - known == set()


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def places(ada) -> dict[str, object]:
    """The values for addresses of Ada's data."""
    raw = (FIXTURES / "scenarios" / "twitter.yaml").read_bytes()
    upload_scenario(raw.replace(b"title: ", b"title: Only Ada may read this ", 1), file="own.yaml", owner=ada, now=NOON)
    scenario = Scenario.objects.get(owner=ada)
    draft = begin_from(scenario, owner=ada, at=NOON)
    interview = start_interview(scenario, owner=ada, at=NOON)
    open_to_interviewer(interview)
    content = Content({"daily_users": "200M"}, ())
    sheet = create_sheet(owner=ada, name=SECRET, calculator="capacity", content=content, at=NOON)
    card = make_card(ada, content={"front": SECRET, "back": "yes"})
    picture = NotePicture.objects.create(digest="a1b2", kind="png", content=SECRET.encode())
    card.pictures.add(picture)
    return {
        "slug": scenario.slug, "interview_id": interview.pk, "sheet_id": sheet.pk, "pk": card.pk,
        "digest": picture.digest, "kind": "png", "drawing": "reference", "draft_id": draft.pk, "part": "task",
    }  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "guest", "stranger", "staff"])
def test_nobody_reaches_what_is_somebody_elses(who, places):
    """promises 19 and 20"""
    client = Client()
    if who != "nobody":
        client.force_login(User.objects.create(username=who, is_guest=who == "guest", is_staff=who == "staff"))
    reached = []
    for name in OWNED:
        if who == "staff" and name in STAFF_MAY:
            continue
        with taken_back():
            answer = getattr(client, OWNED[name])(address_of(name, places))
        is_sent_on = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        if not (is_sent_on or answer.status_code in {403, 404}) or SECRET in answer.content.decode():
            reached.append((name, answer.status_code))

    assert reached == []


def address_of(name: str, places: dict[str, object]) -> str:
    space, _, short = name.partition(":")
    wanted = get_resolver().namespace_dict[space][1].reverse_dict.getlist(short)[0][0][0][1]
    return reverse(name, kwargs={key: places[key] for key in wanted})
