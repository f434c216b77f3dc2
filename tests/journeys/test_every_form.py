"""Every form and every HTMX action of the site is sent once in real Chromium, from its own page.

Django's test client sends no Origin, so only a browser notices a page whose forms are refused. The walk finds pages by
following links and forms by looking at pages; an address that takes a POST and is on no page that was walked fails it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Browser, Error, Page, Response, expect

from accounts.models import User
from tests.designs.browsing import sign_in
from tests.journeys.everything import MAIL, PASSWORD, World, everything

# These end what other forms need, so they come last, and in this order.
LAST = (
    "revoke", "leave", "delete", "remove", "close", "finish", "new-code", "archive", "transfer", "account_email",
    "account_change_password", "account_set_password", "account_logout", "account_delete",
)  # fmt: skip
MOST_PAGES_OF_A_VIEW = 3
# Links, forms and HTMX actions of a page, read by Chromium from its markup.
LOOK = """html => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const all = what => [...page.querySelectorAll(what)];
  return {
    links: all('a[href]').map(a => a.getAttribute('href')),
    forms: all('form').filter(f => f.matches('[method=post], [hx-post]')).map(f => ({
      action: f.getAttribute('hx-post') || f.getAttribute('action') || '',
      buttons: all('button, input[type=submit]').filter(b => b.form === f && !b.matches(':disabled'))
        .map(b => b.name ? b.name + '=' + b.value : '')})),
    actions: all('[hx-get]').map(e => e.getAttribute('hx-get')).filter(Boolean),
  };
}"""
SEND = """([action, button, texts, sink]) => {
  window.confirm = () => true;
  for (const each of document.querySelectorAll('details')) each.open = true;
  const forms = [...document.querySelectorAll('form')].filter(f => f.matches('[method=post], [hx-post]'));
  const named = b => b.name ? b.name + '=' + b.value : '';
  const there = forms.filter(f => (f.getAttribute('hx-post') || f.getAttribute('action') || '') === action);
  const form = there.find(f => [...f.elements].some(b => button && named(b) === button)) ?? there[0];
  if (!form) return false;
  for (const field of form.elements) {
    if (field.disabled || field.readOnly || ['hidden', 'file', 'submit', 'button'].includes(field.type)) continue;
    if (field.tagName === 'SELECT') {
      if (!field.value) field.selectedIndex = field.options.length - 1;
    } else if (field.type === 'radio') {
      if (!form.querySelector(`input[type=radio][name="${CSS.escape(field.name)}"]:checked`)) field.checked = true;
    } else if (field.type === 'checkbox') {
      if (field.required) field.checked = true;
    } else if (!field.value && (field.required || field.tagName === 'TEXTAREA')) {
      field.value = texts[field.type] ?? texts.text;
    }
  }
  form.noValidate = true;
  if (!document.querySelector(`iframe[name=${sink}]`)) {
    document.body.append(Object.assign(document.createElement('iframe'), {name: sink, hidden: true}));
  }
  form.target = sink;
  const all = [...document.querySelectorAll('button, input[type=submit]')]
    .filter(b => b.form === form && !b.matches(':disabled'));
  const pressed = all.find(b => named(b) === button) ?? all[0];
  setTimeout(() => form.requestSubmit(pressed), 0);
  return true;
}"""
# The frame that the answer to a form goes to. No page of the site lets itself be shown in a frame, so the form's page
# stays as it is, and the answer's scripts are not loaded.
SINK = "answer"
NOT_SIGNED_IN = ("nobody", "newcomer")
# Has an account like Ada's and Grace's, but no password; only the pages where the walk begins differ from theirs.
FOLLOWS_NO_LINKS = ("alan",)
TEXTS = {
    "text": "Words",
    "email": MAIL,
    "number": "1",
    "password": PASSWORD,
    "url": "",
    "date": f"{datetime.now(UTC):%Y-%m-%d}",
}


@dataclass(frozen=True)
class Found:
    """A form on a page: whose browser, where, its address as written, and by which button it is sent."""

    who: str
    page: str
    action: str
    button: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes it a form of its own: where it goes, and what the button says to do."""
        return self.name, self.button.split(":")[0] if self.button.startswith("do=") else ""

    @property
    def is_last(self) -> bool:
        return self.order[0] > 0

    @property
    def order(self) -> tuple[int, str, str]:
        words = f"{self.name} {self.button}"
        place = max((at + 1 for at, each in enumerate(LAST) if each in words), default=0)
        return place, "" if place else self.page, words


