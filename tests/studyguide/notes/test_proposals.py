from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.notes.proposals import MOST_IN_A_TOPIC, proposed_cards


def asked(body: str, title: str = "Topic") -> list[tuple[str, str]]:
    """What each proposal asks and what it expects."""
    found = []
    for card in proposed_cards(body, title=title):
        content = card.content
        found.append((content.get("front") or content["text"], str(content.get("answer") or content.get("back", ""))))
    return found


def test_lists_in_each_other_are_read_to_any_depth():
    nested = "".join(f"{' ' * depth}- level {depth}\n" for depth in range(1_100))
    body = f"Three steps:\n\n1. Dig up.\n2. Plant out.\n3. Water it.\n\n{nested}"

    assert len(asked(body)) == 1


@pytest.mark.parametrize(
    ("body", "front", "back"),
    [
        pytest.param(
            "- Hot standby: a copy that follows along and takes over at once",
            "What is meant by **Hot standby**?",
            "A copy that follows along and takes over at once",
            id="term and definition",
        ),
        pytest.param(
            "- `quorum` - the number of copies that must agree",
            "What is meant by `quorum`?",
            "The number of copies that must agree",
            id="code term",
        ),
        pytest.param(
            "**Lease**: a lock that ends by itself after a while.",
            "What is meant by **Lease**?",
            "A lock that ends by itself after a while.",
            id="bold term in a paragraph",
        ),
        pytest.param(
            "Epoch\n: A number that grows with every new leader.",
            "What is meant by **Epoch**?",
            "A number that grows with every new leader.",
            id="definition list",
        ),
        pytest.param(
            "A CDN (content delivery network) is a ring of caches near the readers.",
            "What is a **CDN (content delivery network)**?",
            "A ring of caches near the readers.",
            id="defining sentence",
        ),
        pytest.param(
            "Dividing rows over machines by key is called **sharding**.",
            "Dividing rows over machines by key is called {{sharding}}.",
            "",
            id="named at the end",
        ),
        pytest.param(
            "Pros:\n\n- quick to write\n- easy to test",
            "What are the advantages of **Topic**?",
            "- quick to write\n- easy to test",
            id="pros",
        ),
        pytest.param(
            "### Disadvantages of polling\n\nDisadvantages of polling\n\n- wasted requests\n- late answers",
            "What are the disadvantages of **polling**?",
            "- wasted requests\n- late answers",
            id="disadvantages of something",
        ),
        pytest.param(
            "Long poll\n\nCONS\n\n1. ties up sockets\n2. late under load\n3. hard to scale",
            "What are the disadvantages of **Long poll**?",
            "- ties up sockets\n- late under load\n- hard to scale",
            id="cons of the line above",
        ),
        pytest.param(
            "A topic is a page about one thing that has a name.",
            "What is a **topic**?",
            "A page about one thing that has a name.",
            id="sentence about the page's title",
        ),
        pytest.param(
            "How a write travels:\n\n1. The client sends it\n2. The leader logs it\n3. The followers confirm",
            "Name the 3 steps or points, in order: **How a write travels**",
            "1. The client sends it\n2. The leader logs it\n3. The followers confirm",
            id="steps",
        ),
        pytest.param(
            "Time for a round trip:\n\n- same rack: 0.1 ms",
            "Time for a round trip: **same rack**?",
            "0.1 ms",
            id="value in a list",
        ),
        pytest.param(
            "The lease of a leader ends after 30 seconds without a word from it.",
            "The lease of a leader ends after {{30 seconds}} without a word from it.",
            "",
            id="number in a sentence",
        ),
    ],
)  # fmt: skip
def test_structure_becomes_a_card(body, front, back):
    assert asked(body) == [(front, back)]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("- Note: this is only an aside for the reader", id="no term"),
        pytest.param("- ex: a shop with many visitors at once", id="an example"),
        pytest.param("- this also helps: it is much quicker than before", id="leans on what stands before"),
        pytest.param("- Redis: quick", id="says too little"),
        pytest.param("- Which one should we use: the first or the second?", id="a question"),
        pytest.param("- Types of caches:\n", id="only announces"),
        pytest.param("It ends after 30 seconds without any word.", id="nobody knows what it is"),
        pytest.param("Suppose that every request takes 30 seconds of work.", id="a supposition"),
        pytest.param("```\nTerm: what it is and how it works\n```", id="code"),
        pytest.param("| Term: a | what it is and how it works |", id="a table"),
        pytest.param("- see: https://example.com for all of the details", id="an address"),
        pytest.param("1. one\n2. two", id="two steps"),
        pytest.param("1. Why?\n2. Where?\n3. When?", id="steps that ask"),
        pytest.param("Five 9s are the aim of every service there is.", id="nines are no seconds"),
        pytest.param("![Term: a picture that shows](x.png)", id="a picture"),
    ],
)
def test_what_would_make_a_poor_card_is_passed_over(body):
    assert asked(body) == []


def test_a_page_of_pros_and_cons_is_about_what_it_lies_under():
    found = proposed_cards("Cons\n\n- slow\n- costly", title="Pros and cons", parent="Monolith")

    assert found[0].content["front"] == "What are the disadvantages of **Monolith**?"


def test_a_key_stays_when_the_wording_around_it_changes():
    first = proposed_cards("- Lease: a lock that ends by itself", title="A")
    again = proposed_cards("Text.\n\n- **Lease**: a lock which ends by itself in time", title="B")

    assert [card.key for card in first] == [card.key for card in again]


def test_links_are_proposed_as_their_words():
    assert asked("- Lease: a [lock](x.md) that ends, see [[fencing|a fence]]") == [
        ("What is meant by **Lease**?", "A lock that ends, see a fence")
    ]


def test_no_more_than_a_reader_would_look_through():
    body = "\n".join(f"- Word{chr(97 + n // 26)}{chr(97 + n % 26)}: something that it means here" for n in range(60))

    assert len(asked(body)) == MOST_IN_A_TOPIC


@settings(max_examples=60)
@given(st.text(alphabet="-*`:. 1\nabAB()[]{}|#=%s_", max_size=300))
def test_any_text_is_read(text):
    for card in proposed_cards(text, title="T"):
        assert card.key


@pytest.mark.parametrize("piece", ["(", "[[", "`", "**", "- a: ", "is a ", "1 ms "])
def test_long_runs_take_linear_time(piece):
    """promise 42: this ends in well under a second, or the suite would hang here."""
    cards = proposed_cards("X " + piece * 20_000, title="T")
    assert len(cards) <= 1
