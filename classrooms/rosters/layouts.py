"""Recognises columns by the headings that Canvas, Moodle, Blackboard, GitHub Classroom and people write. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from classrooms.review.names import folded, turned
from classrooms.rosters.tables import Row

# The meanings that a column can have, in the words of the form.
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
# Normalised headings: without accents, capitals and punctuation.
HEADS: dict[str, tuple[str, ...]] = {
    "name": (
        "name", "student", "full name", "student name", "display name", "naam", "vollstandiger name", "nom complet",
        "nombre completo", "nome completo", "teilnehmer", "studierende", "students", "navn", "namn", "etudiant",
        "etudiante", "etudiants", "estudiante", "estudiantes", "alumno", "alumna", "eleve", "aluno", "studente",
        "studentessa", "studerende", "vollname", "nombre y apellidos", "nom et prenom", "nom prenom",
    ),
    "given": (
        "first name", "firstname", "given name", "given names", "forename", "vorname", "prenom", "nombre", "nome",
        "voornaam", "fornavn", "fornamn", "imie", "etunimi", "имя", "名", "vornamen", "prenoms", "nombres", "forenames",
        "first", "given", "rufname", "primeiro nome",
    ),
    "family": (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "nom", "nom de famille",
        "apellido", "apellidos", "apellido s", "cognome", "sobrenome", "apelido", "achternaam", "efternavn",
        "efternamn", "etternavn", "nazwisko", "sukunimi", "фамилия", "姓", "nom usuel", "ultimo nome", "last", "family",
        "zuname", "primer apellido", "surnames",
    ),
    "number": (
        "number", "student number", "student id", "id number", "idnumber", "id nummer", "sis user id", "matrikelnummer",
        "matrikel nr", "matrikelnr", "matrikel", "matriculation number", "numero didentification", "numero etudiant",
        "numero de id", "numero id", "numero de identificacion", "codice identificativo", "matricola", "matricula",
        "id nummer student", "studentnummer", "registration number", "candidate number", "identifier", "sid",
        "student no", "student nr", "stud no", "matr nr", "matrnr", "matrikel no", "matriculation no", "mat nr",
        "matric no",
        "registration no", "enrolment number", "enrollment number", "roll no", "roll number", "nia", "expediente",
        "numero", "numero de estudiante", "numero de matricula", "no etudiant", "n etudiant", "code etudiant",
        "identifiant", "numero di matricola", "ra", "opiskelijanumero", "nr indeksu", "university id",
    ),
    "email": (
        "email", "e mail", "email address", "e mail address", "mail", "e mail adresse", "emailadresse",
        "adresse de courriel",
        "courriel", "adresse mail", "correo", "correo electronico", "direccion de correo", "direccion email",
        "indirizzo email", "endereco de email", "e mailadres", "e postadress", "e postadresse", "электронная почта",
        "adresse electronique", "email institucional", "mailadresse", "correo institucional", "endereco de e mail",
        "indirizzo e mail", "adres e mail", "sahkoposti", "sahkopostiosoite", "emails",
    ),
    "login": (
        "login", "username", "user name", "sis login id", "login id", "benutzername", "anmeldename",
        "nom dutilisateur",
        "nombre de usuario", "nome utente", "gebruikersnaam", "github username", "account", "kennung",
        "identifiant de connexion",
        "benutzerkennung", "usuario", "uid", "netid", "nome de usuario",
    ),
    "lms_id": ("github id", "canvas id", "user id"),
    "section": (
        "section", "sections", "group", "groups", "gruppe", "gruppen", "groupe", "groupes", "grupo", "grupos",
        "seccion",
        "secciones", "abschnitt", "sezione", "sectie", "gruppo", "gruppi", "groep", "groepen", "cohort", "tutorium",
    ),
}  # fmt: skip
KNOWN = {head: column for column, heads in HEADS.items() for head in heads}
# Alone they are the whole name; beside a last name they are the first one, and the other way round.
ALONE_A_NAME = ("nombre", "nome", "nom")
NOT_PEOPLE = ("points possible", "maximale punkte", "overall average", "class average")
# The first words of a row that sums up the others.
SUMS = {
    "total", "totals", "sum", "count", "average", "mean", "maximum", "minimum", "summe", "gesamt", "insgesamt",
    "anzahl",
    "durchschnitt", "mittelwert", "somme", "moyenne", "nombre", "totaux", "suma", "promedio", "media", "totale",
    "somma",
    "totaal", "aantal", "gemiddelde", "soma", "students", "studierende", "participants", "teilnehmer", "people",
    "overall",
}  # fmt: skip
# Words that may stand beside those of SUMS.
BESIDE_SUMS = {
    "of",
    "number",
    "all",
    "students",
    "student",
    "grand",
    "overall",
    "der",
    "de",
    "des",
    "d",
    "the",
    "etudiants",
}
# What Canvas in any language writes of a login, beside "SIS".
OF_A_LOGIN = ("login", "connexion", "anmelde", "inicio", "acceso", "accesso", "acesso", "aanmeld", "inlog", "logi")
TEST = {"test", "teststudent", "prueba", "prova", "teste"}
LINES_BEFORE_A_HEAD = 15


@dataclass(frozen=True)
class Layout:
    """`columns` says what each column is, `has_head` whether a row names them and `head_at` which one, counted from 0,
    `system` whose file it is."""

    columns: tuple[str, ...]
    has_head: bool
    system: str = ""
    unknown: tuple[str, ...] = ()
    head_at: int = 0


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


@dataclass(frozen=True)
class NoPerson:
    """A row that is left out on purpose, and what it is."""

    line: int
    said: str
    why: str


def layout_of(rows: Sequence[Row]) -> Layout:
    """What the columns are as far as can be told. Where no row names them, what stands in them tells."""
    head_at = _head_at(rows)
    if head_at is None:
        return Layout(_guessed(rows), has_head=False)
    first, below = rows[head_at], rows[head_at + 1 :]
    heads = [folded(cell) for cell in first]
    columns = _settled(heads, [_meaning(cell) for cell in first], below)
    used: set[str] = set()
    for at, column in enumerate(columns):
        if column in used:
            columns[at] = ""
        used.add(column)
    unknown = tuple(cell for cell, column in zip(first, columns, strict=True) if cell and not column)
    return Layout(tuple(columns), has_head=True, system=_system(heads), unknown=unknown, head_at=head_at)


def _head_at(rows: Sequence[Row]) -> int | None:
    """The first row if it names a column; else, below a title or two, one that names two and holds no data."""
    if any(map(_meaning, rows[0])) or _only_an_id(rows[0]):
        return 0
    for at, row in enumerate(rows[1:LINES_BEFORE_A_HEAD], 1):
        cells = [cell for cell in row if cell]
        if any("@" in cell or cell.isdigit() for cell in cells):
            return None
        if len({meaning for meaning in map(_meaning, cells) if meaning}) > 1:
            return at
    return None


def _only_an_id(row: Row) -> bool:
    return "id" in map(folded, row) and not any(any(map(str.isdigit, cell)) for cell in row)


def _meaning(cell: str) -> str:
    """The meaning of a heading; "" if it is not known."""
    head, bare = folded(cell), folded(cell.split("(")[0])
    known = KNOWN.get(head) or KNOWN.get(bare)
    if known:
        return known
    words = set(bare.split())
    if "sis" in words and len(words) > 1:
        return "login" if any(word.startswith(OF_A_LOGIN) for word in words) else "number"
    parts = [KNOWN.get(folded(part), "") for part in cell.replace("/", ",").replace("&", ",").split(",")]
    if len(parts) == 2 and set(parts) & {"given", "family"} and set(parts) <= {"given", "family", "name"}:
        return "name"
    return ""


def _guessed(rows: Sequence[Row]) -> tuple[str, ...]:
    """What columns without heads are. Two of words are first and last name, or the other way round where the file has
    `Lovelace, Ada` in it."""
    width = max(len(row) for row in rows)
    columns = [""] * width
    worded: list[int] = []
    for at in range(width):
        cells = [row[at] for row in rows if at < len(row) and row[at]]
        if not cells:
            continue
        if all("@" in cell for cell in cells):
            kind = "email"
        elif all(any(map(str.isdigit, cell)) for cell in cells):
            kind = "number"
        else:
            worded.append(at)
            continue
        if kind not in columns and not (kind == "number" and _is_a_count(cells)):
            columns[at] = kind
    if len(worded) > 1 and all(len(rows[0][at].split()) == 1 for at in worded[:2] if at < len(rows[0])):
        columns[worded[0]], columns[worded[1]] = "given", "family"
    elif worded:
        columns[worded[0]] = "name"
    elif "number" in columns and "email" not in columns:
        columns[columns.index("number")] = "name"
    return tuple(columns)


def _is_a_count(cells: Sequence[str]) -> bool:
    """Whether a column holds 1, 2, 3 and so on: line numbers and not students' numbers."""
    return len(cells) > 1 and cells == [str(each) for each in range(1, len(cells) + 1)]


