"""Links between topics: those that authors write, and those that are found by name without spraying them."""

from __future__ import annotations

import re

import pytest

from calculators.engine.figures import parse_figures
from studyguide.notes.book import Book, bind
from studyguide.notes.figures import said_by_name


def topic(slug: str, body: str, *, title: str = "", aliases: str = "") -> tuple[str, bytes]:
    head = f"---\nslug: {slug}\ntitle: {title or slug.replace('-', ' ').capitalize()}\n"
    return f"{slug}.md", (head + (f"aliases: [{aliases}]\n" if aliases else "") + f"---\n{body}").encode()


def rendered(*files: tuple[str, bytes]):
    return {page.note.slug: page.rendered for page in bind(files).pages}


def linked(html: str) -> list[tuple[str, str]]:
    """Target and words of every link to a topic."""
    return re.findall(r'<a [^>]*href="/topics/([^"]*?)/(?:#[^"]*)?"[^>]*>(.*?)</a>', html, re.DOTALL)


TARGETS = [topic("hash-ring", "Round.", aliases="ring of hashes, HRW"), topic("write-ahead-log", "First the log.")]


def found(body: str, *more: tuple[str, bytes]) -> list[tuple[str, str]]:
    return linked(rendered(topic("reader", body), *TARGETS, *more)["reader"].html)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[hash-ring]]", ("hash-ring", "Hash ring")),
        ("[[Hash Ring]]", ("hash-ring", "Hash Ring")),
        ("[[hash-ring|the circle]]", ("hash-ring", "the circle")),
        ("[[ring of hashes]]", ("hash-ring", "ring of hashes")),
        ("[round](hash-ring.md)", ("hash-ring", "round")),
        ("[round](./hash-ring.md)", ("hash-ring", "round")),
    ],
)
def test_written_links_find_their_topic(text, link):
    assert found(f"See {text} now.") == [link]


def test_a_wiki_link_to_a_part_leads_to_its_anchor():
    ring = topic("hash-ring", "Round.\n\n## How it turns\n\nLeft.")
    html = rendered(topic("reader", "See [[hash-ring#How it turns|there]]."), ring)["reader"].html

    assert 'href="/topics/hash-ring/#s-how-it-turns"' in html


def test_wiki_links_stand_in_tables_too():
    assert found("| a |\n|---|\n| [[hash-ring\\|circle]] |") == [("hash-ring", "circle")]


def test_an_anchor_of_the_source_document_leads_to_the_topic_it_became():
    text = b"# Soil\nSee [clay](#heavy-clay).\n## Heavy clay\nWet."
    page = bind([("garden.md", text)]).pages[0]

    assert linked(page.rendered.html) == [("heavy-clay", "clay")]


def test_a_link_to_nothing_is_marked_and_no_link():
    html = rendered(topic("reader", "See [[no such thing]]."))["reader"].html

    assert '<span class="broken-link" title="There is no such topic yet">no such thing</span>' in html


def test_links_to_elsewhere_stay_as_they_are():
    html = rendered(topic("reader", "[a](https://example.org/x.md#y) [b](mailto:a@b.example)"))["reader"].html

    assert 'href="https://example.org/x.md#y"' in html
    assert 'href="mailto:a@b.example"' in html


def test_a_name_links_at_its_first_mention_alone():
    assert found("A hash ring is round. Another hash ring too.") == [("hash-ring", "hash ring")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`hash ring`", id="code"),
        pytest.param("```\nhash ring\n```", id="a fence"),
        pytest.param("    hash ring\n", id="indented code"),
        pytest.param("## The hash ring", id="a heading"),
        pytest.param("[a hash ring of old](https://example.org/)", id="another link"),
        pytest.param("*[HR]: hash ring\n\nThe HR turns.", id="an abbreviation"),
        pytest.param("A hashring, a rehash ringing.", id="within words"),
        pytest.param("A hash. Ring the bell.", id="over a full stop"),
        pytest.param("A hash, ring and all.", id="over a comma"),
    ],
)
def test_a_name_never_links_in(text):
    assert found(text) == []


def test_a_topic_never_links_to_itself():
    assert linked(rendered(topic("hash-ring", "A hash ring is round."))["hash-ring"].html) == []


def test_a_topic_that_is_linked_by_hand_is_not_linked_again():
    assert found("The hash ring, see [[hash-ring|here]].") == [("hash-ring", "here")]


@pytest.mark.parametrize("name", ["hash rings", "Hash Ring", "HASH RING", "hash-ring", "hash\nring", "ring of hashes"])
def test_plurals_capitals_and_hyphens_are_the_same_name(name):
    assert [target for target, _ in found(f"Some {name} turn.")] == ["hash-ring"]


