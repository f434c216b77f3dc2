"""The public page of a shared design: its drawing, its key figures, and the requirements that it meets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString, mark_safe

from calculators.engine.shipped import all_figures
from designs.analysis.report import Analysis, analyse
from designs.document.schema import Document
from designs.exchange.svg import write as write_svg
from designs.models import Design
from designs.pages.analysis import said_times
from designs.pictures.diagram import draw
from web.charts.preview import card
from web.shown.pictures import kept_picture

MOST_FIGURES = 8


@dataclass(frozen=True)
class Portfolio:
    """Shows nothing of the log, the questions or the owner; only what the link is meant to show."""

    design: Design

    @cached_property
    def analysis(self) -> Analysis:
        return analyse(Document.model_validate(self.design.data()), all_figures())

    @property
    def drawing(self) -> SafeString:
        diagram = self.design.data().get("diagram", {})
        return mark_safe(draw(diagram, title=f"The drawing of {self.design}"))  # noqa: S308 - ours, its words escaped

    @cached_property
    def figures(self) -> list[tuple[str, str]]:
        """Results with their labels: the estimate's own rows in order, then the calculator's outputs."""
        estimate = self.analysis.model.estimate
        rows = self.analysis.document.estimate.rows
        own = [
            (row.label or key, estimate.shown[key])
            for key, row in sorted(rows.items(), key=lambda pair: pair[1].order)
            if key in estimate.shown
        ]
        of_sheet = [(step.label, step.said) for step in estimate.solution.outputs if step.name not in rows]
        return [*own, *of_sheet][:MOST_FIGURES]

    @cached_property
    def targets(self) -> list[tuple[str, str, str, str]]:
        """For each measurable requirement: its words, the target, the verdict and the value reached."""
        names = self.analysis.document.scope.measurable_requirements
        return [
            (names[each.requirement].text or each.metric.replace("_", " "), each.asked, each.verdict, each.reached)
            for each in self.analysis.requirements
        ]

    @property
    def first_to_break(self) -> str:
        order = self.analysis.breaks_first
        if not order:
            return ""
        name = self.analysis.model.graph.name(order[0].component)
        return f"{name} is full first, at {said_times(order[0].times)} this traffic."

    @property
    def summary(self) -> str:
        """One line for previews of the address: what the design consists of, and which requirements it meets."""
        boxes, targets = len(self.analysis.document.diagram.components), self.targets
        kept = sum(verdict == "pass" for _, _, verdict, _ in targets)
        untold = sum(verdict == "cannot tell" for _, _, verdict, _ in targets)
        parts = [f"{boxes} component{'' if boxes == 1 else 's'}"]
        if len(targets) > untold:  # requirements that cannot be computed are neither met nor missed
            parts.append(f"{kept} of {len(targets)} target{'' if len(targets) == 1 else 's'} met")
            parts += [f"{untold} not computed"] * bool(untold)
        parts += [f"{label} {said}" for label, said in self.figures[:2]]
        return "; ".join(parts) + "."


def preview(portfolio: Portfolio) -> bytes:
    """The PNG that other programs show beside the address: made once for each version of the design, and cached for a
    while."""
    design = portfolio.design
    return kept_picture(
        f"{design.pk}-{design.version}", lambda: card(str(design), portfolio.summary, write_svg(design.data()))
    )
