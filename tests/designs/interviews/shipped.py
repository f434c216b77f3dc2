"""A shipped scenario, read once, and its reference as a marked case."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calculators.engine.figures import Figures, load_figures
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.interviews.marking import Case
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import expected_results, reference_of
from designs.scenarios.schema import Scenario

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


@cache
def scenario(slug: str = "twitter") -> Scenario:
    path = FIXTURES / "scenarios" / f"{slug}.yaml"
    return read_scenario(path.read_bytes(), file=path.name).scenario


@cache
def figures() -> Figures:
    return load_figures(FIXTURES / "figures.yaml")


def case_of(document: dict, slug: str = "twitter", **more) -> Case:
    found = scenario(slug)
    return Case(found, analyse(Document.model_validate(document), figures()), expected_results(found), **more)


def reference_case(slug: str = "twitter", **more) -> Case:
    return case_of(reference_of(scenario(slug)), slug, **more)
