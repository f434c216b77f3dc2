"""Lists of students as schools have them: read right, shown first, added once, taken back as a whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from classrooms.models import RosterEntry
from classrooms.rosters.layouts import Person, layout_of, left_out, people_of
from classrooms.rosters.tables import RosterFileError, read_table
from classrooms.services import classes, roster
from classrooms.services.errors import ClassError
from tests.classrooms.conftest import MONDAY

FILES = Path(__file__).with_name("rosters")


def read(raw: bytes) -> list[Person]:
    rows = read_table(raw)
    return people_of(rows, layout_of([row for _, row in rows]))


def said(raw: bytes) -> list[tuple[str, str]]:
    return [(each.name, each.number or each.email) for each in read(raw)]


ZOE, JOSE, ANNA = ("Zoë Ångström", "1001"), ("José García Núñez", "1002"), ("Anna Müller", "1004")


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("blanks-around.csv", [("Zoe A", "1001")]),
        ("canvas.csv", [("Zoë Ångström", "S1001"), ("José García Núñez", "S1002"), ("Anna Müller", "S1004")]),
        ("excel-semi-cp1252.csv", [ZOE, JOSE, ANNA, ("Björn Straße", "1005")]),
        ("github-classroom.csv", [("Zoe Angstrom", "zoe@uni.example")]),
        ("leading-zeros.csv", [("Ada L", "000123"), ("Alan T", "0045")]),
        ("moodle-de.csv", [ZOE, ANNA]),
        ("more-columns.csv", [ZOE, ANNA]),
        ("no-head.csv", [ZOE, ANNA]),
        ("only-a-head.csv", []),
    ],
)
def test_lists_of_other_systems_are_read(name, people):
    assert said((FILES / name).read_bytes()) == people


@pytest.mark.parametrize("name", ["clean.csv", "excel-utf16-tab.txt", "semi-german-head.csv"])
def test_encodings_and_separators_of_spreadsheets_are_read(name):
    assert {ZOE, JOSE, ANNA, ("Łukasz Żółć", "1003")} <= set(said((FILES / name).read_bytes()))


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Prénom;Nom;Numéro d'identification;Adresse de courriel", "Ada;Lovelace;7;ada@x.example"),
        ("Nombre,Apellido(s),Número de ID,Dirección de correo", "Ada,Lovelace,7,ada@x.example"),
        ("Nome,Cognome,Codice identificativo,Indirizzo email", "Ada,Lovelace,7,ada@x.example"),
        ("Voornaam,Achternaam,ID-nummer,E-mailadres", "Ada,Lovelace,7,ada@x.example"),
        ("First name,Last name,ID number,Email address", "Ada,Lovelace,7,ada@x.example"),
        ("Last Name,First Name,Username,Student ID,Last Access,Availability", "Lovelace,Ada,al,7,2026,Yes"),
    ],
)
def test_heads_in_other_languages_and_of_blackboard_are_known(head, row):
    person = read(f"{head}\n{row}\n".encode())[0]

    assert (person.name, person.number) == ("Ada Lovelace", "7")


UTF16 = "name,number\nAda Bell,1\nBob Cole,2\n"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("raw", "people"),
    [
        pytest.param(UTF16.encode("utf-16-le"), [("Ada Bell", "1"), ("Bob Cole", "2")], id="UTF-16 without its mark"),
        pytest.param(UTF16.replace("\n", "\r").encode(), [("Ada Bell", "1"), ("Bob Cole", "2")], id="old Mac"),
        pytest.param(
            'sep=;\r\nNachname, Vorname;Matr.-Nr.\r\n"Weiß, Lena";07\r\nGesamt;1\r\n'.encode("cp1252"),
            [("Lena Weiß", "07")],
            id="a line that names the separator, a sum",
        ),
        pytest.param(
            b"Course: Systems;;\n;;\nSurname;Given name;Student no.\nSmith;John;77\nTotal students:;1;\n",
            [("John Smith", "77")],
            id="titles above the head",
        ),
        pytest.param(
            "Étudiant;ID;ID utilisateur SIS;ID de connexion SIS;Section;Devoir 1 (9)\n"
            "    Points possibles;;;;;20\nLefèvre, Chloé;88;E501;cl;G1;15\nÉtudiant, Test;90;;f0;G1;\n".encode(),
            [("Chloé Lefèvre", "E501")],
            id="Canvas in French",
        ),
        pytest.param(b"Email\nA.Bell@UNI.example\n", [("a.bell@uni.example", "a.bell@uni.example")], id="addresses"),
        pytest.param(
            b'"identifier","github_username","github_id","name"\n"Rossi, Giulia","","",""\n"m@u.example","m",7,"M B"\n',
            [("Giulia Rossi", ""), ("M B", "m@u.example")],
            id="GitHub Classroom of names and addresses",
        ),
        pytest.param(b"Lovelace, Ada\nHopper, Grace\n", [("Lovelace Ada", ""), ("Hopper Grace", "")], id="names alone"),
        pytest.param(b"Name,Number\nSuma Devi,9\nSuma,1234\n", [("Suma Devi", "9"), ("Suma", "1234")], id="no sums"),
        pytest.param("Name\nCo\u200bra\u00a0Fay\n".encode(), [("Cora Fay", "")], id="marks that nobody sees"),
    ],
)
def test_files_with_the_faults_of_their_programs_are_read(raw, people):
    assert said(raw) == people


@pytest.mark.one_database
def test_a_quote_that_is_never_closed_costs_nobody_else():
    """promise 60"""
    remarks: list[str] = []
    rows = read_table(b'name,number\n"Anna Bell,1\nBob Cole,2\n"Dunn, Cleo",3\n', remarks)

    assert [row for _, row in rows[1:]] == [("Anna Bell", "1"), ("Bob Cole", "2"), ("Dunn, Cleo", "3")]
    assert len(remarks) == 1
    assert "line 2" in remarks[0]
    assert read_table(b'name,note\nAda,"two\nlines"\n')[1] == (3, ("Ada", "two lines"))


@pytest.mark.one_database
def test_lines_that_are_no_student_are_named():
    rows = read_table(b"Systems 27;\nName;Student ID\nAda;1\nTotal;1\n")
    layout = layout_of([row for _, row in rows])

    assert [(each.line, each.why) for each in left_out(rows, layout)] == [
        (1, "stands above the names of the columns"),
        (4, "sums up the others"),
    ]


@pytest.mark.one_database
def test_of_two_sheets_the_one_with_a_table_is_read():
    book = Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("Students")
    sheet.append(["Name", "ID"])
    sheet.append(["Ada", "0007"])
    file = io.BytesIO()
    book.save(file)
    remarks: list[str] = []

    assert read_table(file.getvalue(), remarks)[1][1] == ("Ada", "0007")
    assert "“Students” is read" in remarks[0]


def test_a_workbook_is_read_with_numbers_as_they_stand():
    book = Workbook()
    book.active.append(["Name", "Number"])
    book.active.append(["Ada Lovelace", 1001])
    file = io.BytesIO()
    book.save(file)

    assert said(file.getvalue()) == [("Ada Lovelace", "1001")]


def workbook(change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A workbook of one student, each part of which was changed."""
    book, saved, packed = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["Name", "Number"])
    book.active.append(["Ada Lovelace", 1001])
    book.save(saved)
    with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(packed, "w") as other:
        for name in archive.namelist():
            other.writestr(*change(name, archive.read(name)))
    return packed.getvalue()


