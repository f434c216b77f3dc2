"""Reads CREATE TABLE and the statements that complete it (ALTER TABLE, CREATE INDEX, COMMENT ON), of common dialects,
into entities.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, SqlglotError

from designs.document.schema import blank
from designs.exchange.drafts import Draft, filled
from designs.exchange.keys import FoundKeys, Group, said_indexes
from designs.exchange.names import new_ids
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.sql.statements import Statement, statements, taken_apart
from designs.exchange.sql.write import AS_TYPED, REFERS
from designs.exchange.types import common_type

# The parser logs statements that it does not know; here they become a remark or an error of the import.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
DIALECTS = (
    ("mysql", re.compile(r"`|\bAUTO_INCREMENT\b|\bENGINE\s*=", re.IGNORECASE)),
    ("tsql", re.compile(r"\[[A-Z_]\w*\]\s?(?:\.\s?\[|[(,\n])|\bIDENTITY\s?\(|^GO$", re.IGNORECASE | re.MULTILINE)),
    ("oracle", re.compile(r"\bN?VARCHAR2\b|\bNUMBER\s*\(", re.IGNORECASE)),
    ("sqlite", re.compile(r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b", re.IGNORECASE)),
    ("mysql", re.compile(r"\bUNSIGNED\b|\b(?:TINY|MEDIUM|LONG)TEXT\b|\bMEDIUMINT\b", re.IGNORECASE)),
)
DEFAULT_DIALECT = "postgres"
TRIED = re.compile(r"\b(?:NON)?CLUSTERED\b|\bVIRTUAL\b|\bPERSISTED\b", re.IGNORECASE)
FIRST_WORDS = re.compile(r"\s*((?:\"[^\"]+\"|\[[^\]]+\]|`[^`]+`|[\w$]+)\s+[\w$]+(?:\s?\([^()]*\))?)")
ENUM = re.compile(r"\benum\s?\(", re.IGNORECASE)
AFTER_TYPE = frozenset({"DEFAULT", "NOT", "NULL", "CHECK", "COLLATE", "CONSTRAINT"})
LISTS = re.compile(r"(?<!\])(?:\[\d*+\])+$")
LITERAL = re.compile(r"'((?:[^']|'')*)'")
# Properties of a column that a design cannot hold.
LOST: dict[type[Any], str] = {
    exp.DefaultColumnConstraint: "default",
    exp.CheckColumnConstraint: "check",
    exp.GeneratedAsIdentityColumnConstraint: "",
    exp.ComputedColumnConstraint: "rule of a generated column",
    exp.GeneratedAsRowColumnConstraint: "rule of a generated column",
    exp.CollateColumnConstraint: "collation",
}
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*")
MAX_BYTES = 1_000_000
MAX_ALL_COLUMNS = 20_000  # of all tables with those that they copy; more than a design of a megabyte holds
MAX_STEPS = 2_000_000  # each renaming goes through the columns and indexes of its table
COLUMNS = (exp.Column, exp.Identifier)
# Comments that our own export writes beside a column for facts that SQL cannot express.
SAID_TYPE = re.compile(rf"\s*{AS_TYPED}(.*)")
SAID_REFERENCE = re.compile(rf"\s*{REFERS.format('(.*)')}\s*")


@dataclass
class _Column:
    name: str
    type: str = ""
    optional: bool = True
    references: str = ""
    note: str = ""


@dataclass
class _Table:
    name: str
    line: int
    columns: dict[str, _Column] = field(default_factory=dict)
    note: str = ""
    keys: FoundKeys = field(default_factory=FoundKeys)
    schema: str = ""
    called: dict[str, None] = field(default_factory=dict)  # its keys, in order: a renamed table has several


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
    """Detects the dialect by syntax that only one of them has, outside of quotes and comments."""
    if "PostgreSQL" in text[:400]:
        return DEFAULT_DIALECT
    bare = QUOTED.sub(" ", text)
    return next((name for name, hint in DIALECTS if hint.search(bare)), DEFAULT_DIALECT)


class _Reader:
    def __init__(self, dialect: str) -> None:
        self.dialect, self.draft = dialect, Draft()
        self.warnings = self.draft.warnings
        self.tables: dict[str, _Table] = {}
        self.bare: dict[str, dict[str, None]] = {}
        self.columns_left, self.steps_left = MAX_ALL_COLUMNS, MAX_STEPS
        self.enums: dict[str, str] = {}
        self.needed_domains: set[str] = set()
        self.older: set[str] = set()

    def take(self, statement: Statement) -> None:
        if statement.kind == "CREATE TYPE":
            self._create_type(statement)
            return
        if statement.kind == "CREATE DOMAIN":
            self._create_domain(statement)
            return
        parsed = self._parsed(statement)
        if isinstance(parsed, exp.Create) and parsed.kind == "TABLE":
            self._create_table(parsed, statement.line)
        elif isinstance(parsed, exp.Create) and parsed.kind == "INDEX":
            self._create_index(parsed)
        elif isinstance(parsed, exp.Alter):
            self._alter(parsed)
        elif isinstance(parsed, exp.Drop):
            self._drop_tables(parsed)
        elif isinstance(parsed, exp.Comment):
            self._comment(parsed)
        elif statement.kind == "CREATE TABLE":
            raise ImportFailedError(f"this cannot be read: {statement.text[:60]!r}…", line=statement.line)
        else:
            self.warnings.lost(
                "statement", "this part of SQL is not read", name=f"line {statement.line}: {statement.text}"
            )

    def _alter(self, parsed: exp.Alter) -> None:
        table = self._table(parsed.this)
        if table is None:
            self.warnings.lost("ALTER statement", "the table is not here", name=parsed.this.name)
            return
        for action in parsed.args.get("actions") or []:
            change = CHANGES.get(type(action))
            if change is None or not change(self, table, action):
                self.warnings.lost("change of a table", "this kind is not read", name=f"{table.name}: {action.sql()}")

    def _drop_tables(self, parsed: exp.Drop) -> None:
        """A dump drops tables before it makes them; only a migration drops those that are here."""
        for each in parsed.args.get("tables") or []:
            gone = self._table(each)
            for key in gone.called if gone else ():
                self.older.discard(key)
                self.bare[_plain_key(key)].pop(key)
                del self.tables[key]

    def _add_column(self, table: _Table, action: exp.ColumnDef) -> bool:
        if not (action.args.get("exists") and self._key(action) in table.columns):
            self._column(table, action)
        return True

    def _add_constraint(self, table: _Table, action: exp.AddConstraint) -> bool:
        self._constraints(table, action.expressions)
        return True

    def _add_columns(self, table: _Table, action: exp.Schema) -> bool:
        for each in action.expressions:
            if isinstance(each, exp.ColumnDef):
                self._column(table, each)
        return True

    def _drop(self, table: _Table, action: exp.Drop) -> bool:
        if action.args.get("kind") != "COLUMN":
            return False
        for each in action.args.get("tables") or []:
            table.columns.pop(self._key(each), None)
        return True

    def _modify(self, table: _Table, action: exp.ModifyColumn) -> bool:
        """MySQL's MODIFY and CHANGE redefine the whole column."""
        old = action.args.get("rename_from")
        was = table.columns.get(self._key(old if old is not None else action.this))
        if was is None:
            return False
        if old is not None:
            self._put_name(table, self._key(old), action.this.this)
        self._column(table, action.this)
        column = table.columns[self._key(action.this)]
        column.references = column.references or was.references
        return True

    def _rename_table(self, table: _Table, action: exp.AlterRename) -> bool:
        self.older.update(table.called)
        table.name = action.this.name
        key = self._table_key(action.this)
        self._call(table, key)
        self.older.discard(key)
        return True

    def _call(self, table: _Table, key: str) -> None:
        """The table gets the key, which may have belonged to another one."""
        if key in self.tables:
            self.tables[key].called.pop(key)
        self.tables[key] = table
        table.called[key] = None
        self.bare.setdefault(_plain_key(key), {})[key] = None

    def _rename(self, table: _Table, action: exp.RenameColumn) -> bool:
        self._put_name(table, self._key(action.this), action.args["to"])
        return True

    def _put_name(self, table: _Table, old: str, new: exp.Expr) -> None:
        self.steps_left -= len(table.columns) + len(table.keys.unique) + len(table.keys.indexes)
        if self.steps_left < 0:
            raise ImportFailedError(f"the columns of {table.name} are renamed too often", line=table.line)
        if old in table.columns:
            table.columns[old].name = new.name
            table.keys = table.keys.renamed(old, self._key(new))
        table.columns = {self._key(new) if key == old else key: column for key, column in table.columns.items()}

    def _alter_column(self, table: _Table, action: exp.AlterColumn) -> bool:
        column = table.columns.get(self._key(action.this))
        if column is None:
            return False
        if action.args.get("dtype") is not None:
            column.type = self._type(action.args["dtype"])
        if action.args.get("allow_null") is not None:
            column.optional = bool(action.args["allow_null"])
        if action.args.get("default") is not None:
            self.warnings.lost("default", "a design has no place for {them}", name=f"{table.name}.{column.name}")
        return True

    def _create_type(self, statement: Statement) -> None:
        """`CREATE TYPE mood AS ENUM ('sad', 'ok')`: columns of this type list its values."""
        words = [token.text for token in statement.tokens]
        values = _in_enum(re.sub(r"\s+", " ", statement.text))
        if values is None or len(words) < 4:
            self.warnings.lost("type", "a design has types of its own", name=words[2] if len(words) > 2 else "")
            return
        name = words[words.index(".") + 1] if "." in words[:5] else words[2]
        self.enums[name.casefold()] = self.draft.choices(_choices(values), name)

    def _create_domain(self, statement: Statement) -> None:
        """`CREATE DOMAIN price AS numeric(12,2) NOT NULL CHECK (...)`: columns of this type have its base type."""
        words = [token.text.upper() for token in statement.tokens]
        at = 4 if words[3:4] == ["."] else 2
        begin = at + 1 + (words[at + 1 : at + 2] == ["AS"])
        end = next((place for place in range(begin, len(words)) if words[place] in AFTER_TYPE), len(words))
        if end <= begin:
            self.warnings.lost("domain", "it names no type", name=statement.text)
            return
        name = statement.tokens[at].text
        typed = statement.source[statement.tokens[begin].start : statement.tokens[end - 1].end + 1]
        self.enums[name.casefold()] = self._type(self._built(typed)) or typed
        is_needed = any(words[place : place + 2] == ["NOT", "NULL"] for place in range(end, len(words)))
        if is_needed or _plain(typed) in self.needed_domains:
            self.needed_domains.add(name.casefold())
        for word, noun in (("DEFAULT", "default"), ("CHECK", "check"), ("COLLATE", "collation")):
            if word in words[end:]:
                self.warnings.lost(noun, "a design has no place for {them}", name=name)

    def _built(self, typed: str) -> exp.Expr | None:
        try:
            return exp.DataType.build(typed, dialect=self.dialect, udt=True)
        except (SqlglotError, ValueError):
            return None

    def entities(self) -> dict[str, Any]:
        ids = new_ids()
        # A renamed table is known under both names.
        tables = {key: table for key, table in self.tables.items() if key not in self.older}
        counts = Counter(table.name for table in tables.values())
        called = {
            key: f"{table.schema}.{table.name}" if counts[table.name] > 1 and table.schema else table.name
            for key, table in tables.items()
        }
        known = {key: ids.give(called[key]) for key in tables}
        shown = {id(table): known[key] for key, table in tables.items()}
        known |= {key: shown[id(table)] for key, table in self.tables.items() if id(table) in shown}
        self._name_indexes(tables.values())
        return {
            known[key]: filled(
                name=self.draft.name(called[key]),
                note=self.draft.text(table.note),
                **self._fields(table, known),
                store="sql",
                order=number,
            )
            for number, (key, table) in enumerate(tables.items(), 1)
        }

    def _name_indexes(self, tables: Iterable[_Table]) -> None:
        """In PostgreSQL the name of an index is unique in its schema; in MySQL many tables may use the same name."""
        counts: Counter[str] = Counter(
            group.name for table in tables for group in (*table.keys.unique, *table.keys.indexes) if group.name
        )
        for table in tables:
            for groups in (table.keys.unique, table.keys.indexes):
                groups[:] = [
                    replace(each, name=f"{table.name}_{each.name}") if counts[each.name] > 1 else each
                    for each in groups
                ]

    def _fields(self, table: _Table, known: Mapping[str, str]) -> dict[str, Any]:
        ids = new_ids()
        found = {}
        named = {}
        roles, said = table.keys.settled(table.name, list(table.columns), self.warnings)
        for number, (inner, column) in enumerate(table.columns.items(), 1):
            target = known.get(self._resolved(column.references), "") if column.references else ""
            if column.references and not target:
                told = f"{table.name}.{column.name} to {column.references}"
                self.warnings.lost("reference", "{their} table is not here", name=told)
            named[inner] = ids.give(column.name)
            found[named[inner]] = filled(
                name=self.draft.name(column.name),
                type=self.draft.name(column.type),
                key=roles.get(inner, ""),
                references=target,
                optional=True if column.optional and roles.get(inner) != "primary" else None,
                note=self.draft.text(column.note),
                order=number,
            )
        return {"fields": found, "indexes": said_indexes(said, named)}

    def _parsed(self, statement: Statement) -> exp.Expr | None:
        """None for a statement that cannot be parsed and that creates no table."""
        try:
            parsed = parse_one(statement.text, dialect=self.dialect)
        except RecursionError:
            raise ImportFailedError("the statement is nested too deep", line=statement.line) from None
        except (SqlglotError, ValueError) as error:
            if statement.kind != "CREATE TABLE":
                return None
            return self._piecewise(statement, error)
        if statement.kind == "CREATE TABLE" and isinstance(parsed, exp.Command):
            return self._piecewise(statement, None)
        return parsed

    def _piecewise(self, statement: Statement, error: Exception | None) -> exp.Expr:
        """Reads the table column by column, so that an unreadable part of one column does not affect the others."""
        definition = taken_apart(statement)
        if definition is None:
            raise _unreadable(statement, error)
        head = re.sub(r"\s+", " ", definition.head)
        whole: exp.Create | None = None
        found: list[Any] = []  # set once at the end: setting it for each part would visit all earlier parts
        for part in definition.parts:
            pairs = ((each, self._table_of(f"{head} ({each})")) for each in _readings(part))
            readable, parsed = next(((each, table) for each, table in pairs if table is not None), ("", None))
            if parsed is None:
                self.warnings.lost("part of a table", "it is written in a way that is not read", name=part)
                continue
            if readable != part:
                self.warnings.lost("column", "not all of it is read", name=part, fate="read in part")
            whole = whole or parsed
            found += parsed.this.expressions
        if whole is None:
            raise _unreadable(statement, error)
        whole.this.set("expressions", found)
        return whole

    def _table_of(self, text: str) -> exp.Create | None:
        try:
            parsed = parse_one(text, dialect=self.dialect)
        except (SqlglotError, RecursionError, ValueError):
            return None
        return parsed if isinstance(parsed, exp.Create) and isinstance(parsed.this, exp.Schema) else None

    def _create_table(self, parsed: exp.Create, line: int) -> None:
        schema = parsed.this
        if not isinstance(schema, exp.Schema):
            name = schema.name if isinstance(schema, exp.Expr) else ""
            self.warnings.lost("table", "it is made of a query or of another table", name=name)
            return
        table, key = _Table(schema.this.name, line), self._table_key(schema.this)
        table.schema = schema.this.db
        if (first := self.tables.get(key)) is not None:
            if parsed.args.get("exists"):
                return
            self.warnings.lost("table", f"it was already made on line {first.line}", name=table.name)
            return
        self._call(table, key)
        self._columns(table, schema.expressions)
        self._constraints(table, (each for each in schema.expressions if not isinstance(each, exp.ColumnDef)))
        properties = parsed.args.get("properties")
        for each in properties.expressions if properties else []:
            if isinstance(each, exp.SchemaCommentProperty):
                table.note = each.this.name
            elif isinstance(each, exp.InheritsProperty):
                self._inherit(table, each)

    def _columns(self, table: _Table, given: Iterable[exp.Expr]) -> None:
        for each in given:
            if isinstance(each, exp.ColumnDef):
                self._column(table, each)
            elif isinstance(each, exp.Identifier):
                table.columns.setdefault(self._key(each), _Column(each.name))
            elif isinstance(each, exp.LikeProperty):
                self._copy(table, each)

    def _copy(self, table: _Table, like: exp.LikeProperty) -> None:
        """PostgreSQL copies columns, and with INCLUDING ALL or INDEXES their keys; never what they refer to."""
        base = self._table(like.this)
        if base is None:
            self.warnings.lost("table", "what it copies is not here", name=table.name, fate="read in part")
            return
        self._make_room(len(base.columns) + len(base.keys.unique) + len(base.keys.indexes), table)
        table.columns |= {key: replace(column, references="") for key, column in base.columns.items()}
        if any(
            each.text("this") == "INCLUDING" and each.text("value") in ("ALL", "INDEXES") for each in like.expressions
        ):
            table.keys.primary += base.keys.primary
            table.keys.unique += [replace(each, name="") for each in base.keys.unique]
            table.keys.indexes += [replace(each, name="") for each in base.keys.indexes]

    def _inherit(self, table: _Table, inherits: exp.InheritsProperty) -> None:
        """PostgreSQL puts the columns of the tables that it inherits from in front of its own."""
        found: dict[str, _Column] = {}
        for named in inherits.expressions:
            base = self._table(named)
            self._make_room(len(base.columns) if base else 0, table)
            found |= {key: replace(column) for key, column in base.columns.items()} if base else {}
            if base is None:
                self.warnings.lost("table", "what it inherits from is not here", name=table.name, fate="read in part")
        table.columns = {**found, **table.columns}

    def _column(self, table: _Table, parsed: exp.ColumnDef) -> None:
        self._make_room(1, table)
        column = _Column(parsed.name, self._type(parsed.args.get("kind")))
        kind = parsed.args.get("kind")
        if self.needed_domains and kind is not None:
            column.optional = _plain(kind.sql(dialect=self.dialect)) not in self.needed_domains
        _take_comments(column, parsed.comments or [])
        key = self._key(parsed)
        table.columns[key] = column
        for constraint in parsed.constraints:
            kind = constraint.kind
            # After the last column of a table a comment belongs to the last element of that column.
            _take_comments(column, [*(constraint.comments or []), *(kind.comments or [] if kind else [])])
            if isinstance(kind, exp.PrimaryKeyColumnConstraint):
                table.keys.primary.append(key)
            elif isinstance(kind, exp.NotNullColumnConstraint):
                column.optional = bool(kind.args.get("allow_null"))
            elif isinstance(kind, exp.UniqueColumnConstraint):
                table.keys.unique.append(Group([key]))
            elif isinstance(kind, exp.Reference):
                column.references = self._target(kind)
                self._about_reference(kind, f"{table.name}.{column.name}")
            elif isinstance(kind, exp.CommentColumnConstraint):
                column.note = kind.this.name
            elif noun := LOST.get(type(kind), ""):
                self.warnings.lost(noun, "a design has no place for {them}", name=f"{table.name}.{column.name}")

    def _make_room(self, count: int, table: _Table) -> None:
        """Before that many columns or indexes are made: a short statement may copy thousands."""
        self.columns_left -= count
        if self.columns_left < 0:
            message = f"the tables have more than {MAX_ALL_COLUMNS:,} columns and indexes"
            raise ImportFailedError(message, line=table.line)

    def _about_reference(self, reference: exp.Reference, name: str) -> None:
        if any(str(option).upper().startswith("ON ") for option in reference.args.get("options") or []):
            self.warnings.lost("ON DELETE or ON UPDATE", "a design says what refers to what", name=name)

    def _type(self, kind: exp.Expr | None) -> str:
        if kind is None:
            return ""
        typed = kind.sql(dialect=self.dialect)
        if ENUM.match(typed) and (values := _in_enum(typed)) is not None:
            return " | ".join(_choices(values))
        typed = typed if "'" in typed else typed.lower()
        bare, lists = LISTS.sub("", typed), typed.count("[")
        if known := self.enums.get(_plain(bare)):
            return "list<" * lists + known + ">" * lists
        name, size = common_type(bare)
        chosen = name if name and not size else re.sub(r"^numeric\b", "decimal", bare)
        return "list<" * lists + chosen + ">" * lists

    def _constraints(self, table: _Table, given: Iterable[exp.Expr], name: str = "") -> None:
        for each in given:
            if isinstance(each, exp.Constraint):
                self._constraints(table, each.expressions, each.name)
                self._clustered(table, each.expressions)
            elif isinstance(each, exp.PrimaryKey):
                table.keys.primary += self._keys(each.expressions)
            elif isinstance(each, exp.ForeignKey):
                self._foreign(table, each)
            elif isinstance(each, exp.UniqueColumnConstraint):
                schema = each.this if isinstance(each.this, exp.Schema) else exp.Schema()
                called = schema.this.name if isinstance(schema.this, exp.Expr) else ""
                table.keys.unique.append(Group(self._keys(schema.expressions), name or called))
            elif isinstance(each, exp.IndexColumnConstraint):
                if sort := str(each.args.get("kind") or ""):
                    why = "a design's index finds rows by whole values"
                    said = f"{table.name}: {each.name} ({sort.lower()})"
                    self.warnings.lost("index", why, name=said, fate="read as a plain one")
                self._index(table, each.name, each.expressions)
            elif isinstance(each, exp.CheckColumnConstraint):
                self.warnings.lost("check", "a design has no place for {them}", name=table.name)

    def _clustered(self, table: _Table, parts: Iterable[exp.Expr]) -> None:
        """SQL Server's way: `PRIMARY KEY CLUSTERED (Id ASC)`."""
        is_primary = any(isinstance(each, exp.PrimaryKeyColumnConstraint) for each in parts)
        for each in parts:
            if isinstance(each, (exp.ClusteredColumnConstraint, exp.NonClusteredColumnConstraint)):
                columns = each.this if isinstance(each.this, list) else [each.this]
                names = self._keys(column for column in columns if isinstance(column, exp.Expr))
                if is_primary:
                    table.keys.primary += names
                else:
                    table.keys.unique.append(Group(names))

    def _foreign(self, table: _Table, foreign: exp.ForeignKey) -> None:
        reference = foreign.args.get("reference")
        if not isinstance(reference, exp.Reference):
            return
        self._about_reference(reference, table.name)
        if any(str(option).upper().startswith("ON ") for option in foreign.args.get("options") or []) or any(
            foreign.args.get(each) for each in ("delete", "update")
        ):
            self.warnings.lost("ON DELETE or ON UPDATE", "a design says what refers to what", name=table.name)
        for name in self._keys(foreign.expressions):
            if column := table.columns.get(name):
                column.references = self._target(reference)

    def _create_index(self, parsed: exp.Create) -> None:
        index = parsed.this
        table = self._table(index.args.get("table"))
        params = index.args.get("params")
        if table is None or params is None:
            self.warnings.lost("index", "{their} table is not here", name=index.name)
            return
        columns, is_unique = params.args.get("columns") or [], bool(parsed.args.get("unique"))
        if params.args.get("include"):
            fate = "read without fields that it only holds"
            self.warnings.lost("index", "a design's index has those that it finds rows by", name=index.name, fate=fate)
        self._index(table, index.name, columns, is_unique=is_unique, is_partial=bool(params.args.get("where")))

    def _index(
        self,
        table: _Table,
        name: str,
        parts: Sequence[exp.Expr],
        *,
        is_unique: bool = False,
        is_partial: bool = False,
    ) -> None:
        """An index that is unique by an expression, or for some rows only, does not make the field unique."""
        self._make_room(1, table)
        group = Group(self._keys(parts), name)
        inner = [each.this if isinstance(each, exp.Ordered) else each for each in parts]
        if any(not isinstance(each, (*COLUMNS, exp.ColumnPrefix)) for each in inner):
            why = "a design's index is of fields, not of an expression"
            self.warnings.lost("index", why, name=f"{table.name}: {name}")
            return
        if is_partial:
            why = "a design's index holds all rows"
            self.warnings.lost("index", why, name=f"{table.name}: {name}", fate="read as a plain one")
            is_unique = False
        (table.keys.unique if is_unique else table.keys.indexes).append(group)

    def _comment(self, parsed: exp.Comment) -> None:
        said = parsed.expression.name if isinstance(parsed.expression, exp.Literal) else ""
        target = parsed.this
        if isinstance(target, exp.Column):
            table = self._table(target.args.get("table"))
            if table and (column := table.columns.get(self._key(target))):
                column.note = said
        elif table := self._table(target):
            table.note = said

    def _table(self, named: exp.Expr | None) -> _Table | None:
        return self.tables.get(self._known(named)) if named is not None else None

    def _target(self, reference: exp.Reference) -> str:
        table = reference.find(exp.Table)
        return self._table_key(table) if table is not None else ""

    def _table_key(self, table: exp.Expr) -> str:
        """With its schema, since two schemas may have a table of one name."""
        schema = table.args.get("db")
        return f"{self._key(schema)}.{self._key(table)}" if schema is not None else self._key(table)

    def _known(self, table: exp.Expr) -> str:
        return self._resolved(self._table_key(table))

    def _resolved(self, key: str) -> str:
        """The key of a known table: a name without a schema matches the only table of that name, if there is one."""
        if key in self.tables:
            return key
        bare = _plain_key(key)
        same = self.bare.get(bare, {})
        return next(iter(same)) if len(same) == 1 or (same and bare == key) else key

    def _keys(self, expressions: Iterable[exp.Expr]) -> list[str]:
        columns = (each if isinstance(each, COLUMNS) else each.find(*COLUMNS) for each in expressions)
        return [self._key(column) for column in columns if column is not None]

    def _key(self, named: exp.Expr) -> str:
        """The name as the database compares it: in PostgreSQL quoted names are case-sensitive, elsewhere none are."""
        identifier = named if isinstance(named, exp.Identifier) else named.this
        is_exact = self.dialect == DEFAULT_DIALECT and isinstance(identifier, exp.Identifier) and identifier.quoted
        return named.name if is_exact else named.name.casefold()


