"""Fits the weights by which the interviewer's matcher compares entries with a question, and prints them.

    python -m scripts.fit_interviewer tests/designs/interviews/asked/candidates.yaml tests/.../practice.yaml

A logistic regression over the entries of a scenario (one of them is meant, or none). With `--folds 5` it prints the
results on scenarios that were not used for fitting.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from designs.interviews.asking import FEATURES, SURE, knowledge_of, mended
from designs.interviews.known import Entry
from designs.scenarios.reading import read_scenario
from designs.scenarios.schema import Scenario

SCENARIOS = Path(__file__).resolve().parents[1] / "fixtures" / "scenarios"
OF_SCENARIO = ("question", "requirement", "figure")
STEPS, RATE, SHRINK = 600, 0.15, 0.002


@dataclass(frozen=True)
class Case:
    """A question. `stand_ins` are rows of shared answers, each with the row of the scenario's question that replaces
    it."""

    slug: str
    right: frozenset[str]
    names: list[str]
    features: np.ndarray
    wanted: np.ndarray
    stand_ins: list[tuple[int, int]]


@cache
def scenario(slug: str) -> Scenario:
    path = SCENARIOS / f"{slug}.yaml"
    return read_scenario(path.read_bytes(), file=path.name).scenario


def read(paths: Sequence[Path]) -> list[Case]:
    return [
        _case(slug, item)
        for path in paths
        for slug, items in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for item in items
    ]


def _case(slug: str, item: dict[str, Any]) -> Case:
    knowledge = knowledge_of(scenario(slug))
    words = mended(knowledge, item["ask"])
    right = frozenset(item["right"])
    names = [f"{each.source}:{each.key}" for each in knowledge.entries]
    wanted = [_is_wanted(entry, name, right, item) for entry, name in zip(knowledge.entries, names, strict=True)]
    for shared, question in knowledge.stand_ins:
        wanted[shared] = wanted[shared] or wanted[question]
    features = knowledge.features(words, " ".join(words))
    return Case(slug, right, names, features, np.array([*wanted, "none" in right]), knowledge.stand_ins)


def _is_wanted(entry: Entry, name: str, right: frozenset[str], item: dict[str, Any]) -> bool:
    if name in right:
        return True
    if "none" not in right or entry.source in OF_SCENARIO:
        return False
    if item.get("aside"):
        return entry.source == "common"
    if "common" in item:
        return name == f"common:{item['common']}"
    return entry.source == "prompt" if item.get("prompt") else entry.source == "common"


def fit(cases: Sequence[Case]) -> np.ndarray:
    """The weights; the last one is for `none of these` (Adam, Kingma and Ba 2015)."""
    longest = max(len(case.names) for case in cases) + 1
    features = np.zeros((len(cases), longest, len(FEATURES) + 1))
    wanted = np.zeros((len(cases), longest))
    absent = np.full((len(cases), longest), -np.inf)
    for number, case in enumerate(cases):
        many = len(case.names)
        features[number, :many, :-1] = case.features
        features[number, many, -1] = 1
        wanted[number, : many + 1] = case.wanted
        absent[number, : many + 1] = 0
    weights = np.zeros(len(FEATURES) + 1)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        chance = _softmax(features @ weights + absent)
        right = chance * wanted
        apart = chance - right / (right.sum(axis=1, keepdims=True) + 1e-12)
        slope = SHRINK * weights + np.einsum("ce,cef->f", apart, features) / len(cases)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def _softmax(scores: np.ndarray) -> np.ndarray:
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def outcome(case: Case, weights: np.ndarray) -> str:
    chance = _softmax(np.append(case.features @ weights[:-1], weights[-1]))
    for shared, question in case.stand_ins:
        chance[question] += chance[shared]
        chance[shared] = 0
    best = int(chance.argmax())
    said = case.names[best] if best < len(case.names) else "none"
    if chance[best] < SURE or said.split(":")[0] not in OF_SCENARIO:
        said = "none"
    if said in case.right:
        return "right"
    return "missed" if said == "none" else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    cases = read(options.questions)
    if options.folds:
        slugs = sorted({case.slug for case in cases})
        counts: Counter[str] = Counter()
        for number in range(options.folds):
            left_out = set(slugs[number :: options.folds])
            weights = fit([case for case in cases if case.slug not in left_out])
            counts.update(outcome(case, weights) for case in cases if case.slug in left_out)
        print({each: f"{count / counts.total():.1%}" for each, count in counts.items()})  # noqa: T201
    weights = fit(cases)
    for name, weight in zip((*FEATURES, "none of these"), weights, strict=True):
        print(f'    "{name}": {weight:.2f},')  # noqa: T201


if __name__ == "__main__":
    main()
