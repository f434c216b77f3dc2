"""The shipped topics keep their promises: complete, sourced, connected, and true to the ledgers of facts."""

from __future__ import annotations

import re

import pytest

from studyguide.notes.minutes import card_minutes, reading_minutes
from studyguide.notes.pictures import hidden_part_html
from tests.studyguide.content import (
    PATHS,
    answered,
    book,
    categories,
    figures,
    learning_paths,
    ledger,
    plain_text,
    squeeze,
    topics,
)
from tests.studyguide.shingles import notes_at_hand, shingles, stored_shingles

ASKED = re.compile(r"^## What an interviewer asks next\n(.*?)(?=^## |^```|\Z)", re.MULTILINE | re.DOTALL)
CARD_FIELDS = {
    "question": {"front", "back"},
    "cloze": {"text"},
    "choice": {"front", "choices", "answer", "back"},
    "numeric": {"front", "answer", "tolerance", "back"},
    "misconception": {"claim", "verdict", "truth", "source"},
    "picture": {"front", "diagram", "hidden"},
}
# Topics without a drawing, and what explains there instead.
NOT_DRAWN = {
    "api-step": "the signature itself, written out",
    "consistent-hashing": "its lab draws the ring",
    "cost-estimation": "a bill is a table",
    "http": "a request and its answer, as they travel",
    "latency-numbers": "its figures drawn as a ladder",
    "nosql-databases": "families side by side, in a table",
    "percentiles-and-littles-law": "calculators that draw their curves",
    "rendezvous-hashing": "seven lines of code",
    "storage-estimation": "a product, worked row by row",
    "understand-the-question": "a conversation, question by question",
    "virtual-nodes": "its lab draws the ring",
}


def every_topic() -> list[str]:
    return list(topics())


@pytest.mark.parametrize("slug", every_topic())
def test_topic_is_complete(slug):
    topic = topics()[slug]
    meta = topic.meta

    assert topic.path.stem == slug
    assert meta["category"] == topic.path.parent.name
    assert meta["category"] in categories()
    assert isinstance(meta["order"], int)
    assert len(re.findall(r"[.!?](?:\s|$)", meta["summary"])) == 2, "a summary is two sentences"
    assert not re.match(r"(?:It|This|They|These|Here|As above)\b", meta["summary"]), "a summary stands alone"
    assert meta["sources"]
    assert all(source["name"] and source["section"] for source in meta["sources"])
    # A publication has its year; a manual or another page that changes says as of when.
    assert all(("year" in source) != ("as_of" in source) for source in meta["sources"])
    assert all(1950 < source.get("year", source.get("as_of")) < 2030 for source in meta["sources"])
    assert meta["related"]
    assert {"How it fails", "What an interviewer asks next"} <= set(re.findall(r"^## (.+)$", topic.body, re.MULTILINE))
    assert re.search(r"^\|(?: ?-+ ?\|){2}", topic.body, re.MULTILINE), "what speaks for and against, as a table"
    assert 2 <= len(topic.cards) <= 8


def test_what_is_not_drawn_has_a_reason():
    assert {slug for slug, topic in topics().items() if not topic.fences("mermaid")} == set(NOT_DRAWN)


def test_the_book_binds_without_a_warning():
    """Among them: links and figures that do not exist."""
    assert [str(warning) for warning in book().warnings] == []


def test_a_figure_names_the_topics_that_quote_it():
    quoted = {(name.partition("#")[0], slug) for slug, topic in topics().items() for name in topic.figures}
    named = {(figure.id, slug) for figure in figures() for slug in figure.topics}

    assert quoted - named == set()
    assert {slug for _, slug in named} - set(topics()) == set()


def test_no_topic_stands_alone_on_the_map():
    linked = {(page.note.slug, link.target) for page in book().pages for link in page.rendered.links}
    connected = {slug for pair in linked if pair[0] != pair[1] for slug in pair}

    assert set(topics()) - connected == set()


