"""Search on a real database: ranked, by beginnings of words, forgiving, and harmless whatever is asked."""

from __future__ import annotations

import random
import sys

import pytest

from studyguide.models import SearchEntry
from studyguide.search import results
from studyguide.search.results import search
from studyguide.services.searching import index_entries, replace_entries
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.django_db
HOSTILE = [
    '"', "'", "''", '" OR 1=1 --', "NEAR(a b)", "a AND", "OR", "NOT", "*", "a*", "^a", "a:b", "title:x", "{a b}:c", "(",
    ")", "((((", "a NEAR/2 b", "\\", "%", "_", "&", "|", "!", "<->", ":*", "a & | b", "!a", "a:*", "\u202e",
    "🔒", "ﷺ", "' UNION SELECT password FROM accounts_user --", "$$", "a" * 5_000, "a " * 2_000, "- - -", "-a", "+a",
    "é", "ẞ", "İ",
]  # fmt: skip


@pytest.fixture
def entries() -> None:
    rows = [
        (
            "consistent-hashing",
            "Consistent hashing",
            "ring",
            "Nodes on a circle.",
            "Keys move rarely. A cache is near.",
        ),
        ("rendezvous-hashing", "Rendezvous hashing", "HRW", "Highest weight wins.", "It needs no ring at all."),
        ("caching", "Caching basics", "", "Keep answers close.", "Hashing keys spreads them. Latency falls."),
        ("latency", "Latency numbers", "", "How long things take.", "Memory, disk, network."),
        ("quorum", "Quorums", "", "Majorities agree.", "Read and write sets overlap."),
    ]
    index_entries(
        "topic",
        [
            SearchEntry(
                kind="topic", key=key, title=title, aliases=alias, summary=summary, body=body, url=f"/topics/{key}/"
            )
            for key, title, alias, summary, body in rows
        ],
    )


def found(typed: str) -> list[str]:
    return [result.url.split("/")[2] for result in search(typed)]


@pytest.mark.usefixtures("entries")
class TestFinding:
    def test_a_title_ranks_above_a_mention(self):
        assert found("hashing")[-1] == "caching"
        assert set(found("hashing")) == {"consistent-hashing", "rendezvous-hashing", "caching"}

    @pytest.mark.parametrize("typed", ["cons", "consist", "consistent h", "hash cons", "CONSISTENT", "  consistent  "])
    def test_beginnings_of_words_are_enough_in_any_order(self, typed):
        assert found(typed)[0] == "consistent-hashing"

    @pytest.mark.parametrize(
        "typed", ["consistnet hashing", "consistant hashing", "consitent", "rendesvous", "latancy", "qourum"]
    )
    def test_small_errors_in_titles_are_forgiven(self, typed):
        assert found(typed), typed

    def test_other_names_of_a_topic_find_it(self):
        assert found("HRW") == ["rendezvous-hashing"]

    def test_what_was_found_is_marked_and_the_rest_escaped(self):
        replace_entries(
            "topic", [SearchEntry(kind="topic", key="x", title="<b>Ring</b>", body="A ring & <i>more</i>", url="/x/")]
        )
        result = search("ring")[0]

        assert str(result.marked_title) == "&lt;b&gt;<mark>Ring</mark>&lt;/b&gt;"
        assert "<mark>ring</mark> &amp; " in str(result.marked_excerpt)
        assert "<i>" not in str(result.marked_excerpt)

    def test_a_word_is_marked_to_its_end(self):
        replace_entries(
            "topic", [SearchEntry(kind="topic", key="x", title="Partitionings, and so on", body="", url="/x/")]
        )

        assert "<mark>Partitionings</mark>," in str(search("partition")[0].marked_title)

    def test_what_was_removed_is_found_no_more(self):
        index_entries("topic", [], removed=["latency"])

        assert "latency" not in found("latency numbers")

    def test_what_was_changed_is_found_by_its_new_words(self):
        index_entries("topic", [SearchEntry(kind="topic", key="quorum", title="Majorities", url="/topics/quorum/")])

        assert found("majorities") == ["quorum"]
        assert "quorum" not in found("overlap")

    @pytest.mark.parametrize("typed", ["", "   ", "zzzzzzzz"])
    def test_nothing_is_found_for_nothing(self, typed):
        assert found(typed) == []

    @pytest.mark.parametrize("typed", [*HOSTILE, *PAYLOADS])
    def test_hostile_questions_are_only_words(self, client, typed):
        """promise 31"""
        before = SearchEntry.objects.count()

        answer = client.get("/search/", {"q": typed})

        assert answer.status_code == 200
        assert SearchEntry.objects.count() == before

    def test_one_address_answers_page_fragment_and_json(self, client):
        page = client.get("/search/?q=hashing")
        fragment = client.get("/search/?q=hashing", headers={"HX-Request": "true", "HX-Target": "results"})
        plain = client.get("/search/?q=hashing", headers={"Accept": "application/json"})

        assert "<html" in page.content.decode()
        assert fragment.content.decode().lstrip().startswith('<div id="results"')
        assert {result["url"] for result in plain.json()["results"]} == {
            f"/topics/{slug}/" for slug in ("consistent-hashing", "rendezvous-hashing", "caching")
        }


