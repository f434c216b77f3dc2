"""Launches against a platform of our own: who comes in, as whom, and what is refused."""

from __future__ import annotations

import re
import time

import jwt
import pytest

from accounts.models import User
from classrooms.models import Classroom, Membership
from designs.models import Design
from schools.models import Attempt, Deployment, Platform, Resource
from tests.accounts.provider import Keys
from tests.schools.platform import CLAIM, CLIENT, ROLE
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db


def signed_in(client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_a_teacher_opens_the_course_and_students_join_it(launching):
    teacher, student = launching(), launching()
    opened = teacher.come("t-1")
    joined = student.come("s-1")

    classroom = Classroom.objects.get()
    assert classroom.name == "Systems 101"
    assert opened["Location"] == joined["Location"] == classroom.get_absolute_url()
    assert {(each.name, each.role) for each in classroom.memberships.all()} == {
        ("Grace Hopper", "instructor"),
        ("Ada Lovelace", "student"),
    }
    assert not signed_in(student.client).has_usable_password()
    assert student.client.get(classroom.get_absolute_url()).status_code == 200


def test_the_same_person_comes_back_to_the_same_account(launching):
    launching().come("t-1")
    first, second = launching(), launching()
    first.come("s-1")
    second.come("s-1")

    assert signed_in(first.client) == signed_in(second.client)
    assert User.objects.count() == 2


def test_a_student_who_is_there_before_the_teacher_is_told_so(launching):
    answer = launching().come("s-1")

    assert answer.status_code == 403
    assert "Your teacher has not opened this course here yet" in answer.content.decode()
    assert not User.objects.exists()


def test_a_link_leads_to_its_topic(launching, platform):
    topic = make_topic("caching")
    platform.links["L9"] = {"title": "Caching", "custom": {"topic": "caching"}}
    launching().come("t-1")

    assert launching().come("s-1", link="L9")["Location"] == topic.get_absolute_url()


def test_an_assignment_of_another_class_is_not_opened_by_a_link(launching, platform, assignment):
    """promise 21: what a platform says in a link gives nobody another class."""
    launching().come("t-1")
    platform.links["L9"] = {"title": "X", "custom": {"assignment": str(assignment.pk)}}

    answer = launching().come("s-1", link="L9")

    assert answer["Location"] == Deployment.objects.get().courses.get().classroom.get_absolute_url()
    assert Resource.objects.get(link_id="L9").assignment is None


def test_a_guests_work_moves_into_the_account(launching):
    browser = launching()
    launching().come("t-1")
    browser.client.post("/designs/", {"title": "Made as a guest"})
    guest = signed_in(browser.client)
    browser.come("s-1")

    assert Design.objects.get().owner == signed_in(browser.client) != guest
    assert not User.objects.filter(pk=guest.pk).exists()


def test_somebody_else_who_was_signed_in_is_told_and_keeps_their_account(launching):
    launching().come("t-1")
    browser = launching()
    browser.client.force_login(
        User.objects.create_user("somebody"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = browser.client.get(browser.come("s-1")["Location"])

    assert "You were signed in as somebody." in page.content.decode()
    assert Membership.objects.filter(user__username="somebody").count() == 0


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([f"{ROLE}Instructor"], "instructor"),
        (["Instructor"], "instructor"),
        ([f"{ROLE}Administrator"], "instructor"),
        ([f"{ROLE}Learner"], "student"),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"], "assistant"),
        ([f"{ROLE}Instructor", f"{ROLE[:-1]}/Instructor#TeachingAssistant"], "assistant"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "student"),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], "student"),
        ([], "student"),
        ("Instructor", "student"),
    ],
    ids=str,
)
def test_only_roles_of_the_course_make_a_teacher_or_an_assistant(launching, platform, roles, role):
    launching().come("t-1")
    platform.people["s-1"]["roles"] = roles
    browser = launching()
    browser.come("s-1")

    assert Membership.objects.get(user=signed_in(browser.client)).role == role


def test_whoever_was_taken_out_of_the_class_does_not_come_back_by_a_link(launching):
    """promise 23"""
    launching().come("t-1")
    browser = launching()
    browser.come("s-1")
    Membership.objects.filter(role="student").update(was_removed=True, left_at="2026-01-01T00:00Z")

    assert launching().come("s-1").status_code == 403
    assert Membership.objects.get(role="student").was_removed