@pytest.mark.parametrize("slug", every_topic())
def test_topic_is_as_long_as_a_topic_should_be(slug):
    folded = sum(len(answer.split()) for _, answer in answered(slug))
    words = len(plain_text(slug).split()) - folded

    assert 250 <= words <= 750, f"{slug} has {words} words"


@pytest.mark.parametrize("slug", every_topic())
def test_the_interviewers_questions_are_answered_behind_a_fold(slug):
    """Closed at first, and opened by the element of HTML that every key and screen reader knows."""
    [section] = ASKED.findall(topics()[slug].body)
    found = answered(slug)

    assert "\n- " not in section, "a question stands without an answer"
    assert "??? question " in section
    assert len(found) == topics()[slug].body.count("??? question ")
    for question, answer in found:
        assert question[-1] in "?.", question
        assert 10 <= len(answer.split()) <= 90, question
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", answer)) <= 4, question


@pytest.mark.parametrize("slug", every_topic())
def test_links_of_a_topic_lead_somewhere(slug):
    topic = topics()[slug]
    named = topic.link_targets | set(topic.meta["prerequisites"]) | set(topic.meta["related"])

    assert named - set(topics()) == set()
    assert slug not in topic.link_targets | set(topic.meta["prerequisites"]) | set(topic.meta["related"])


@pytest.mark.parametrize("slug", every_topic())
def test_cards_have_the_fields_of_their_kind(slug):
    for card in topics()[slug].cards:
        assert card["id"].startswith(f"{slug}-")
        assert set(card) - {"id", "kind"} == CARD_FIELDS[card["kind"]], card["id"]
        match card["kind"]:
            case "cloze":
                assert re.search(r"\{\{[^{}]+\}\}", card["text"]), card["id"]
            case "choice":
                assert 2 <= len(card["choices"]) == len(set(card["choices"]))
                assert 0 <= card["answer"] < len(card["choices"])
            case "misconception":
                assert isinstance(card["verdict"], bool), card["id"]
            case "picture":
                assert hidden_part_html(card["diagram"], card["hidden"])


def test_a_topic_argues_with_at_most_two_claims():
    """More would fill the page with what nobody said; the rest is asked as true or false."""
    claims = {slug: topic.body.count("??? misconception ") for slug, topic in topics().items()}

    assert {slug: count for slug, count in claims.items() if count > 2} == {}


def test_card_ids_are_unique():
    ids = [card["id"] for topic in topics().values() for card in topic.cards]

    assert sorted(ids) == sorted(set(ids))


def test_a_numeric_answer_starts_with_its_number():
    numeric = [card for topic in topics().values() for card in topic.cards if card["kind"] == "numeric"]

    wrong = [card["id"] for card in numeric if not re.fullmatch(r"-?\d[\d,]*(\.\d+)? ?[A-Za-z%/µ·]*", card["answer"])]
    assert wrong == []


def test_prerequisites_have_no_cycle():
    needs = {slug: set(topic.meta["prerequisites"]) & set(topics()) for slug, topic in topics().items()}
    learnt: set[str] = set()
    while ready := {slug for slug, wanted in needs.items() if slug not in learnt and wanted <= learnt}:
        learnt |= ready

    assert set(needs) - learnt == set()


def test_topics_of_a_category_have_an_order_each():
    places = [(topic.meta["category"], topic.meta["order"]) for topic in topics().values()]

    assert sorted(places) == sorted(set(places))


def test_an_alias_names_one_topic():
    names = [
        (name.casefold(), slug)
        for slug, topic in topics().items()
        for name in {topic.meta["title"], *topic.meta.get("aliases", [])}
    ]
    by_name: dict[str, set[str]] = {}
    for name, slug in names:
        by_name.setdefault(name, set()).add(slug)

    assert {name: slugs for name, slugs in by_name.items() if len(slugs) > 1} == {}


