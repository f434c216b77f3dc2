"""What people write stays text: forty attempts to act, in every place that shows text of others."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from designs.document.text import dump
from designs.models import Design
from studyguide.services.notes import NoteSource, import_notes
from tests.designs.analysis.build import raw
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.django_db
# What acts, wherever it stands. Ids and classes are those of the page itself, so their count is compared instead.
ACTS = """() => {
  const found = [];
  const active = "script style iframe object embed base link meta video source foreignobject animate math".split(" ");
  for (const element of document.querySelectorAll("main *")) {
    const isOurs = element.closest(".search-form, .progress-form") !== null;
    if (active.includes(element.localName.toLowerCase())) found.push(element.outerHTML);
    for (const {name, value} of element.attributes) {
      if (/^(on|hx-|data-hx-)/.test(name) && !isOurs) found.push(name);
      if (name === "style") found.push(name);
      if (/^(href|src|action|xlink:href)$/.test(name) && /^\\s*(javascript|data):/i.test(value)) found.push(value);
      if (/^(href|src|action)$/.test(name) && value.includes("evil.example")) found.push(value);
    }
  }
  if (document.querySelectorAll("#content").length !== 1) found.push("a second #content");
  return found;
}"""

HANDLERS = """() => [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes])
  .filter(({name, value}) => /^on/.test(name) || (/^(href|src|action)$/.test(name) && /^\\s*javascript:/i.test(value)))
  .map(({name, value}) => `${name}=${value}`)"""


def some_at_once(most: int) -> list[str]:
    """All payloads in texts of at most so many characters: where a text is escaped as a whole, a page may hold several.

    Those that leave something open begin a text of their own, since what follows would be part of it.
    """
    texts: list[str] = []
    for payload in (" ".join(each.split()) for each in PAYLOADS):
        if texts and is_closed(texts[-1]) and len(f"{texts[-1]} {payload}") <= most:
            texts[-1] += f" {payload}"
        else:
            texts.append(payload)
    return texts


def is_closed(text: str) -> bool:
    pairs = text.count("<") == text.count(">") and text.count("<style") == text.count("</style")
    return pairs and text.count('"') % 2 == text.count("'") % 2 == 0


SOME_AT_ONCE = some_at_once(150)


@pytest.fixture
def hostile(page):
    """A page that counts dialogs; the fixture beneath fails on scripts that the policy had to stop."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert dialogs == []


def import_hostile_notes() -> None:
    """One topic for each payload, which stands in its name, its text, a list and a table."""
    lines = [payload.replace("\n", " ") for payload in PAYLOADS]
    names = [
        f"## Name {number} {line}\n\nText on ringworld {number}.\n\nBefore. {payload}\n\n- item {payload}\n\n"
        f"| a |\n|---|\n| {line} |\n"
        for number, (payload, line) in enumerate(zip(PAYLOADS, lines, strict=True))
    ]
    labels = [line.replace('"', "") for line in lines]
    fences = [f'```mermaid\ngraph LR\n  a["{label}"] --> b\n```\n' for label in labels]
    fences += [f"```python\n{payload}\n```\n" for payload in PAYLOADS]
    files = {"names.md": names, "fences.md": fences}
    import_notes(
        [(name, "\n".join([f"# {name[:-3].title()}\n", *parts]).encode()) for name, parts in files.items()],
        source=NoteSource(name="hostile"),
        now=timezone.now(),
    )


@pytest.mark.one_database
def test_notes_cannot_act(hostile):
    """promises 31, 32"""
    from studyguide.models import Topic

    import_hostile_notes()
    slugs = list(Topic.objects.values_list("slug", flat=True))
    assert len(slugs) > len(PAYLOADS)

    for address in ["/topics/", "/topics/map/", *(f"/topics/{slug}/" for slug in slugs)]:
        hostile.goto(address, wait_until="domcontentloaded")
        assert hostile.evaluate(ACTS) == [], address


