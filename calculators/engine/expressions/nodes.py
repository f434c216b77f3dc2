"""The parts of a parsed formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calculators.engine.dimensions import Dimension


@dataclass(frozen=True)
class Literal:
    """A number with its unit, `value` in base units; `text` is how it was written."""

    value: float
    dimension: Dimension
    text: str
    position: int


@dataclass(frozen=True)
class Name:
    name: str
    position: int


@dataclass(frozen=True)
class Negative:
    operand: Node
    position: int


@dataclass(frozen=True)
class Binary:
    """`operator` is one of + - * / ^ < <= > >= == !=."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Node, ...]
    position: int


Node = Literal | Name | Negative | Binary | Call


def names_in(node: Node) -> Iterator[Name]:
    """All names that a formula uses, in the order of its text."""
    match node:
        case Name():
            yield node
        case Negative(operand=operand):
            yield from names_in(operand)
        case Binary(left=left, right=right):
            yield from names_in(left)
            yield from names_in(right)
        case Call(arguments=arguments):
            for argument in arguments:
                yield from names_in(argument)
        case Literal():
            pass


def calls_in(node: Node) -> Iterator[str]:
    """The names of all functions that a formula calls."""
    match node:
        case Call(function=function, arguments=arguments):
            yield function
            for argument in arguments:
                yield from calls_in(argument)
        case Negative(operand=operand):
            yield from calls_in(operand)
        case Binary(left=left, right=right):
            yield from calls_in(left)
            yield from calls_in(right)
        case Name() | Literal():
            pass