STRICT = {b"schemas.openxmlformats.org/spreadsheetml/2006": b"purl.oclc.org/ooxml/spreadsheetml"} | {
    b"schemas.openxmlformats.org/officeDocument/2006": b"purl.oclc.org/ooxml/officeDocument"
}


def in_strict_xml(name: str, content: bytes) -> tuple[str, bytes]:
    for usual, strict in STRICT.items():
        content = content.replace(usual, strict)
    return name, content


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(in_strict_xml, id="saved by Excel as Strict Open XML"),
        pytest.param(lambda name, content: (name, content.replace(b'ref="A1:B2"', b'ref="A1"')), id="size said as A1"),
        pytest.param(lambda name, content: (name.replace("/", "\\"), content), id="backslashes in the archive"),
        pytest.param(
            lambda name, content: (name.replace("sharedStrings", "SharedStrings"), content), id="another case in names"
        ),
    ],
)
def test_workbooks_as_other_programs_write_them_are_read(change):
    """promise 15"""
    assert said(workbook(change)) == [("Ada Lovelace", "1001")]


def no_fills(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b"<fills", b"<nothing").replace(b"</fills>", b"</nothing>")


def open_document() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param((FILES / "empty.csv").read_bytes(), "is empty", id="empty"),
        pytest.param((FILES / "no-workbook.xlsx").read_bytes(), "not a readable Excel workbook", id="only a ZIP"),
        pytest.param(workbook(no_fills), "not a readable Excel workbook", id="styles that openpyxl fails on"),
        pytest.param(open_document(), "file of LibreOffice", id="ods"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "old format of Excel", id="xls"),
        pytest.param(b"<html><table><tr><td>Name</table>", "web page", id="a page named xls"),
        pytest.param(b"name\n" + b"x" * 3_000_000, "larger than", id="too large"),
        pytest.param(b"name\n\x00", "not text", id="binary"),
        pytest.param(b"name\n" + b"a\n" * 6_000, "more than 5,000", id="too many lines"),
    ],
)
def test_what_is_no_list_says_what_it_is(raw, message):
    """promise 15"""
    with pytest.raises(RosterFileError, match=message):
        read(raw)


