"""What a formula counts, known before any number is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from calculators.engine.dimensions import DIMENSIONLESS, Dimension
from calculators.engine.expressions.errors import ExpressionError
from calculators.engine.expressions.nodes import Binary, Call, Literal, Name, Negative, Node
from calculators.engine.functions import FUNCTIONS

MAX_POWER = 12
VERBS = {"+": "add", "-": "subtract"}


def dimension_of(node: Node, names: Mapping[str, Dimension]) -> Dimension:
    """The dimension of a formula whose names have those dimensions; ExpressionError names both sides of a clash.

    A literal 0 agrees with everything, so that `x > 0` needs no unit.
    """
    match node:
        case Literal(dimension=dimension):
            return dimension
        case Name(name=name, position=position):
            if name not in names:
                raise ExpressionError(f"there is no {name!r}", position=position)
            return names[name]
        case Negative(operand=operand):
            return dimension_of(operand, names)
        case Binary():
            return _binary(node, names)
        case Call(function=function, arguments=arguments, position=position):
            return _call(function, arguments, position, names)


def _binary(node: Binary, names: Mapping[str, Dimension]) -> Dimension:
    if node.operator == "^":
        return _power(node, names)
    left, right = dimension_of(node.left, names), dimension_of(node.right, names)
    if node.operator == "*":
        return left * right
    if node.operator == "/":
        return left / right
    common = _agreed([(node.left, left), (node.right, right)], VERBS.get(node.operator, "compare"), node.position)
    return common if node.operator in VERBS else DIMENSIONLESS


def _agreed(parts: Sequence[tuple[Node, Dimension]], verb: str, position: int) -> Dimension:
    """The one dimension of all parts."""
    counting = [dimension for node, dimension in parts if not _is_zero(node)]
    if not counting:
        return DIMENSIONLESS
    for other in counting[1:]:
        if other != counting[0]:
            raise ExpressionError(f"cannot {verb} {counting[0]} and {other}", position=position)
    return counting[0]


def _is_zero(node: Node) -> bool:
    return isinstance(node, Literal) and node.value == 0 and node.dimension.is_plain


def _power(node: Binary, names: Mapping[str, Dimension]) -> Dimension:
    base, exponent = dimension_of(node.left, names), dimension_of(node.right, names)
    if not exponent.is_plain:
        raise ExpressionError(f"an exponent must be a plain number, found {exponent}", position=node.position)
    if base.is_plain:
        return base
    value = _constant(node.right)
    if value is None or abs(value) > MAX_POWER:
        message = f"{base} can only be raised to a constant of at most {MAX_POWER}"
        raise ExpressionError(message, position=node.position)
    return base ** Fraction(value).limit_denominator(12)


def _constant(node: Node) -> float | None:
    match node:
        case Literal(value=value):
            return value
        case Negative(operand=Literal(value=value)):
            return -value
        case _:
            return None


def _call(name: str, arguments: Sequence[Node], position: int, names: Mapping[str, Dimension]) -> Dimension:
    rule = FUNCTIONS[name].rule
    dimensions = [dimension_of(argument, names) for argument in arguments]
    if rule == "same":
        return _agreed(list(zip(arguments, dimensions, strict=True)), f"take the {name} of", position)
    if rule == "if":
        _plain(name, arguments[:1], dimensions[:1])
        return _agreed(list(zip(arguments[1:], dimensions[1:], strict=True)), "choose between", position)
    if rule == "root":
        return dimensions[0] ** Fraction(1, 2)
    _plain(name, arguments, dimensions)
    return DIMENSIONLESS


def _plain(name: str, arguments: Sequence[Node], dimensions: Sequence[Dimension]) -> None:
    for argument, dimension in zip(arguments, dimensions, strict=True):
        if not dimension.is_plain:
            raise ExpressionError(f"{name} needs a plain number, found {dimension}", position=argument.position)
