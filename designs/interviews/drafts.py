"""Drafts of known quality for any scenario, to measure how fair its marks are. PURE, and the same for the same seed.

`weak`, `medium` and `good` simulate students by rule: the reference without the parts that such students leave out.
`nonsense` has several kinds; none of them says anything about the scenario.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from designs.analysis.graph import STORES
from designs.document.patches import apply
from designs.interviews.results import to_work_out
from designs.scenarios.ordering import with_order
from designs.scenarios.reference import expected_results, given_document, reference_of
from designs.scenarios.schema import Scenario

Json = dict[str, Any]
NAMES = re.compile(r"[a-z_][a-z0-9_]*")
SYLLABLES = ("ba", "ko", "li", "mur", "nep", "or", "qui", "ra", "sto", "tak", "ulv", "we", "xin", "yor", "zel")
# Factors for wrong results. No product or quotient of a few of them is near 1, so that no wrong result mends another.
FAR_OFF = (3, 11, 47, 211, 997, 4003)
KINDS = ("service", "sql", "cache", "queue", "worker", "load_balancer", "key_value", "object_store")


def untouched(scenario: Scenario) -> Json:
    """The document given to a student, unchanged."""
    return given_document(scenario)


def good(scenario: Scenario) -> Json:
    """The reference as a good student writes it: one result and one answer are missing, and boxes are not tuned yet."""
    document = copy.deepcopy(reference_of(scenario))
    results = _results(scenario)
    if len(results) > 3:
        document["estimate"]["rows"].pop(_unused_row(document, results), None)
    bottlenecks = document.get("bottlenecks", {})
    by_hand = [key for key, each in bottlenecks.items() if not each.get("rule")]
    if len(bottlenecks) > 3 and by_hand:
        bottlenecks.pop(by_hand[-1])
    return with_order(document)


def medium(scenario: Scenario) -> Json:
    """Half of the requirements are served, half of the results are there, components have no replicas, one reason is
    given."""
    document = _with_operations(scenario, lambda keys: keys[: (len(keys) + 1) // 2])
    results = _results_from_the_first(scenario)
    for name in results[(len(results) + 1) // 2 :]:
        document["estimate"]["rows"].pop(name, None)
    for component in document["diagram"]["components"].values():
        for several in ("replicas", "instances", "copies"):
            component.pop(several, None)
    document["decisions"] = dict(list(document.get("decisions", {}).items())[:1])
    document["bottlenecks"] = dict(list(document.get("bottlenecks", {}).items())[:1])
    return with_order(tidied(document))


def weak(scenario: Scenario) -> Json:
    """One operation through one server into one store, one result, and a claim instead of a reason."""
    document = _with_operations(scenario, lambda keys: keys[:1])
    results = _results_from_the_first(scenario)
    for name in results[1:]:
        document["estimate"]["rows"].pop(name, None)
    entities = sorted(document["data_model"]["entities"])
    document["diagram"] = {
        "components": {
            "client": {"kind": "client", "label": "Client", "x": 0, "y": 0},
            "server": {"kind": "service", "label": "Server", "x": 240, "y": 0},
            "store": {"kind": "sql", "label": "Database", "x": 480, "y": 0, "stores": dict.fromkeys(entities, True)},
        },
        "connections": {"a": {"source": "client", "target": "server"}, "b": {"source": "server", "target": "store"}},
    }
    document["flows"] = {}
    document["decisions"] = {
        "d": {
            "question": "Which database?",
            "options": {"o": {"name": "SQL"}},
            "choice": "o",
            "because": "It is known.",
        }
    }
    document["bottlenecks"] = {}
    return with_order(tidied(document))


def random_boxes(scenario: Scenario, random: Random) -> Json:
    """Boxes, arrows, operations, rows and reasons with meaningless names and numbers; every field is filled in."""
    boxes = {
        f"b{number}": {"kind": random.choice(KINDS), "label": name_at_random(random)}
        for number in range(random.randint(2, 9))
    }
    boxes["client"] = {"kind": "client", "label": name_at_random(random)}
    entities = {f"e{number}": _entity(random) for number in range(random.randint(1, 4))}
    for box in boxes.values():
        if box["kind"] in STORES:
            box["stores"] = {key: True for key in entities if random.random() < 0.7}  # type: ignore[assignment]
    keys = list(boxes)
    arrows = {
        f"a{number}": {"source": source, "target": target}
        for number in range(random.randint(2, 14))
        if (source := random.choice(keys)) != (target := random.choice(keys))
    }
    wanted = list(scenario.requirements.functional)
    operations = {
        f"o{number}": {
            "name": name_at_random(random),
            "rate": f"{random.randint(1, 900)}/s",
            "serves": {key: True for key in wanted if random.random() < 0.6},
            "writes": {random.choice(list(entities)): True},
        }
        for number in range(random.randint(1, 5))
    }
    return over_given(
        scenario,
        {
            "data_model": {"entities": entities},
            "api": {"operations": operations},
            "diagram": {"components": boxes, "connections": arrows},
            "estimate": {
                "rows": {
                    f"row_{number}": {"label": name_at_random(random), "formula": f"{random.randint(1, 10**6)}/s"}
                    for number in range(random.randint(1, 6))
                }
            },
            "decisions": decisions_with([_sentence(random) for _ in range(3)]),
            "bottlenecks": bottlenecks_with([_sentence(random) for _ in range(3)], keys[:1]),
        },
    )


def copied_prompt(scenario: Scenario, random: Random) -> Json:
    """The words of the task in every field, with boxes named after them and arrows that lead nowhere."""
    words = scenario.prompt.split()
    prompt = " ".join(words)
    boxes = {f"b{at}": {"kind": random.choice(KINDS), "label": " ".join(words[at : at + 3])} for at in range(4)}
    rows = {f"row_{name}": {"label": scenario.figures[name].label, "formula": "1"} for name in _results(scenario)}
    wanted = dict.fromkeys(scenario.requirements.functional, True)
    return over_given(
        scenario,
        {
            "api": {"operations": {"o": {"name": " ".join(words[:6]), "serves": wanted}}},
            "data_model": {"entities": {"e": {"name": " ".join(words[:3])}}},
            "diagram": {"components": boxes, "connections": {"a": {"source": "b0", "target": "b1"}}},
            "estimate": {"rows": rows},
            "decisions": decisions_with([prompt, prompt, prompt]),
            "bottlenecks": bottlenecks_with([prompt, prompt, prompt], ["b0"]),
        },
    )


def half_reference(scenario: Scenario, random: Random) -> Json:
    """The reference without the half of its boxes that requests reach first (equally near ones at random)."""
    document = copy.deepcopy(reference_of(scenario))
    boxes, arrows = document["diagram"]["components"], document["diagram"].get("connections", {})
    met = dict.fromkeys(boxes, len(arrows))
    for flow in document.get("flows", {}).values():
        hops = [arrows[hop["connection"]] for hop in flow.get("hops", {}).values()]
        for at, hop in enumerate(hops):
            met[hop["source"]], met[hop["target"]] = min(met[hop["source"]], at), min(met[hop["target"]], at + 1)
    order = sorted(boxes, key=lambda key: (met[key], random.random()))
    for key in order[: (len(boxes) + 1) // 2]:
        del boxes[key]
    return with_order(tidied(document))


def some_half(scenario: Scenario, random: Random) -> Json:
    """The reference without a random half of its boxes. The rest may be a working design, which is then not
    nonsense."""
    document = copy.deepcopy(reference_of(scenario))
    boxes = document["diagram"]["components"]
    for key in random.sample(sorted(boxes), (len(boxes) + 1) // 2):
        del boxes[key]
    return with_order(tidied(document))


def without_reasons(scenario: Scenario, random: Random) -> Json:
    """Decisions without a reason, bottlenecks without an answer, operations without data."""
    wanted = dict.fromkeys(scenario.requirements.functional, True)
    return over_given(
        scenario,
        {
            "api": {"operations": {"o": {"name": f"get{name_at_random(random)}", "serves": wanted, "rate": "1/s"}}},
            "diagram": {
                "components": {"u": {"kind": "client", "label": "User"}, "d": {"kind": "sql", "label": "Database"}},
                "connections": {"a": {"source": "u", "target": "d"}},
            },
            "decisions": decisions_with(["webscale", "", "because it is better"]),
            "bottlenecks": bottlenecks_with(["ok", "", "add more servers"], ["d"]),
        },
    )


def without_arrows(scenario: Scenario, random: Random) -> Json:
    """Every box of the reference, without arrows."""
    document = copy.deepcopy(reference_of(scenario))
    document["diagram"]["connections"] = {}
    document["flows"] = {}
    boxes = list(document["diagram"]["components"].items())
    random.shuffle(boxes)
    document["diagram"]["components"] = dict(boxes)
    return with_order(tidied(document))


def of_another_scenario(scenario: Scenario, other: Scenario, random: Random) -> Json:
    """The reference of another scenario, whose operations claim to serve this one's requirements."""
    copied = copy.deepcopy(reference_of(other))
    wanted = list(scenario.requirements.functional)
    for operation in copied["api"]["operations"].values():
        operation["serves"] = dict.fromkeys(random.sample(wanted, random.randint(1, len(wanted))), True)
        operation.pop("actor", None)
    parts = ("estimate", "data_model", "api", "diagram", "flows", "decisions", "bottlenecks")
    document: Json = apply(given_document(scenario), {part: copied[part] for part in parts if part in copied})
    return with_order(tidied(document))


