"""What search finds besides topics and scenarios: calculators, labs and learning paths. Only the project knows all of
them."""

from __future__ import annotations

from django.urls import reverse

from calculators.engine.catalogue.registry import SHEETS
from calculators.labs.registry import LABS
from studyguide.models import LearningPath, SearchEntry
from studyguide.services.searching import replace_entries


def make_findable() -> None:
    """Idempotent: entries that did not change are left as they are."""
    replace_entries(
        "calculator", [_calculator(sheet.slug, sheet.title, sheet.summary, sheet.labels) for sheet in SHEETS]
    )
    replace_entries("lab", [_lab(lab.slug, lab.title, lab.summary, lab.notice) for lab in LABS])
    replace_entries("path", [_path(path) for path in LearningPath.objects.all()])


def _calculator(slug: str, title: str, summary: str, labels: dict[str, str]) -> SearchEntry:
    return SearchEntry(
        kind="calculator",
        key=slug,
        title=title,
        aliases=f"{title} calculator",
        summary=summary,
        body=f"{summary} {'; '.join(labels.values())}",
        url=reverse("calculators:sheet_detail", args=[slug]),
    )


def _lab(slug: str, title: str, summary: str, notice: tuple[str, ...]) -> SearchEntry:
    return SearchEntry(
        kind="lab",
        key=slug,
        title=title,
        aliases=f"{title} lab",
        summary=summary,
        body=" ".join((summary, *notice)),
        url=reverse("calculators:lab_detail", args=[slug]),
    )


def _path(path: LearningPath) -> SearchEntry:
    return SearchEntry(
        kind="path",
        key=path.slug,
        title=path.title,
        summary=path.summary,
        body=path.summary,
        url=path.get_absolute_url(),
    )