def url_name(address: str) -> str:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return f"{found.namespace}:{found.url_name}" if found.namespace else str(found.url_name)


def addresses(
    patterns: list[URLPattern | URLResolver], space: str = "", outer: Mapping[str, object] = MappingProxyType({})
) -> Iterator[tuple[str, dict[str, object]]]:
    """The name of each address of the site, and examples of what stands in it."""
    for each in patterns:
        if isinstance(each, URLResolver) and each.namespace == "admin":
            continue
        filled = {**outer, **{key: example_of(kind) for key, kind in each.pattern.converters.items()}}
        if isinstance(each, URLPattern):
            yield (f"{space}:{each.name}" if space else str(each.name)), filled
        else:
            yield from addresses(each.url_patterns, each.namespace or space, filled)


EXAMPLE = {"int": 1, "uuid": "00000000-0000-0000-0000-000000000001", "logfile": "log.csv"}


def example_of(converter: object) -> object:
    return EXAMPLE.get(type(converter).__name__.removesuffix("Converter").lower(), "x")


def takes_a_post(client: Client, name: str, filled: Mapping[str, object]) -> bool:
    """Whether the view answers a POST with anything but 405."""
    try:
        address = reverse(name, kwargs=filled)
    except NoReverseMatch:  # a regular expression of allauth
        return True
    return client.post(address).status_code != 405


class Walk:
    """Follows links as one person, without scripts, and writes down what the pages offer to send."""

    def __init__(self, who: str, reader: Page) -> None:
        self.who, self.reader, self.client = who, reader, Client()
        if who not in NOT_SIGNED_IN:
            self.client.force_login(User.objects.get(username=who))
        self.seen: dict[str, int] = {}
        self.forms: dict[tuple[str, str], Found] = {}
        self.actions: dict[str, tuple[str, str]] = {}

    def crawl(self, starts: list[str]) -> None:
        waiting, known = list(starts), set(starts)
        while waiting:
            address = waiting.pop(0)
            name = url_name(address)
            if not name or self.seen.get(name, 0) >= MOST_PAGES_OF_A_VIEW:
                continue
            answer = self.client.get(address, follow=True)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"] or answer.streaming:
                continue
            here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
            self.seen[name] = self.seen.get(name, 0) + 1
            links = self._look(here, answer.content.decode())
            for link in links if self.who not in FOLLOWS_NO_LINKS else ():
                path = urljoin(here, link).split("#")[0]
                if path.startswith("/") and path not in known and not is_a_file(path):
                    known.add(path)
                    waiting.append(path)

    def _look(self, here: str, markup: str) -> list[str]:
        found = self.reader.evaluate(LOOK, markup)
        for form in found["forms"]:
            name = url_name(urljoin(here, form["action"]))
            # None where it is shown to somebody who may not send it; one with a name says more than one without.
            for button in sorted(form["buttons"], key=lambda each: not each):
                one = Found(self.who, here, form["action"], button, name)
                self.forms.setdefault(one.key, one)
        for action in found["actions"]:
            self.actions.setdefault(url_name(urljoin(here, action)), (here, urljoin(here, action)))
        return found["links"]


def is_a_file(path: str) -> bool:
    last = urlsplit(path).path.rsplit("/", 1)[-1]
    return "." in last or ("/export/" in path and last != "") or len(parse_qsl(urlsplit(path).query)) > 2


class NotThereError(Exception):
    """The page has no such form."""


@pytest.fixture
def world(transactional_db) -> World:
    return everything()