def words_of_the_task(scenario: Scenario, random: Random) -> Json:
    """Every requirement, served by operations named with random words of the task over one path that works, with lists
    of such words as reasons and one number for every result."""
    texts = [scenario.title, scenario.prompt, *(each.text for each in scenario.requirements.functional.values())]
    words = re.findall(r"[a-z]{4,}", " ".join(texts).casefold())
    entities = {
        f"e{at}": {"name": random.choice(words), "fields": {"f": {"name": random.choice(words), "type": "text"}}}
        for at in range(3)
    }
    operations = {
        f"o{at}": {
            "name": f"{random.choice(words)}{random.choice(words).capitalize()}",
            "path": f"/{random.choice(words)}",
            "rate": "10/s",
            "serves": {key: True},
            "reads": {"e1": True},
            "writes": {"e0": True},
        }
        for at, key in enumerate(scenario.requirements.functional)
    }
    boxes: Json = {
        "client": {"kind": "client", "label": random.choice(words)},
        "front": {"kind": "load_balancer", "label": random.choice(words), "instances": 2},
        "server": {"kind": "service", "label": random.choice(words), "instances": 50},
        "store": {"kind": "sql", "label": random.choice(words), "copies": 3, "stores": dict.fromkeys(entities, True)},
    }
    path = list(boxes)
    arrows = {f"a{at}": {"source": path[at], "target": path[at + 1]} for at in range(len(path) - 1)}
    reasons = [" ".join(random.choices(words, k=20)) for _ in range(8)]
    rows = {name: {"label": scenario.figures[name].label, "formula": "12345"} for name in _results(scenario)}
    return over_given(
        scenario,
        {
            "api": {"operations": operations},
            "data_model": {"entities": entities},
            "diagram": {"components": boxes, "connections": arrows},
            "estimate": {"rows": rows},
            "decisions": decisions_with(reasons[:4]),
            "bottlenecks": bottlenecks_with(reasons[4:], ["store"]),
        },
    )


