"""Computes a formula on single numbers or on arrays of samples with the same code."""

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
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """The result in base units; ExpressionError for a division by zero, an overflow, or no number at all.

    Of samples, those that have no result become NaN.
    """
    with np.errstate(all="ignore"):
        result = _value(node, values)
    return result if isinstance(result, np.ndarray) else _finite(node, result)


def number(node: Node, values: Mapping[str, Value]) -> float:
    """The same for single numbers, for who computes many inside one np.errstate(all="ignore")."""
    return _finite(node, _value(node, values))


def _finite(node: Node, result: Any) -> float:
    found = float(result)
    if not math.isfinite(found):
        raise ExpressionError("the result is too large or no number", position=node.position)
    return found


def _value(node: Node, values: Mapping[str, Value]) -> Any:
    match node:
        case Literal(value=value):
            return value
        case Name(name=name):
            return values[name]
        case Negative(operand=operand):
            return -_value(operand, values)
        case Binary():
            return _binary(node, values)
        case Call(function="if", arguments=(condition, then, otherwise)):
            return _chosen(_value(condition, values), then, otherwise, values)
        case Call(function=name, arguments=arguments, position=position):
            try:
                return FUNCTIONS[name].compute(*[_value(argument, values) for argument in arguments])
            except (ValueError, OverflowError, ZeroDivisionError) as error:
                raise ExpressionError(f"{name}: {error}", position=position) from error


def taken(node: Node, values: Mapping[str, Value]) -> Node:
    """The formula as it is written with figures: of each `if` the branch taken, and no floor of what is whole."""
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


def _chosen(condition: Any, then: Node, otherwise: Node, values: Mapping[str, Value]) -> Any:
    """Of a single condition only the branch that counts is computed, so that it may guard a division."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, _value(then, values), _value(otherwise, values))
    return _value(then if condition else otherwise, values)


def _binary(node: Binary, values: Mapping[str, Value]) -> Any:
    left, right = _value(node.left, values), _value(node.right, values)
    try:
        result = OPERATORS[node.operator](left, right)
    except ZeroDivisionError as error:
        raise ExpressionError("division by zero", position=node.position) from error
    except OverflowError as error:
        raise ExpressionError("the result is too large", position=node.position) from error
    if isinstance(result, complex):
        raise ExpressionError("a root of a negative number", position=node.position)
    return result
