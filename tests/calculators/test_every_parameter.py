"""Every parameter of every calculator and lab takes a text that nobody means: with an answer, or refused in words
(promise 36)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial

import pytest
from django.urls import reverse

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.labs.lab import Choice, Lab, LabError, Parameter, play
from calculators.labs.registry import BY_SLUG
from calculators.pages.addresses import Given
from calculators.pages.lab import lab_page
from calculators.pages.sheet import sheet_page
from tests.refusals import done_or_refused

pytestmark = pytest.mark.one_database
ODD = [
    "9" * 5_000, "1e300", "-1e300", "1e-300", "1e9999999999", "nan", "inf", "-0", "0x10", "1e", "..", "5..", "..5",
    "9..1", "(" * 500, "10^10^10", "1/0", "\x00", "\ud800", "\u202e5", "٣", "²", "5\n5", "<b>5</b>", "{{ 5 }}",
    "a" * 5_000, "*600", "step*600", "step*9999", ".", "..." * 500, "step." * 500,
]  # fmt: skip


@pytest.mark.parametrize("slug", CATALOGUE)
def test_each_input_of_a_calculator(slug):
    sheet = CATALOGUE[slug]
    for row in sheet.inputs:
        for text in ODD:
            page = sheet_page(sheet, Given({row.name: text}))
            assert page.problems or page.steps, (row.name, text[:20])
            assert all(problem.message for problem in page.problems), (row.name, text[:20])


@pytest.mark.parametrize("slug", BY_SLUG)
def test_each_parameter_of_a_lab(slug):
    lab = BY_SLUG[slug]
    for name in [*lab.by_name, "seed", "do", "guess", "other"]:
        for text in ODD:
            page = lab_page(lab, {name: text}, address="/x")
            assert page.problems or page.view, (name, text[:20])
            assert all(problem.message for problem in page.problems), (name, text[:20])


def ends(parameter: Parameter) -> list[int | str]:
    if isinstance(parameter, Choice):
        return [value for value, _ in parameter.options]
    return [parameter.least, parameter.most]


def settings_of(lab: Lab) -> Iterator[dict[str, int | str]]:
    """All choices, with each number as small and as large as it may be."""
    for values in itertools.product(*map(ends, lab.parameters)):
        yield dict(zip(lab.by_name, values, strict=True))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_all_ends_of_all_parameters_of_a_lab_together(slug):
    lab = BY_SLUG[slug]
    done = [action.name for action in lab.actions]
    for values in settings_of(lab):
        played = done_or_refused(partial(play, lab, values, seed=1, done=done), LabError)
        assert played if isinstance(played, str) else played[0].view().said, values


PAGES = {
    **{
        reverse("calculators:sheet_detail", args=[slug]): [row.name for row in each.inputs]
        for slug, each in CATALOGUE.items()
    },
    **{reverse("calculators:lab_detail", args=[slug]): [*each.by_name, "do"] for slug, each in BY_SLUG.items()},
}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_odd_texts_as_they_were_typed(client, page):
    """All parameters at once, each with another text; a NUL is refused before any page."""
    texts = [text.encode(errors="surrogatepass") for text in ODD if text != "\x00"]
    first = list(PAGES).index(page) % len(texts)

    answer = client.get(page, dict(zip(PAGES[page], itertools.cycle(texts[first:] + texts[:first]), strict=False)))

    assert answer.status_code in (200, 422)
    assert "<b>5</b>" not in answer.content.decode()