def shuffled_arrows(scenario: Scenario, random: Random) -> Json:
    """The reference with random arrows, whose paths have to be proposed again, and with results far off."""
    document = copy.deepcopy(reference_of(scenario))
    arrows = document["diagram"]["connections"]
    targets = [each["target"] for each in arrows.values()]
    random.shuffle(targets)
    for each, target in zip(arrows.values(), targets, strict=True):
        each["target"] = target
    for key in [key for key, each in arrows.items() if each["source"] == each["target"]]:
        del arrows[key]
    document["flows"] = {}
    rows = document["estimate"]["rows"]
    wrong = [name for name in _results(scenario) if name in rows]
    for at, name in enumerate(random.sample(wrong, len(wrong))):
        rows[name]["formula"] = f"({rows[name]['formula']}) * {FAR_OFF[at % len(FAR_OFF)]}"
    return with_order(tidied(document))


def data_everywhere(scenario: Scenario, random: Random) -> Json:
    """The reference with all data in every store and with random arrows, two for each box. Where an operation happens
    to come to any store, it finds its data there."""
    document = copy.deepcopy(reference_of(scenario))
    boxes, entities = document["diagram"]["components"], document["data_model"]["entities"]
    for box in boxes.values():
        if box["kind"] in STORES:
            box["stores"] = dict.fromkeys(entities, True)
    pairs = [random.sample(sorted(boxes), 2) for _ in range(2 * len(boxes))]
    arrows = {f"a{at}": {"source": source, "target": target} for at, (source, target) in enumerate(pairs)}
    document["diagram"]["connections"], document["flows"] = arrows, {}
    return with_order(tidied(document))


