"""Text with separators."""

from __future__ import annotations

import pytest

from studyguide.decks.incoming import IncomingCard
from studyguide.decks.problems import DeckError
from tests.studyguide.decks.conftest import read

ANKI = """#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
abc\tBasic\tSystems::Caches\t"What is a <b>cache</b>?"\tA nearer copy.<br>Cheaper.\tterms two
def\tCloze\tSystems\tA {{c1::cache}} is near.\t\t
"""


def cards(text: str) -> list[IncomingCard]:
    return read(text.encode()).cards


def test_a_file_as_anki_writes_it():
    first, second = cards(ANKI)

    assert first == IncomingCard(
        source_id="abc",
        kind="question",
        content={"front": "What is a **cache**?", "back": "A nearer copy.  \nCheaper."},
        deck="Systems::Caches",
        tags=("terms", "two"),
    )
    assert (second.kind, second.content) == ("cloze", {"text": "A {{c1::cache}} is near.", "back": ""})


def test_anki_itself_writes_such_files(tmp_path):
    from anki.collection import Collection
    from anki.import_export_pb2 import ExportLimit

    collection = Collection(str(tmp_path / "c.anki2"))
    note = collection.new_note(collection.models.by_name("Basic"))
    note.fields = ["One,\ttwo", 'three "four"\nfive']
    note.tags = ["terms"]
    collection.add_note(note, collection.decks.id("Systems"))
    path = tmp_path / "notes.txt"
    request = {"with_html": True, "with_tags": True, "with_deck": True, "with_notetype": True, "with_guid": True}
    collection._backend.export_note_csv(out_path=str(path), limit=ExportLimit(whole_collection={}), **request)
    collection.close()

    (card,) = read(path.read_bytes()).cards
    assert card.content == {"front": "One, two", "back": 'three "four" five'}
    assert (card.source_id, card.deck, card.tags) == (note.guid, "Systems", ("terms",))


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        ("question;answer\n", "question", "answer"),
        ("question,answer\n", "question", "answer"),
        ("question\tanswer, and more\n", "question", "answer, and more"),
        ("#separator:Semicolon\nq, one;a\n", "q, one", "a"),
        ("#separator:|\nq|a\n", "q", "a"),
        ('"two\nlines","with ""quotes"""\n', "two\nlines", 'with "quotes"'),
        ("a,b,c\n", "a", "b\n\nc"),
        ("1 < 2 & *not*,<b>as is</b>\n", r"1 &lt; 2 & \*not\*", "&lt;b>as is&lt;/b>"),
        ("\ufeffq,a\r\n", "q", "a"),
    ],
)
def test_fields_and_separators(text, front, back):
    assert cards(text)[0].content == {"front": front, "back": back}


def test_heads_that_hold_for_all_notes():
    (card,) = cards("#deck:Systems\n#tags:one two\nq,a\n")

    assert (card.deck, card.tags) == ("Systems", ("one", "two"))


def test_a_card_is_known_by_its_question():
    one, other = cards("q,a\nq2,a\n"), cards("q,changed\n")

    assert one[0].source_id == other[0].source_id != one[1].source_id


def test_lines_that_cannot_be_cards_are_named():
    found = read(b"q,a\nlonely\nq,b\n")

    assert [card.content["back"] for card in found.cards] == ["a"]
    assert found.left_out == [
        ("line 2: lonely", "it needs a question and an answer"),
        ("q", "it stands there twice"),
    ]
    assert found.left_out_count == 2


UNREADABLE = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n", "no lines"),
    "open quotes": (b'#separator:comma\nq,a\nq,"open\n', "Line 3 cannot be read"),
    "a separator that is none": (b"#separator:words\nq,a\n", "Line 1: the separator"),
    "a column that is none": (b"#tags column:x\nq,a\n", "Line 1: the number of a column"),
    "other bytes": (b"\xff\x00\xfe", "neither text"),
    "a NUL": (b"a\x00,b\n", "neither text"),
    "many fields": (b"a," * 100 + b"\n", "more than 50 fields"),
    "a long field": (b"q," + b"a" * 120_000 + b"\n", "characters"),
    "a longer field": (b"q," + b"a" * 140_000 + b"\n", "field larger"),
    "many lines": (b"q,a\n" * 5_001, "more than 5,000 cards"),
    "much text": (
        b"".join(b"%d,%s\n" % (number, b"a b " * 1_200) for number in range(2_200)), "10,000,000 characters"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named(name):
    raw, said = UNREADABLE[name]
    with pytest.raises(DeckError, match=said):
        read(raw)
