"""Computes a formula on single numbers or on arrays of samples with the same code. The tree is turned into nested
functions once, which are then called for each set of values."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from calculators.engine.expressions.errors import ExpressionError
from calculators.engine.expressions.nodes import Binary, Call, Literal, Name, Negative, Node
from calculators.engine.functions import FUNCTIONS

Value = float | npt.NDArray[np.float64]
Values = Mapping[str, Value]
Compute = Callable[[Values], Any]
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def evaluate(node: Node, values: Values) -> Value:
    """The result in base units; ExpressionError for a division by zero, an overflow, or no number at all.

    Of samples, those that have no result become NaN.
    """
    with np.errstate(all="ignore"):
        result = _compiled(node)(values)
    return result if isinstance(result, np.ndarray) else _finite(node, result)


def computing(node: Node) -> Callable[[Values], float]:
    """The same for single numbers, compiled once by a caller who computes many inside one np.errstate(all="ignore")."""
    compute = _compiled(node)
    return lambda values: _finite(node, compute(values))


def _finite(node: Node, result: Any) -> float:
    found = float(result)
    if not math.isfinite(found):
        raise ExpressionError("the result is too large or no number", position=node.position)
    return found


def _compiled(node: Node) -> Compute:
    match node:
        case Literal(value=value):
            return lambda _values: value
        case Name(name=name):
            return operator.itemgetter(name)
        case Negative(operand=operand):
            positive = _compiled(operand)
            return lambda values: -positive(values)
        case Binary():
            return _binary(node)
        case Call(function="if", arguments=(condition, then, otherwise)):
            return _chosen(_compiled(condition), _compiled(then), _compiled(otherwise))
        case Call():
            return _called(node)


def _called(node: Call) -> Compute:
    function = FUNCTIONS[node.function].compute
    arguments = tuple(map(_compiled, node.arguments))

    def compute(values: Values) -> Any:
        try:
            return function(*[argument(values) for argument in arguments])
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise ExpressionError(f"{node.function}: {error}", position=node.position) from error

    return compute


def taken(node: Node, values: Values) -> Node:
    """The formula to be written with figures: only the branch taken of each `if`, and no floor of a whole number."""
    match node:
        case Call(function="floor", arguments=(Name(name=name) as whole,)) if float(values[name]).is_integer():
            return whole
        case Call(function="if", arguments=(condition, then, otherwise)):
            return taken(then if evaluate(condition, values) else otherwise, values)
        case Call(function=name, arguments=arguments, position=position):
            return Call(name, tuple(taken(argument, values) for argument in arguments), position)
        case Binary(operator=sign, left=left, right=right, position=position):
            return Binary(sign, taken(left, values), taken(right, values), position)
        case Negative(operand=operand, position=position):
            return Negative(taken(operand, values), position)
        case Literal() | Name():
            return node


def _chosen(condition: Compute, then: Compute, otherwise: Compute) -> Compute:
    """Computes only the branch that a single condition selects, so that an `if` may guard a division."""

    def compute(values: Values) -> Any:
        chosen = condition(values)
        if isinstance(chosen, np.ndarray):
            return np.where(chosen, then(values), otherwise(values))
        return then(values) if chosen else otherwise(values)

    return compute


def _binary(node: Binary) -> Compute:
    left, right, operate = _compiled(node.left), _compiled(node.right), OPERATORS[node.operator]

    def compute(values: Values) -> Any:
        first, second = left(values), right(values)
        try:
            result = operate(first, second)
        except ZeroDivisionError as error:
            raise ExpressionError("division by zero", position=node.position) from error
        except OverflowError as error:
            raise ExpressionError("the result is too large", position=node.position) from error
        if isinstance(result, complex):
            raise ExpressionError("a root of a negative number", position=node.position)
        return result

    return compute