class Sender:
    """Sends forms of one person; of the forms of a page, those whose answer does not change it on one load."""

    def __init__(self, page: Page) -> None:
        self.page, self.opened = page, ""

    def send(self, found: Found) -> int:
        """The status of the answer to a form that is sent from its page; 0 when it was not sent."""
        if self.opened == found.page and not found.is_last and (status := self._send_from_here(found)):
            return status
        open_page(self.page, found.page)
        self.opened = found.page
        return self._send_from_here(found)

    def _send_from_here(self, found: Found) -> int:
        try:
            with self.page.expect_response(is_sent) as answer:
                if not self.page.evaluate(SEND, [found.action, found.button, TEXTS, SINK]):
                    raise NotThereError
        except NotThereError:
            return 0
        except Error as error:
            print(f"{found}: {error.message}")
            return 0
        if not answer.value.request.is_navigation_request():
            self.opened = ""
        return answer.value.status


def open_page(page: Page, address: str) -> None:
    """Also while the answer to the last form is still arriving, which interrupts it."""
    said = ""
    for _ in range(60):
        try:
            page.goto(address, wait_until="load")
        except Error as error:
            said = error.message
            page.wait_for_load_state("load")
            continue
        return
    raise AssertionError(f"{address} cannot be opened: {said}")


def is_bad(status: int) -> bool:
    """Not sent, refused, gone, or broken. What a form says of wrong values (422) is an answer."""
    return status in (0, 403, 404) or status >= 500


def is_sent(answer: Response) -> bool:
    return answer.request.method not in ("GET", "HEAD")


def settle_a_conflict(page: Page, world: World) -> None:
    """The form of a page that was left open while somebody else renamed the design."""
    open_page(page, f"/designs/{world.design.pk}/")
    page.evaluate("() => document.querySelectorAll('[name=base]').forEach(field => field.value = 0)")
    page.locator("[name='/meta/title']").fill("Mine")
    page.locator("[name='/meta/title']").press("Enter")
    page.get_by_role("button", name="Save my choice").click()


