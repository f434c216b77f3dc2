"""More nonsense, which looks like work: it repeats what was given, or copies the reference without its sense. PURE.

Each makes the same document for the same scenario and the same seed.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random

from designs.analysis.graph import STORES
from designs.analysis.values import quantity
from designs.document.kinds import KINDS
from designs.interviews.drafts import Json, bottlenecks_with, decisions_with, name_at_random, over_given, tidied
from designs.scenarios.ordering import with_order
from designs.scenarios.reference import answer_of, expected_results, given_figures, reference_of
from designs.scenarios.schema import Scenario

SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
LOREM = (
    "Lorem ipsum dolor sit amet consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.",
    "Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo.",
    "Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla.",
    "Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim.",
)
REASONS = 4  # decisions, and as many bottlenecks
MEMBERS = 200  # servers of a path that carries any load


def said_again(scenario: Scenario, random: Random) -> Json:
    """A path that works, with given figures as results, and with the interviewer's answers and hints as reasons: whole,
    two in one, with a frame around them, after their question, or cut and joined anew."""
    said = [answer_of(scenario, key) for key in scenario.questions]
    said += [grade.text for each in scenario.hints.values() for grade in each.grades]
    random.shuffle(said)
    parts = [part for text in said for part in SENTENCE.split(text)]
    random.shuffle(parts)
    wishes = [each.text.rstrip(".").lower() for each in scenario.requirements.functional.values()]
    ways = [
        said,
        [f"{one} {other}" for one, other in pairwise(said)],
        [f"Because {text} So this is the right choice for us here." for text in said],
        [f"We must {wish}, because the task says that people want to {wish}." for wish in wishes],
        [f"{each.question} {answer_of(scenario, key)}" for key, each in scenario.questions.items()],
        [" ".join(parts[at : at + 3]) for at in range(0, len(parts), 3)],
    ]
    return _template(scenario, random.choice(ways), random)


def prompt_in_pieces(scenario: Scenario, random: Random) -> Json:
    """The same path and figures, with the sentences of the task as reasons."""
    pieces = SENTENCE.split(" ".join(f"{scenario.prompt} {scenario.summary}".split()))
    random.shuffle(pieces)
    return _template(scenario, pieces, random)


def lorem_ipsum(scenario: Scenario, random: Random) -> Json:
    """The same path and figures, with every decision taken in words without sense."""
    return _template(scenario, list(LOREM), random)


def given_again(scenario: Scenario, _random: Random) -> Json:
    """Nothing but the given figures, once more under the names of the results."""
    return over_given(scenario, {"estimate": {"rows": _given_as_results(scenario)}})


def other_kinds(scenario: Scenario, random: Random) -> Json:
    """The reference with random kinds and names for its boxes."""
    document = copy.deepcopy(reference_of(scenario))
    for box in document["diagram"]["components"].values():
        box["kind"], box["label"] = random.choice(KINDS).slug, name_at_random(random)
        if box["kind"] not in STORES:
            box.pop("stores", None)
    document["flows"] = {}
    return with_order(tidied(document))


def one_box(scenario: Scenario, random: Random) -> Json:
    """The reference with one box that holds everything."""
    document = copy.deepcopy(reference_of(scenario))
    store = random.choice(sorted(STORES))
    document["diagram"] = {
        "components": {
            "client": {"kind": "client", "label": "Client"},
            "all": {
                "kind": store,
                "label": "System",
                "stores": dict.fromkeys(document["data_model"]["entities"], True),
            },
        },
        "connections": {"a": {"source": "client", "target": "all"}},
    }
    document["flows"] = {}
    return with_order(tidied(document))


def whole_palette(scenario: Scenario, random: Random) -> Json:
    """The reference with every kind of box once, in a row or with an arrow from each to each, and all data in every
    store."""
    document = copy.deepcopy(reference_of(scenario))
    kinds = [each.slug for each in KINDS]
    random.shuffle(kinds)
    held = dict.fromkeys(document["data_model"]["entities"], True)
    boxes: Json = {
        kind: {"kind": kind, "label": kind.replace("_", " ")} | ({"stores": dict(held)} if kind in STORES else {})
        for kind in kinds
    }
    pairs = list(pairwise(kinds)) if random.random() < 0.5 else [(a, b) for a in kinds for b in kinds if a != b][:200]
    arrows = {f"a{at}": {"source": source, "target": target} for at, (source, target) in enumerate(pairs)}
    document["diagram"] = {"components": boxes, "connections": arrows}
    document["flows"] = {}
    return with_order(tidied(document))


def every_arrow(scenario: Scenario, random: Random) -> Json:
    """The reference with an arrow from each box to each, or with its boxes in a row in a random order."""
    document = copy.deepcopy(reference_of(scenario))
    boxes = list(document["diagram"]["components"])
    random.shuffle(boxes)
    pairs = list(pairwise(boxes)) if random.random() < 0.5 else [(a, b) for a in boxes for b in boxes if a != b]
    arrows = {f"a{at}": {"source": source, "target": target} for at, (source, target) in enumerate(pairs)}
    document["diagram"]["connections"], document["flows"] = arrows, {}
    return with_order(tidied(document))


COPIES: Mapping[str, Callable[[Scenario, Random], Json]] = {
    "said again": said_again,
    "task in pieces": prompt_in_pieces,
    "lorem ipsum": lorem_ipsum,
    "given figures again": given_again,
    "reference with other kinds": other_kinds,
    "one box": one_box,
    "whole palette": whole_palette,
    "every arrow": every_arrow,
}


def _template(scenario: Scenario, reasons: list[str], random: Random) -> Json:
    """A path that works and carries any load, the same for every task: operations are called after requirements, and
    data after figures."""
    figures = list(scenario.figures.items())[:REASONS]
    entities = {
        f"e{at}": {"name": _called(figure.label), "fields": {"f": {"name": name, "type": "text"}}}
        for at, (name, figure) in enumerate(figures)
    }
    operations = {
        f"o{at}": {
            "name": _called(each.text),
            "rate": "10/s",
            "serves": {key: True},
            "reads": {random.choice(list(entities)): True},
            "writes": {random.choice(list(entities)): True},
        }
        for at, (key, each) in enumerate(scenario.requirements.functional.items())
    }
    boxes: Json = {
        "client": {"kind": "client", "label": "Users"},
        "front": {"kind": "load_balancer", "label": "Load balancer", "instances": 2},
        "server": {"kind": "service", "label": scenario.title, "instances": MEMBERS},
        "store": {"kind": "sql", "label": "Database", "copies": 3, "stores": dict.fromkeys(entities, True)},
    }
    arrows = {f"a{at}": {"source": source, "target": target} for at, (source, target) in enumerate(pairwise(boxes))}
    many = reasons * (2 * REASONS)
    return over_given(
        scenario,
        {
            "api": {"operations": operations},
            "data_model": {"entities": entities},
            "diagram": {"components": boxes, "connections": arrows},
            "estimate": {"rows": _given_as_results(scenario)},
            "decisions": decisions_with(many[:REASONS]),
            "bottlenecks": bottlenecks_with(many[REASONS : 2 * REASONS], ["store"]),
        },
    )


def _called(text: str) -> str:
    """The first words of a text as one name: `makeALink`."""
    words: list[str] = re.findall(r"[a-zA-Z]+", text)[:REASONS] or ["it"]
    first, *rest = words
    return first.lower() + "".join(each.capitalize() for each in rest)


def _given_as_results(scenario: Scenario) -> Json:
    """For each result, the given figure of its dimension that is nearest."""
    known = {
        name: each for name, text in given_figures(scenario).items() if (each := quantity(text)) and each.value > 0
    }
    rows = {}
    for name, expected in expected_results(scenario).items():
        wanted = expected.quantity
        alike = [each for each, figure in known.items() if figure.dimension.measured == wanted.dimension.measured]
        if alike and wanted.value > 0:
            nearest = min(alike, key=lambda each: abs(math.log(known[each].value / wanted.value)))
            rows[name] = {"label": scenario.figures[name].label, "formula": nearest}
    return rows
