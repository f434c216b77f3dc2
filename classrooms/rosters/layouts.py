"""Which column is what: by the heads that Canvas, Moodle, Blackboard, GitHub Classroom and people write. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classrooms.review.names import folded, turned
from classrooms.rosters.tables import Row

# What a column may be, in words for the choice.
COLUMNS: dict[str, str] = {
    "": "not used",
    "name": "Name",
    "given": "First name",
    "family": "Last name",
    "number": "Student number",
    "email": "E-mail",
    "login": "Login",
    "lms_id": "Id in that system",
    "section": "Section or group",
}
# Heads as they are folded: without accents, capitals and punctuation.
HEADS: dict[str, tuple[str, ...]] = {
    "name": (
        "name", "student", "full name", "student name", "display name", "naam", "vollstandiger name", "nom complet",
        "nombre completo", "nome completo", "teilnehmer", "studierende", "students", "navn", "namn",
    ),
    "given": (
        "first name", "firstname", "given name", "given names", "forename", "vorname", "prenom", "nombre", "nome",
        "voornaam", "fornavn", "fornamn", "imie", "etunimi", "имя", "名",
    ),
    "family": (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "nom", "nom de famille",
        "apellido", "apellidos", "apellido s", "cognome", "sobrenome", "apelido", "achternaam", "efternavn",
        "efternamn", "etternavn", "nazwisko", "sukunimi", "фамилия", "姓",
    ),
    "number": (
        "number", "student number", "student id", "id number", "idnumber", "id nummer", "sis user id", "matrikelnummer",
        "matrikel nr", "matrikelnr", "matrikel", "matriculation number", "numero didentification", "numero etudiant",
        "numero de id", "numero id", "numero de identificacion", "codice identificativo", "matricola", "matricula",
        "id nummer student", "studentnummer", "registration number", "candidate number", "identifier", "sid",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "mail", "e mail adresse", "emailadresse",
        "adresse de courriel",
        "courriel", "adresse mail", "correo", "correo electronico", "direccion de correo", "direccion email",
        "indirizzo email", "endereco de email", "e mailadres", "e postadress", "e postadresse", "электронная почта",
    ),
    "login": (
        "login", "username", "user name", "sis login id", "login id", "benutzername", "anmeldename",
        "nom dutilisateur",
        "nombre de usuario", "nome utente", "gebruikersnaam", "github username", "account",
    ),
    "lms_id": ("github id", "canvas id", "user id"),
    "section": ("section", "sections", "group", "groups", "gruppe", "gruppen", "groupe", "groupes", "grupo", "grupos"),
}  # fmt: skip
KNOWN = {head: column for column, heads in HEADS.items() for head in heads}
# Alone they are the whole name; beside a last name they are the first one, and the other way round.
ALONE_A_NAME = ("nombre", "nome", "nom")
NOT_PEOPLE = ("points possible", "maximale punkte", "overall average", "class average")


@dataclass(frozen=True)
class Layout:
    """`columns` says what each column is, `has_head` whether the first row names them, `system` whose file it is."""

    columns: tuple[str, ...]
    has_head: bool
    system: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """A row as a person; `problem` says why it is none."""

    line: int
    name: str = ""
    number: str = ""
    email: str = ""
    login: str = ""
    lms_id: str = ""
    section: str = ""
    problem: str = ""


def layout_of(rows: Sequence[Row]) -> Layout:
    """What the columns are as far as can be told. Without a head the first is the name, and the second the number."""
    first = rows[0]
    heads = [_head(cell) for cell in first]
    found = [KNOWN.get(head, "") for head in heads]
    if not any(found):
        width = max(len(row) for row in rows)
        guessed = ["name", "number"] if width > 1 else ["name"]
        if width > 1 and all("@" in row[1] for row in rows if len(row) > 1 and row[1]):
            guessed[1] = "email"
        return Layout((*guessed, *([""] * (width - len(guessed)))), has_head=False)
    columns = _settled(heads, found, rows)
    used: set[str] = set()
    for at, column in enumerate(columns):
        if column in used:
            columns[at] = ""
        used.add(column)
    unknown = tuple(cell for cell, column in zip(first, columns, strict=True) if cell and not column)
    return Layout(tuple(columns), has_head=True, system=_system(heads), unknown=unknown)


def _head(cell: str) -> str:
    return folded(cell.split("(")[0] if "(" in cell else cell)


def _settled(heads: Sequence[str], found: list[str], rows: Sequence[Row]) -> list[str]:
    """Heads that mean one thing alone and another beside others."""
    columns = list(found)
    if "sis user id" in heads or "sis login id" in heads:
        columns = ["lms_id" if head == "id" else column for head, column in zip(heads, columns, strict=True)]
    elif "number" not in columns and "id" in heads:
        columns[heads.index("id")] = "number"
    if not ("given" in columns and "family" in columns):
        for at, head in enumerate(heads):
            if head in ALONE_A_NAME and "name" not in columns:
                columns[at] = "name"
    if "identifier" in heads:
        at = heads.index("identifier")
        if all("@" in row[at] for row in rows[1:] if len(row) > at and row[at]):
            columns[at] = "email"
    if "given" in columns and "family" in columns:
        columns = ["" if column == "name" else column for column in columns]
    return columns


def _system(heads: Sequence[str]) -> str:
    if "sis user id" in heads or "sis login id" in heads:
        return "Canvas"
    if "github username" in heads:
        return "GitHub Classroom"
    if "last access" in heads or "child course id" in heads:
        return "Blackboard"
    found = {KNOWN.get(head) for head in heads}
    return "Moodle" if {"given", "family"} <= found else ""


def people_of(rows: Sequence[tuple[int, Row]], layout: Layout) -> list[Person]:
    """Each row but the head as a person, or as a row with a problem. Rows that are no people are left out."""
    found = []
    for line, row in rows[1:] if layout.has_head else rows:
        cells = {column: row[at] for at, column in enumerate(layout.columns) if column and at < len(row)}
        name = _name(cells)
        if folded(name).startswith(NOT_PEOPLE) or _is_test_student(name, cells, layout):
            continue
        number = cells.get("number", "")[:60]
        if not name:
            told = ", ".join(cell for cell in row if cell)
            found.append(Person(line, problem=f"there is no name beside {told[:60]!r}"))
            continue
        found.append(
            Person(
                line,
                name[:120],
                number,
                cells.get("email", "")[:254],
                cells.get("login", "")[:120],
                cells.get("lms_id", "")[:60],
                cells.get("section", "")[:200],
            )
        )
    return found


def _name(cells: Mapping[str, str]) -> str:
    if cells.get("name"):
        return turned(cells["name"])
    return f"{cells.get('given', '')} {cells.get('family', '')}".strip()


def _is_test_student(name: str, cells: Mapping[str, str], layout: Layout) -> bool:
    """Canvas lists a student of its own making."""
    return layout.system == "Canvas" and folded(name) == "test student" and not cells.get("number")
