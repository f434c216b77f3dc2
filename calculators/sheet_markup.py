"""The parts of a result that have a line for each row, written here since each keystroke asks for all of them:
Django's templates take ten times as long for the same markup. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from calculators.engine.solve import WorkedStep

if TYPE_CHECKING:
    from calculators.sheet_page import Field, Headline


def headlines_markup(headlines: Iterable[Headline]) -> str:
    """The figures that people come for, and the same in one sentence for those who listen."""
    figures = "".join(map(_headline, headlines))
    spoken = " ".join(f"{escape(headline.label)}: {escape(headline.said)}." for headline in headlines)
    return (
        f'<dl class="headlines">{figures}</dl><p class="visually-hidden" role="status" id="result-spoken">{spoken}</p>'
    )


def _headline(headline: Headline) -> str:
    unit = f' <span class="headline-unit">{escape(headline.unit)}</span>' if headline.unit else ""
    spread = f'<dd class="headline-spread number">{escape(headline.spread)}</dd>' if headline.spread else ""
    size = " is-long" if len(headline.number) > 6 else ""
    return (
        f"<div><dt>{escape(headline.label[:1].upper() + headline.label[1:])}</dt>"
        f'<dd class="headline-number number{size}">{escape(headline.number)}{unit}</dd>{spread}</div>'
    )


def working_markup(steps: Iterable[WorkedStep]) -> str:
    """The worked steps as a list."""
    return f'<ol class="working">{"".join(map(_step, steps))}</ol>'


def _step(step: WorkedStep) -> str:
    said = f' <span class="step-said">{escape(step.said)}</span>' if step.said != step.exact else ""
    rounded = step.rounded
    in_the_head = (
        f'<p class="step-rounded">In the head <strong class="number">{escape(rounded.text)}</strong>, '
        f'<span class="muted">{rounded.error_text}</span></p>'
        if rounded
        else ""
    )
    helped = f'<p class="step-help">{escape(step.help)}</p>' if step.help else ""
    return (
        f'<li class="step{" is-output" if step.is_output else ""}" id="step-{step.name}">'
        f"<h3>{escape(step.label[:1].upper() + step.label[1:])}</h3>"
        f'<p class="step-words">{escape(step.words)}</p>'
        f'<p class="step-figures"><code>{escape(step.figures)}</code></p>'
        f'<p class="step-result"><span class="equals" aria-hidden="true">=</span>'
        f'<strong class="number">{escape(step.exact)}</strong>{said}</p>{in_the_head}{helped}</li>'
    )


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
