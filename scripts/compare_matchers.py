"""Compares ways to match a question with what the interviewer knows, by the kind of answer that is right.

    python -m scripts.compare_matchers tests/designs/interviews/asked/candidates.yaml

`words` is BM25 over stems (Robertson and Zaragoza 2009, k1 = 1.5, b = 0.75), `meaning` the cosine of static vectors
with the nearest phrase, and `shipped` what the site uses. The first two answer from the score on that gives the most
right answers in these very lists, which flatters them; the shipped bars are fixed.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from designs.interviews.asking import find_question
from designs.interviews.known import Entry, entries_of
from designs.interviews.stems import EMPTY, stems_of
from designs.scenarios.schema import Scenario
from scripts.fit_interviewer import OF_SCENARIO, scenario
from web.meaning.vectors import vectors
from web.meaning.words import words_in

K1, B = 1.5, 0.75
Answer = tuple[float, str]  # the score, and `question:users` or `none`
Scorer = Callable[[Scenario, str], Answer]


def by_words(data: Scenario, asked: str) -> Answer:
    entries = entries_of(data)
    texts, weights = _texts(entries)
    length = sum(map(len, texts)) / len(texts)
    scores = []
    for text in texts:
        counts = Counter(text)
        scores.append(
            sum(
                weights[word] * counts[word] * (K1 + 1) / (counts[word] + K1 * (1 - B + B * len(text) / length))
                for word in stems_of(words_in(asked))
                if word in counts
            )
        )
    best = int(np.argmax(scores))
    return scores[best], _name(entries[best])


def by_meaning(data: Scenario, asked: str) -> Answer:
    entries = entries_of(data)
    near = [float((each @ _vector(asked)).max()) for each in _vectors(entries)]
    best = int(np.argmax(near))
    return near[best], _name(entries[best])


def shipped(data: Scenario, asked: str) -> Answer:
    found = find_question(data, asked)
    return (1.0, _name(found.entry)) if found else (0.0, "none")


def _name(entry: Entry) -> str:
    return f"{entry.source}:{entry.key}" if entry.source in OF_SCENARIO else "none"


@cache
def _texts(entries: tuple[Entry, ...]) -> tuple[list[list[str]], dict[str, float]]:
    texts = [stems_of(words_in(" ".join(each.phrases))) for each in entries]
    counts = Counter(word for text in texts for word in set(text))
    weights = {word: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5)) for word, count in counts.items()}
    return texts, weights


@cache
def _vectors(entries: tuple[Entry, ...]) -> list[np.ndarray]:
    return [np.array([_vector(phrase) for phrase in each.phrases]) for each in entries]


@cache
def _vector(text: str) -> np.ndarray:
    words = words_in(text)
    return vectors().text(words, [0.15 if word in EMPTY else 1.0 for word in words])


def asked_in(paths: list[Path]) -> Iterator[tuple[Scenario, str, frozenset[str]]]:
    for path in paths:
        for slug, items in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for item in items:
                right = {each if each.split(":")[0] in OF_SCENARIO else "none" for each in item["right"]}
                yield scenario(slug), item["ask"], frozenset(right)


def outcomes(answers: list[tuple[Answer, frozenset[str]]], bar: float) -> dict[str, Counter[str]]:
    """Right, missed and wrong, by the kind of the answer that is right."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (score, name), right in answers:
        said = name if score >= bar else "none"
        kind = next((each for each in OF_SCENARIO if any(one.startswith(each) for one in right)), "none of it")
        found[kind]["right" if said in right else "missed" if said == "none" else "wrong"] += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path, nargs="+")
    cases = list(asked_in(parser.parse_args().questions))
    scorers: dict[str, Scorer] = {"words": by_words, "meaning": by_meaning, "shipped": shipped}
    for called, score in scorers.items():
        answers = [(score(data, ask), right) for data, ask, right in cases]

        def all_right(bar: float, answers: list[tuple[Answer, frozenset[str]]] = answers) -> int:
            return sum(each["right"] for each in outcomes(answers, bar).values())

        bar = 0.5 if called == "shipped" else max(sorted({answer[0] for answer, _ in answers}), key=all_right)
        by_kind = outcomes(answers, bar)
        for kind in (*OF_SCENARIO, "none of it"):
            each = by_kind[kind]
            if each.total():
                print(f"{called:8} {kind:12} {each['right']:4} right {each['missed']:4} missed {each['wrong']:4} wrong")  # noqa: T201
        total = sum(by_kind.values(), Counter())
        shares = ", ".join(f"{total[each] / total.total():.0%} {each}" for each in ("right", "missed", "wrong"))
        print(f"{called:8} {'all':12} {shares} of {total.total()}")  # noqa: T201


if __name__ == "__main__":
    main()