def _settled(heads: Sequence[str], found: list[str], below: Sequence[Row]) -> list[str]:
    """Settles headings whose meaning depends on the other columns."""
    columns = list(found)
    if _is_canvas(heads):
        columns = ["lms_id" if head == "id" else column for head, column in zip(heads, columns, strict=True)]
    elif "number" not in columns and "id" in heads:
        columns[heads.index("id")] = "number"
    if not ("given" in columns and "family" in columns):
        for at, head in enumerate(heads):
            if head in ALONE_A_NAME and "name" not in columns:
                columns[at] = "name"
    if "identifier" in heads:
        at = heads.index("identifier")
        if all("@" in row[at] for row in below if len(row) > at and row[at]):
            columns[at] = "email"
    if "given" in columns and "family" in columns:
        columns = ["" if column == "name" else column for column in columns]
    return columns


def _is_canvas(heads: Sequence[str]) -> bool:
    return any("sis" in head.split() and len(head.split()) > 1 for head in heads)


def _system(heads: Sequence[str]) -> str:
    if _is_canvas(heads):
        return "Canvas"
    if "github username" in heads:
        return "GitHub Classroom"
    if "last access" in heads or "child course id" in heads:
        return "Blackboard"
    found = {KNOWN.get(head) for head in heads}
    return "Moodle" if {"given", "family"} <= found else ""


