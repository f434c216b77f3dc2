from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import expect

from accounts.models import User
from designs.exchange.sections import target_said
from designs.models import Design, Scenario
from designs.scenarios.brands import LIKE
from designs.scenarios.reading import MAX_BYTES
from designs.services.scenarios import index, load_scenarios, publish_scenario, upload_scenario
from designs.urls.scenarios import scenario_patterns
from studyguide.models import Topic
from studyguide.search.results import search
from tests.designs.browsing import STATUS
from tests.designs.conftest import NOON, loaded
from tests.designs.scenarios.examples import changed, example
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
SHIPPED = settings.FIXTURES_DIR / "scenarios"
LIST, UPLOAD = "/scenarios/", "/scenarios/upload/"
BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(slug="throughput-estimation", title="Throughput", changed_at=NOON)


@pytest.fixture
def published(topic) -> Scenario:
    load_scenarios([("a.yaml", changed())], pack="test", now=NOON)
    return Scenario.objects.get()


@pytest.fixture
def private(topic, owner) -> Scenario:
    scenario, _ = upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)
    return scenario


@pytest.fixture
def member(client, owner) -> Client:
    client.force_login(owner)
    return client


def many(count: int) -> None:
    """Loads one, and stores it again and again with another name, as reading and judging them all would take long."""
    load_scenarios(
        [("0.yaml", changed(("slug: guest-book", "slug: book-0"), ("Guest book", "Book 0")))], pack="m", now=NOON
    )
    values = Scenario.objects.values().get()
    del values["id"]
    copies = [values | {"slug": f"book-{number}", "title": f"Book {number}"} for number in range(1, count)]
    index(Scenario.objects.bulk_create(Scenario(**each) for each in copies))


def test_the_list_is_read_without_a_session(client, published):
    response = client.get(LIST)

    assert response.status_code == 200
    assert "Guest book" in response.text
    assert not response.cookies


@pytest.mark.parametrize("count", [3, 30])
def test_queries_of_the_list_stay_flat(client, topic, count, django_assert_num_queries):
    """promise 52"""
    many(count)

    with django_assert_num_queries(2):
        client.get(LIST)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Quick", "Long"}),
        ({"level": "demanding"}, {"Long"}),
        ({"minutes": "45"}, {"Quick"}),
        ({"topic": "throughput-estimation"}, {"Quick"}),
        ({"q": "newest quick"}, {"Quick"}),
        ({"q": "quick nothing"}, set()),
        ({"level": "easy", "minutes": "x", "topic": "?"}, {"Quick", "Long"}),
    ],
)
def test_the_list_is_narrowed_by_level_time_topic_and_words(client, topic, query, found):
    quick = changed(("title: Guest book", "title: Quick"))
    long = changed(
        ("slug: guest-book", "slug: long"),
        ("title: Guest book", "title: Long"),
        ("level: starter", "level: demanding"),
        ("minutes: 30", "minutes: 90"),
        ("topics: [throughput-estimation]", "topics: []"),
    )
    load_scenarios([("a.yaml", quick), ("b.yaml", long)], pack="test", now=NOON)

    groups = client.get(LIST, query).context["found"].groups
    assert {each.title for group in groups for each in group.scenarios} == found


@pytest.mark.parametrize("name", ["WhatsApp", "telegram", "Slack", "discord"])
def test_a_scenario_is_found_by_the_services_that_people_know(client, name):
    for slug in ("chat", "twitter"):
        loaded(slug, at=NOON)

    page = client.get(LIST, {"q": name}).content.decode()
    assert "/scenarios/chat/" in page
    assert "/scenarios/twitter/" not in page
    assert search(name)[0].url == "/scenarios/chat/"


def test_it_is_said_by_which_services_each_shipped_scenario_is_known():
    shipped = {path.stem for path in SHIPPED.glob("*.yaml")}

    assert shipped - LIKE.keys() == set(), "designs/scenarios/brands.py says nothing of these"
    assert LIKE.keys() - shipped == set()


def test_the_list_alone_comes_for_htmx(client, published):
    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "scenarios"})

    assert "Guest book" in response.text
    assert "<html" not in response.text


def test_a_scenario_shows_its_prompt_and_neither_answers_nor_results(client, published):
    page = client.get("/scenarios/guest-book/").text

    assert "Design a guest book for a busy museum" in page
    assert "Throughput" in page
    for spoiler in (
        "all in opening hours",
        "1.2k/s",
        "They are left in ten hours",
        "Bears the readers",
        "single server",
    ):
        assert spoiler not in page


def test_the_reference_shows_all_of_it(client, published):
    page = client.get("/scenarios/guest-book/reference/").text

    for part in (
        "A single server cannot bear",
        "One component can stop an operation by itself",
        '<svg class="drawing"',
        "1M/day, all in opening hours",
        "1.2k/s",
        "They are left in ten hours",
        "Newest lines",
        "hundred times",
    ):
        assert part in page
    assert "single-point:" not in page  # a finding is told by its rule and its component, not by their ids