def test_a_closed_account_is_not_opened_by_a_link(launching):
    launching().come("t-1")
    launching().come("s-1")
    User.objects.filter(memberships__role="student").update(is_active=False)
    browser = launching()

    assert browser.come("s-1").status_code == 403
    assert signed_in(browser.client) is None


YEAR = 365 * 24 * 3600
REFUSED = {
    "wrong audience": ({"aud": "another tool"}, "for another client"),
    "several audiences, made for another": ({"aud": [CLIENT, "x"], "azp": "x"}, "for another client"),
    "wrong issuer": ({"iss": "https://evil.example"}, "from another issuer"),
    "expired": ({"iat": 1, "exp": 2}, "has expired"),
    "from next year": ({"iat": int(time.time()) + YEAR, "exp": int(time.time()) + 2 * YEAR}, "not valid yet"),
    "nonce of another launch": ({"nonce": "seen before"}, "for another launch"),
    "no nonce": ({"nonce": None}, "for another launch"),
    "unknown deployment": ({f"{CLAIM}deployment_id": "2"}, "deployment ID 2 is not registered"),
    "no deployment": ({f"{CLAIM}deployment_id": ""}, "names no deployment"),
    "nobody": ({"sub": ""}, "names no person"),
    "another version": ({f"{CLAIM}version": "1.1"}, "LTI 1.3.0"),
    "another message": ({f"{CLAIM}message_type": "LtiSubmissionReviewRequest"}, "does not do"),
    "no course": ({f"{CLAIM}context": {}}, "comes from no course"),
    "a list for a map": ({f"{CLAIM}context": []}, "comes from no course"),
}


@pytest.mark.parametrize(("claims", "words"), REFUSED.values(), ids=REFUSED)
def test_a_token_that_does_not_hold_lets_nobody_in_and_says_why(launching, platform, claims, words):
    platform.claims = claims
    browser = launching()
    answer = browser.come("t-1")

    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert signed_in(browser.client) is None
    assert not User.objects.exists()


def unsigned(claims) -> str:
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "platform-1"})


def by_shared_secret(claims) -> str:
    return jwt.encode(claims, "a secret that both could have known", algorithm="HS256", headers={"kid": "platform-1"})


@pytest.mark.parametrize("sign", [unsigned, by_shared_secret, lambda _: "", lambda _: "a.b.c"])
def test_what_the_platform_did_not_sign_lets_nobody_in(launching, platform, monkeypatch, sign):
    monkeypatch.setattr(platform, "signs", Keys("other"))
    platform.signs.sign = sign

    assert launching().come("t-1").status_code == 403
    assert not User.objects.exists()


def test_a_key_of_somebody_else_with_the_platforms_id_lets_nobody_in(launching, platform):
    platform.signs = Keys("platform-1")

    assert launching().come("t-1").status_code == 403
    assert not User.objects.exists()


def test_a_new_key_of_the_platform_is_found_at_once(launching, platform):
    """Platforms turn their keys, and say so only in their key set."""
    launching().come("t-1")
    platform.keys = platform.signs = Keys("platform-2")

    browser = launching()
    assert browser.come("t-1").status_code == 302
    assert "_auth_user_id" in browser.client.session


def test_a_launch_is_good_once(launching):
    """Replayed: the state is used up, and a fresh one does not fit to the old token's nonce."""
    browser = launching()
    form = browser.begin("t-1")
    assert browser.post(form).status_code == 302
    browser.client.post("/accounts/logout/")

    assert browser.post(form).status_code == 403
    fresh = browser.begin("t-1")
    mixed = browser.post({**fresh, "id_token": form["id_token"]})

    assert mixed.status_code == 403
    assert "for another launch" in mixed.content.decode()
    assert signed_in(browser.client) is None


def test_a_launch_that_began_in_another_browser_is_refused(launching):
    """Whoever gets somebody to post their launch would sign them in as themselves."""
    form = launching().begin("t-1")
    victim = launching()

    assert victim.post(form).status_code == 403
    assert signed_in(victim.client) is None


