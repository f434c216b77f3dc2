"""What search finds besides topics and scenarios: calculators, labs, learning paths, and pages that people look for by
name. Only the project knows all of them."""

from __future__ import annotations

from django.urls import reverse

from calculators.engine.catalogue.registry import SHEETS
from calculators.labs.registry import LABS
from studyguide.models import LearningPath, SearchEntry
from studyguide.services.searching import replace_entries

PAGES = (
    # Address, title, other names, what stands there.
    (
        "studyguide:glossary",
        "Glossary",
        "terms; definitions; vocabulary",
        "Terms of system design, each in one sentence.",
    ),
    ("studyguide:topic_map", "Map of topics", "prerequisites; graph", "What comes before a topic and after it."),
    ("studyguide:path_list", "Learning paths", "curriculum; course; syllabus", "Topics in an order that makes sense."),
    ("studyguide:plan", "Plan for an interview", "schedule; study plan", "What to read and review on each day."),
    ("studyguide:changes", "Corrections", "errata; changelog", "What was wrong, and what stands there now."),
    (
        "calculators:figure_list",
        "Figures, and who says so",
        "numbers; prices",
        "Every number, with its source and year.",
    ),
)


def make_findable() -> None:
    """Idempotent: entries that did not change are left as they are."""
    replace_entries(
        "calculator", [_calculator(sheet.slug, sheet.title, sheet.summary, sheet.labels) for sheet in SHEETS]
    )
    replace_entries("lab", [_lab(lab.slug, lab.title, lab.summary, lab.notice) for lab in LABS])
    replace_entries("path", [_path(path) for path in LearningPath.objects.all()])
    replace_entries("page", [_page(*each) for each in PAGES])


def _page(name: str, title: str, aliases: str, summary: str) -> SearchEntry:
    return SearchEntry(
        kind="page", key=name, title=title, aliases=aliases, summary=summary, body=summary, url=reverse(name)
    )


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
