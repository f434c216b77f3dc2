"""Every form and every HTMX action of the site is sent once in real Chromium, from its own page.

Django's test client sends no Origin, so only a browser notices a page whose forms are refused. The walk finds pages by
following links and forms by looking at pages; an address that takes a POST and is on no page that was walked fails it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page, Response, TimeoutError

from accounts.models import User
from calculators.engine.sheet_content import Content
from calculators.services import create_sheet
from classrooms.services import classes, marking
from classrooms.services import work as working
from designs.models import Scenario, ShareLink
from designs.services.bin import bin_design
from designs.services.interviews import finish, open_to_interviewer, start_interview
from designs.services.saving import create_design
from designs.services.scenarios import upload_scenario
from designs.services.sharing import create_link
from studyguide.services.cards import make_card
from tests.classrooms.conftest import give
from tests.designs.browsing import sign_in
from tests.designs.conftest import loaded
from tests.designs.document.examples import complete
from tests.designs.interviews.shipped import FIXTURES
from tests.studyguide.build import make_topic

# Taken by no page of the site that can be reached without what only an e-mail tells, or that is not ours.
NEEDS_A_MAIL = {
    "account_confirm_email": "the address stands in a mail",
    "account_reset_password_from_key": "the address stands in a mail",
    "account_reset_password_from_key_done": "shown after the one before",
    "account_reauthenticate": "asked for only after a while",
    "account_inactive": "shown to whom an administrator has locked out",
}
# These end what other forms need, so they come last, and in this order.
LAST = (
    "revoke", "leave", "delete", "remove", "close", "finish", "new-code", "archive", "transfer", "account_email",
    "account_change_password", "account_set_password", "account_logout", "account_delete",
)  # fmt: skip
# Addresses that take a POST and whose form needs more than this world holds. A new form that the walk does not reach
# fails it.
NOT_REACHED = {
    "account_set_password",
    "classrooms:assignment_delete",
    "classrooms:roster_add",
    "classrooms:roster_undo",
    "classrooms:work_submit",
    "designs:import_into",
    "designs:interview_answer",
    "designs:interview_change",
    "designs:interview_resume",
    "designs:interview_take_back",
    "designs:interview_take_figures",
    "designs:paste",
    "designs:restore_version",
    "designs:settle",
    "sitemap",
    "studyguide:card_reset",
    "studyguide:card_undo",
    "studyguide:own_notes_detail",
    "studyguide:own_notes_remove",
    "studyguide:topic_proposals",
}
MOST_PAGES_OF_A_VIEW = 2
SEND_WITHIN_MS = 3_000
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
SEND = """([action, button, texts]) => {
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
  const all = [...document.querySelectorAll('button, input[type=submit]')]
    .filter(b => b.form === form && !b.matches(':disabled'));
  const pressed = all.find(b => named(b) === button) ?? all[0];
  setTimeout(() => form.requestSubmit(pressed), 0);
  return true;
}"""
TEXTS = {"text": "Words", "email": "ada@example.com", "number": "1", "password": "correct horse battery", "url": ""}


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
    def order(self) -> tuple[int, str]:
        words = f"{self.name} {self.button}"
        return max((at + 1 for at, each in enumerate(LAST) if each in words), default=0), words


def url_name(address: str) -> str:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return f"{found.namespace}:{found.url_name}" if found.namespace else str(found.url_name)


def names_of_all(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield (f"{space}:{each.name}" if space else str(each.name)), each
        elif each.namespace != "admin":
            yield from names_of_all(each.url_patterns, each.namespace or space)


EXAMPLE = {"int": 1, "uuid": "00000000-0000-0000-0000-000000000001", "slug": "x", "str": "x", "path": "x"}


def takes_a_post(client: Client, name: str, pattern: URLPattern) -> bool:
    """Whether the view answers a POST with anything but 405."""
    kinds = {
        key: type(each).__name__.removesuffix("Converter").lower() for key, each in pattern.pattern.converters.items()
    }
    try:
        address = reverse(name, kwargs={key: EXAMPLE.get(kind, "x") for key, kind in kinds.items()})
    except Exception:  # a regular expression of allauth
        return name in NEEDS_A_MAIL
    return client.post(address).status_code != 405


class Walk:
    """Follows links as one person, without scripts, and writes down what the pages offer to send."""

    def __init__(self, who: str, reader: Page) -> None:
        self.who, self.reader, self.client = who, reader, Client()
        if who != "nobody":
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
            for link in self._look(here, answer.content.decode()):
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
    return "." in last or "/export/" in path or len(parse_qsl(urlsplit(path).query)) > 2


@pytest.fixture
def world(transactional_db, tmp_path: Path) -> dict[str, list[str]]:
    """A site with something of everything; where each person begins to walk."""
    now = timezone.now()
    password = "correct horse battery"
    grace = User.objects.create_user("grace", password=password, is_staff=True)
    ada = User.objects.create_user("ada", password=password)
    User.objects.create_user("tutor", password=password)
    scenario = loaded(at=now)
    raw = (FIXTURES / "scenarios" / "pastebin.yaml").read_bytes()
    upload_scenario(raw.replace(b"slug: pastebin", b"slug: mine"), file="mine.yaml", owner=grace, now=now)
    topic = make_topic("caching-basics", kind="topic")
    card = make_card(ada, content={"front": "Why?", "back": "So."}, topic=topic)
    create_sheet(owner=ada, name="Mine", calculator="capacity", content=Content({"daily_users": "2M"}, ()), at=now)

    room = classes.create_classroom("Systems", owner=grace, time_zone="Europe/Berlin", at=now)
    member = classes.join(room.join_code, user=ada, name="Ada Lovelace", at=now)
    other = classes.join(room.join_code, user=User.objects.create_user("alan"), name="Alan", at=now)
    gone = classes.join(room.join_code, user=User.objects.create_user("bob"), name="Bob", at=now)
    classes.remove(gone, at=now)
    begin, due = now - timedelta(days=1), now + timedelta(days=7)
    task = give(room, scenario, opens_at=begin, due_at=due)
    give(room, scenario, opens_at=begin, due_at=due, title="Not begun yet")
    outdated = give(room, Scenario.objects.get(slug="mine"), opens_at=begin, due_at=due, title="Corrected")
    work = working.begin_work(task, member, at=now)
    submission = working.submit(work, at=now, taken_by=grace)
    marking.comment(work, "Look", author=grace, at=now)
    levels = dict.fromkeys(task.data.rubric, (1, ""))
    marking.mark(submission, levels, feedback="")
    working.begin_work(task, other, at=now)
    upload_scenario(
        raw.replace(b"slug: pastebin", b"slug: mine").replace(b"title: ", b"title: New ", 1),
        file="mine.yaml", owner=grace, now=now,
    )  # fmt: skip
    assert outdated.pk

    design = create_design(owner=ada, document=complete(), at=now)
    create_link(design, ShareLink.Access.EDIT, at=now)
    bin_design(create_design(owner=ada, document=complete(), at=now), at=now)
    running = start_interview(scenario, owner=ada, at=now)
    token = open_to_interviewer(running)
    over = start_interview(scenario, owner=ada, at=now)
    finish(over, author=ada, at=now)
    return {
        "ada": [
            "/", "/designs/", f"/designs/{running.design_id}/understand/", f"/designs/{design.pk}/",
            f"/designs/{design.pk}/analysis/",
            f"/designs/{design.pk}/high-level/",
            f"/interviews/{over.pk}/", "/interviews/", "/classes/", card.get_absolute_url(),
            task.get_absolute_url(), "/cards/", "/cards/review/", topic.get_absolute_url(),
            reverse("calculators:saved_sheet_list"),
            "/scenarios/", "/accounts/", "/search/?q=cache",
        ],
        "grace": [
            room.get_absolute_url(), f"/classes/{room.pk}/settings/", f"/classes/assignments/{task.pk}/queue/",
            work.get_absolute_url(), outdated.get_absolute_url(), f"/classes/assignments/{outdated.pk}/push/",
            "/scenarios/upload/", "/scenarios/mine/", f"/classes/{room.pk}/assign/", "/classes/new/",
        ],
        "nobody": ["/", f"/interviews/watch/{token}/", "/accounts/login/", "/accounts/signup/",
                   "/accounts/password/reset/", "/classes/join/", "/designs/", "/designs/import/"],
    }  # fmt: skip


def sent(page: Page, found: Found) -> int:
    """The status of the answer to a form that is sent from its page; 0 when it was not sent."""
    open_page(page, found.page)
    try:
        with page.expect_response(is_sent, timeout=SEND_WITHIN_MS) as answer:
            if not page.evaluate(SEND, [found.action, found.button, TEXTS]):
                return 0
        return answer.value.status
    except (TimeoutError, Error):
        return 0


def open_page(page: Page, address: str) -> None:
    """Also while the answer to the last form is still arriving, which interrupts it."""
    for _ in range(60):
        try:
            page.goto(address, wait_until="load")
        except Error:
            page.wait_for_load_state("load")
            continue
        return
    raise AssertionError(f"{address} cannot be opened")


def is_bad(status: int) -> bool:
    """Not sent, refused, gone, or broken. What a form says of wrong values (422) is an answer."""
    return status in (0, 403, 404) or status >= 500


def is_sent(answer: Response) -> bool:
    return answer.request.method not in ("GET", "HEAD")


def test_every_form_of_the_site_is_sent_from_its_own_page(browser: Browser, live_server, world):
    """promise 46"""
    pages = {who: browser.new_context(base_url=live_server.url).new_page() for who in world}
    for who, page in pages.items():
        page.set_default_timeout(15_000)
        if who != "nobody":
            sign_in(page, User.objects.get(username=who))
    walks = []
    for who, starts in world.items():
        walk = Walk(who, pages[who])
        walk.crawl(starts)
        walks.append(walk)
    for walk in walks:
        for address, action in walk.actions.values():
            pages[walk.who].goto(address, wait_until="domcontentloaded")
            ask = "a => fetch(a, {headers: {'HX-Request': 'true'}}).then(answer => answer.status)"
            assert pages[walk.who].evaluate(ask, action) in (200, 204, 286), action
    forms = {key: found for walk in reversed(walks) for key, found in walk.forms.items()}
    # Whoever has gone for good cannot sign out.
    forms |= {key: found for key, found in walks[1].forms.items() if key[0] == "account_logout"}
    answers = {
        key: sent(pages[found.who], found) for key, found in sorted(forms.items(), key=lambda pair: pair[1].order)
    }
    for page in pages.values():
        page.context.close()

    refused = {key: (status, forms[key].who, forms[key].page) for key, status in answers.items() if is_bad(status)}
    print(*(f"{key} {why}" for key, why in refused.items()), sep="\n")
    assert refused == {}
    client = Client()
    wanted = {name for name, each in names_of_all(get_resolver().url_patterns) if takes_a_post(client, name, each)}
    unreached = sorted(wanted - {name for name, _ in answers} - set(NEEDS_A_MAIL))
    assert set(unreached) <= NOT_REACHED
    print(f"{len(answers)} forms were sent")