def test_a_launch_waits_ten_minutes(launching):
    browser = launching()
    form = browser.begin("t-1")
    Attempt.objects.update(made_at="2026-01-01T00:00Z")

    assert browser.post(form).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"iss": "https://unknown.example", "login_hint": "x", "client_id": "y"},
        {"iss": "\x00", "login_hint": "x"},
    ],
)
def test_a_stranger_is_told_to_be_registered(client, platform, asked):
    answer = client.post("/lti/login/", asked)

    assert answer.status_code == 403
    assert "does not know the platform" in answer.content.decode()


def test_a_platform_that_was_switched_off_lets_nobody_in(launching):
    browser = launching()
    form = browser.begin("t-1")
    Platform.objects.update(is_active=False)

    assert browser.client.get(browser.platform.initiation("t-1").removeprefix("http://testserver")).status_code == 403
    answer = browser.post(form)
    assert answer.status_code == 403
    assert "is switched off here" in answer.content.decode()
    assert not User.objects.exists()


def test_one_site_serves_two_tenants_of_one_issuer_by_their_client_ids(launching, platform):
    """Canvas in the cloud has one issuer for every school."""
    other = Platform.objects.get()
    Platform.objects.create(
        name="Other", issuer=other.issuer, client_id="other", auth_url="https://o.example/a",
        token_url="https://o.example/t", keys_url="https://o.example/k",
    )  # fmt: skip

    assert launching().come("t-1").status_code == 302
    assert Deployment.objects.get().courses.count() == 1


# Inside a frame


def test_a_framed_launch_may_be_shown_by_its_platform_and_by_no_other(launching, platform):
    browser = launching()
    answer = browser.come("t-1", framed=True)
    page = browser.client.get(answer["Location"])

    for each in (answer, page):
        assert f"frame-ancestors {platform.address}" in each["Content-Security-Policy"]
        assert "X-Frame-Options" not in each
    elsewhere = launching().client.get("/")
    assert "frame-ancestors 'none'" in elsewhere["Content-Security-Policy"]
    assert elsewhere["X-Frame-Options"] == "DENY"


def test_cookies_of_a_framed_launch_are_kept_for_this_frame_alone(launching):
    browser = launching()
    answer = browser.come("t-1", framed=True)
    sent = {name: answer.cookies[name].OutputString() for name in ("session", "framed")}

    for cookie in sent.values():
        assert re.search("SameSite=None", cookie)
        assert re.search("Secure", cookie)
        assert cookie.endswith("; Partitioned")


def test_cookies_outside_of_frames_stay_as_they_are(launching):
    answer = launching().come("t-1")

    assert "SameSite=Lax" in answer.cookies["session"].OutputString()
    assert "framed" not in answer.cookies


@pytest.mark.parametrize("said", ["1", "IjEi:1:forged", ""])
def test_nobody_makes_the_site_frameable_by_a_cookie_of_their_own(client, platform, said):
    client.cookies["framed"] = said

    assert "frame-ancestors 'none'" in client.get("/")["Content-Security-Policy"]


def test_a_browser_that_keeps_no_cookie_in_frames_is_led_to_a_window(launching, platform):
    browser = launching()
    form = browser.begin("t-1")
    browser.client.cookies.clear()
    answer = browser.post(form, **{"Sec-Fetch-Dest": "iframe"})
    page = answer.content.decode()

    assert f"frame-ancestors {platform.address}" in answer["Content-Security-Policy"]
    link = re.search(r'href="(/lti/login/[^"]+)"', page)[1].replace("&amp;", "&")
    assert 'target="_blank"' in page
    # The window begins the same launch, where cookies are kept.
    assert browser.client.get(link)["Location"].startswith(f"{platform.address}/auth?")
    assert signed_in(browser.client) is None


def test_an_assistant_does_not_open_a_course_nor_place_anything(launching, platform):
    platform.people["s-1"]["roles"] = [f"{ROLE[:-1]}/Instructor#TeachingAssistant"]
    assert launching().come("s-1").status_code == 403
    launching().come("t-1")

    assert launching().come("s-1").status_code == 302
    assert launching().come("s-1", choosing=True).status_code == 403


def test_a_role_grows_with_the_platforms_and_never_shrinks(launching, platform):
    launching().come("t-1")
    browser = launching()
    for said, kept in (("Learner", "student"), ("Instructor", "instructor"), ("Learner", "instructor")):
        platform.people["s-1"]["roles"] = [ROLE + said]
        browser.come("s-1")
        assert Membership.objects.get(user=signed_in(browser.client)).role == kept
