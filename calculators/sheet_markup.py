"""The result of a sheet as HTML, written here since each keystroke asks for all of it: Django's templates take ten
times as long for the same markup. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from calculators.engine.solve import Said, WorkedStep
from web.templatetags.web import icon

if TYPE_CHECKING:
    from calculators.addresses import Problem
    from calculators.sheet_page import Field, Headline, SheetPage

# For the words of sheets, which are the same in each answer.
known = lru_cache(maxsize=4_000)(escape)


@lru_cache(maxsize=2_000)
def _title(label: str) -> str:
    return escape(label[:1].upper() + label[1:])


def result_markup(page: SheetPage) -> str:
    """What follows from the inputs: figures, remarks, charts, the working, and how to take it along."""
    bad = " has-problems" if page.problems else ""
    charts = [f'<div class="card chart-card">{chart}</div>' for chart in page.charts]
    return "".join(
        (
            f'<div id="result" class="result{bad}">',
            _problems(page.problems) if page.problems else "",
            _figures(page) if page.headlines else "",
            *map(_remark, page.remarks),
            *charts[:1],
            _working(page.steps) if page.steps else "",
            *charts[1:],
            _share(page) if page.steps else "",
            "</div>",
        )
    )


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


def _figures(page: SheetPage) -> str:
    """The figures that people come for, and the same in one sentence for those who listen."""
    figures = "".join(map(_headline, page.headlines))
    spoken = " ".join(f"{known(headline.label)}: {escape(headline.said)}." for headline in page.headlines)
    note = ""
    if page.distributions:
        without = page.without_answer
        unanswered = f" In {without} of the draws there is no answer." if without else ""
        note = f'<p class="muted headline-note">Below each figure: where it lies nine times in ten.{unanswered}</p>'
    return (
        '<section aria-labelledby="headline-title"><h2 id="headline-title" class="visually-hidden">Results</h2>'
        f'<dl class="headlines">{figures}</dl>'
        f'<p class="visually-hidden" role="status" id="result-spoken">{spoken}</p>{note}</section>'
    )


def _headline(headline: Headline) -> str:
    unit = f' <span class="headline-unit">{escape(headline.unit)}</span>' if headline.unit else ""
    spread = f'<dd class="headline-spread number">{escape(headline.spread)}</dd>' if headline.spread else ""
    size = " is-long" if len(headline.number) > 6 else ""
    return (
        f"<div><dt>{_title(headline.label)}</dt>"
        f'<dd class="headline-number number{size}">{escape(headline.number)}{unit}</dd>{spread}</div>'
    )


def _remark(remark: Said) -> str:
    more = f' <a href="/topics/{escape(remark.topic)}/">Read on</a>' if remark.topic else ""
    return f'<p class="note-box remark">{escape(remark.text[:1].upper() + remark.text[1:])}{more}</p>'


def _working(steps: Iterable[WorkedStep]) -> str:
    return (
        '<section aria-labelledby="working-title"><h2 id="working-title">The working</h2>'
        f'<ol class="working">{"".join(map(_step, steps))}</ol></section>'
    )


def _step(step: WorkedStep) -> str:
    said = f' <span class="step-said">{escape(step.said)}</span>' if step.said != step.exact else ""
    rounded = step.rounded
    in_the_head = (
        f'<p class="step-rounded">In the head <strong class="number">{escape(rounded.text)}</strong>, '
        f'<span class="muted">{rounded.error_text}</span></p>'
        if rounded
        else ""
    )
    helped = f'<p class="step-help">{known(step.help)}</p>' if step.help else ""
    return (
        f'<li class="step{" is-output" if step.is_output else ""}" id="step-{step.name}">'
        f"<h3>{_title(step.label)}</h3>"
        f'<p class="step-words">{known(step.words)}</p>'
        f'<p class="step-figures"><code>{escape(step.figures)}</code></p>'
        f'<p class="step-result"><span class="equals" aria-hidden="true">=</span>'
        f'<strong class="number">{escape(step.exact)}</strong>{said}</p>{in_the_head}{helped}</li>'
    )


def _share(page: SheetPage) -> str:
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
        f'<button type="button" class="tool needs-script" data-copy="{markdown}">'
        f"{icon('copy')}<span>Copy as Markdown</span></button>"
        f'<a class="tool" href="{markdown}">{icon("file-text")}Markdown</a>'
        f'<a class="tool" href="{escape(page.json_address)}">{icon("file-text")}JSON</a></div></section>'
    )


def stale_markup(problems: Iterable[Problem]) -> str:
    """Which fields keep the result from following what is typed; empty when it does follow."""
    names = ", ".join(escape(problem.label) for problem in problems)
    words = f"Not updated: {names} cannot be read yet." if names else ""
    return f'<p id="stale" class="stale" role="status" hx-swap-oob="true">{words}</p>'


def messages_markup(fields: Iterable[Field]) -> str:
    """The words beside every field, each to be put into its place in the page."""
    return "".join(
        f'<span id="message-{field.name}" class="field-message" hx-swap-oob="true">{field_words(field)}</span>'
        for field in fields
    )


def field_words(field: Field) -> str:
    """What is wrong with a field, or how it was read; empty when there is nothing to say."""
    if field.error:
        return f'<span class="error">{escape(field.error)}</span>'
    return f'<span class="reading">{escape(field.reading)}</span>' if field.reading else ""