SUBJECTS = ["cache", "server", "queue", "load balancer", "hash", "replica", "log", "lock"]


@pytest.fixture
def many_alike() -> None:
    """Topics and calculators of which every second has "server" in its title, or in another name, or in its text."""
    chance = random.Random(7)
    rows = []
    for number in range(240):
        title = " ".join(chance.sample(SUBJECTS, chance.randrange(1, 4)) + ["server"] * (number % 2))
        kind = chance.choice(["topic", "topic", "calculator", "scenario"])
        texts = [" ".join(chance.choices(SUBJECTS, k=count)) for count in (1, 2, chance.randrange(9))]
        rows.append((kind, f"{kind}-{number}", title, *texts))
    for kind in ("topic", "calculator", "scenario"):
        index_entries(
            kind,
            [
                SearchEntry(kind=kind, key=key, title=title, aliases=alias, summary=summary, body=body, url=f"/{key}/")
                for of, key, title, alias, summary, body in rows
                if of == kind
            ],
        )


@pytest.mark.usefixtures("many_alike")
def test_where_many_names_fit_the_order_is_that_of_all_ranked_one_by_one(monkeypatch):
    """Also where texts decide among many names that fit in part."""
    asked = ["server", "servr", "se", "cache", "cache server", "load balancer", "lock server queue", "hash log"]

    def found(most: int) -> dict[str, list[str]]:
        monkeypatch.setattr(results, "MOST_RANKED", most)
        return {typed: [result.url for result in search(typed)] for typed in asked}

    few, every = found(60), found(sys.maxsize)

    assert all(len(addresses) == 20 for addresses in every.values())
    assert few == every


@pytest.mark.usefixtures("many_alike")
def test_what_the_names_settle_is_not_asked_of_the_texts(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(results, "MOST_RANKED", 30)
    search("server")
    with django_assert_max_num_queries(3):  # the revision, the results, and their outlines
        assert len(search("server")) == 20


def test_a_misspelt_word_is_recognised_by_what_it_means_though_no_name_has_it():
    index_entries("topic", [entry("overload", "Overload control"), entry("pressure", "Water and its pressure")])

    assert search("backpresure")[0].title == "Overload control"


def test_a_word_that_texts_have_is_not_taken_for_a_slip():
    """A deadlock is no misspelt deadline."""
    holding = "A deadlock lasts until one of them gives up."
    index_entries(
        "topic",
        [entry("deadline", "Deadlines"), entry("locks", "Locks", body=holding), entry("waits", "Waits", body=holding)],
    )

    assert {found.title for found in search("deadlock")} == {"Locks", "Waits"}


def test_a_word_in_no_name_weighs_what_its_rarity_in_texts_says():
    """Most texts say way, and few say zipper."""
    texts = {f"t{number}": "There is a way, and one more way." for number in range(12)}
    rare = entry("rare", "Coats", body="A zipper.")
    index_entries("topic", [*(entry(key, f"Text {key}", body=text) for key, text in texts.items()), rare])

    assert search("zipper way")[0].title == "Coats"


def entry(key: str, title: str, *, body: str = "") -> SearchEntry:
    return SearchEntry(kind="topic", key=key, title=title, body=body, url=f"/topics/{key}/")