CHANGES: dict[type[exp.Expr], Callable[[_Reader, _Table, Any], bool]] = {
    exp.ColumnDef: _Reader._add_column,
    exp.AddConstraint: _Reader._add_constraint,
    exp.Schema: _Reader._add_columns,
    exp.Drop: _Reader._drop,
    exp.RenameColumn: _Reader._rename,
    exp.AlterRename: _Reader._rename_table,
    exp.AlterColumn: _Reader._alter_column,
    exp.ModifyColumn: _Reader._modify,
}


def _plain_key(key: str) -> str:
    """The key of a table without its schema."""
    return key.rpartition(".")[2]


def _plain(name: str) -> str:
    """The name of a type without its schema."""
    return name.rpartition(".")[2].strip('"').casefold()


def _in_enum(text: str) -> str | None:
    """The content of the brackets of `enum(…)`."""
    opening, end = ENUM.search(text), text.rfind(")")
    return text[opening.end() : end] if opening and end >= opening.end() else None


def _take_comments(column: _Column, comments: Iterable[str]) -> None:
    for comment in comments:
        if said := SAID_TYPE.fullmatch(comment):
            column.type = said[1].strip()
        elif said := SAID_REFERENCE.fullmatch(comment):
            column.references = said[1]


def _choices(values: str) -> list[str]:
    """What stands in `'open', 'closed'`."""
    return [found.replace("''", "'") for found in LITERAL.findall(values)]


def _readings(part: str) -> Iterator[str]:
    """A column as it is, then without words that parsers do not accept, then as its name and type alone."""
    yield part
    plain = " ".join(TRIED.sub(" ", part).split())
    yield plain
    if found := FIRST_WORDS.match(part):
        yield found[1]


def _unreadable(statement: Statement, error: Exception | None) -> ImportFailedError:
    details = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    near = str(details.get("highlight") or "").strip()[:40]
    line = statement.line + int(details.get("line") or 1) - 1
    return ImportFailedError(f"this CREATE TABLE cannot be read{f' near {near!r}' if near else ''}", line=line)
