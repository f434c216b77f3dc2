"""The result of a sheet as HTML, written here since each keystroke asks for it: Django's templates take ten times as
long for the same markup. Every text is escaped.

What the inputs change stands in places with an id each; what they do not change is written around these places once,
and an update sends only what goes into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from calculators.engine.solve import Said, WorkedStep
from web.templatetags.web import icon

if TYPE_CHECKING:
    from calculators.pages.addresses import Problem
    from calculators.pages.sheet import Field, Headline, SheetPage

Contents = Mapping[str, str]
"""HTML by the id of its place."""

# For the words of sheets, which are the same in each answer.
known = lru_cache(maxsize=4_000)(escape)


@lru_cache(maxsize=2_000)
def _title(label: str) -> str:
    return escape(label[:1].upper() + label[1:])


def result_markup(page: SheetPage) -> str:
    """What follows from the inputs: figures, remarks, charts, the working, and how to take it along."""
    if page.problems:
        return _problems(page.problems)
    found = _contents(page)
    for step in page.steps:
        found |= _of_step(step)
    return (
        f'{_figures(page, found)}<div id="remarks">{found["remarks"]}</div><div id="chart">{found["chart"]}</div>'
        f'{_working(page.steps, found)}<div id="more-charts">{found["more-charts"]}</div>'
        f"{''.join(_cards(page.fixed_charts))}{_share(page)}"
    )


def update_markup(page: SheetPage, *, shows_result: bool) -> str:
    """What the page puts into its places, of which one that shows no result yet has but the place of the whole.

    While something cannot be read the last result stays, and only the words beside the fields change; those beside
    fields as delivered the page empties itself.
    """
    contents = _messages(page.changed_fields) | {"stale": _stale(page.problems)}
    if page.problems:
        return _put(contents)
    if not shows_result:
        return _put(contents | {"result": result_markup(page)})
    return "".join((_put(contents), _put(_contents(page)), *map(_put_step, page.steps)))


def _put(contents: Contents) -> str:
    return "".join([f'<div id="{place}">{html}</div>' for place, html in contents.items()])


def _contents(page: SheetPage) -> dict[str, str]:
    """What the inputs change beside the working."""
    charts = _cards(page.charts)
    contents = {
        "spoken": " ".join(map(_spoken, page.headlines)),
        "doubt": _doubt(page),
        "remarks": "".join(map(_remark, page.remarks)),
        "chart": charts[0] if charts else "",
        "more-charts": "".join(charts[1:]),
    }
    for headline in page.headlines:
        contents[f"figure-{headline.name}"] = _headline(headline)
    return contents


def _cards(charts: Iterable[str]) -> list[str]:
    return [f'<div class="card chart-card">{chart}</div>' for chart in charts]


@lru_cache(maxsize=4_000)
def _put_step(step: WorkedStep) -> str:
    """Kept as steps are."""
    return _put(_of_step(step))


def _of_step(step: WorkedStep) -> Contents:
    return {
        f"figures-{step.name}": escape(step.figures),
        f"exact-{step.name}": _exact(step),
        f"rounded-{step.name}": _rounded(step),
    }


def _problems(problems: Sequence[Problem]) -> str:
    many = "One thing" if len(problems) == 1 else f"{len(problems)} things"
    lines = "".join(f"<li>{_problem_name(problem)}: {escape(problem.message)}</li>" for problem in problems)
    return (
        '<section class="note-box bad" role="alert" id="problems">'
        f"<h2>{many} to put right</h2><ul>{lines}</ul></section>"
    )


def _problem_name(problem: Problem) -> str:
    if problem.is_field:
        return f'<a href="#in-{escape(problem.name)}">{_title(problem.label)}</a>'
    return f"<code>{escape(problem.label)}</code>"


def _figures(page: SheetPage, found: Contents) -> str:
    """The figures that people come for, and the same in one sentence for those who listen."""
    figures = "".join(
        f'<div><dt>{_title(each.label)}</dt><dd id="figure-{each.name}">{found[f"figure-{each.name}"]}</dd></div>'
        for each in page.headlines
    )
    return (
        '<section aria-labelledby="headline-title"><h2 id="headline-title" class="visually-hidden">Results</h2>'
        f'<dl class="headlines">{figures}</dl>'
        f'<p class="visually-hidden" role="status" id="spoken">{found["spoken"]}</p>'
        f'<p class="muted headline-note" id="doubt">{found["doubt"]}</p></section>'
    )


def _doubt(page: SheetPage) -> str:
    if not page.distributions:
        return ""
    without = page.without_answer
    unanswered = f" In {without} of the draws there is no answer." if without else ""
    return f"Below each figure: where it lies nine times in ten.{unanswered}"


@lru_cache(maxsize=2_000)
def _spoken(headline: Headline) -> str:
    return f"{escape(headline.label)}: {escape(headline.said)}."


@lru_cache(maxsize=2_000)
def _headline(headline: Headline) -> str:
    unit = f" <span>{escape(headline.unit)}</span>" if headline.unit else ""
    spread = f'<div class="headline-spread">{escape(headline.spread)}</div>' if headline.spread else ""
    size = ' class="is-long"' if len(headline.number) > 6 else ""
    return f"<strong{size}>{escape(headline.number)}{unit}</strong>{spread}"


def _remark(remark: Said) -> str:
    more = f' <a href="/topics/{escape(remark.topic)}/">Read on</a>' if remark.topic else ""
    return f'<p class="note-box remark">{escape(remark.text[:1].upper() + remark.text[1:])}{more}</p>'


def _working(steps: Iterable[WorkedStep], found: Contents) -> str:
    return (
        '<section aria-labelledby="working-title"><h2 id="working-title">The working</h2>'
        f'<ol class="working" id="working">{"".join(_step(step, found) for step in steps)}</ol></section>'
    )


def _step(step: WorkedStep, found: Contents) -> str:
    name = step.name
    helped = f'<p class="step-help">{known(step.help)}</p>' if step.help else ""
    return (
        f'<li class="step{" is-output" if step.is_output else ""}" id="step-{name}">'
        f'<h3>{_title(step.label)}</h3><p class="step-words">{known(step.words)}</p>'
        f'<p class="step-figures"><code id="figures-{name}">{found[f"figures-{name}"]}</code></p>'
        f'<p class="step-result" id="exact-{name}">{found[f"exact-{name}"]}</p>'
        f'<p class="step-rounded" id="rounded-{name}">{found[f"rounded-{name}"]}</p>{helped}</li>'
    )


def _exact(step: WorkedStep) -> str:
    said = f" <span>{escape(step.said)}</span>" if step.said != step.exact else ""
    return f"<strong>{escape(step.exact)}</strong>{said}"


def _rounded(step: WorkedStep) -> str:
    """The result as done in the head, where that differs."""
    rounded = step.rounded
    return f"In the head <strong>{escape(rounded.text)}</strong>, <span>{rounded.error_text}</span>" if rounded else ""


def _share(page: SheetPage) -> str:
    """The links follow the address as it changes: see calculator.js."""
    markdown = escape(page.markdown_address)
    onwards = ""
    if page.compare_address:
        onwards = (
            f'<a class="tool" href="{escape(page.compare_address)}">{icon("layers")}Compare with another</a>'
            f'<a class="tool" href="{escape(page.keep_address)}">{icon("plus")}Keep and add rows</a>'
        )
    return (
        '<section class="share" aria-labelledby="share-title">'
        '<h2 id="share-title" class="visually-hidden">Take it with you</h2><div class="actions">'
        f'<a class="tool" href="{escape(page.permalink)}">{icon("link")}Link to this result</a>{onwards}'
        f'<button type="button" class="tool needs-script" data-copies="as-markdown">'
        f"{icon('copy')}<span>Copy as Markdown</span></button>"
        f'<a class="tool" id="as-markdown" href="{markdown}">{icon("file-text")}Markdown</a>'
        f'<a class="tool" href="{escape(page.json_address)}">{icon("file-text")}JSON</a></div></section>'
    )


def _stale(problems: Iterable[Problem]) -> str:
    """Which fields keep the result from following what is typed; empty when it does follow."""
    names = ", ".join(escape(problem.label) for problem in problems)
    return f"Not updated: {names} cannot be read yet." if names else ""


def _messages(fields: Iterable[Field]) -> dict[str, str]:
    """The words beside fields."""
    return {f"message-{field.name}": field_words(field) for field in fields}


def field_words(field: Field) -> str:
    """What is wrong with a field, or how it was read; empty when there is nothing to say."""
    if field.error:
        return f'<span class="error">{escape(field.error)}</span>'
    return f'<span class="reading">{escape(field.reading)}</span>' if field.reading else ""
