"""Explains in plain words what most likely makes a YAML file unreadable, and gives the line as it was probably
meant."""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml reads the same, only slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

__all__ = ["MAX_DEPTH", "Loader", "as_meant", "explained", "without_value"]

MAX_DEPTH = 32
# `key: some words: and more`, which lacks quotes; and a key with whatever follows it.
KEY_AND_BLANKS = re.compile(r"\s*(?:- )?[\w-]+: +")
QUOTED_OR_NESTED = ("'", '"', "[", "{", "|", ">")
FIRST_OF_NONE = ("@", "`", "%")  # no plain text begins with these
KEY = re.compile(r"(\s*(?:- )?[\w-]+:)(?: |$)")
QUOTED = re.compile(r"\"[^\"\\]*\"|'[^']*'")


def explained(text: str, error: yaml.MarkedYAMLError) -> tuple[str, int]:
    """The most likely mistake and its line (from 1); otherwise the parser's own words."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    problem = error.problem or ""
    opened, closes = _unclosed_quote(text)
    if tab := _tab(shown, mark, problem, line):
        return tab, line
    if opened and line - 1 <= closes <= line:
        return _open_quote(opened), opened
    if closed := _closed_too_early(shown, mark, problem):
        return closed, line
    if bracket := _unclosed_bracket(lines, error):
        return bracket
    if opened:
        return _open_quote(opened), opened
    if "could not find expected ':'" in problem and error.context_mark:
        line = error.context_mark.line + 1
        return _without_a_colon(lines[line - 1]), line
    for told, words in WORDS.items():
        if told in problem:
            return words, line
    first = shown[mark.column : mark.column + 1] if mark else ""
    if "cannot start any token" in problem and first in FIRST_OF_NONE:
        return f"a text that begins with {first} must stand in quotes", line
    said = ", ".join(each for each in (error.context, error.problem) if each)
    return f"this is not YAML: {said}", line


WORDS = {
    "mapping values are not allowed": (
        "this text has a colon and a space in it, which YAML reads as a key; put the text in quotes"
    ),
    "expected '-' indicator": (
        "a line with - and a line with a key stand side by side; use one of them, here keys with a colon"
    ),
    "did not find expected key": "this line is indented in another way than the ones that it belongs to",
}


def _open_quote(opened: int) -> str:
    return f"the quote that opens on line {opened} is not closed on that line; close it, or take it away"


def _tab(shown: str, mark: Any, problem: str, line: int) -> str:
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return f"line {line} begins with a tab; YAML is indented with spaces"
    if mark and "cannot start any token" in problem and shown[mark.column : mark.column + 1] == "\t":
        return f"line {line} has a tab in it; type a space instead"
    return ""


def _without_a_colon(shown: str) -> str:
    if "\u00a0" in shown:
        return "a non-breaking space follows the colon, as in text copied from a web page; type the space again"
    if re.match(r"\s*-\S", shown):
        return "a space is missing between the dash of this entry and its text"
    return "this line has no colon and does not begin with a dash; a text over several lines begins with : |"


def _closed_too_early(shown: str, mark: Any, problem: str) -> str:
    """Why a value ends in the middle of its line; "" if that did not happen."""
    if not mark or "did not find expected" not in problem or not shown[: mark.column].strip():
        return ""
    before, here = shown[: mark.column].rstrip(), shown[mark.column]
    if here in "]}":
        return f"there is one {here} too many"
    if before.endswith("'"):
        return "the quote closes in the middle of the line; double an apostrophe (''), or use double quotes around it"
    if before.endswith('"'):
        return 'the quote closes in the middle of the line; write \\" for a quote in it, or use single quotes around it'
    value = re.match(r"\s*(?:- +|(?:- )?[\w-]+:\s+)([\[{])", shown)
    if value and before.endswith(("}", "]")) and (here.isalnum() or here in ",.;(-+/"):
        return f"a text that begins with {value[1]} must stand in quotes"
    return ""


def _unclosed_bracket(lines: list[str], error: yaml.MarkedYAMLError) -> tuple[str, int] | None:
    """What to say of a list or a mapping in brackets that does not end, and the line where it begins."""
    kinds = {"while parsing a flow sequence": ("[", "]"), "while parsing a flow mapping": ("{", "}")}
    if error.context not in kinds or not error.context_mark or not error.problem_mark:
        return None
    opening, closing = kinds[error.context]
    line, end = error.context_mark.line + 1, error.problem_mark.line + 1
    if end > line:
        return f"the {opening} that opens on line {line} is not closed; close it with {closing}", line
    column = error.problem_mark.column
    here = lines[line - 1][column : column + 1] if line <= len(lines) else ""
    if here in ("]", "}"):
        return f"the {opening} in this line is closed by {here}; close it with {closing}", line
    return (
        f"in {opening} {closing} a comma separates the entries; put a text with , : [ ] or quotes in it in quotes",
        line,
    )


def _unclosed_quote(text: str) -> tuple[int, int]:
    """The lines on which the last quote before the error opens and closes, if those are two; else zeros."""
    found, depth = (0, 0), 0
    try:
        for token in yaml.scan(text, Loader=Loader):
            depth += isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken)
            depth -= isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken)
            if depth > MAX_DEPTH:  # what stands deeper takes the scanner time with the square of its depth
                break
            is_quoted = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
            if is_quoted and token.start_mark.line != token.end_mark.line:
                found = (token.start_mark.line + 1, token.end_mark.line + 1)
    except yaml.MarkedYAMLError as error:
        if error.context and "quoted scalar" in error.context and error.context_mark:
            line = int(error.context_mark.line) + 1
            return line, error.problem_mark.line + 1 if error.problem_mark else line
    return found


def as_meant(lines: list[str], number: int) -> str | None:
    """The line as it was surely meant; None when that cannot be known."""
    line = lines[number - 1]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        near = next((each for each in lines[number:] if each.strip() and "\t" not in each[:1]), "")
        return near[: len(near) - len(near.lstrip())] + line.lstrip()
    if "\t" in line or "\u00a0" in line:
        return line.replace("\t", " ").replace("\u00a0", " ")
    if closed := _with_brackets_closed(line):
        return closed
    if key := KEY_AND_BLANKS.match(line):
        value = line[key.end() :]
        if value[:1] in ("'", '"') and value.count(value[0]) > 2:
            inner = value.rstrip()[1:].removesuffix(value[0]).replace("'", "''")
            return f"{key[0]}'{inner}'"
        if value[:1] in ("{", "[") and value.rstrip()[-1:] not in ("}", "]"):
            return f"{key[0]}'{value.replace(chr(39), chr(39) * 2)}'"
        if ": " in value[1:] and not value.startswith(QUOTED_OR_NESTED):
            return f"{key[0]}'{value.replace(chr(39), chr(39) * 2)}'"
    return None


def _with_brackets_closed(line: str) -> str:
    """The line with the brackets closed that it opens, or without the one too many; "" when they are even."""
    bare = QUOTED.sub("", line)
    if value := re.match(r"\s*(?:- )?(?:[\w-]+:\s+)?(?=[\[{])", bare):
        opened = []
        for letter in bare[value.end() :]:
            if letter in "[{":
                opened.append("]" if letter == "[" else "}")
            elif opened and letter == opened[-1]:
                opened.pop()
            elif letter in "]}" and not opened and bare.rstrip().endswith(letter):
                return line.rstrip()[:-1]
        if opened:
            return line.rstrip().rstrip(",") + "".join(reversed(opened))
    return ""


def without_value(line: str, *, again: bool) -> str:
    """Its key alone; when that did not help, nothing."""
    if again:
        return ""
    key = KEY.match(line)
    indent = line[: len(line) - len(line.lstrip())]
    return f"{key[1]} ''" if key else f"{indent}- ''" if line.lstrip().startswith("- ") else ""
