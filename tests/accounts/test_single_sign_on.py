"""Sign-in through OpenID Connect, against a provider of our own: who gets in, what is kept, and what is refused."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from environs import Env
from playwright.sync_api import expect

from accounts.models import User
from config.single_sign_on import oidc_apps
from designs.models import Design
from tests.accounts.conftest import PASSWORD
from tests.accounts.provider import CLIENT, SECRET, Keys, OpenIdProvider, open_id_provider
from tests.browser import broken_in_light_and_dark


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys("first")


@pytest.fixture
def provider(keys) -> Iterator[OpenIdProvider]:
    with open_id_provider(keys) as running:
        yield running


@pytest.fixture
def configure(provider, settings, monkeypatch):
    """Calls set what the environment says of the provider `school`."""

    def set_to(**more: str) -> None:
        said = {"ISSUER": provider.address, "CLIENT_ID": CLIENT, "SECRET": SECRET, "NAME": "Example School", **more}
        monkeypatch.setenv("OIDC_PROVIDERS", "school")
        for name, value in said.items():
            monkeypatch.setenv(f"OIDC_SCHOOL_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_apps(Env(), https_only=False)}}

    set_to()
    return set_to


def begin(client: Client, **more: str) -> str:
    """Presses the button; answers where the provider sends the browser back to."""
    page = client.post("/accounts/through/school/", more)
    address = html.unescape(re.search(r'content="0; url=([^"]+)"', page.content.decode())[1])
    back = requests.get(address, allow_redirects=False, timeout=10).headers["Location"]
    return back.removeprefix("http://testserver")


def sign_in(client: Client, **more: str):
    return client.get(begin(client, **more))


def signed_in(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


@pytest.mark.django_db
def test_without_settings_there_is_no_such_way_in(client):
    assert client.get("/accounts/through/school/").status_code == 404
    assert "Continue with" not in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_person_of_the_provider_gets_an_account_and_finds_it_again(client, configure, events):
    answer = sign_in(client, next="/designs/")
    assert (answer.status_code, answer["Location"]) == (302, "/designs/")
    person = signed_in(client)
    assert (person.username, person.is_guest, person.has_usable_password()) == ("grace", False, False)

    other = Client()
    sign_in(other)

    assert signed_in(other) == person
    assert "signed up" in [event["event"] for event in events()]


@pytest.mark.django_db
@pytest.mark.parametrize("is_new", [True, False], ids=["a new account", "an account that exists"])
def test_what_a_guest_has_made_moves_into_the_account(client, configure, is_new):
    """A guest's work is kept at sign-in."""
    if not is_new:
        sign_in(Client())
    client.post("/designs/", {"title": "Made as a guest"})
    guest = signed_in(client)
    assert guest.is_guest

    sign_in(client)

    assert signed_in(client).username == "grace"
    assert [design.owner.username for design in Design.objects.all()] == ["grace"]
    assert not User.objects.filter(pk=guest.pk).exists()


@pytest.mark.django_db
def test_a_name_that_somebody_has_is_not_taken_away(client, configure, ada, provider):
    provider.person = {"sub": "u-2", "preferred_username": "ada", "email": "ada@example.org", "email_verified": True}
    sign_in(client)

    person = signed_in(client)
    assert person != ada
    assert person.username.lower() != "ada"
    # Whose address it is nobody has shown here, so it opens nothing and is not kept twice.
    assert (person.email, EmailAddress.objects.filter(user=person).count()) == ("", 0)


@pytest.mark.django_db
@pytest.mark.parametrize("verified", [True, False])
def test_an_address_leads_to_its_account_only_where_the_provider_is_trusted_with_it(
    client, configure, ada, provider, verified
):
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=verified, primary=True)
    configure(TRUST_EMAIL="1")
    provider.person = {"sub": "u-2", "email": "ada@example.org"}
    sign_in(client)

    assert signed_in(client) == ada
    ada.refresh_from_db()
    # Whoever signed up with an address that was never confirmed may not share the account with its owner.
    assert ada.check_password(PASSWORD) is verified


