"""Splits SQL text into statements, each with its line; statements that define no table are skipped, including data.

Splitting comes first because a dump is mostly data and settings, which need no parsing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import Token, TokenType, tokenize
from sqlglot.errors import SqlglotError

from designs.document.limits import MAX_ENTITIES
from designs.exchange.problems import ImportFailedError, Warnings

MAX_NESTED = 60
MAX_STATEMENTS = 20_000
MAX_WORDS = 60_000  # of one statement; two thousand columns take half of that
MAX_ALL_WORDS = 160_000  # a second of parsing for every 40,000, and more than a design can hold
ROUTINES = {"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"}
DELIMITER = re.compile(r"DELIMITER\s+(\S{1,8})", re.IGNORECASE)
COPY = re.compile(r"COPY [^;]* FROM stdin;", re.IGNORECASE)
END_OF_COPY = "\\."
KINDS = (
    ("CREATE", "TABLE"),
    ("CREATE", "INDEX"),
    ("CREATE", "TYPE"),
    ("CREATE", "DOMAIN"),
    ("ALTER", "TABLE"),
    ("DROP", "TABLE"),
    ("COMMENT", "ON"),
)
FILLERS = {
    *("TEMPORARY", "TEMP", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "OR", "REPLACE", "CLUSTERED", "NONCLUSTERED"),
    *("FULLTEXT", "SPATIAL", "EXTERNAL", "FOREIGN"),
}


@dataclass(frozen=True)
class Statement:
    """`source` is the whole text that the tokens refer to."""

    kind: str
    text: str
    line: int
    tokens: list[Token]
    source: str


def statements(text: str, dialect: str, warnings: Warnings) -> Iterator[Statement]:
    """The statements that define tables.

    Raises ImportFailedError for text that the SQL tokenizer cannot read. All limits are checked before the first
    statement is returned, since parsing is many times slower than splitting.
    """
    whole = _without_data(text)
    kept: list[tuple[str, list[Token]]] = []
    skipped: Counter[str] = Counter()
    words_left = MAX_ALL_WORDS
    for tokens in _cut(_tokens(whole, dialect)):
        words = [token.text.upper() for token in tokens[:6]]
        kind = _kind(words)
        if kind == "CREATE TABLE" and {"TEMPORARY", "TEMP"} & set(words):
            warnings.lost("temporary table", "a design has what stays")
        elif kind:
            words_left -= len(tokens)
            if len(tokens) > MAX_WORDS:
                raise ImportFailedError(f"one statement has more than {MAX_WORDS:,} words", line=tokens[0].line)
            if words_left < 0:
                message = f"the definitions have more than {MAX_ALL_WORDS:,} words"
                raise ImportFailedError(message, line=tokens[0].line)
            kept.append((kind, tokens))
        else:
            skipped[" ".join(words[:1])] += 1
    kinds = Counter(kind for kind, _ in kept)
    if (tables := kinds["CREATE TABLE"] - kinds["DROP TABLE"]) > MAX_ENTITIES:
        raise ImportFailedError(f"there are {tables:,} tables; a design holds {MAX_ENTITIES}")
    for word, count in skipped.items():
        warnings.lost(f"{word[:30]} statement", "only tables are read", count=count)
    line, at = 1, 0
    for kind, tokens in kept:
        start, end = tokens[0].start, tokens[-1].end + 1
        line, at = line + whole.count("\n", at, start), start
        yield Statement(kind, whole[start:end], line, tokens, whole)


@dataclass(frozen=True)
class Definition:
    """A CREATE TABLE in parts: the text up to its opening bracket, and each column or constraint."""

    head: str
    parts: list[str]


def taken_apart(statement: Statement) -> Definition | None:
    """None when there is nothing in brackets."""
    depth, start, parts, opened = 0, 0, [], None
    for token in statement.tokens:
        if token.token_type == TokenType.L_PAREN:
            depth += 1
            if depth == 1 and opened is None:
                opened, start = token.start, token.end + 1
        elif token.token_type == TokenType.R_PAREN:
            depth -= 1
        ends_part = (token.token_type == TokenType.COMMA and depth == 1) or (
            token.token_type == TokenType.R_PAREN and depth == 0
        )
        if opened is not None and ends_part:
            parts.append(statement.source[start : token.start].strip())
            start = token.end + 1
            if depth == 0:
                return Definition(
                    statement.source[statement.tokens[0].start : opened], [each for each in parts if each]
                )
    return None


def _without_data(text: str) -> str:
    """Replaces data and commands of psql, mysql or sqlcmd by blank lines, so that lines keep their numbers."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_data, delimiter = False, ";"
    for number, line in enumerate(lines):
        begins_data = COPY.fullmatch(line) is not None
        bare = line.strip()
        if found := DELIMITER.fullmatch(bare):
            lines[number], delimiter = "", found[1]
        elif is_data or begins_data or line.startswith("\\"):
            lines[number] = ""
        elif bare.upper() == "GO" or bare == "/":
            lines[number] = ";"
        elif delimiter != ";" and bare.endswith(delimiter):
            lines[number] = line.rstrip()[: -len(delimiter)] + ";"
        is_data = begins_data or (is_data and line != END_OF_COPY)
    return "\n".join(lines)


def _tokens(text: str, dialect: str) -> list[Token]:
    try:
        return tokenize(text, dialect=dialect)
    except SqlglotError as error:
        missing = re.match(r"Missing (\S+) from (\d+):", str(error.__cause__))
        if missing is None:
            raise ImportFailedError("this is not SQL") from None
        raise ImportFailedError(f"a {missing[1]} is opened and never closed", line=int(missing[2])) from None


def _cut(tokens: list[Token]) -> Iterator[list[Token]]:
    """Splits at semicolons, except inside the body of a procedure."""
    gathered: list[Token] = []
    depth = count = body = 0
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON and not body:
            if gathered:
                yield gathered
            gathered, depth, count = [], 0, count + 1
            if count > MAX_STATEMENTS:
                raise ImportFailedError(f"there are more than {MAX_STATEMENTS:,} statements", line=token.line)
            continue
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth > MAX_NESTED:
            raise ImportFailedError(f"brackets are nested deeper than {MAX_NESTED} levels", line=token.line)
        body = _body(gathered, token, body)
        gathered.append(token)
    if gathered:
        yield gathered


def _body(gathered: list[Token], token: Token, depth: int) -> int:
    """How many blocks of a procedure are open after the token: BEGIN and CASE open one, END closes one."""
    word = token.text.upper()
    if word not in ("BEGIN", "CASE", "END", "IF", "LOOP", "WHILE", "REPEAT"):
        return depth
    if not depth:
        is_routine = word == "BEGIN" and any(each.text.upper() in ROUTINES for each in gathered[:12])
        return 1 if is_routine else 0
    after_end = bool(gathered) and gathered[-1].text.upper() == "END"
    if word == "END":
        return depth - 1
    if after_end:  # `END IF` closed a block that BEGIN did not open
        return depth if word == "CASE" else depth + 1
    return depth + 1 if word in ("BEGIN", "CASE") else depth


def _kind(words: list[str]) -> str:
    plain = [word for word in words if word not in FILLERS]
    return " ".join(plain[:2]) if tuple(plain[:2]) in KINDS else ""
