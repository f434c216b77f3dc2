"""SQL text cut into statements, each with its line; what defines no table is passed over, data and all.

Cutting comes first because a dump is mostly data and settings, of which no parser needs to know anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import Token, TokenType, tokenize
from sqlglot.errors import SqlglotError

from designs.exchange.problems import ImportFailedError, Warnings

MAX_NESTED = 60
MAX_STATEMENTS = 20_000
MAX_WORDS = 60_000  # of one statement; two thousand columns take half of that
COPY = re.compile(r"COPY [^;]* FROM stdin;", re.IGNORECASE)
END_OF_COPY = "\\."
KINDS = (
    ("CREATE", "TABLE"),
    ("CREATE", "INDEX"),
    ("ALTER", "TABLE"),
    ("COMMENT", "ON"),
)
FILLERS = {
    *("TEMPORARY", "TEMP", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "OR", "REPLACE", "CLUSTERED", "NONCLUSTERED"),
    *("FULLTEXT", "SPATIAL", "EXTERNAL", "FOREIGN"),
}


@dataclass(frozen=True)
class Statement:
    """`definition` is a CREATE TABLE up to the bracket that closes its columns."""

    kind: str
    text: str
    line: int
    definition: str = ""


def statements(text: str, dialect: str, warnings: Warnings) -> Iterator[Statement]:
    """The statements that define tables. Raises ImportFailedError for text that no SQL tokenizer gets through."""
    whole = _without_data(text)
    skipped: Counter[str] = Counter()
    for tokens in _cut(_tokens(whole, dialect)):
        words = [token.text.upper() for token in tokens[:6]]
        kind = _kind(words)
        if kind and len(tokens) > MAX_WORDS:
            raise ImportFailedError(f"one statement has more than {MAX_WORDS:,} words", line=tokens[0].line)
        if kind:
            start, end = tokens[0].start, tokens[-1].end + 1
            line = whole.count("\n", 0, start) + 1
            closing = _closing(tokens) if kind == "CREATE TABLE" else None
            yield Statement(kind, whole[start:end], line, whole[start : closing + 1] if closing else "")
        else:
            skipped[" ".join(words[:1])] += 1
    for word, count in skipped.items():
        warnings.add(f"{count} {word[:30]} statement{'s' if count > 1 else ''} left out: only tables are read.")


def _without_data(text: str) -> str:
    """Blank lines instead of what psql or sqlcmd would read itself, so that lines keep their numbers."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_data = False
    for number, line in enumerate(lines):
        begins_data = COPY.fullmatch(line) is not None
        if is_data or begins_data or line.startswith("\\"):
            lines[number] = ""
        elif line.strip().upper() == "GO":
            lines[number] = ";"
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
    gathered: list[Token] = []
    depth = count = 0
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            if gathered:
                yield gathered
            gathered, depth, count = [], 0, count + 1
            if count > MAX_STATEMENTS:
                raise ImportFailedError(f"there are more than {MAX_STATEMENTS:,} statements", line=token.line)
            continue
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth > MAX_NESTED:
            raise ImportFailedError(f"brackets are nested deeper than {MAX_NESTED} levels", line=token.line)
        gathered.append(token)
    if gathered:
        yield gathered


def _closing(tokens: list[Token]) -> int | None:
    depth = 0
    for token in tokens:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if token.token_type == TokenType.R_PAREN and not depth:
            return token.end
    return None


def _kind(words: list[str]) -> str:
    plain = [word for word in words if word not in FILLERS]
    return " ".join(plain[:2]) if tuple(plain[:2]) in KINDS else ""