@pytest.mark.parametrize("row", ledger("notes"), ids=lambda row: row["fact"])
def test_fact_is_covered(row):
    assert squeeze(row["phrase"]) in plain_text(row["topic"])


@pytest.mark.parametrize("row", ledger("errata"), ids=lambda row: row["erratum"])
def test_correction_is_visible(row):
    assert squeeze(row["phrase"]) in plain_text(row["topic"])


def test_a_serious_correction_has_a_card():
    """51 errata are serious; the ledger names the card that asks for each."""
    cards = {card["id"]: card for topic in topics().values() for card in topic.cards}
    named = {row["erratum"]: row["card"] for row in ledger("errata") if row["card"]}

    assert len(named) == len(set(named.values())) == 51
    assert {
        card for card in named.values() if cards[card]["kind"] != "misconception" or cards[card]["verdict"]
    } == set()


@pytest.mark.parametrize("slug", every_topic())
def test_a_topic_is_in_our_own_words(slug):
    """No eight words in a row as in the notes that this content grew from; of those only salted hashes are kept."""
    said = topics()[slug]
    texts = [plain_text(slug), said.meta["summary"], *(str(value) for card in said.cards for value in card.values())]

    taken = {words for text in texts for key, words in shingles(text).items() if key in stored_shingles()}
    assert taken == set()


def test_the_stored_hashes_are_those_of_the_notes():
    if not (notes := notes_at_hand()):
        pytest.skip("NOTES_PATH names no file of notes")

    assert set(shingles(notes)) == stored_shingles()


@pytest.mark.parametrize("path", learning_paths(), ids=lambda path: path["slug"])
def test_a_path_respects_prerequisites(path):
    order = [step["topic"] for step in path["steps"]]

    assert len(order) == len(set(order))
    assert set(order) <= set(topics())
    assert all(step["because"].endswith((".", "?")) for step in path["steps"])
    for place, slug in enumerate(order):
        # A reader may know what the path leaves out; what it contains must come in time.
        later = set(topics()[slug].meta["prerequisites"]) & set(order[place:])
        assert later == set(), f"{slug} comes before {later}"


def test_from_zero_needs_nothing_that_it_does_not_have():
    """The other paths are for readers who know something already; this one promises that none is needed."""
    path = next(each for each in learning_paths() if each["slug"] == "from-zero")
    read: set[str] = set()
    for step in path["steps"]:
        assert set(topics()[step["topic"]].meta["prerequisites"]) <= read, step["topic"]
        read.add(step["topic"])


def test_no_two_cards_ask_the_same():
    asked = [" ".join(str(card.get("front", card.get("claim", card.get("text")))).casefold().split())
             for topic in topics().values() for card in topic.cards]  # fmt: skip

    assert sorted(asked) == sorted(set(asked))


def test_every_fact_and_erratum_has_a_row():
    assert {row["fact"] for row in ledger("notes")} == {f"F{number:03}" for number in range(1, 438)}
    assert {row["erratum"] for row in ledger("errata")} == {f"E{number:03}" for number in range(1, 173)}


def shipped_scenarios() -> set[str]:
    return {path.stem for path in (PATHS.parent / "scenarios").glob("*.yaml")}


@pytest.mark.parametrize("path", learning_paths(), ids=lambda path: path["slug"])
def test_a_path_is_made_of_evenings_that_end_with_a_scenario(path):
    """No evening asks for more than two hours of reading and new cards, and no scenario comes twice on a path."""
    evenings: list[list[str]] = []
    for step in path["steps"]:
        if "evening" in step:
            evenings.append([])
        evenings[-1].append(step["topic"])
    scenarios = [step["scenario"] for step in path["steps"] if "evening" in step]

    assert set(scenarios) <= shipped_scenarios()
    assert len(scenarios) == len(set(scenarios)) == len(evenings)
    for evening in evenings:
        reading = sum(reading_minutes(plain_text(slug)) for slug in evening)
        assert reading + card_minutes(sum(len(topics()[slug].cards) for slug in evening)) <= 120, evening
