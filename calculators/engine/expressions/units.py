"""Units that stand in a formula as names: `users * 2/day`."""

from __future__ import annotations

from collections.abc import Container

from calculators.engine.expressions.nodes import Binary, Call, Literal, Name, Negative, Node
from calculators.engine.units import Unit, UnitError, parse_unit


def with_units(node: Node, names: Container[str]) -> Node:
    """The formula in which each word that is not a name but a unit becomes one of that unit. Other words stay."""
    match node:
        case Name(name=name, position=position) if name not in names and (unit := _measure(name)):
            return Literal(unit.factor, unit.dimension, name, position)
        case Negative(operand=operand, position=position):
            return Negative(with_units(operand, names), position)
        case Binary(operator=sign, left=left, right=right, position=position):
            return Binary(sign, with_units(left, names), with_units(right, names), position)
        case Call(function=function, arguments=arguments, position=position):
            return Call(function, tuple(with_units(each, names) for each in arguments), position)
        case _:
            return node


def _measure(word: str) -> Unit | None:
    """A unit of time, bytes or money; words that count things are names of rows that do not exist."""
    try:
        unit = parse_unit(word)
    except UnitError:
        return None
    return unit if unit.dimension.measured == unit.dimension and not unit.dimension.is_plain else None
