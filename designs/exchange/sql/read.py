"""CREATE TABLE and what completes it (ALTER TABLE, CREATE INDEX, COMMENT ON), of common dialects, to entities."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, SqlglotError

from designs.document.schema import blank
from designs.exchange.drafts import Draft, filled
from designs.exchange.names import new_ids
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.sql.statements import Statement, statements
from designs.exchange.types import common_type

# The parser logs what it does not know; here that becomes a remark or an error of the import.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
DIALECTS = (
    ("mysql", re.compile(r"`|\bAUTO_INCREMENT\b|\bENGINE\s*=", re.IGNORECASE)),
    ("tsql", re.compile(r"\[[A-Z_]\w*\]\s?(?:\.\s?\[|[(,\n])|\bIDENTITY\s?\(|^GO$", re.IGNORECASE | re.MULTILINE)),
    ("sqlite", re.compile(r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b", re.IGNORECASE)),
)
DEFAULT_DIALECT = "postgres"
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*")
MAX_BYTES = 1_000_000
COLUMNS = (exp.Column, exp.Identifier)
RANKS = {"": 0, "index": 1, "unique": 2, "primary": 3}


@dataclass
class _Column:
    name: str
    type: str = ""
    key: str = ""
    optional: bool = True
    references: str = ""
    note: str = ""


@dataclass
class _Table:
    name: str
    line: int
    columns: dict[str, _Column] = field(default_factory=dict)
    note: str = ""
    has_unique: bool = False


def read(text: str) -> Imported:
    if len(text) > MAX_BYTES:
        raise ImportFailedError(f"the SQL is larger than {MAX_BYTES:,} characters; leave its data out")
    dialect = _dialect(text)
    reader = _Reader(dialect)
    for statement in statements(text, dialect, reader.draft.warnings):
        reader.take(statement)
    if not reader.tables:
        raise ImportFailedError("there is no CREATE TABLE statement in it")
    document = {**blank(), "data_model": {"entities": reader.entities()}}
    return Imported(document=checked(document), warnings=reader.draft.warnings.all())


def _dialect(text: str) -> str:
    """By what only one of them writes, outside of quotes and comments."""
    if "PostgreSQL" in text[:400]:
        return DEFAULT_DIALECT
    bare = QUOTED.sub(" ", text)
    return next((name for name, hint in DIALECTS if hint.search(bare)), DEFAULT_DIALECT)


class _Reader:
    def __init__(self, dialect: str) -> None:
        self.dialect, self.draft = dialect, Draft()
        self.tables: dict[str, _Table] = {}

    def take(self, statement: Statement) -> None:
        parsed = self._parsed(statement)
        if isinstance(parsed, exp.Create) and parsed.kind == "TABLE":
            self._create_table(parsed, statement.line)
        elif isinstance(parsed, exp.Create) and parsed.kind == "INDEX":
            self._create_index(parsed)
        elif isinstance(parsed, exp.Alter):
            if table := self._table(parsed.this):
                self._constraints(table, _added(parsed))
            else:
                self.draft.warnings.add(f"Line {statement.line}: there is no table {parsed.this.name!r} to alter.")
        elif isinstance(parsed, exp.Comment):
            self._comment(parsed)
        elif statement.kind == "CREATE TABLE":
            raise ImportFailedError(f"this cannot be read: {statement.text[:60]!r}…", line=statement.line)
        else:
            self.draft.warnings.add(f"Line {statement.line}: {statement.text[:40]!r}… was left out.")

    def entities(self) -> dict[str, Any]:
        ids = new_ids()
        known = {key: ids.give(table.name) for key, table in self.tables.items()}
        return {
            known[key]: filled(
                name=self.draft.name(table.name),
                note=self.draft.text(table.note),
                fields=self._fields(table, known),
                store="sql",
                order=number,
            )
            for number, (key, table) in enumerate(self.tables.items(), 1)
        }

    def _fields(self, table: _Table, known: Mapping[str, str]) -> dict[str, Any]:
        ids = new_ids()
        found = {}
        for number, column in enumerate(table.columns.values(), 1):
            target = known.get(column.references, "")
            if column.references and not target:
                self.draft.warnings.add(f"{table.name}.{column.name} refers to {column.references}, which is not here.")
            found[ids.give(column.name)] = filled(
                name=self.draft.name(column.name),
                type=self.draft.name(column.type),
                key=column.key,
                references=target,
                optional=True if column.optional and column.key != "primary" else None,
                note=self.draft.text(column.note),
                order=number,
            )
        return found

    def _parsed(self, statement: Statement) -> exp.Expr:
        try:
            parsed = parse_one(statement.text, dialect=self.dialect)
            if isinstance(parsed, exp.Command) and statement.definition:
                # An option after the columns that the parser does not know.
                return parse_one(statement.definition, dialect=self.dialect)
            return parsed
        except ParseError as error:
            detail = error.errors[0] if error.errors else {}
            near = str(detail.get("highlight") or "").strip()[:40]
            message = str(detail.get("description") or "this cannot be read").rstrip(".")
            line = statement.line + int(detail.get("line") or 1) - 1
            raise ImportFailedError(f"{message} near {near!r}" if near else message, line=line) from None
        except RecursionError:
            raise ImportFailedError("the statement is nested too deep", line=statement.line) from None
        except SqlglotError as error:
            raise ImportFailedError(str(error).split("\n")[0], line=statement.line) from None

    def _create_table(self, parsed: exp.Create, line: int) -> None:
        schema = parsed.this
        if not isinstance(schema, exp.Schema):
            self.draft.warnings.add(f"Line {line}: a table made of a query or of another one has no columns to read.")
            return
        table, key = _Table(schema.this.name, line), self._key(schema.this)
        if (first := self.tables.get(key)) is not None:
            if parsed.args.get("exists"):
                return
            raise ImportFailedError(f"the table {table.name!r} was already made on line {first.line}", line=line)
        self.tables[key] = table
        for each in schema.expressions:
            if isinstance(each, exp.ColumnDef):
                self._column(table, each)
            elif isinstance(each, exp.Identifier):
                table.columns.setdefault(self._key(each), _Column(each.name))
        self._constraints(table, (each for each in schema.expressions if not isinstance(each, exp.ColumnDef)))
        properties = parsed.args.get("properties")
        for each in properties.expressions if properties else []:
            if isinstance(each, exp.SchemaCommentProperty):
                table.note = each.this.name

    def _column(self, table: _Table, parsed: exp.ColumnDef) -> None:
        column = _Column(parsed.name, self._type(parsed.args.get("kind")))
        key = self._key(parsed)
        table.columns[key] = column
        for constraint in parsed.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.PrimaryKeyColumnConstraint):
                self._mark(table, [key], "primary")
            elif isinstance(kind, exp.NotNullColumnConstraint):
                column.optional = bool(kind.args.get("allow_null"))
            elif isinstance(kind, exp.UniqueColumnConstraint):
                self._unique(table, [key])
            elif isinstance(kind, exp.Reference):
                column.references = self._target(kind)
            elif isinstance(kind, exp.CommentColumnConstraint):
                column.note = kind.this.name

    def _type(self, kind: exp.Expr | None) -> str:
        if kind is None:
            return ""
        typed = kind.sql(dialect=self.dialect)
        typed = typed if "'" in typed else typed.lower()
        bare, lists = re.sub(r"(\[\d*\])+$", "", typed), typed.count("[")
        name, size = common_type(bare)
        chosen = name if name and not size else bare
        return "list<" * lists + chosen + ">" * lists

    def _constraints(self, table: _Table, given: Iterable[exp.Expr]) -> None:
        for each in given:
            if isinstance(each, exp.Constraint):
                self._constraints(table, each.expressions)
                self._clustered(table, each.expressions)
            elif isinstance(each, exp.PrimaryKey):
                self._mark(table, self._keys(each.expressions), "primary")
            elif isinstance(each, exp.ForeignKey):
                self._foreign(table, each)
            elif isinstance(each, exp.UniqueColumnConstraint):
                self._unique(table, self._keys(each.this.expressions if isinstance(each.this, exp.Schema) else []))
            elif isinstance(each, exp.IndexColumnConstraint):
                self._mark(table, self._keys(each.expressions), "index")

    def _clustered(self, table: _Table, parts: Iterable[exp.Expr]) -> None:
        """SQL Server's way: `PRIMARY KEY CLUSTERED (Id ASC)`."""
        is_primary = any(isinstance(each, exp.PrimaryKeyColumnConstraint) for each in parts)
        for each in parts:
            if isinstance(each, (exp.ClusteredColumnConstraint, exp.NonClusteredColumnConstraint)):
                columns = each.this if isinstance(each.this, list) else [each.this]
                names = self._keys(column for column in columns if isinstance(column, exp.Expr))
                if is_primary:
                    self._mark(table, names, "primary")
                else:
                    self._unique(table, names)

    def _foreign(self, table: _Table, foreign: exp.ForeignKey) -> None:
        reference = foreign.args.get("reference")
        if not isinstance(reference, exp.Reference):
            return
        for name in self._keys(foreign.expressions):
            if column := table.columns.get(name):
                column.references = self._target(reference)

    def _unique(self, table: _Table, names: list[str]) -> None:
        """A design knows one unique key an entity; more of them are told as indexes."""
        if table.has_unique:
            self.draft.warnings.add(f"{table.name} has several unique keys; all but the first became indexes.")
        self._mark(table, names, "index" if table.has_unique else "unique")
        table.has_unique = True

    def _mark(self, table: _Table, names: list[str], key: str) -> None:
        for name in names:
            column = table.columns.get(name)
            if column and RANKS[column.key] < RANKS[key]:
                column.key = key

    def _create_index(self, parsed: exp.Create) -> None:
        index = parsed.this
        table = self._table(index.args.get("table"))
        params = index.args.get("params")
        if table is None or params is None:
            return
        names = self._keys(params.args.get("columns") or [])
        if parsed.args.get("unique"):
            self._unique(table, names)
        else:
            self._mark(table, names, "index")

    def _comment(self, parsed: exp.Comment) -> None:
        said = parsed.expression.name if parsed.expression else ""
        target = parsed.this
        if isinstance(target, exp.Column):
            table = self._table(target.args.get("table"))
            if table and (column := table.columns.get(self._key(target))):
                column.note = said
        elif table := self._table(target):
            table.note = said

    def _table(self, named: exp.Expr | None) -> _Table | None:
        return self.tables.get(self._key(named)) if named is not None else None

    def _target(self, reference: exp.Reference) -> str:
        table = reference.find(exp.Table)
        return self._key(table) if table is not None else ""

    def _keys(self, expressions: Iterable[exp.Expr]) -> list[str]:
        columns = (each if isinstance(each, COLUMNS) else each.find(*COLUMNS) for each in expressions)
        return [self._key(column) for column in columns if column is not None]

    def _key(self, named: exp.Expr) -> str:
        """What the database compares: in PostgreSQL case counts between quotes, elsewhere nowhere."""
        identifier = named if isinstance(named, exp.Identifier) else named.this
        is_exact = self.dialect == DEFAULT_DIALECT and isinstance(identifier, exp.Identifier) and identifier.quoted
        return named.name if is_exact else named.name.casefold()


def _added(alter: exp.Alter) -> Iterable[exp.Expr]:
    for action in alter.args.get("actions") or []:
        if isinstance(action, exp.AddConstraint):
            yield from action.expressions
