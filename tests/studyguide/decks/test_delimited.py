"""Text with separators."""

from __future__ import annotations

import pytest

from studyguide.decks import delimited, incoming
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
    assert (second.kind, second.content) == ("cloze", {"text": "A {{cache}} is near.", "back": ""})


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
        ("what;that\n", "what", "that"),
        ("what,that\n", "what", "that"),
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
        ("q", "it is in the file twice"),
    ]
    assert found.left_out_count == 2


UNREADABLE = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n", "no lines"),
    "a separator that is none": (b"#separator:words\nq,a\n", "Line 1: the separator"),
    "a column that is none": (b"#tags column:x\nq,a\n", "Line 1: the number of a column"),
    "other bytes": (b"\xff\x00\xfe", "neither text"),
    "a NUL": (b"a\x00,b\n", "neither text"),
    "many fields": (b"a," * 100 + b"\n", "more than 50 fields"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named(name):
    raw, said = UNREADABLE[name]
    with pytest.raises(DeckError, match=said):
        read(raw)


def test_a_file_has_its_limits(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_CARDS", 5)
    with pytest.raises(DeckError, match="more than 5 cards"):
        read(b"q,a\n" * 6)
    monkeypatch.setattr(incoming, "MAX_ALL_TEXT", 10)
    with pytest.raises(DeckError, match="more than 10 characters"):
        read(b"question one,answer one\n")


def test_a_field_that_is_too_long_leaves_out_its_card_alone():
    found = read(b"q," + b"a" * 21_000 + b"\nq2,a\n")

    assert [card.content["front"] for card in found.cards] == ["q2"]
    assert "may have 20,000 characters" in found.left_out[0][1]


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("front,back,tags\nLatency,Time,net\nRate,How many,net\n", [("Latency", "Time"), ("Rate", "How many")]),
        ('He said "hi",a\n5" disk,b\n"open,c\n', [('He said "hi"', "a"), ('5" disk', "b"), ('"open', "c")]),
        ('"a\tb","one"\n"q two","two"\n', [("a\tb", "one"), ("q two", "two")]),
        ("sep=;\nQ;A\nQ2;A2\n", [("Q", "A"), ("Q2", "A2")]),
        ("#define in C?\tA macro\nq\ta\n", [("\\#define in C?", "A macro"), ("q", "a")]),
        ("#separator:Comma,,\nq,a\n", [("q", "a")]),
        ("Q: What?\nA: That.\nand more\n\nQ: Who?\nA: She.\n", [("What?", "That.\nand more"), ("Who?", "She.")]),
        ("Latency :: time\nRate :: how many\n", [("Latency", "time"), ("Rate", "how many")]),
        ("Latency - time\nRate \u2013 how many\n", [("Latency", "time"), ("Rate", "how many")]),
        ("Front one\n---\nBack one\n", [("Front one", "Back one")]),
        ('[{"question":"Q","answer":"A"},["x","y"]]', [("Q", "A"), ("x", "y")]),
        ("2<sup>10</sup>,1024\n", [("2<sup>10</sup>", "1024")]),
    ],
)
def test_texts_as_other_tools_write_them(text, sides):
    assert [(card.content["front"], card.content["back"]) for card in cards(text)] == sides


OUTLINE = """Reading notes
- Storage
    - WAL :: write-ahead log
    - Page ;; 4 kB
    - median << the middle value
    - B-tree >>>
        - balanced
        - wide
    - A leader {{sends heartbeats}} often
    - only a remark
"""


def test_an_outline_of_remnote_comes_in_and_its_remarks_are_named():
    found = read(OUTLINE.encode())

    assert [(card.kind, *card.content.values()) for card in found.cards] == [
        ("question", "WAL", "write-ahead log"),
        ("question", "Storage: Page", "4 kB"),
        ("question", "the middle value", "median"),
        ("question", "B-tree", "&#45; balanced\n&#45; wide"),
        ("cloze", "A leader {{sends heartbeats}} often", ""),
    ]
    assert [what for what, _ in found.left_out] == ["line 1: Reading notes", "line 10: only a remark"]


@pytest.mark.parametrize(
    "text", ["- A {{leader}}: its {{term}}\n- {{Votes}} decide", "A {{leader}}: its {{term}}\n{{Votes}} decide"]
)
def test_holes_without_any_other_mark_are_cards(text):
    assert [(card.kind, card.content["text"]) for card in cards(text)] == [
        ("cloze", "A {{leader}}: its term"), ("cloze", "A leader: its {{term}}"), ("cloze", "{{Votes}} decide"),
    ]  # fmt: skip


def test_a_gap_that_holds_a_formula_is_a_gap():
    found = read(rb"Half is {{c1::$\frac{a}{b}$}}" + b"\n{{c1::open\tx\n")

    assert [card.kind for card in found.cards] == ["cloze", "question"]
    assert found.cards[0].content["text"].startswith("Half is {{")


@pytest.mark.parametrize(
    ("text", "count", "left_out"),
    [
        pytest.param("A - one\nB: two\nC = three\na line alone", 3, ["line 4: a line alone"], id="several signs"),
        pytest.param("Notes\nQ: One?\nA: Yes\n\nQ: Two?\n", 1, ["line 1: Notes", "line 5: Two?"], id="no answer"),
        pytest.param('[{"question":"Q","answer":"A"},{"question":"R"}]', 1, ["line 2: R"], id="JSON without an answer"),
        pytest.param('[{"q":"Q","a":"A"},{"q":"\\ud800","a":"A"}]', 1, ["line 2: \ufffd"], id="half a character"),
    ],
)  # fmt: skip
def test_no_line_is_lost_without_a_word(text, count, left_out):
    found = read(text.encode())

    assert (len(found.cards), [what for what, _ in found.left_out]) == (count, left_out)


def test_a_heading_of_mochi_is_no_sign_in_the_question():
    assert cards("# What is a quorum?\n---\nA majority")[0].content["front"] == "What is a quorum?"


def test_a_table_of_mochi_has_both_sides_of_a_card_in_one_cell():
    one, other = cards('Name,Content\nCard 1,"Front text\n---\nBack text"\nQuorum,A majority\n')

    assert (one.content, other.content) == (
        {"front": "Front text", "back": "Back text"}, {"front": "Quorum", "back": "A majority"},
    )  # fmt: skip


def test_text_that_is_not_utf_8_is_read_and_said():
    found = read("Café;Ort\n".encode("cp1252"))

    assert found.cards[0].content["front"] == "Café"
    assert "Windows-1252" in found.notes[0]


def test_each_number_of_holes_is_a_card_as_in_anki():
    found = cards("#separator:;\n{{c1::Leaders}} write and {{c2::followers::who?}} read;\n")

    assert [card.content["text"] for card in found] == [
        "{{Leaders}} write and followers read", "Leaders write and {{followers::who?}} read",
    ]  # fmt: skip