def test_a_line_without_a_name_is_named_and_the_others_go_on(classroom, teacher):
    people = read(b"name,number\nAda,1\n,2\n")
    found = roster.proposed(classroom, people)

    assert [(each.fate, each.person.line) for each in found] == [("new", 2), ("wrong", 3)]
    assert "'2'" in found[1].why


def add(classroom, teacher, *people: tuple[str, str], doubles=frozenset()):
    listed = [Person(line, name, number) for line, (name, number) in enumerate(people, 2)]
    return roster.add_people(classroom, listed, file_name="l.csv", by=teacher, at=MONDAY, doubles=doubles)


def test_doubles_are_shown_and_added_only_when_somebody_says_so(classroom, teacher):
    add(classroom, teacher, ("Anna Müller", "1"))
    people = [Person(2, "ANNA MULLER", "1"), Person(3, "Anna Müller", "2"), Person(4, "Bea", "1")]
    assert [each.fate for each in roster.proposed(classroom, people)] == ["known", "double", "double"]

    assert add(classroom, teacher, ("Anna Müller", "2"))[1] == 0
    assert add(classroom, teacher, ("Anna Müller", "2"), doubles=frozenset({2}))[1] == 1


def test_an_import_is_taken_back_as_a_whole_and_who_joined_stays(classroom, teacher, student):
    came_with, _ = add(classroom, teacher, ("Ada Lovelace", "1"), ("Alan", "2"))
    member = classes.join(classroom.join_code, user=student, name="Ada Lovelace", at=MONDAY)
    assert member.roster_entry.number == "1"

    assert roster.undo_import(came_with) == 2
    assert not RosterEntry.objects.exists()
    assert classroom.memberships.filter(user=student, left_at=None).exists()


@pytest.mark.parametrize(
    ("listed", "typed"),
    [
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Sean O'Brien", "Sean O\u2019Brien"),
        ("Zoe Ångström", "Angstrom, Zoe"),
        ("Ada Lovelace", "lovelace ada"),
        ("Anna Müller", "anna mueller"),
    ],
)
def test_people_are_known_however_their_names_are_written(classroom, teacher, student, listed, typed):
    add(classroom, teacher, (listed, "9"), ("Somebody Else", "10"))
    member = classes.join(classroom.join_code, user=student, name=typed, at=MONDAY)

    assert member.roster_entry.number == "9"


