"""The pictures of a solved sheet: what it costs or loses, how wide its answer is, and which input makes it so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from calculators.charts.own import capital, charts_for
from calculators.engine.quantities import Quantity, Spread
from calculators.engine.solve import Solution, solve
from calculators.engine.uncertainty import Distribution
from calculators.engine.wording import format_quantity, readable, saying
from web.charts.plots import Axis, Mark, histogram
from web.charts.rows import Heads, Swing, tornado


def charts_of(solution: Solution, distributions: Mapping[str, Distribution]) -> list[str]:
    """The sheet's own charts, then, when an input is a range, the spread of the output that most inputs move."""
    drawn = list(charts_for(solution))
    uncertain = [step for step in solution.outputs if step.name in distributions]
    if not uncertain:
        return drawn
    step = max(uncertain, key=lambda each: len(_telling(distributions[each.name])))
    found = distributions[step.name]
    return [*drawn, spread_chart(step.label, found), influence_chart(solution, step.name, found)]


def _telling(found: Distribution) -> list[tuple[str, float]]:
    """The inputs that explain a hundredth of the spread or more, with their shares."""
    return [(influence.name, influence.share) for influence in found.influences if influence.share >= 0.01]


def spread_chart(label: str, found: Distribution) -> str:
    say_one = saying(found.dimension, found.unit)
    marks = [
        Mark(found.low, f"5% below {say_one(found.low)}"),
        Mark(found.median, f"median {say_one(found.median)}"),
        Mark(found.high, f"5% above {say_one(found.high)}"),
    ]
    marks = [mark for mark in marks if math.isfinite(mark.value)]
    return histogram(f"How wide the answer is: {label}", found.edges, found.counts, marks, Axis(label, say_one))


def influence_chart(solution: Solution, name: str, found: Distribution) -> str:
    """Each uncertain input on its own from its low to its high end, all others at their middle."""
    sheet = solution.sheet
    say_one = saying(found.dimension, found.unit)
    swings = []
    for input_name, share in _telling(found):
        quantity = solution.inputs[input_name]
        if quantity.spread is None:
            continue
        low, high = (_result_at(solution, name, input_name, end) for end in (quantity.spread.low, quantity.spread.high))
        said = readable(Quantity(low, found.dimension, Spread(min(low, high), max(low, high)), found.unit), digits=2)
        note = f"{readable(quantity)}; explains {share:.0%} of the spread"
        swings.append(Swing(capital(sheet.labels[input_name]), low, high, said, note))
    base = solution.results[name].value
    return tornado(f"What moves it: {sheet.labels[name]}", swings, base, Heads("Input", "Result"), say_one)


def _result_at(solution: Solution, name: str, input_name: str, end: float) -> float:
    """The result with one input at an end of its range; the middle where the sheet has no answer there."""
    typed = {each: format_quantity(replace(q, spread=None)) for each, q in solution.inputs.items()}
    quantity = replace(solution.inputs[input_name], value=end, spread=None)
    found = solve(solution.sheet, typed | {input_name: format_quantity(quantity)})
    return found.results[name].value if name in found.results else solution.results[name].value
