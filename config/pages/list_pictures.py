"""What other programs show beside the addresses of the home page and of the lists: a picture of what each is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.template.loader import render_to_string

from calculators.engine.catalogue.registry import CATALOGUE, SHEETS
from calculators.engine.shipped import all_figures
from calculators.labs.registry import BY_SLUG, LABS
from calculators.pages.lab import lab_picture
from calculators.pages.sheet import first_results
from config.pages.showcase import showcase
from designs.models import Scenario
from studyguide.models import Card, Topic
from studyguide.selectors.paths import learning_paths
from studyguide.selectors.topics import topic_map
from web.charts.plain_styles import plain_styles
from web.charts.preview import card
from web.shown.pictures import card_of_drawing, card_of_figures, style_sheet

TRAVELLER = re.compile(r'<circle class="traveller"[^>]*>')  # moves on the page, and would stand in the corner here
STRONG, FAINT = 0.7, 0.2  # prerequisites, and other links
HUE = re.compile(r"\.hue-(\d) \{ --hue: ([^;]{1,60});")


def _home() -> str:
    return card_of_drawing(
        "Learn system design by doing it",
        "A number exists once: it travels from the estimate into the drawing, and proves what breaks first.",
        _first_design(),
    )


def _plan() -> str:
    return card_of_drawing(
        "Plan up to your interview",
        "What to read, repeat and design on each evening until the day.",
        _first_design(),
    )


def _first_design() -> str:
    drawn = render_to_string("_home_picture.html", {"shown": showcase()})
    return TRAVELLER.sub("", drawn)


def _topics() -> str:
    public = Topic.objects.filter(body=None)
    figures = [
        (str(public.readable().count()), "Topics"),
        (str(public.filter(kind=Topic.Kind.CATEGORY, parent=None).count()), "Areas"),
        (str(Card.objects.shared().present().count()), "Cards that ask what they say"),
    ]
    return card_of_figures("Topics", "Linked notes on system design, each short enough for one sitting.", figures)


def _map() -> str:
    drawn = topic_map()
    parts = [
        f'<path class="map-edge hue-{edge.hue}" stroke-opacity="{STRONG if edge.is_prerequisite else FAINT}"'
        f' d="{edge.path}"/>'
        for edge in drawn.edges
    ]
    parts += [f'<circle class="map-node hue-{node.hue}" cx="{node.x}" cy="{node.y}" r="9"/>' for node in drawn.nodes]
    # Without the room for the labels, which would be too small to read here.
    low = min((min(node.x, node.y) for node in drawn.nodes), default=0) - 12
    size = drawn.size - 2 * low
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{low} {low} {size} {size}">{"".join(parts)}</svg>'
    words = f"{len(drawn.nodes)} topics in one picture: what comes before a topic, and where it leads."
    return card("Map of topics", words, svg, styles=plain_styles([style_sheet("theme"), _hues()]))


def _hues() -> str:
    """Rules for a renderer that knows no variables of an element's own."""
    return "\n".join(
        f".map-node.hue-{number} {{ fill: {value}; }}\n.map-edge.hue-{number} {{ fill: none; stroke: {value}; }}"
        for number, value in HUE.findall(style_sheet("topics"))
    )


def _paths() -> str:
    paths = learning_paths(done=frozenset())
    evenings = max((len(shown.evenings) for shown in paths if shown.has_evenings), default=0)
    figures = [
        (str(len(paths)), "Paths, each with an aim"),
        (str(len({step.topic.pk for shown in paths for step in shown.steps})), "Topics on them"),
        *([(f"{evenings} evenings", "With topics, cards and a design each")] if evenings else []),
    ]
    return card_of_figures("Learning paths", "Topics in an order that makes sense, with the reason for each.", figures)


def _calculators() -> str:
    words = f"{len(SHEETS)} estimates that show their working, such as these."
    return card_of_figures("Calculators", words, first_results(CATALOGUE["capacity"]))


def _figures() -> str:
    figures = all_figures()
    sources = {entry.source.name for figure in figures for entry in figure.entries}
    years = [entry.source.year for figure in figures for entry in figure.entries]
    told = [
        (str(len(figures)), "Latencies, limits, prices"),
        (str(len(sources)), "Sources, each named"),
        (f"{min(years)} to {max(years)}", "Years of the sources"),
    ]
    return card_of_figures("Figures, and who says so", "Where sources disagree, all of them stay.", told)


def _labs() -> str:
    words = f"{len(LABS)} experiments, such as where keys go when a server joins."
    return card_of_drawing("Labs", words, lab_picture(BY_SLUG["hash-placement"]))


def _scenarios() -> str:
    scenarios = [scenario.data for scenario in Scenario.objects.published()]
    figures = [
        (str(len(scenarios)), "Systems to design"),
        (f"{sum(len(each.questions) for each in scenarios):,}", "Questions answered"),
        (f"{sum(len(each.rubric) for each in scenarios):,}", "Things that are judged"),
    ]
    return card_of_figures("Scenarios", "Each with an interviewer who answers, and a reference.", figures)


# By the last part of the address: what makes its SVG.
PICTURES: Mapping[str, Callable[[], str]] = {
    "home": _home,
    "topics": _topics,
    "map": _map,
    "paths": _paths,
    "plan": _plan,
    "calculators": _calculators,
    "figures": _figures,
    "labs": _labs,
    "scenarios": _scenarios,
}