def test_the_longest_name_wins():
    more = topic("ring-of-hashes-with-weights", "Heavier.")

    assert found("A ring of hashes with weights.", more) == [
        ("ring-of-hashes-with-weights", "ring of hashes with weights")
    ]


def test_an_acronym_links_only_in_capitals():
    assert found("HRW is short.") == [("hash-ring", "HRW")]
    assert found("Some hrw here.") == []


def test_an_acronym_that_ends_in_s_is_not_a_plural():
    web, secure = topic("web", "x", title="HTTP"), topic("secure", "x", aliases="HTTPS")

    assert found("HTTP is open.", web, secure) == [("web", "HTTP")]
    assert found("HTTPS is not.", web, secure) == [("secure", "HTTPS")]
    assert found("Many CDNs.", topic("edges", "x", title="CDN")) == [("edges", "CDNs")]


@pytest.mark.parametrize("word", ["cache", "server", "data", "system", "time", "operation"])
def test_ordinary_words_do_not_link_though_a_heading_bears_them(word):
    book = bind([("n.md", f"# {word.capitalize()}\nAbout it.\n# Other\nA {word} here.".encode())])

    assert linked(book.pages[1].rendered.html) == []


def test_a_heading_of_one_word_never_links_unless_front_matter_declares_it():
    outlined = ("n.md", b"# Zookeeping\nAnimals.\n# HRW\nHashes.\n# Other\nZookeeping and HRW.")

    assert not any(linked(page.rendered.html) for page in bind([outlined]).pages)
    assert found("Zookeeping it is.", topic("zookeeping", "Keep animals.")) == [("zookeeping", "Zookeeping")]


def test_a_name_that_two_topics_share_links_to_neither():
    assert found("A merkle tree.", topic("a", "x", aliases="merkle tree"), topic("b", "x", aliases="merkle tree")) == []


def test_a_link_knows_the_sentence_around_it():
    body = "First one. Then a hash ring turns round. And last.\n\n- item with [[write-ahead-log]] in it"
    links = rendered(topic("reader", body), *TARGETS)["reader"].links

    assert [(link.target, link.kind, link.before, link.label, link.after) for link in links] == [
        ("hash-ring", "automatic", "Then a ", "hash ring", " turns round."),
        ("write-ahead-log", "wiki", "item with ", "Write ahead log", " in it"),
    ]


PRICES = parse_figures("""
- id: price-shelf
  title: A shelf
  theme: price
  unit: USD/GB/month
  entries:
    - {value: 0.3, source: "Oak, Shelves", section: "list", year: 2024}
    - {value: 0.2, source: "Elm, Shelves", section: "list", year: 2021}
- id: promise
  title: A promise
  theme: availability
  unit: share
  entries:
    - {value: 0.999, source: "Oak, Terms", section: "4", year: 2023}
""")


def figured(text: str) -> Book:
    return bind([topic("reader", text)], figures=said_by_name(PRICES))


@pytest.mark.parametrize(
    ("named", "figure", "value", "source"),
    [
        (
            "price-shelf",
            "price-shelf",
            "$0.20 to $0.30 per GB and month (2024)",
            "$0.30 per GB and month: Oak, Shelves, list, 2024; $0.20 per GB and month: Elm, Shelves, list, 2021",
        ),
        ("price-shelf#elm", "price-shelf", "$0.20 per GB and month (2021)", "Elm, Shelves, list, 2021"),
        ("price-shelf#2024", "price-shelf", "$0.30 per GB and month (2024)", "Oak, Shelves, list, 2024"),
        ("promise", "promise", "99.9 %", "Oak, Terms, 4, 2023"),
    ],
)
def test_a_figure_says_its_value_and_leads_to_its_sources(named, figure, value, source):
    html = figured(f"It is [[figure:{named}]] now.").pages[0].rendered.html

    link = re.search(r"<a ([^>]*)>([^<]*)</a> now", html)
    assert link[2] == value
    assert f'href="/calculators/figures/#figure-{figure}"' in link[1]
    assert f'title="{source}"' in link[1]
    assert 'class="figure"' in link[1]


@pytest.mark.parametrize("named", ["price-shelf#ash", "price-bench"])
def test_a_figure_that_does_not_exist_is_a_warning(named):
    book = figured(f"It is\n[[figure:{named}]] now.")

    assert [str(warning) for warning in book.warnings] == [f"reader.md:6: broken link [[figure:{named}]]"]
    assert f'<span class="broken-link" title="There is no such figure">figure:{named.partition("#")[0]}</span>' in (
        book.pages[0].rendered.html
    )
