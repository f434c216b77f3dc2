"""DBML: tables, references and notes, by pydbml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydbml.database import Database
from pydbml.parser.parser import PyDBMLParser
from pyparsing import ParseBaseException

from designs.document.kinds import KIND_NAMES
from designs.document.limits import MAX_ENTITIES
from designs.exchange.keys import Group
from designs.exchange.lengths import refuse_longer
from designs.exchange.problems import Imported, ImportFailedError, Warnings
from designs.exchange.tables import Tables

# The library's parser takes about a second for 100,000 characters, and recurses into brackets.
MAX_CHARACTERS = 200_000
MOST_WORDS = 15_000
QUOTED = re.compile(r"'''(?:[^']++|'(?!''))*+'''|'(?:[^'\\\n]|\\.)*+'")
MAX_LINE = 2_000
# A few characters use a whole partial table again.
MAX_LINES_OF_PARTIALS = 3_000
STORED = re.compile(r"Stored in: ([^.]{1,60})(?:\. |$)")
STORES: dict[str, str] = {name: kind for kind, name in KIND_NAMES.items()}
# Newer parts of the language that the library does not support.
CHECK = re.compile(r"(,[ \t]*)?\bcheck[ \t]*:[ \t]*`[^`\n]*`([ \t]*,)?", re.IGNORECASE)
# Marks inside a quoted name confuse the library, and so does every letter outside ASCII, quoted or not:
# such names are replaced by plain ones while it reads.
NAMES = re.compile(
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|//[^\n]*"
    r"|\"(?P<quoted>[^\"\n]*)\"|(?P<bare>(?:\w|[^\x00-\x7f\s])+)"
)
PLAIN = re.compile(r"\w*", re.ASCII)
STAND_IN = re.compile(r"marked_name_(\d+)_")
EMPTY_SETTINGS = re.compile(r"\[[ \t]*\]$", re.MULTILINE)
NO_SETTINGS = re.compile(r"\[[ \t]*\](?=[ \t]*\{)")  # which the library does not accept
GROUP_SETTINGS = re.compile(r"^([^\S\n]*+tablegroup\s++[^\s\[{]++\s*+)\[[^\]{}]*+\]", re.IGNORECASE | re.MULTILINE)
UNKNOWN = (
    ("sticky note", re.compile(r"^note\s++\w++\s*+(?:\[[^\]{}]*+\])?\s*+\{[^{}]*+\}", re.IGNORECASE | re.MULTILINE)),
    ("block of records", re.compile(r"^[^\S\n]*+records\b[^{}\n]*+\{[^{}]*+\}", re.IGNORECASE | re.MULTILINE)),
    ("block of checks", re.compile(r"^[^\S\n]*+checks\s*+\{(?:`[^`]*`|[^`{}])*+\}", re.IGNORECASE | re.MULTILINE)),
    (
        "import of another file",
        re.compile(r"^[^\S\n]*+(?:re)?use\b(?:[^\n{]*+\{[^{}]*+\})?[^\n]*from[^\n]*$", re.IGNORECASE | re.MULTILINE),
    ),
)


def read(text: str) -> Imported:
    if len(text) > MAX_CHARACTERS:
        raise ImportFailedError(f"the DBML is larger than {MAX_CHARACTERS:,} characters")
    refuse_longer(QUOTED.sub("text", text), MOST_WORDS, "DBML")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise ImportFailedError(f"the line is longer than {MAX_LINE:,} characters", line=number)
    if (count := len(re.findall(r"^[^\S\n]*+table\b", text, re.IGNORECASE | re.MULTILINE))) > MAX_ENTITIES:
        raise ImportFailedError(f"there are {count:,} tables; a design holds {MAX_ENTITIES:,}")
    warnings = Warnings()
    text = _without_unknown(text, warnings)
    text, lines = _by_lines(text, warnings)
    names: dict[str, int] = {}
    text = NAMES.sub(lambda found: _stand_in(found, names), text)
    try:
        database = _Parser(text).parse()
    except ParseBaseException as error:
        near = _put_back(error.line.strip(), list(names))[:40]
        number = lines[min(error.lineno, len(lines)) - 1]
        raise ImportFailedError(f"this is not DBML near {near!r}", line=number) from None
    except RecursionError:
        raise ImportFailedError("brackets are nested too deep") from None
    except Exception as error:
        said = _put_back(str(error), list(names))[:200]
        raise ImportFailedError(f"this DBML does not fit together: {said}") from None
    return _Reader(database, warnings, list(names)).read()


class _New(list[Any]):
    """What the library has built. It asks of each part whether an equal one is there, and so compares each with all
    before it, attribute by attribute; names that come twice it finds by itself."""

    def __contains__(self, _part: object) -> bool:
        return False


class _Parser(PyDBMLParser):  # type: ignore[misc]
    @property
    def database(self) -> Database | None:
        return self._database

    @database.setter
    def database(self, made: Database | None) -> None:
        if made is not None:
            made.tables, made.refs, made.enums = _New(), _New(), _New()
            made.table_groups, made.sticky_notes = _New(), _New()
        self._database = made


def _without_unknown(text: str, warnings: Warnings) -> str:
    for noun, pattern in UNKNOWN:
        text, count = pattern.subn(_blank, text)
        if count:
            warnings.lost(noun, "a design has no place for {them}", count=count)
    text, count = CHECK.subn(lambda found: "," if found[1] and found[2] else "", text)
    if count:
        warnings.lost("check", "a design has no place for {them}", count=count)
    text = GROUP_SETTINGS.sub(lambda found: found[1] + "\n" * found[0][len(found[1]) :].count("\n"), text)
    text = NO_SETTINGS.sub("", text)
    return EMPTY_SETTINGS.sub("", text) if count else text


PARTIAL = re.compile(r"\s*TablePartial\s++(\w++|\"[^\"\n]*\")[^{\n]*\{(.*)$", re.IGNORECASE)
PARTIAL_USED = re.compile(r"\s*~\s*(\w++|\"[^\"\n]*\")\s*$")
CLOSING = re.compile(r"(?P<quoted>'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|\"[^\"\n]*\"|//.*)|(?P<bracket>[{}])")


def _by_lines(text: str, warnings: Warnings) -> tuple[str, list[int]]:
    """The text as the library needs it, and for each line its line in the original.

    A closing bracket is on a line of its own, and columns of a partial table are written into the tables that use it.
    """
    partials: dict[str, list[tuple[int, str]]] = {}
    found: list[tuple[int, str]] = []
    inside, depth = "", 0
    for number, line in _with_brackets_apart(text):
        if inside:
            depth += 0 if _is_in_one(line) else (line.strip() == "}") * -1 + line.rstrip().endswith("{")
            if depth:
                partials[inside].append((number, line))
            else:
                inside = ""
        elif partial := PARTIAL.match(line):
            name, rest = partial[1].strip('"'), partial[2].rstrip()
            inside, depth = "" if rest.endswith("}") else name, 1
            partials[name] = [(number, rest.removesuffix("}"))]
        else:
            found.append((number, line))
    lines: list[tuple[int, str]] = []
    of_partials = 0
    for number, line in found:
        used = PARTIAL_USED.match(line)
        if used is None:
            lines.append((number, line))
        elif used[1].strip('"') in partials:
            partial_lines = partials[used[1].strip('"')]
            of_partials += len(partial_lines)
            lines += partial_lines
        else:
            warnings.lost("partial table", "{they} stood in another file", name=used[1])
        if of_partials > MAX_LINES_OF_PARTIALS:
            raise ImportFailedError(
                f"partial tables add more than {MAX_LINES_OF_PARTIALS:,} lines to the others", line=number
            )
    return "\n".join(line for _, line in lines), [number for number, _ in lines] or [1]


def _is_in_one(line: str) -> bool:
    return "{" in line and line.rstrip().endswith("}")


def _with_brackets_apart(text: str) -> Iterator[tuple[int, str]]:
    is_in_text = False
    for number, line in enumerate(text.split("\n"), 1):
        was_in_text = is_in_text
        is_in_text ^= line.count("'''") % 2 == 1
        brackets = [each for each in CLOSING.finditer(line) if each["bracket"]] if "}" in line else []
        if was_in_text or is_in_text or not brackets:
            yield number, line
            continue
        cuts = [each.end() if each[0] == "{" else each.start() for each in brackets]
        pieces = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
        yield from ((number, each) for each in pieces if each.strip())


def _stand_in(found: re.Match[str], names: dict[str, int]) -> str:
    name = found["quoted"] or found["bare"] or ""
    if PLAIN.fullmatch(name):
        return found[0]
    return f'"marked_name_{names.setdefault(name, len(names))}_"'


def _put_back(text: str, names: list[str]) -> str:
    """Puts the original names back in place of the replacements."""
    return STAND_IN.sub(lambda found: names[int(found[1])] if int(found[1]) < len(names) else "", text)


def _blank(found: re.Match[str]) -> str:
    """Blanks the text out, so that lines keep their numbers."""
    return "\n" * found[0].count("\n")


class _Reader:
    def __init__(self, database: Any, warnings: Warnings, names: list[str]) -> None:
        self.database, self.tables, self.names = database, Tables(), names
        self.tables.warnings = self.tables.draft.warnings = warnings

    def read(self) -> Imported:
        project = self.database.project
        self.tables.title = self._called(str(project.name)) if project else ""
        enums = {
            (name := self._called(each.name)): self.tables.draft.choices(
                (self._called(item.name) for item in each.items), name
            )
            for each in self.database.enums
        }
        for table in self.database.tables:
            note, store = _stored(self._note(table))
            self.tables.entity(self._key(table), self._name(table), note=note, store=store)
            for column in table.columns:
                self._column(table, column, enums)
            for index in table.indexes:
                self._index(table, index)
        for reference in self.database.refs:
            self._reference(reference)
        for group in self.database.table_groups:
            self.tables.warnings.lost(
                "table group", "a design has no place for {them}", name=self._called(str(group.name))
            )
        return self.tables.imported(nothing="there is no table in it")

    def _key(self, table: Any) -> str:
        return f"{table.schema}.{table.name}"

    def _called(self, text: str) -> str:
        return _put_back(text, self.names)

    def _name(self, table: Any) -> str:
        name = table.name if table.schema in ("", "public") else f"{table.schema}.{table.name}"
        return self._called(name)

    def _note(self, item: Any) -> str:
        return self._called(str(item.note.text)) if item.note else ""

    def _column(self, table: Any, column: Any, enums: dict[str, str]) -> None:
        typed = self._called(str(getattr(column.type, "name", column.type)))
        keys = self.tables.keys(self._key(table))
        if column.pk:
            keys.primary.append(column.name)
        if column.unique and not column.pk:
            keys.unique.append(Group([column.name]))
        optional = True if not column.not_null and not column.pk else None
        self.tables.field(
            self._key(table),
            column.name,
            self._called(column.name),
            type=enums.get(typed, typed),
            optional=optional,
            note=self._note(column),
        )
        if column.default is not None:
            name = self._called(f"{table.name}.{column.name}")
            self.tables.warnings.lost("default", "a design has no place for {them}", name=name)

    def _index(self, table: Any, index: Any) -> None:
        keys = self.tables.keys(self._key(table))
        names = [each.name for each in index.subjects if hasattr(each, "name")]
        group = Group(names, self.tables.draft.name(self._called(str(index.name or ""))))
        if index.pk:
            keys.primary += names
        else:
            (keys.unique if index.unique else keys.indexes).append(group)

    def _reference(self, reference: Any) -> None:
        left, right = list(reference.col1), list(reference.col2)
        if reference.type == "<>":
            name = self._called(f"{left[0].table.name} – {right[0].table.name}")
            self.tables.warnings.lost("reference", "many to many needs an entity between", name=name)
            return
        holders, targets = (right, left) if reference.type == "<" else (left, right)
        if reference.on_delete or reference.on_update:
            name = self._called(f"{holders[0].table.name} – {targets[0].table.name}")
            self.tables.warnings.lost("rule of a reference", "a design says what refers to what", name=name)
        for column in holders:
            self.tables.refer(self._key(column.table), column.name, self._key(targets[0].table))


def _stored(note: str) -> tuple[str, str]:
    """Our own export writes the store in front of the note."""
    found = STORED.match(note)
    store = STORES.get(found[1], "") if found else ""
    return (note[found.end() :], store) if found and store else (note, "sql")