@pytest.mark.one_database
def test_what_is_searched_for_cannot_act(hostile):
    """promise 31: in the page's title, its field and its words."""
    for words in SOME_AT_ONCE:
        hostile.goto(f"/search/?q={quote(words)}", wait_until="domcontentloaded")
        assert hostile.evaluate(ACTS) == [], words
        expect(hostile.locator("#q")).to_have_value(words)


def test_names_in_the_palette_and_in_previews_cannot_act(hostile):
    """promise 31"""
    import_hostile_notes()
    hostile.goto("/topics/")
    hostile.keyboard.press("Control+k")
    hostile.fill("dialog.palette input", "ringworld")
    hostile.wait_for_selector("#palette-results li")
    assert hostile.evaluate(ACTS.replace("main *", "dialog *")) == []

    hostile.goto("/topics/names/")
    for link in hostile.locator("main a.topic-link").all()[:5]:
        link.focus()
    assert hostile.evaluate(ACTS) == []


@pytest.mark.one_database
def test_a_name_that_got_into_the_database_anyway_cannot_act(hostile, client, live_server):
    """promise 31: the form refuses such names; the page does not rely on it."""
    for number, words in enumerate(SOME_AT_ONCE):
        user = User.objects.create(username=words, email=f"x{number}@example.org")
        client.force_login(user)
        cookie = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
        hostile.context.add_cookies([cookie])
        hostile.goto("/account/", wait_until="domcontentloaded")
        assert hostile.evaluate(ACTS) == [], words


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sign_up_form_refuses_such_names(client, payload):
    """promise 31"""
    client.post("/accounts/signup/", {"username": payload, "password1": "correct horse battery", "email": ""})

    assert not User.objects.exists()


def test_templates_are_not_rendered_twice(client):
    """promise 31"""
    page = client.get("/search/?q={{7*7}}").content.decode()

    assert "{{7*7}}" in page
    assert "49" not in page


@pytest.mark.one_database
def test_names_and_labels_of_a_design_cannot_act(hostile, client, live_server):
    """promises 31, 34: on the canvas, in outline, table and text, in print, and in the JSON that the page carries."""
    labels = [payload.replace("\n", " ")[:100] for payload in PAYLOADS]
    document = raw(
        {f"c{n}": {"kind": "service", "label": label} for n, label in enumerate(labels)}, "c0 -> c1, c2 -> c3"
    )
    document["meta"] = {"title": "</script><script>alert(1)</script>"}
    ada = User.objects.create_user("ada")
    design = Design.objects.create(owner=ada, title=document["meta"]["title"], document=dump(document))
    client.force_login(ada)
    hostile.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])

    for address in [
        "/designs/",
        f"/designs/{design.pk}/",
        f"/designs/{design.pk}/diagram/",
        f"/designs/{design.pk}/print/",
    ]:
        hostile.goto(address)
        inline = hostile.locator("script:not([src]):not([type='application/json'])")
        expect(inline, address).to_have_count(0)
        assert hostile.evaluate(HANDLERS) == [], address


def test_the_admin_shows_names_as_text_and_keeps_to_the_policy(hostile, client, live_server):
    """promises 31, 44: the fixture beneath fails on anything that the policy had to stop."""
    users = [User(username=f"{payload[:140]} {number}") for number, payload in enumerate(PAYLOADS)]
    User.objects.bulk_create(users)
    staff = User.objects.create_superuser("staff")
    client.force_login(staff)
    hostile.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
    people = list(User.objects.filter(username__startswith="<").values_list("pk", flat=True)[:5])

    for address in ["/admin/", "/admin/accounts/user/", *(f"/admin/accounts/user/{pk}/change/" for pk in people)]:
        hostile.goto(address)
        assert hostile.evaluate(HANDLERS) == [], address
    expect(hostile.locator("h1, #site-name").first).to_be_visible()