def test_a_number_tells_two_of_one_name_apart(classroom, teacher, student):
    add(classroom, teacher, ("Anna Müller", "1"), ("Anna Müller", "2"), doubles=frozenset({3}))
    member = classes.join(classroom.join_code, user=student, name="Anna", number="2", at=MONDAY)

    assert member.roster_entry.number == "2"


def test_an_address_joins_a_line_that_has_no_other_name(classroom, teacher, student):
    student.email = "Ada@X.example"
    student.save()
    add(classroom, teacher, ("Somebody Else", "10"))
    roster.add_people(classroom, read(b"Email\nADA@x.example\n"), file_name="l.csv", by=teacher, at=MONDAY)
    member = classes.join(classroom.join_code, user=student, name="Ada L", at=MONDAY)

    assert member.roster_entry.email == "ada@x.example"


def test_a_teacher_joins_a_line_to_somebody_and_parts_them_again(classroom, teacher, student):
    add(classroom, teacher, ("Ada Lovelace", "1"))
    member = classes.join(classroom.join_code, user=student, name="Countess", at=MONDAY)
    entry = RosterEntry.objects.get()
    roster.link(entry, member)
    assert RosterEntry.objects.get().membership == member
    roster.link(entry, None)
    assert RosterEntry.objects.get().membership is None

    other = classes.create_classroom("Other", owner=User.objects.create_user("x"), time_zone="UTC", at=MONDAY)
    stranger = classes.join(other.join_code, user=User.objects.create_user("y"), name="Y", at=MONDAY)
    with pytest.raises(ClassError, match="no student of this class"):
        roster.link(entry, stranger)


def test_many_are_matched_by_one_form_instead_of_one_for_each_line(client, classroom, teacher, student, monkeypatch):
    """500 students and 1,990 lines made a page of 41 MB, with all students below each line."""
    client.force_login(teacher)
    add(classroom, teacher, ("Somebody Else", ""), ("Anybody Else", ""))
    classes.join(classroom.join_code, user=student, name="Ada", at=MONDAY)
    address = reverse("classrooms:classroom_settings", args=[classroom.pk])
    assert client.get(address).content.decode().count('name="member">') == 2
    monkeypatch.setattr("classrooms.views.classes.MOST_MATCHES", 1)

    page = client.get(address).content.decode()

    assert page.count('<select id="matched-member" name="member">') == page.count('name="member">') == 1
    assert page.count("<option", page.index('id="matched-entry"'), page.index('id="matched-member"')) == 2


def test_a_file_is_shown_first_and_added_with_the_columns_that_were_chosen(client, classroom, teacher):
    client.force_login(teacher)
    address = reverse("classrooms:classroom_roster", args=[classroom.pk])
    file = io.BytesIO(b"Wer;Nummer;Zimmer\nAda Lovelace;17;B1\n")
    file.name = "liste.csv"
    page = client.post(address, {"roster": file})
    assert page.status_code == 200
    assert not RosterEntry.objects.exists()

    kept = page.context["kept"]
    chosen = {"kept": kept, "column-0": "name", "column-1": "number", "column-2": "section"}
    client.post(reverse("classrooms:roster_add", args=[classroom.pk]), chosen)
    assert {(each.name, each.number) for each in RosterEntry.objects.all()} == {
        ("Wer", "Nummer"),
        ("Ada Lovelace", "17"),
    }


def test_nobody_adds_with_a_list_that_was_tampered_with(client, classroom, teacher):
    client.force_login(teacher)
    client.post(reverse("classrooms:roster_add", args=[classroom.pk]), {"kept": "x:y:z", "column-0": "name"})

    assert not RosterEntry.objects.exists()
