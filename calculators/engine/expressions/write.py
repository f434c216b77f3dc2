"""Writes a formula again: in words, or with figures in place of names."""

from __future__ import annotations

from collections.abc import Mapping

from calculators.engine.expressions.nodes import Binary, Call, Literal, Name, Negative, Node
from calculators.engine.expressions.parse import NEGATIVE, PRECEDENCE

SIGNS = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
ATOM = 9


def write(node: Node, names: Mapping[str, str]) -> str:
    """`names` gives what stands for each name: its label, or its figure."""
    return _written(node, names)[0]


def _written(node: Node, names: Mapping[str, str]) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match node:
        case Literal(text=text):
            return text, ATOM
        case Name(name=name):
            return names.get(name, name), ATOM
        case Negative(operand=operand):
            return f"−{_enclosed(operand, names, NEGATIVE)}", NEGATIVE
        case Binary(operator=operator, left=left, right=right):
            binds = PRECEDENCE[operator]
            before = _enclosed(left, names, binds + (operator == "^"))
            after = _enclosed(right, names, binds + (operator in ("-", "/")))
            sign = "^" if operator == "^" else f" {SIGNS.get(operator, operator)} "
            return f"{before}{sign}{after}", binds
        case Call(function=function, arguments=arguments):
            inside = [write(argument, names) for argument in arguments]
            if function == "if":
                return f"{inside[1]} if {inside[0]}, else {inside[2]}", 0
            return f"{function}({'; '.join(inside)})", ATOM


def _enclosed(node: Node, names: Mapping[str, str], least: int) -> str:
    text, binds = _written(node, names)
    return text if binds >= least else f"({text})"