NONSENSE: Mapping[str, Callable[[Scenario, Random], Json]] = {
    "random boxes": random_boxes,
    "copied prompt": copied_prompt,
    "half of the reference": half_reference,
    "without reasons": without_reasons,
    "boxes without arrows": without_arrows,
}


def over_given(scenario: Scenario, patch: Json) -> Json:
    document: Json = apply(given_document(scenario), {key: value for key, value in patch.items() if value})
    return with_order(document)


def _results(scenario: Scenario) -> list[str]:
    """The results that have to be worked out. Given figures in another unit stay in every draft."""
    return list(to_work_out(scenario, expected_results(scenario)))


def _results_from_the_first(scenario: Scenario) -> list[str]:
    """The results, those that others are computed from before these others."""
    results = _results(scenario)
    rows = reference_of(scenario)["estimate"]["rows"]
    uses = {name: set(NAMES.findall(rows[name]["formula"] if name in rows else "")) & set(results) for name in results}
    ordered: list[str] = []
    while len(ordered) < len(results):
        ordered.append(next(each for each in results if each not in ordered and uses[each] <= {each, *ordered}))
    return ordered


def _unused_row(document: Json, results: Iterable[str]) -> str:
    """A result that no other row uses, so that leaving it out affects no other row."""
    rest = str({**document, "estimate": {"rows": {}}}) + str(
        [row.get("formula", "") for row in document["estimate"]["rows"].values()]
    )
    return next((name for name in reversed(list(results)) if name not in rest), "")


def _with_operations(scenario: Scenario, choose: Callable[[list[str]], list[str]]) -> Json:
    """The reference with only those of its operations that serve some of the requirements."""
    document = copy.deepcopy(reference_of(scenario))
    wanted = choose(
        [key for key, each in scenario.requirements.functional.items() if each.in_scope and each.priority != "stretch"]
    )
    operations = document["api"]["operations"]
    for key in [key for key, each in operations.items() if not set(each.get("serves", {})) & set(wanted)]:
        del operations[key]
    for each in operations.values():
        each["serves"] = {key: True for key in each["serves"] if key in wanted}
    return document


def tidied(document: Json) -> Json:
    """The document without references to boxes, arrows or operations that were removed."""
    components, operations = document["diagram"]["components"], document["api"]["operations"]
    arrows = document["diagram"].get("connections", {})
    for key in [key for key, each in arrows.items() if not {each["source"], each["target"]} <= set(components)]:
        del arrows[key]
    flows = document.get("flows", {})
    for flow in flows.values():
        flow["hops"] = {key: hop for key, hop in flow.get("hops", {}).items() if hop["connection"] in arrows}
    document["flows"] = {key: each for key, each in flows.items() if each["hops"] and each["operation"] in operations}
    document.pop("ui", None)
    patterns = [
        pattern
        for entity in document["data_model"]["entities"].values()
        for pattern in entity.get("access_patterns", {}).values()
    ]
    _forget(document["scope"]["measurable_requirements"].values(), "operation", operations)
    _forget(patterns, "operation", operations)
    _forget(document.get("decisions", {}).values(), "component", components)
    _forget(components.values(), "zone", document["diagram"].get("zones", {}))
    for each in document.get("bottlenecks", {}).values():
        each["components"] = {key: True for key in each.get("components", {}) if key in components}
    return document


def _forget(items: Iterable[Json], field: str, known: Json) -> None:
    for each in items:
        if each.get(field, "") not in known:
            each.pop(field, None)


def _entity(random: Random) -> Json:
    return {"name": name_at_random(random), "fields": {"f": {"name": name_at_random(random), "type": "text"}}}


def decisions_with(reasons: list[str]) -> Json:
    return {
        f"d{at}": {
            "question": f"Question {at}?",
            "options": {"o": {"name": "MongoDB"}},
            "choice": "o",
            "because": reason,
        }
        for at, reason in enumerate(reasons)
    }


def bottlenecks_with(answers: list[str], components: list[str]) -> Json:
    return {
        f"n{at}": {
            "finding": f"slow {at}",
            "components": dict.fromkeys(components, True),
            "response": "mitigated",
            "mitigation": answer,
        }
        for at, answer in enumerate(answers)
    }


def name_at_random(random: Random) -> str:
    return "".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 4))).capitalize()


def _sentence(random: Random) -> str:
    return " ".join(name_at_random(random).lower() for _ in range(random.randint(5, 14)))