def people_of(rows: Sequence[tuple[int, Row]], layout: Layout) -> list[Person]:
    """Each row below the head as a person, or as a row with a problem. Rows that are no people are left out."""
    return [each for each in _judged(rows, layout) if isinstance(each, Person)]


def left_out(rows: Sequence[tuple[int, Row]], layout: Layout) -> list[NoPerson]:
    """The rows that `people_of` leaves out, each with the reason."""
    above = rows[: layout.head_at] if layout.has_head else []
    titles = [NoPerson(line, _together(row), "stands above the names of the columns") for line, row in above]
    return titles + [each for each in _judged(rows, layout) if isinstance(each, NoPerson)]


def _together(row: Row) -> str:
    return ", ".join(cell for cell in row if cell)[:60]


def _judged(rows: Sequence[tuple[int, Row]], layout: Layout) -> Iterator[Person | NoPerson]:
    body = rows[layout.head_at + 1 :] if layout.has_head else rows
    for line, row in body:
        cells = {column: row[at] for at, column in enumerate(layout.columns) if column and at < len(row)}
        told = _together(row)
        why = _no_person(row, cells, layout, len(body))
        if why:
            yield NoPerson(line, told, why)
            continue
        name, number, email = _identity(cells)
        if not name:
            yield Person(line, problem=f"there is no name beside {told!r}")
            continue
        yield Person(
            line,
            name[:120],
            number[:60],
            email[:254],
            cells.get("login", "")[:120],
            cells.get("lms_id", "")[:60],
            cells.get("section", "")[:200],
        )


def _identity(cells: Mapping[str, str]) -> tuple[str, str, str]:
    """Name, number and address. An address in the number column is taken as an address, a name there as a name. A
    person without a name is called by address or login until somebody corrects it."""
    name, number, email = _name(cells), cells.get("number", ""), cells.get("email", "")
    if not email and "@" in number:
        number, email = "", number
    if not name and number and not any(map(str.isdigit, number)) and " " in number:
        name, number = turned(number), ""
    email = _address(email)
    return name or email or cells.get("login", ""), number, email


def _name(cells: Mapping[str, str]) -> str:
    if cells.get("name"):
        return turned(cells["name"])
    return f"{cells.get('given', '')} {cells.get('family', '')}".strip()


def _address(cell: str) -> str:
    """The address of `Ada <ADA@X.example>` or `mailto:ada@x.example`, in small letters."""
    bare = cell.removeprefix("mailto:")
    return (parseaddr(bare)[1] if "<" in bare else bare).lower()


def _no_person(row: Row, cells: Mapping[str, str], layout: Layout, people: int) -> str:
    """Why a row is no student, or ""."""
    name, first = folded(_name(cells)), folded(next((cell for cell in row if cell), ""))
    if name.startswith(NOT_PEOPLE):
        return "is the row of the points"
    known_by = [cells.get(field, "") for field in ("email", "login", "lms_id")]
    number = cells.get("number", "")
    if layout.system == "Canvas":
        if not any((number, *known_by)):
            return "is the row of the points"
        if not number and set(name.split()) & TEST and all(word in TEST or word in KNOWN for word in name.split()):
            return "is the test student of Canvas"
    counted = not number or (number.isdigit() and len(number) < 5 and int(number) <= people)
    if counted and not any(known_by) and (_sums_up(name) or (_sums_up(first) and not _has_letters(name))):
        return "sums up the others"
    return ""


def _sums_up(text: str) -> bool:
    """`Total`, `Total students: 40`: and not `Suma Devi`."""
    words = text.split()
    return bool(set(words) & SUMS) and all(word in SUMS or word in BESIDE_SUMS or word.isdigit() for word in words)


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))
