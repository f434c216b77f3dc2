"""The sitemap for search engines: every public page, with the day of its last change where one is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from calculators.engine.catalogue.registry import SHEETS
from calculators.labs.registry import LABS
from designs.models import Scenario
from studyguide.models import LearningPath, Topic

LISTS = (
    "home",
    "studyguide:topic_list",
    "studyguide:topic_map",
    "studyguide:path_list",
    "studyguide:plan",
    "calculators:calculator_list",
    "calculators:figure_list",
    "calculators:lab_list",
    "designs:scenario_list",
)


class Lists(Sitemap[str]):
    def items(self) -> Iterable[str]:
        sheets = [reverse("calculators:sheet_detail", args=[sheet.slug]) for sheet in SHEETS]
        labs = [reverse("calculators:lab_detail", args=[lab.slug]) for lab in LABS]
        return [*map(reverse, LISTS), *sheets, *labs]

    def location(self, item: str) -> str:
        return item


class Topics(Sitemap[Topic]):
    def items(self) -> Iterable[Topic]:
        return Topic.objects.visible_to(None).only("slug", "changed_at").order_by("slug")

    def lastmod(self, item: Topic) -> datetime:
        return item.changed_at


class Paths(Sitemap[LearningPath]):
    def items(self) -> Iterable[LearningPath]:
        return LearningPath.objects.order_by("slug")


class Scenarios(Sitemap[Scenario]):
    def items(self) -> Iterable[Scenario]:
        return Scenario.objects.filter(is_published=True).only("slug").order_by("slug")


SITEMAPS: dict[str, type[Sitemap[Any]]] = {"pages": Lists, "topics": Topics, "paths": Paths, "scenarios": Scenarios}