REFUSED = {
    "wrong audience": {"aud": "another client"},
    "one of several audiences, made for another": {"aud": [CLIENT, "x"], "azp": "x"},
    "wrong issuer": {"iss": "https://evil.example"},
    "expired": {"iat": 1, "exp": 2},
    "no time of expiry": {"exp": None},
    "valid from next year": {"nbf": int(time.time()) + 365 * 24 * 3600},
    "times beyond all clocks": {"exp": "1e999"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED)
def test_a_token_that_does_not_hold_signs_nobody_in(client, configure, provider, claims):
    provider.claims = claims

    assert sign_in(client).status_code == 401
    assert signed_in(client) is None
    assert not User.objects.exists()


def unsigned(provider: OpenIdProvider) -> None:
    import jwt

    provider.signs = Keys("none")
    provider.signs.sign = lambda claims: jwt.encode(claims, "", algorithm="none", headers={"kid": "first"})


def shared_secret(provider: OpenIdProvider) -> None:
    import jwt

    provider.signs = Keys("shared")
    provider.signs.sign = lambda claims: jwt.encode(claims, SECRET * 2, algorithm="HS256", headers={"kid": "first"})


def stranger(provider: OpenIdProvider) -> None:
    provider.signs = Keys("first")


def unknown_key(provider: OpenIdProvider) -> None:
    provider.signs = Keys("second")


def no_token(provider: OpenIdProvider) -> None:
    provider.signs = Keys("none")
    provider.signs.sign = lambda _claims: ""


def two_people(provider: OpenIdProvider) -> None:
    provider.about = {"sub": "somebody else", "email": "boss@example.org", "email_verified": True}


@pytest.mark.django_db
@pytest.mark.parametrize("bend", [unsigned, shared_secret, stranger, unknown_key, no_token, two_people])
def test_a_token_that_the_provider_has_not_signed_signs_nobody_in(client, configure, provider, bend):
    bend(provider)

    assert sign_in(client).status_code == 401
    assert signed_in(client) is None


@pytest.mark.django_db
def test_an_answer_of_the_provider_works_once_and_in_one_browser(client, configure):
    back = begin(client)
    other = Client()
    assert other.get(back).status_code == 401
    assert client.get(back).status_code == 302
    client.post("/accounts/logout/")

    replayed = client.get(back)

    assert replayed.status_code == 401
    assert "You are not signed in" in replayed.content.decode()
    assert signed_in(client) is None


@pytest.mark.django_db
def test_a_code_of_another_browser_does_not_fit_to_this_ones_sign_in(client, configure):
    """PKCE: whoever slips a code of their own into somebody's sign-in gets nothing."""
    mine, theirs = begin(client), begin(Client())
    code = parse_qs(urlsplit(theirs).query)["code"][0]

    assert client.get(re.sub(r"code=[^&]+", f"code={code}", mine)).status_code == 401
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("person", "is_admitted"),
    [
        ({"email": "g@students.school.edu", "email_verified": True}, True),
        ({"email": "g@SCHOOL.edu", "email_verified": "true"}, True),
        ({"email": "g@school.edu", "email_verified": False}, False),
        ({"email": "g@school.edu", "email_verified": "false"}, False),
        ({"email": "g@school.edu"}, False),
        ({"email": "g@school.edu.evil.example", "email_verified": True}, False),
        ({"email": "g@notschool.edu", "email_verified": True}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_provider_may_be_limited_to_confirmed_addresses_of_some_domains(
    client, configure, provider, person, is_admitted
):
    configure(DOMAINS="school.edu,students.school.edu")
    provider.person = {"sub": "u-1", **person}
    answer = sign_in(client)

    assert answer.status_code == (302 if is_admitted else 403)
    assert (signed_in(client) is not None) is is_admitted
    if not is_admitted:
        assert "@students.school.edu" in answer.content.decode()


@pytest.mark.django_db
def test_whoever_says_no_there_comes_back_to_the_sign_in(client, configure):
    back = re.sub(r"code=[^&]+", "error=access_denied", begin(client))

    assert "without signing in" in client.get(back, follow=True).content.decode()


@pytest.mark.django_db
def test_a_provider_that_does_not_answer_is_said_and_loses_nothing(client, configure):
    configure(ISSUER="http://127.0.0.1:9")

    answer = client.post("/accounts/through/school/")

    assert answer.status_code == 502
    assert "No answer from Example School" in answer.content.decode()


@pytest.mark.django_db
def test_a_link_of_another_site_signs_nobody_in(configure):
    """promise 46: only the button does, and it has a token."""
    client = Client(enforce_csrf_checks=True)

    assert "socialaccount_states" not in client.session
    assert client.get("/accounts/through/school/").status_code == 200
    assert client.post("/accounts/through/school/").status_code == 403
    assert "socialaccount_states" not in client.session


@pytest.mark.django_db
def test_no_next_leads_off_the_site(client, configure):
    """promise 29"""
    assert sign_in(client, next="//evil.example")["Location"] == "/"


@pytest.mark.django_db
def test_a_member_connects_the_provider_and_ends_it_again(client, configure, ada):
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    asks = sign_in(client, process="connect")
    assert asks["Location"] == "/accounts/reauthenticate/"
    page = client.post(asks["Location"], {"password": PASSWORD}, follow=True)
    assert "You can sign in with Example School from now on." in page.content.decode()
    other = Client()
    sign_in(other)
    assert signed_in(other) == ada

    client.post("/accounts/through/school/leave/")
    fresh = Client()
    sign_in(fresh)

    assert signed_in(fresh) != ada


@pytest.mark.django_db
def test_the_only_way_in_cannot_be_ended(client, configure):
    sign_in(client)
    answer = client.post("/accounts/through/school/leave/", follow=True)

    assert "your only way in" in answer.content.decode()
    sign_in(again := Client())
    assert signed_in(again) == signed_in(client)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"OIDC_PROVIDERS": "My School"}, "short name"),
        ({"OIDC_PROVIDERS": "school"}, "OIDC_SCHOOL_ISSUER and OIDC_SCHOOL_CLIENT_ID"),
        (
            {"OIDC_PROVIDERS": "a", "OIDC_A_ISSUER": "http://plain.example", "OIDC_A_CLIENT_ID": "x"},
            "begins with https://",
        ),
    ],
)
def test_settings_that_cannot_work_stop_the_start_and_say_which(monkeypatch, said, words):
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=words):
        oidc_apps(Env(), https_only=True)


