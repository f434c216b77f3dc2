"""From text to nodes: precedence climbing over a handful of tokens, with limits on length and depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from calculators.engine.expressions.errors import ExpressionError
from calculators.engine.expressions.nodes import Binary, Call, Literal, Name, Negative, Node
from calculators.engine.functions import FUNCTIONS
from calculators.engine.units import UnitError, parse_unit

MAX_LENGTH = 1_000
MAX_DEPTH = 50
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9][0-9_]*(?:,[0-9]{3})*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?)"
    r"|(?P<name>[A-Za-z_$µ][A-Za-z0-9_]*)|(?P<mark>\*\*|<=|>=|==|!=|[-+*/^()<>,%×·−]))"
)
SAME_MARK = {"**": "^", "×": "*", "·": "*", "−": "-"}
PRECEDENCE = {"<": 1, "<=": 1, ">": 1, ">=": 1, "==": 1, "!=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "^": 5}
NEGATIVE = 4
SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "billion": 1e9, "thousand": 1e3}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def parse_expression(text: str) -> Node:
    """The formula's tree; ExpressionError says what was expected and where.

    A word directly behind a number is its unit: `1 day`, `80%`, `100,000 s`. A comma separates thousands only before
    three digits; a comma and a space separate arguments.
    """
    if len(text) > MAX_LENGTH:
        message = f"a formula may have {MAX_LENGTH:,} characters, this has {len(text):,}"
        raise ExpressionError(message, position=MAX_LENGTH)
    parser = _Parser([*_tokens(text), _Token("end", "", len(text))])
    node = parser.expression(0, 0)
    parser.expect("end")
    return node


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(f"{text[start]!r} is not part of a formula", position=start)
        kind = str(match.lastgroup)
        value = match.group(kind)
        yield _Token(kind, SAME_MARK.get(value, value), match.start(kind))
        position = match.end()


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    @property
    def token(self) -> _Token:
        return self._tokens[self._next]

    def advance(self) -> _Token:
        token = self.token
        self._next += 1
        return token

    def expect(self, text: str) -> None:
        token = self.token
        if token.text != text and token.kind != text:
            wanted = "the end" if text == "end" else repr(text)
            raise ExpressionError(f"expected {wanted}, found {_named(token)}", position=token.position)
        if token.kind != "end":
            self.advance()

    def expression(self, least: int, depth: int) -> Node:
        """A sub-formula whose operators bind tighter than `least`."""
        if depth > MAX_DEPTH:
            raise ExpressionError(f"more than {MAX_DEPTH} levels deep", position=self.token.position)
        left = self.operand(depth + 1)
        while (binds := PRECEDENCE.get(self.token.text, 0)) > least:
            operator = self.advance()
            right = self.expression(binds - 1 if operator.text == "^" else binds, depth + 1)
            left = Binary(operator.text, left, right, operator.position)
        return left

    def operand(self, depth: int) -> Node:
        token = self.advance()
        if token.kind == "number":
            return self.literal(token)
        if token.kind == "name":
            return self.call(token, depth) if self.token.text == "(" else Name(token.text, token.position)
        if token.text == "-":
            return Negative(self.expression(NEGATIVE, depth + 1), token.position)
        if token.text == "(":
            inside = self.expression(0, depth + 1)
            self.expect(")")
            return inside
        self._next -= 1
        raise ExpressionError(f"expected a number, a name or '(', found {_named(token)}", position=token.position)

    def literal(self, token: _Token) -> Literal:
        value = float(token.text.replace(",", "").replace("_", ""))
        text = token.text
        if self.token.kind == "name" and self.token.text in SCALES:
            scale = self.advance()
            value, text = value * SCALES[scale.text], f"{text} {scale.text}"
        if self.token.text == "%" or self.token.kind == "name":
            word = self.advance()
            try:
                unit = parse_unit(word.text)
            except UnitError as error:
                raise ExpressionError(error.message, position=word.position) from error
            space = "" if word.text == "%" else " "
            return Literal(value * unit.factor, unit.dimension, f"{text}{space}{word.text}", token.position)
        return Literal(value, parse_unit("").dimension, text, token.position)

    def call(self, name: _Token, depth: int) -> Call:
        function = FUNCTIONS.get(name.text)
        if function is None:
            known = ", ".join(sorted(FUNCTIONS))
            raise ExpressionError(f"there is no function {name.text!r}; there are {known}", position=name.position)
        self.expect("(")
        arguments: list[Node] = []
        while self.token.text != ")":
            if arguments:
                self.expect(",")
            arguments.append(self.expression(0, depth + 1))
        self.expect(")")
        if not function.least <= len(arguments) <= function.most:
            wanted = f"{function.least}" if function.least == function.most else f"{function.least} or more"
            message = f"{name.text} takes {wanted} argument(s), found {len(arguments)}"
            raise ExpressionError(message, position=name.position)
        return Call(name.text, tuple(arguments), name.position)


def _named(token: _Token) -> str:
    return "the end" if token.kind == "end" else repr(token.text)
