"""The whole analysis of a design: start here. `analyse(document, figures)` gives everything that the pages show.

Slow parts are computed on first use and kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from calculators.engine.figures import Figures
from calculators.engine.uncertainty import Influence, influences_on
from designs.analysis.findings import SEVERITIES, Answer, Finding, answers_of
from designs.analysis.model import Model
from designs.analysis.requirements import Meter, RequirementResult
from designs.analysis.rules.case import Case
from designs.analysis.rules.registry import RULES
from designs.analysis.saturation import Saturation, breaking_order
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.document.describe import place_words
from designs.document.figures import unreadable
from designs.document.patches import apply
from designs.document.schema import Document


@dataclass(frozen=True)
class Doubt:
    """How sure it is that a component saturates: the share of plausible worlds in which it does, and the inputs that
    decide.
    """

    component: str
    share: float
    influences: tuple[Influence, ...]


@dataclass(frozen=True)
class Analysis:
    model: Model

    @property
    def document(self) -> Document:
        return self.model.document

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.model)

    @cached_property
    def requirements(self) -> tuple[RequirementResult, ...]:
        return self.meter.results()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The worst first; within one severity in the order of the rules."""
        case = Case(self.model, self.meter)
        found = [finding for rule in RULES for finding in rule.check(case)]
        return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Answers to findings of the design, by key."""
        keys = {finding.key for finding in self.findings}
        return {key: answer for key, answer in answers_of(self.document).items() if key in keys}

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Findings without an answer."""
        return tuple(
            finding
            for finding in self.findings
            if finding.key not in self.answers or self.answers[finding.key].response == "open"
        )

    def finding(self, key: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.key == key), None)

    @cached_property
    def breaks_first(self) -> tuple[Saturation, ...]:
        held = {key: each.utilisation for key, each in self.meter.held.items() if not each.is_default}
        threads = {key: share for key, share in held.items() if share and math.isfinite(share)}
        return tuple(breaking_order(self.model.loads, threads=threads))

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """Components that saturate in some plausible worlds and not in others, the most likely first."""
        found = []
        for each, load in self.model.loads.components.items():
            share = load.saturated_share
            if share is None or not 0 < share < 1:
                continue
            drawn = self.model.estimate.drawn
            own = () if load.samples is None else influences_on(np.asarray(load.samples), drawn)
            found.append(Doubt(each, share, own))
        return tuple(sorted(found, key=lambda doubt: -doubt.share))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Facts that are missing for some result, each once."""
        unread = unreadable(self.document)
        told = self.document.model_dump(mode="json") if unread else {}
        found = [f"{place_words(told, each.path)}: {each.message.removesuffix('.')}" for each in unread]
        found += [each for result in self.requirements for each in result.missing]
        found += [
            f"the rate of {self.model.operation_name(key)} ({rate.working})"
            for key, rate in self.model.loads.rates.items()
            if rate.average is None
        ]
        found += [
            f"the path of {self.model.operation_name(key)}: {flow.problem}"
            for key, flow in self.model.flows.items()
            if flow.problem
        ]
        found += [
            each
            for reach in self.model.reach.values()
            if reach.operation in self.model.structures
            for each in (*reach.open, *reach.missing)
        ]
        return tuple(dict.fromkeys(found))

    @property
    def is_failing(self) -> bool:
        """Whether a requirement that must hold fails."""
        return any(result.verdict == "fail" and result.priority == "must" for result in self.requirements)


def analyse(document: Document | Mapping[str, Any], figures: Figures) -> Analysis:
    """The analysis of a document. Raises InvalidDocumentError for a plain dict that is no design."""
    return Analysis(model_of(document if isinstance(document, Document) else read(document), figures))


def after(document: Mapping[str, Any], patch: Mapping[str, Any], figures: Figures) -> Analysis:
    """The analysis of the document with a patch applied."""
    return analyse(apply(document, patch), figures)