@pytest.mark.django_db
def test_several_providers_stand_on_the_sign_in_page_in_their_order(client, configure, monkeypatch, settings, provider):
    monkeypatch.setenv("OIDC_PROVIDERS", "work,school")
    monkeypatch.setenv("OIDC_WORK_ISSUER", provider.address)
    monkeypatch.setenv("OIDC_WORK_CLIENT_ID", "other")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_apps(Env(), https_only=False)}}

    page = client.get("/accounts/login/").content.decode()

    assert re.findall(r"Continue with ([\w ]+)<", page) == ["Work", "Example School"]


@pytest.mark.one_database
def test_a_guest_draws_signs_in_at_school_and_has_the_design(configure, provider, browser, live_server):
    """In Chromium, whose policy of forms no other client has."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/designs/")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("link", name="Guest")).to_be_visible()
    page.goto("/accounts/login/")
    assert broken_in_light_and_dark(page) == {}
    page.get_by_role("button", name="Continue with Example School").click()

    expect(page.get_by_text("What you made as a guest is in your account now.")).to_be_visible()
    expect(page.get_by_role("link", name="grace")).to_be_visible()
    grace = Design.objects.get().owner
    assert grace.username == "grace"

    grace.set_password(PASSWORD)
    grace.save()
    page.goto("/accounts/login/")
    page.fill("#id_login", "grace")
    page.fill("#id_password", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("link", name="grace")).to_be_visible()
    page.goto("/account/")
    page.get_by_role("button", name="End (Example School)").click()
    expect(page.get_by_role("button", name="Connect (Example School)")).to_be_visible()
    context.close()