def paste_a_drawing(page: Page, world: World) -> None:
    """As the first thing that is done on the page."""
    open_page(page, f"/designs/{world.design.pk}/high-level/")
    page.locator("[data-canvas][data-ready]").wait_for()
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'flowchart LR\\n  a[Shop] --> b[Bank]');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
    }""")


def be_seen(page: Page, world: World) -> None:
    """A design that others may see tells them who is here."""
    open_page(page, f"/designs/{world.design.pk}/high-level/")


def add_a_roster(page: Page, world: World) -> None:
    open_page(page, world.starts["grace"][2])
    file = {"name": "all.csv", "mimeType": "text/csv", "buffer": b"Name\nGrace Hopper\n"}
    page.locator("[name=roster]").set_input_files(file)
    page.locator("form:has([name=roster]) button").click()
    page.locator("form[action$='/roster/add/'] button:not([name=again])").first.click()


def say_again_who_one_is(page: Page, world: World) -> None:
    open_page(page, "/accounts/reauthenticate/?next=/accounts/email/")
    fill_and_enter(page, "password", PASSWORD)


def choose_a_new_password(page: Page, world: World) -> None:
    open_page(page, "/accounts/password/reset/")
    fill_and_enter(page, "email", MAIL)
    expect(page).to_have_url(re.compile("/password/reset/done/$"))
    open_page(page, in_a_mail("/accounts/password/reset/key/"))
    page.locator("main [name=password1]").fill(PASSWORD[::-1])
    fill_and_enter(page, "password2", PASSWORD[::-1])


def confirm_an_address(page: Page, world: World) -> None:
    open_page(page, "/accounts/signup/")
    page.locator("[name=username]").fill("newcomer")
    page.locator("[name=email]").fill("newcomer@example.com")
    fill_and_enter(page, "password1", PASSWORD[::-1])
    expect(page).to_have_url("/")
    open_page(page, in_a_mail("/accounts/confirm-email/"))
    page.get_by_role("button", name="Yes, confirm").click()


def fill_and_enter(page: Page, name: str, words: str) -> None:
    page.locator(f"main [name={name}]").fill(words)
    page.locator(f"main [name={name}]").press("Enter")


def in_a_mail(path: str) -> str:
    """The address below `path` that one of the mails names."""
    return next(found[0] for each in mail.outbox if (found := re.search(re.escape(path) + r"\S+", str(each.body))))


# Forms that stand on a page, or behind an address, only after something else was done: who does it, and what.
BY_HAND: dict[str, tuple[str, Callable[[Page, World], None]]] = {
    "designs:settle": ("ada", settle_a_conflict),
    "designs:paste": ("ada", paste_a_drawing),
    "designs:presence": ("ada", be_seen),
    "classrooms:roster_add": ("grace", add_a_roster),
    "account_reauthenticate": ("ada", say_again_who_one_is),
    "account_reset_password_from_key": ("newcomer", choose_a_new_password),
    "account_confirm_email": ("newcomer", confirm_an_address),
}


# Forms that another site leads to, that a script sends, or that a page has in one state only, with the journey that
# sends them from there.
ELSEWHERE: dict[str, str] = {
    "designs:storms": "tests/journeys/test_storms.py",
    "studyguide:sent_answers": "tests/journeys/test_offline.py",
    "openid_connect_login": "tests/accounts/test_single_sign_on.py",
    "openid_connect_leave": "tests/accounts/test_single_sign_on.py",
    "schools:login": "tests/journeys/test_from_a_platform.py",
    "schools:launch": "tests/journeys/test_from_a_platform.py",
    "schools:join": "tests/journeys/test_from_a_platform.py",
    "schools:join_confirm": "tests/journeys/test_from_a_platform.py",
    "schools:choose": "tests/journeys/test_from_a_platform.py",
    "schools:course_roster": "tests/journeys/test_from_a_platform.py",
    "schools:assignment_grades_send": "tests/journeys/test_from_a_platform.py",
}


def sent_by_hand(page: Page, world: World, name: str, does: Callable[[Page, World], None]) -> int:
    """As `sent`, of a form for which something else is done first."""
    try:
        with page.expect_response(lambda each: is_sent(each) and url_name(each.url) == name) as answer:
            does(page, world)
        return answer.value.status
    except Error as error:
        print(name, page.url, error)
        return 0


@pytest.mark.one_database
def test_every_form_of_the_site_is_sent_from_its_own_page(browser: Browser, live_server, world):
    """promise 46"""
    pages = {who: browser.new_context(base_url=live_server.url).new_page() for who in world.starts}
    for who, page in pages.items():
        if who not in NOT_SIGNED_IN:
            sign_in(page, User.objects.get(username=who))
    walks = {who: Walk(who, pages[who]) for who in world.starts}
    for who, walk in walks.items():
        walk.crawl(world.starts[who])
    for who, walk in walks.items():
        opened = ""
        for address, action in walk.actions.values():
            if address != opened:
                # Who asks is known as soon as the page begins to arrive; its scripts need not run.
                pages[who].goto(address, wait_until="commit")
                opened = address
            ask = "a => fetch(a, {headers: {'HX-Request': 'true'}}).then(answer => answer.status)"
            assert pages[who].evaluate(ask, action) in (200, 204, 286), action
    forms = {key: found for walk in reversed(walks.values()) for key, found in walk.forms.items()}
    # Whoever has gone for good cannot sign out.
    forms |= {key: found for key, found in walks["grace"].forms.items() if key[0] == "account_logout"}
    answers = {(name, ""): sent_by_hand(pages[who], world, name, does) for name, (who, does) in BY_HAND.items()}
    senders = {who: Sender(page) for who, page in pages.items()}
    for key, found in sorted(forms.items(), key=lambda pair: pair[1].order):
        answers[key] = senders[found.who].send(found)
    for page in pages.values():
        page.context.close()

    refused = {key: status for key, status in answers.items() if is_bad(status)}
    print(*(f"{key} {status} {forms.get(key)}" for key, status in refused.items()), sep="\n")
    assert refused == {}
    client = Client()
    wanted = {name for name, each in addresses(get_resolver().url_patterns) if takes_a_post(client, name, each)}
    left = sorted(wanted - {name for name, _ in answers} - set(ELSEWHERE))
    assert not left, "on no page that was walked: " + ", ".join(left)
    print(f"{len(answers)} forms were sent")