def test_starting_makes_a_design_of_ones_own_also_for_whoever_has_no_account(client, published):
    response = client.post("/scenarios/guest-book/start/")

    design = Design.objects.get()
    assert response.status_code == 302
    assert str(design.pk) in response["Location"]
    assert design.owner.is_guest
    assert design.data()["meta"]["scenario"] == "guest-book"
    assert set(design.data()) == {"format", "meta"}


def test_reading_starts_nothing(client, published):
    """promise 46"""
    assert client.get("/scenarios/guest-book/start/").status_code == 405
    assert not Design.objects.exists()


# Every URL below /scenarios/ with what may be done there with a scenario that somebody has uploaded, and by whom.
DOORS: dict[str, list[tuple[str, set[str]]]] = {
    "scenario_detail": [("get", {"owner", "staff"})],
    "scenario_picture": [("get", set())],  # previews are for published ones
    "scenario_reference": [("get", {"owner", "staff"})],
    "scenario_source": [("get", {"owner", "staff"})],
    "scenario_start": [("post", {"owner", "staff"})],
    "interview_start": [("post", {"owner", "staff"})],
    "scenario_delete": [("post", {"owner"})],
    "scenario_publish": [("post", {"staff"})],
}
OPEN = {"scenario_list", "scenario_upload", "scenario_schema"}
ROLES = ("anonymous", "guest", "stranger", "owner", "staff")


def test_every_url_of_scenarios_has_a_row():
    """promise 19"""
    assert {each.name for each in scenario_patterns} == DOORS.keys() | OPEN


@pytest.mark.parametrize(
    ("name", "method", "allowed", "role"),
    [(name, method, allowed, role) for name, doors in DOORS.items() for method, allowed in doors for role in ROLES],
)
def test_an_uploaded_scenario_is_there_only_for_those_who_may_see_it(private, stranger, name, method, allowed, role):
    """promises 19, 20"""
    people = {
        "stranger": stranger,
        "owner": private.owner,
        "guest": User.objects.create_user("guest-1", is_guest=True),
        "staff": User.objects.create_user("root", is_staff=True),
    }
    browser = Client()
    if role in people:
        browser.force_login(people[role])

    response = getattr(browser, method)(reverse(f"designs:{name}", args=["guest-book"]))

    if role in allowed:
        assert response.status_code in (200, 302)
        return
    assert response.status_code in (403, 404)
    assert "museum" not in response.text
    private.refresh_from_db()
    assert not private.is_published
    assert not Design.objects.exists()


def test_a_scenario_of_the_site_is_not_deleted_by_a_member(member, published):
    assert member.post("/scenarios/guest-book/delete/").status_code == 404
    assert member.get("/scenarios/guest-book/").context["scenario"] == published


def test_the_owner_deletes_a_scenario(member, private):
    assert member.post("/scenarios/guest-book/delete/").status_code == 302
    assert not Scenario.objects.exists()


def test_staff_publish_and_take_back(client, private):
    client.force_login(User.objects.create_user("root", is_staff=True))

    client.post("/scenarios/guest-book/publish/")
    assert Client().get("/scenarios/guest-book/").status_code == 200
    client.post("/scenarios/guest-book/publish/", {"publish": "0"})
    assert Client().get("/scenarios/guest-book/").status_code == 404


def test_the_download_is_what_was_loaded(member, published):
    response = member.get("/scenarios/guest-book/source/")

    assert response.content.decode() == example()
    assert response["Content-Disposition"] == 'attachment; filename="guest-book.yaml"'


def test_a_member_uploads_a_file_and_sees_it(member, topic, owner):
    file = SimpleUploadedFile("mine.yaml", changed())

    response = member.post(UPLOAD, {"file": file}, follow=True)

    assert response.redirect_chain == [("/scenarios/guest-book/", 302)]
    assert "Only you see it" in squeezed(response)
    assert Scenario.objects.get().owner == owner


def test_a_text_is_as_good_as_a_file(member, topic):
    member.post(UPLOAD, {"source": example().replace("\n", "\r\n")})

    assert Scenario.objects.get().source_text == example()


def test_errors_stand_beside_their_lines_and_the_text_stays(member):
    wrong = changed(("level: starter", "level: easy"), ("cost: 4", "cost: -4")).decode()

    response = member.post(UPLOAD, {"source": wrong})

    assert response.status_code == 422
    assert not Scenario.objects.exists()
    assert "Nothing was loaded: 2 errors" in response.text
    marked = [line for passage in response.context["passages"] for line in passage if line.problems]
    assert [(line.number, line.text.strip()) for line in marked] == [
        (6, "level: easy"),
        (58, "- {text: Then a cache answers nearly all of them., cost: -4}"),
    ]
    assert [[line.number for line in passage] for passage in response.context["passages"]] == [
        [4, 5, 6, 7, 8],
        [56, 57, 58, 59, 60],
    ]
    assert response.context["source"] == wrong


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(BOMB.encode(), "anchor &amp;a is not read", id="alias bomb"),
        pytest.param(b"a: !!python/object/apply:os.system ['true']", "tag", id="python object"),
        pytest.param(b"[" * 50 + b"]" * 50, "deeper than 20 levels", id="50 levels"),
        pytest.param(b"slug: a\nslug: b\n", "already given on line 1", id="duplicate keys"),
        pytest.param(b"\xff\xff", "not text in UTF-8", id="not UTF-8"),
        pytest.param(b"a: <script>alert(1)</script>", "field is required", id="markup"),
        pytest.param(b"", "The file is empty", id="empty"),
        pytest.param(b"# x\n" * (MAX_BYTES // 2), "larger than 500,000 bytes", id="too large"),
    ],
)
def test_hostile_files_are_refused_with_a_clear_message(member, raw, words):
    """promise 40"""
    response = member.post(UPLOAD, {"file": SimpleUploadedFile("x.yaml", raw)})

    assert response.status_code == 422
    assert words in response.text
    assert "<script>alert" not in response.text
    assert not Scenario.objects.exists()


