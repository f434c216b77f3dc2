"""The pictures of a solved sheet: what it costs or loses, how wide its answer is, and which input makes it so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from calculators.engine.dimensions import Dimension
from calculators.engine.quantities import Quantity, Spread, format_quantity, readable, say
from calculators.engine.sheets import Sheet
from calculators.engine.solve import Solution, solve
from calculators.engine.uncertainty import Distribution
from web.charts.plots import Axis, Mark, histogram
from web.charts.rows import Bar, Heads, Swing, bar_chart, tornado

Drawing = Callable[[Solution], str]


def charts_of(sheet: Sheet, solution: Solution, distributions: Mapping[str, Distribution]) -> list[str]:
    """The sheet's own charts; before them, when an input is a range, the spread of the output that most inputs move."""
    drawn = [draw(solution) for draw in OWN.get(sheet.slug, ())]
    uncertain = [step for step in solution.outputs if step.name in distributions]
    if not uncertain:
        return drawn
    step = max(uncertain, key=lambda each: len(_telling(distributions[each.name])))
    found = distributions[step.name]
    return [spread_chart(step.label, found), influence_chart(solution, step.name, found), *drawn]


def _telling(found: Distribution) -> list[tuple[str, float]]:
    """The inputs that explain a hundredth of the spread or more, with their shares."""
    return [(influence.name, influence.share) for influence in found.influences if influence.share >= 0.01]


def spread_chart(label: str, found: Distribution) -> str:
    say_one = _words(found.dimension)
    marks = [
        Mark(found.low, f"5% below {say_one(found.low)}"),
        Mark(found.median, f"median {say_one(found.median)}"),
        Mark(found.high, f"5% above {say_one(found.high)}"),
    ]
    return histogram(f"How wide the answer is: {label}", found.edges, found.counts, marks, Axis(label, say_one))


def influence_chart(solution: Solution, name: str, found: Distribution) -> str:
    """Each uncertain input on its own from its low to its high end, all others at their middle."""
    sheet = solution.sheet
    say_one = _words(found.dimension)
    swings = []
    for input_name, share in _telling(found):
        quantity = solution.inputs[input_name]
        if quantity.spread is None:
            continue
        low, high = (_result_at(solution, name, input_name, end) for end in (quantity.spread.low, quantity.spread.high))
        said = readable(Quantity(low, found.dimension, Spread(min(low, high), max(low, high))), digits=2)
        note = f"{readable(quantity)}; explains {share:.0%} of the spread"
        swings.append(Swing(_capital(sheet.labels[input_name]), low, high, said, note))
    base = solution.results[name].value
    return tornado(f"What moves it: {sheet.labels[name]}", swings, base, Heads("Input", "Result"), say_one)


def _result_at(solution: Solution, name: str, input_name: str, end: float) -> float:
    """The result with one input at an end of its range; the middle where the sheet has no answer there."""
    typed = {each: format_quantity(replace(q, spread=None)) for each, q in solution.inputs.items()}
    quantity = replace(solution.inputs[input_name], value=end, spread=None)
    found = solve(solution.sheet, typed | {input_name: format_quantity(quantity)})
    return found.results[name].value if name in found.results else solution.results[name].value


def _words(dimension: Dimension) -> Callable[[float], str]:
    return lambda value: say(Quantity(value, dimension)).removeprefix("about ")


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def monthly_bill(solution: Solution) -> str:
    results = solution.results
    bars = [
        Bar(_capital(solution.sheet.labels[name]), results[name].value, readable(results[name]))
        for name in ("server_cost", "storage_cost", "egress_cost")
    ]
    return bar_chart("The monthly bill", bars, Heads("Part", "A month"))


OWN: Mapping[str, tuple[Drawing, ...]] = {"capacity": (monthly_bill,)}
