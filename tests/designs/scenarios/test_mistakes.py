"""What a teacher who writes YAML by hand gets wrong: each mistake told at its line, all of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import User
from designs.pages import drafts as pages
from designs.pages.drafts import part_page
from designs.scenarios.editing.parts import PARTS
from designs.scenarios.problems import InvalidScenarioError
from designs.scenarios.reading import read_scenario
from designs.scenarios.soundness import unsound
from designs.services.drafts import value_of

LIBRARY = Path(__file__).with_name("library.yaml").read_text(encoding="utf-8")
READERS = "    question: How many readers are there?\n"
READERS_LIST = "  readers:\n    question: How many readers are there?"


def changed(*changes: tuple[str, str]) -> bytes:
    text = LIBRARY
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def line_of(words: str) -> int:
    return LIBRARY[: LIBRARY.index(words)].count("\n") + 1


def told(raw: bytes) -> list[tuple[int, str]]:
    with pytest.raises(InvalidScenarioError) as caught:
        read_scenario(raw, file="library.yaml")
    return [(each.line, each.message) for each in caught.value.problems]


WITHOUT_REFERENCE = LIBRARY[LIBRARY.index("reference:\n") : LIBRARY.index("weak:\n")]
WITHOUT_WEAK = LIBRARY[LIBRARY.index("weak:\n") : LIBRARY.index("sources:\n")]
# What is changed in a good file, and what is told: one mistake, at one line, in words that say what to do.
ONE = {
    "a tab": ((READERS, "\tquestion: How many readers are there?\n"), READERS, "begins with a tab"),
    "a unit that does not exist": (("300k/day,", "300k/fortnight,"), "  loans: {label", "did you mean 2 weeks?"),
    "a key twice": (("title: City", "title: Town\ntitle: City"), "summary:", "already given on line 4"),
    "weights": (("weight: 40", "weight: 50"), "rubric:", "sum to 110"),
    "no such level": (("level: core", "level: medium"), "level:", "not one of 'starter', 'core'"),
    "no such figure": (("{searches_per", "{searchs_per"), '    answer: "{searches', "Did you mean 'searches_per_loan'"),
    "a wrong result": (("139/s", "500/s"), "  search_rate: {label", "comes to 138.889/s"),
    "no such check": (("[estimate_within", "[estimate_in"), "    checks: [estimate", "Did you mean 'estimate_within"),
    "an open quote": (("{text: What hap", '{text: "What hap'), "      - {text: What hap", "opens on line 73"),
    "a minute in words": (("minute: 20", "minute: soon"), "  ebooks: {min", "is expected here, but was 'soon'"),
    "indented by three": (("\n  loans:\n", "\n   loans:\n"), "  loans:\n", "indented in another way"),
    "a slug in words": (("slug: city-library", "slug: City Library"), "slug:", "'city-library' would do"),
    "a share in words": (("99.9%", "three nines"), "    up: {metric", "cannot be read"),
    "a list of questions": ((READERS_LIST, "  - question: How many?"), "  loans:\n", "use one of them"),
    "an anchor": (("topics: [", "topics: &t ["), "topics:", "write out what it stands for"),
    "outside of its range": (("value: 2M,", "value: 9M,"), "  readers: {label", "9M is not within 500k..5M"),
    "no such section": (("section: scope", "section: scoping"), "    section: scope", "Did you mean 'scope'?"),
    "another format": (("format: 1", "format: 2"), "format:", "Only 1 is read here, not 2"),
    "a number in words": (("y: 60, replicas: 3", "y: 60, replicas: three"), "      api: {", "'three'"),
    "no prompt": ((LIBRARY[LIBRARY.index(" |\n") : LIBRARY.index("trains:")], "\n"), "prompt:", "Nothing stands here"),
    "a colon in plain text": (("summary: Readers", "summary: Library: readers"), "summary:", "put the text in quotes"),
    "an at sign": (("summary: Readers", "summary: @Readers"), "summary:", "must stand in quotes"),
    "a misspelt field": (("minutes: 45", "minuts: 45"), "minutes:", "Did you mean 'minutes'?"),
    "a misspelt field inside": (("    synonyms: [mem", "    synonims: [mem"), "    synonyms:", "mean 'synonyms'?"),
    "a tab behind a dash": (("  - Telling", "  -\tTelling"), "  - Telling", "type a space instead"),
    "an apostrophe": (("question: Must it", "question: 'Mustn't it'"), "    question: Must", "double an apostrophe"),
    "an open bracket": ((", caching]", ", caching"), "topics:", "[ that opens on line 16 is not closed"),
    "an open brace": (("range: 500k..5M}", "range: 500k..5M"), "  readers: {label", "close it with }"),
    "a bracket too many": (("users, patrons]", "users, patrons]]"), "    synonyms: [mem", "one ] too many"),
    "a brace that begins a text": (('"{loans} loans, and', "{loans} loans, and"), '    answer: "{loans', "in quotes"),
    "no colon": (("level: core", "level core"), "level:", "has no colon"),
    "a blank of a web page": (("minutes: 45", "minutes:\u00a045"), "minutes:", "non-breaking space"),
    "a number sign": (("title: City", "title: #1 City"), "title:", "is a comment"),
    "a misspelt field of a box": (("label: Load bal", "lable: Load bal"), "      lb: {kind", "Did you mean 'label'?"),
    "a misspelt metric": (("metric: avail", "metric: avial"), "    up: {metric", "Did you mean 'availability'?"),
    "a word for true": (("in_scope: false", "in_scope: maybe"), "    fines: {text", "true or false"),
    "no such option": (("choice: store", "choice: shop"), "      choice:", "Known: cache, store."),
    "a misspelt name in a formula": (
        ("loan_rate * searches_per_loan", "loan_rate * searches_per_lone"),
        "      search_rate:",
        "mean 'searches_per_loan'",
    ),
    "an address without its scheme": (("year: 2024", "year: 2024, url: uni.example"), "  - {name: Public", "https://"),
    "a misspelt operation": (("operation: search_", "operation: serch_"), "    fast:", "Did you mean 'search"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "at", "words"), ONE.values(), ids=ONE)
def test_one_mistake_is_told_once_at_its_line(change, at, words):
    """promise 40"""
    found = told(changed(change))

    lines_less = change[0].count("\n") - change[1].count("\n") if "- question" in change[1] else 0
    assert [number for number, _ in found] == [line_of(at) - lines_less]
    assert words in found[0][1]


@pytest.mark.parametrize("change", [change[0] for change in ONE.values()], ids=ONE)
def test_each_mistake_has_a_place_in_the_editor(change, monkeypatch):
    """At its field, beside its part, or, where the file cannot be read as forms, on the page of the file."""
    text = changed(change).decode()
    value = value_of(text)
    monkeypatch.setattr(pages, "_of_the_site", lambda value, owner: [])
    checked = pages.check(text, owner=User())

    assert checked.is_readable == (value is not None)
    assert checked.errors
    if value is None:
        return
    found = [part_page(part, value, checked) for part in PARTS]
    shown = [words for page in found for node in page.fields for words in node.errors]
    shown += [
        words
        for page in found
        for node in page.fields
        for each in getattr(node, "entries", ())
        for words in each.errors
    ]
    beside = [each.message for each in [*checked.elsewhere, *(each for page in found for each in page.loose)]]
    said = {words for each in pages.by_place(checked.errors).values() for words in each}
    assert said <= {*shown, *beside}
    assert sum(tab.errors for tab in checked.tabs(None)) + len(checked.elsewhere) == len(checked.errors)
    if not checked.errors[0].place.startswith("reference") and not checked.elsewhere:
        assert beside == []


def test_what_is_no_text_or_no_scenario_is_said_so():
    for raw, words in [
        (LIBRARY.replace("City", "Bücherei", 1).encode("latin-1"), "not text in UTF-8"),
        (b"", "empty"),
        (LIBRARY.encode("utf-16"), "save it as UTF-8"),
        (b"<html><body>404</body></html>\n", "Expected `slug:`"),
    ]:
        assert words in told(raw)[0][1]


def test_values_of_another_type_are_told_in_words_for_people():
    assert "Named entries are expected here" in " ".join(
        words for _, words in told(changed(("\nhints:\n", "\nhints: []\nother:\n")))
    )
    assert "A text is expected here" in told(changed(("slug: city-library", "slug: 12")))[0][1]
    assert "a comma separates the entries" in told(changed(("quantity: 99.9%", "quantity: 99,9 %")))[-1][1]


def test_a_misspelt_unit_is_named_where_the_result_suffers():
    found = told(changed(("value: 150 B", "value: 150 Bites")))

    assert "in '150 Bites', figure 'loan_size' on line" in found[0][1]


def test_a_file_without_a_reference_is_told_what_it_lacks():
    found = told(changed((WITHOUT_REFERENCE, ""), (WITHOUT_WEAK, "")))

    assert "There is no `reference:`, the design that answers well." in [words for _, words in found]


def test_all_mistakes_of_a_file_are_told_at_once_each_at_its_line():
    """promise 40: of YAML, of single values, and of how they fit."""
    changes = [
        (READERS, "\tquestion: How many readers are there?\n", "begins with a tab"),
        ("{text: What happens", '{text: "What happens', "is not closed on that line"),
        ("summary: Readers", "summary: Library: readers", "put the text in quotes"),
        ("300k/day,", "300k/fortnight,", "did you mean 2 weeks?"),
        ("level: core", "level: cor", "Did you mean 'core'?"),
        ("weight: 40", "weight: 50", "sum to 110"),
    ]

    found = dict(told(changed(*[(old, new) for old, new, _ in changes])))

    expected = {line_of(old) if old != "weight: 40" else line_of("rubric:"): words for old, _, words in changes}
    assert sorted(found) == sorted(expected)
    assert [line for line, words in expected.items() if words not in found[line]] == []


@pytest.mark.parametrize(
    ("changes", "contradictions"),
    [
        pytest.param([], [], id="sound"),
        pytest.param([("y: 60, replicas: 3", "y: 60, replicas: 1"), (WITHOUT_WEAK, "")], ["    up:"], id="one server"),
        pytest.param([("y: 190, replicas: 2", "y: 190, replicas: 1")], ["    up:"], id="one database"),
        pytest.param([('"single-point:api"', '"single-point:lb"')], ["  shows:"], id="shown before"),
    ],
)
def test_a_reference_against_its_own_targets_and_a_weak_variant_without_its_fault_are_contradictions(
    changes, contradictions
):
    doubts = unsound(read_scenario(changed(*changes), file="library.yaml"))

    assert [each.line for each in doubts.contradictions] == [line_of(each) for each in contradictions]
    assert {each.place.split(".")[0] for each in doubts.shortcomings} == {"rubric"}


def test_ids_kinds_and_weights_are_told_beside_values_of_another_form():
    """What figures and targets lack hides nothing of the reference that does not rest on them."""
    changes = [
        ("{label: readers with a card, value: 2M,", "{label: readers with a card, value: 2,5M,", "a comma separates"),
        ("minutes: 45", "minutes: forty", "but was 'forty'"),
        ("text: Borrow a copy, actor: reader", "text: Borrow a copy, actor: raeder", "Did you mean 'reader'?"),
        ("{kind: load_balancer,", "{kind: loadbalancer,", "Did you mean 'load_balancer'?"),
        ("{source: api, target: search}", "{source: api, target: serach}", "Did you mean 'search'?"),
        ("choice: store", "choice: stores", "Did you mean 'store'?"),
        ("weight: 40", "weight: 30", "sum to 90"),
    ]
    found = " ".join(words for _, words in told(changed(*[(old, new) for old, new, _ in changes])))

    assert [words for _, _, words in changes if words not in found] == []


def test_a_typographic_quote_is_a_warning():
    read = read_scenario(changed(('answer: "{readers}', "answer: “{readers}")), file="library.yaml")

    assert [each.line for each in read.warnings] == [line_of('    answer: "{readers}')]
