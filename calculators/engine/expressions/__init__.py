"""A small, safe language of formulas over named quantities: parse, check dimensions, evaluate, write in words."""

from calculators.engine.expressions.dimensions import dimension_of
from calculators.engine.expressions.errors import ExpressionError
from calculators.engine.expressions.evaluate import Value, Values, computing, evaluate, taken
from calculators.engine.expressions.nodes import Node, calls_in, names_in
from calculators.engine.expressions.parse import parse_expression
from calculators.engine.expressions.units import with_units
from calculators.engine.expressions.write import write

__all__ = [
    "ExpressionError", "Node", "Value", "Values", "calls_in", "computing", "dimension_of", "evaluate", "names_in",
    "parse_expression",
    "taken", "with_units", "write",
]  # fmt: skip