class Unread(io.RawIOBase):
    """A body of which nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def test_100_mb_are_refused_by_their_length_and_not_read(member):
    """promises 40, 41"""
    response = member.generic(
        "POST",
        UPLOAD,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH="100000000",
        **{"wsgi.input": Unread()},
    )

    assert response.status_code == 413
    assert "more than the site accepts" in response.text


def test_guests_and_strangers_are_told_what_they_need(client):
    assert "You need an account" in client.get(UPLOAD).text
    response = client.post(UPLOAD, {"source": example()})

    assert response.status_code == 403
    assert not Scenario.objects.exists()
    client.force_login(User.objects.create_user("guest-1", is_guest=True))
    assert client.post(UPLOAD, {"source": example()}).status_code == 403


def test_an_owner_cannot_be_forged(member, topic, owner, stranger):
    """promise 21"""
    member.post(UPLOAD, {"source": example(), "owner": stranger.pk, "is_published": "1"})

    scenario = Scenario.objects.get()
    assert (scenario.owner, scenario.is_published) == (owner, False)


def test_the_schema_is_served_whole(client):
    response = client.get("/scenarios/schema.json")

    assert response["Content-Type"] == "application/schema+json"
    assert json.loads(response.content)["$defs"]["Design"]["title"] == "Document"


def test_a_published_scenario_is_in_the_main_navigation(client, published):
    assert f'href="{reverse("designs:scenario_list")}"' in client.get("/").text
    publish_scenario(published, is_published=False)
    assert "no scenarios yet" in client.get(LIST).text


def test_a_member_finds_and_starts_a_scenario_without_scripts(plain_page, topic):
    load_scenarios([("a.yaml", changed())], pack="test", now=NOON)
    plain_page.goto(LIST)
    plain_page.get_by_label("Level").select_option("starter")
    plain_page.get_by_role("button", name="Show").click()
    plain_page.get_by_role("link", name="Guest book").click()
    plain_page.get_by_role("button", name="Start a design").click()
    expect(plain_page.locator(STATUS)).to_have_text("Saved")

    assert Design.objects.get().title == "Guest book"


def test_typing_narrows_the_list(page, topic):
    many(3)
    page.goto(LIST)
    page.get_by_label("Words").press_sequentially("book 2")
    page.get_by_text("1 of 3 scenarios").wait_for()

    expect(page.get_by_role("heading", level=3)).to_have_text(["Book 2"])


@pytest.mark.parametrize(
    ("words", "slug"), [("twitter", "twitter"), ("TinyURL", "url-shortener"), ("dropbox", "file-sync")]
)
def test_a_scenario_is_found_by_the_service_that_its_prompt_names(client, words, slug):
    for name in ("twitter", "url-shortener", "file-sync"):
        loaded(name, at=NOON)

    found = client.get(LIST, {"q": words}).context["found"]
    assert [each.slug for group in found.groups for each in group.scenarios] == [slug]


def test_words_that_only_the_answers_hold_find_nothing(client):
    """They would give the answer away."""
    loaded("twitter", at=NOON)

    assert client.get(LIST, {"q": "celebrity"}).context["found"].shown == 0


def test_a_scenario_that_contradicts_itself_is_loaded_only_when_somebody_insists(member):
    library = (Path(__file__).parent / "scenarios" / "library.yaml").read_text(encoding="utf-8")
    one_server = library.replace("y: 60, replicas: 3", "y: 60, replicas: 1")

    asked = member.post(UPLOAD, {"source": one_server})

    assert (asked.status_code, Scenario.objects.count()) == (422, 0)
    assert "does not keep this target itself" in asked.text
    assert asked.context["source"] == one_server
    assert member.post(UPLOAD, {"source": one_server, "anyway": "1"}).status_code == 302
    assert Scenario.objects.get().source_text == one_server


def test_the_reference_is_told_in_words(client, published):
    """Targets and stores have names, not the keys of the file."""
    words = client.get("/scenarios/guest-book/reference/").content.decode()
    wanted = published.data.requirements.measurable.values()

    assert wanted
    for each in wanted:
        assert target_said(each) in words
        assert f"{each.metric} {escape(each.comparison)}" not in words
    assert "<h2>Bottlenecks</h2>" not in words or published.data.commentary.get("bottlenecks")
