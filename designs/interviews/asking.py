"""Ask the interviewer: matches a question with everything that the interviewer knows.

Every entry (see `known`) is compared with the question in several ways: by the words that they share (rare words count
more: inverse document frequency, Sparck Jones 1972), by the meaning of all words together (static vectors), by each
word's nearest word in the entry and in each of its phrases, and by the kind of thing that is asked for. The weights of
these features are fitted once on questions that people asked (logistic regression over entries) and are listed below.
The same question always gets the same answer.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from designs.interviews.counting import for_each_counted, runs_in, runs_of
from designs.interviews.following import followed
from designs.interviews.kinds import MEASURES, TARGETS, kinds_of
from designs.interviews.known import Entry, Source, entries_of
from designs.interviews.stems import EMPTY, stems_of
from designs.interviews.telling import (
    COUNT,
    RATE,
    SIZE,
    TIME,
    asks_for_a_limit,
    asks_for_a_meaning,
    asks_for_a_name,
    asks_for_all,
    asks_for_availability,
    asks_for_kinds,
    asks_what_is_done,
    asks_whether,
    asks_who,
    is_count,
    is_of_deletion,
    tells_a_number,
    wanted_by,
)
from designs.scenarios.schema import Scenario
from web.meaning.vectors import vectors
from web.meaning.words import Speller, stem, words_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONGEST_QUESTION = 500
KEPT_SCENARIOS = 64
# How much empty words count in the meaning of a text.
EMPTY_WEIGHT = 0.15
SPLIT = re.compile(
    r"[?;]+\s*|\.\s+|(?:,|(?<!\s))\s++(?:and|or)\s++(?=(?:how|what|which|who|when|where|do|does|is|are|can|should|may)\b)"
)
LEAST_WORDS = 2
OF_SCENARIO = ("question", "requirement", "figure")

FEATURES = (
    "meaning",
    "meaning_of_three",
    "covered",
    "nearest_words",
    "phrase",
    "three_phrases",
    "explained",
    "same_kind",
    "other_kind",
    "same_target",
    "other_target",
    "is_question",
    "is_figure",
    "is_requirement",
    "is_prompt",
    "is_change",
    "is_common",
    "is_aside",
    "is_left_out",
    "is_stated",
    "head_known",
    "head_missing",
    "no_figure",
    "other_figure",
    "says_nothing",
)
COVERED, OTHER_KIND, NEAREST_WORDS, PHRASE, HEAD_MISSING, LEFT_OUT = (
    FEATURES.index(name) for name in ("covered", "other_kind", "nearest_words", "phrase", "head_missing", "is_left_out")
)
# Fitted by scripts/fit_interviewer.py, but for those of figures and nouns: an answer without the figure, or about other
# things, is none to a question for a number, and the questions that it was fitted on are too few to show it.
WEIGHTS: dict[str, float] = {
    "meaning": 2.53,
    "meaning_of_three": 2.82,
    "covered": 2.88,
    "nearest_words": 2.33,
    "phrase": 2.74,
    "three_phrases": 2.61,
    "explained": 1.17,
    "same_kind": 0.68,
    "other_kind": -1.27,
    "same_target": 0.71,
    "other_target": -0.69,
    "is_question": 0.31,
    "is_figure": -0.61,
    "is_requirement": -0.54,
    "is_prompt": 0.92,
    "is_change": -0.69,
    "is_common": -0.70,
    "is_aside": -0.10,
    "is_left_out": 0.17,
    "is_stated": 1.00,
    "head_known": 0.50,
    "head_missing": -1.50,
    "no_figure": -8.00,
    "other_figure": -4.00,
    "says_nothing": -0.48,
}
NONE_OF_THESE = 1.41
# From SURE on the interviewer answers; from MAYBE on the interviewer asks back. Both are probabilities.
SURE = 0.5
MAYBE = 0.2
# An entry with weaker evidence needs a higher probability: when the question is of another kind (`how many`, `may
# one`), when it asks for the number of other things, when the entry holds for every task, or when neither its phrases
# nor its words are near the question.
SURE_OF_OTHER_KIND = 0.8
SURE_OF_OTHER_NOUN = 0.8
SURE_OF_SHARED = 0.6
SURE_OF_THIN = 0.65
# A sentence of the task answers where it holds nearly all the words of the question; then little more is needed.
HELD = 0.8
SURE_OF_STATED = 0.35
THIN = 0.5
MOST_CHOICES = 2
# For two entries asked for together, neither of which is sure alone and neither more than twice as likely as the other.
NEARLY_SURE = 0.75
EVENLY = 0.5
FAR = 0.3
# The minimum probability of a scenario's question that replaces a shared one.
LEAST_OWN = 0.003
# The share of an excluded thing, by the weight of its words, that a question has to name to be about it.
MOSTLY_NAMED = 0.5
# The factor for an answer that cannot be one to the question. No other answer gains by it.
BESIDE_IT = 0.25
# How well two nouns agree of which one is part of the other, or whose vectors are so near.
PARTLY = 0.5
ALIKE = 0.4
# Of two targets, neither of which is named, both are told; a named target is a hundred times as likely.
AS_LIKELY = 0.2


@dataclass(frozen=True)
class Found:
    """A match, and its probability (`score`, from 0 to 1) against all other entries.

    `words` are the words that ask for it: the whole question, or a part. `bar` is the probability from which it is
    answered. `question`, `requirement` or `figure` names it when the scenario itself answers.
    """

    entry: Entry
    score: float
    words: str = ""
    bar: float = SURE

    @property
    def is_sure(self) -> bool:
        return self.score >= self.bar

    @property
    def kind(self) -> Source:
        return self.entry.source

    @property
    def name(self) -> str:
        """`question:users`, for a log."""
        return f"{self.entry.source}:{self.entry.key}"

    @property
    def question(self) -> str:
        return self.entry.key if self.kind == "question" else ""

    @property
    def requirement(self) -> str:
        return self.entry.key if self.kind == "requirement" else ""

    @property
    def figure(self) -> str:
        return self.entry.key if self.kind == "figure" else ""


@dataclass(frozen=True)
class Understood:
    """The result for a question: the matches to answer, in the order in which they were asked for, or, when no match is
    sure enough, the possible ones."""

    found: tuple[Found, ...] = ()
    maybe: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Groups:
    """Numbers that belong to entries, those of one entry after those of another: the `rows` of the entries, and for
    each the place of its first number and how many it has."""

    rows: NDArray[np.intp]
    starts: NDArray[np.intp]
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, counts: Sequence[int]) -> Groups:
        """By entry, how many numbers it has; entries without any have no group."""
        rows = np.flatnonzero(counts)
        sizes = np.array(counts, dtype=np.intp)[rows]
        return cls(rows, np.cumsum([0, *sizes])[:-1], sizes)

    def best(self, values: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """By group, the largest number, and the sum of the three largest."""
        group = np.repeat(np.arange(self.rows.size), self.counts)
        ranked = values[np.lexsort((-values, group))]
        first = ranked[self.starts]
        total = first.copy()
        for more in (1, 2):
            total += np.where(self.counts > more, ranked[np.minimum(self.starts + more, ranked.size - 1)], 0.0)
        return first, total


@dataclass(frozen=True)
class Words:
    """The stems in the entries of a scenario: a unit vector and a weight for each (row of `table`); the rows of all
    entries that have words one after the other, with the start of each; the same for all their phrases, which are
    grouped by entry."""

    table: NDArray[np.float32]
    weights: Floats
    in_entries: NDArray[np.intp]
    starts_of_entries: NDArray[np.intp]
    in_phrases: NDArray[np.intp]
    starts: NDArray[np.intp]
    phrases: Groups


class Knowledge:
    """The entries of a scenario, prepared for comparison with questions."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        words = [[words_in(phrase) for phrase in each.phrases] for each in entries]
        self.speller = Speller({word for each in words for phrase in each for word in phrase} | EMPTY)
        self._stems = [frozenset().union(*map(_stems, each)) for each in words]
        self._stated = np.array([each.is_stated for each in entries])
        counted = [each for each, entry in zip(self._stems, entries, strict=True) if not entry.is_stated]
        self._weights = _weights(counted)
        self._unknown = self._weights[""]
        self._weights = dict.fromkeys(frozenset().union(*self._stems), self._unknown) | self._weights
        vectors_of = [_vector(tuple(phrase)) for each in words for phrase in each]
        self._matrix: NDArray[np.float32] = np.array(vectors_of)
        self._groups = Groups.of([len(each) for each in words])
        self._answers = [_stems(words_in(f"{each.said} {each.answer}")) for each in entries]
        self._told = [_stems(words_in(each.answer)) for each in entries]
        self._sources = np.array([_sources(each) for each in entries])
        self._phrases = [[_stems(phrase) for phrase in each] for each in words]
        runs = [
            runs_of((each.said, *each.phrases), and_names=each.source in OF_SCENARIO)
            if each.told.figures & {COUNT, RATE} or each.source == "common"
            else []
            for each in entries
        ]
        self._nouns = [frozenset(each) for each in runs]
        rows = {each.key: row for row, each in enumerate(entries) if each.source == "common"}
        self.stand_ins = [
            (rows[key], row) for row, each in enumerate(entries) for key in sorted(each.stands_for) if key in rows
        ]

    @cached_property
    def _words(self) -> Words:
        known = sorted(frozenset().union(*self._stems))
        place = {word: number for number, word in enumerate(known)}
        of_entries = [_places(place, each) for each in self._stems if each]
        phrases = [(row, _places(place, each)) for row, of_row in enumerate(self._phrases) for each in of_row if each]
        return Words(
            table=np.array([_vector((word,)) for word in known]),
            weights=np.array([self._weights[word] for word in known]),
            in_entries=np.concatenate(of_entries),
            starts_of_entries=np.cumsum([0, *(each.size for each in of_entries)])[:-1],
            in_phrases=np.concatenate([each for _, each in phrases]),
            starts=np.cumsum([0, *(each.size for _, each in phrases)])[:-1],
            phrases=Groups.of(np.bincount([row for row, _ in phrases], minlength=len(self.entries)).tolist()),
        )

    def features(self, words: Sequence[str], text: str) -> Floats:
        """A row for each entry, a column for each of FEATURES."""
        wanted = frozenset(_stems(words))
        meaning = self._matrix @ _vector(tuple(words))
        kinds = kinds_of(text)
        table = np.zeros((len(self.entries), len(FEATURES)))
        best, three = self._groups.best(meaning)
        table[self._groups.rows, :2] = np.column_stack([best, three / np.minimum(self._groups.counts, 3)])
        table[:, 11:18] = self._sources
        table[:, 3:7] = self._nearest(wanted)
        for row, entry in enumerate(self.entries):
            table[row, 2] = self._covered(row, wanted)
            table[row, 7:11] = _kinds_agree(kinds, entry.kinds)
            table[row, 18] = self._left_out(row, wanted) if entry.source == "prompt" and not entry.is_stated else 0.0
            table[row, 19] = float(entry.is_stated)
        table[:, 20:22] = self._heads(text)
        table[:, 22:25] = self._tellings(text, wanted)
        return table

    def _tellings(self, text: str, wanted: frozenset[str]) -> Floats:
        """By entry, for a question that asks for a figure, whether the answer has none, and whether it has one of
        another dimension; for one that asks for yes or no, whether the answer says neither and names nothing of it."""
        figures, whether, counts = wanted_by(text), asks_whether(text), is_count(text)
        table = np.zeros((len(self.entries), 3))
        for row, entry in enumerate(self.entries):
            told = entry.told
            if figures:
                is_other = not figures & told.figures
                table[row, :2] = is_other if counts else not told.figures, bool(told.figures) and is_other
            elif whether:
                table[row, 2] = not told.says_whether and not wanted & self._answers[row]
        return table

    def _beside_it(self, text: str, wanted: frozenset[str]) -> NDArray[np.bool_]:
        """By entry, whether the answer is a bare figure where none is asked for, a yes where a name is, a target where
        somebody is, a loss where a deletion is, or anything but a meaning, an availability or a limit where that is."""
        if asks_for_a_meaning(text):
            return np.array([not each.is_meaning for each in self.entries])
        if asks_for_availability(text):
            return np.array([not each.is_availability for each in self.entries])
        if asks_for_all(text):
            return np.array([each.is_of_one_moment for each in self.entries])
        if asks_for_a_limit(text):
            return np.array([not each.is_limit for each in self.entries])
        kinds = asks_for_kinds(text)
        no_yes = kinds or asks_for_a_name(text)
        is_for_words = no_yes or asks_whether(text) or asks_what_is_done(text)
        if not is_for_words or kinds_of(text) & MEASURES or tells_a_number(text):
            return np.zeros(len(self.entries), dtype=np.bool_)
        who, deletes = asks_who(text), is_of_deletion(text)
        return np.array(
            [
                (not kinds and each.told.is_bare and not wanted & answer)
                or (no_yes and each.source == "requirement" and not each.is_target)
                or (who and each.names_nobody)
                or (deletes and each.is_of_loss)
                for each, answer in zip(self.entries, self._told, strict=True)
            ]
        )

    def _left_out(self, row: int, wanted: frozenset[str]) -> float:
        """How much of one excluded thing of the prompt the question names: `couriers` alone does not ask for `paying
        couriers`."""
        parts = self._phrases[row][1:]
        weight = self._weights
        told = [(sum(weight[word] for word in part & wanted), sum(weight[word] for word in part)) for part in parts]
        return max((known / whole for known, whole in told if whole), default=0.0)

    def _heads(self, text: str) -> Floats:
        """By entry, how well it counts what a number is asked of, from 0 to 1, and what is missing to 1; zeros where
        no number of things is asked for."""
        table = np.zeros((len(self.entries), 2))
        wanted = wanted_by(text)
        nouns = runs_in(text) if COUNT in wanted and not wanted & {SIZE, TIME} else []
        if nouns:
            known = [max(_counts(own, noun) for noun in nouns) for own in self._nouns]
            table[:, 0], table[:, 1] = known, 1 - np.array(known)
        return table

    def chances(self, asked: str) -> list[Found]:
        """Every entry with its probability, the likeliest first; equal ones in the order of the entries."""
        words = mended(self, asked)
        if not _stems(words) and not kinds_of(asked):
            return []
        features = self.features(words, " ".join(words))
        scores = features @ np.array([WEIGHTS[name] for name in FEATURES])
        grown = np.exp(scores - scores.max())
        none = math.exp(NONE_OF_THESE - scores.max())
        bars = [_bar(entry, row) for entry, row in zip(self.entries, features, strict=True)]
        fits = np.where(self._beside_it(" ".join(words), _stems(words)), BESIDE_IT, 1.0)
        shares = self._in_place_of_shared(grown / (grown[~self._stated].sum() + none), bars)
        self._left_out_instead(shares, features, bars)
        shares *= fits
        # What the task says stands behind all that can answer: it takes no probability from an answer that says more.
        rivals = (grown * fits)[~self._stated].sum() + none
        holds = features[:, COVERED] >= HELD
        shares[self._stated] = np.where(holds, grown / (rivals + grown) * fits, 0.0)[self._stated]
        order = sorted(range(len(self.entries)), key=lambda row: (-shares[row], row))
        return [Found(self.entries[row], float(shares[row]), bar=bars[row]) for row in order]

    def _in_place_of_shared(self, shares: Floats, bars: list[float]) -> Floats:
        """Moves the probability of a shared answer to the scenario's question that replaces it, unless that question is
        about another part of the subject: `Which qualities?` replaces it for pictures and videos, and not for live
        streams. Evidence for the shared answer counts for the question, so the lower bar of the two applies."""
        given = shares.copy()
        for shared, question in self.stand_ins:
            if shares[question] < LEAST_OWN:
                continue
            if given[shared] > given[question]:
                bars[question] = min(bars[question], bars[shared])
            given[question] += given[shared]
            given[shared] = 0.0
        return given

    def _left_out_instead(self, shares: Floats, features: Floats, bars: list[float]) -> None:
        """Moves the probability of the likeliest shared answer to what the task leaves out, where the question names
        most of that: that it is out of scope says more than `the task does not ask for it`."""
        named = int(features[:, LEFT_OUT].argmax())
        if features[named, LEFT_OUT] < MOSTLY_NAMED:
            return
        row = int(shares.argmax())
        entry = self.entries[row]
        if entry.source == "common" and not entry.is_aside and shares[named] >= LEAST_OWN:
            shares[named] += shares[row]
            shares[row] = 0.0
            bars[named] = SURE

    def _covered(self, row: int, wanted: frozenset[str]) -> float:
        """How much of the question the entry contains, by the weight of its words."""
        weight = self._weights
        total = sum(weight.get(word, self._unknown) for word in wanted)
        return sum(weight[word] for word in wanted & self._stems[row]) / total if total else 0.0

    def _nearest(self, wanted: frozenset[str]) -> Floats:
        """By entry, the similarity of its words to those of the question: the weighted average of the nearest among all
        its words; the same for its phrases one by one, in both directions (harmonic mean), for the best phrase and for
        the best three; and for the best phrase in the direction of the question alone."""
        table = np.zeros((len(self.entries), 4))
        if not wanted:
            return table
        words, listed = self._words, sorted(wanted)
        weight = np.array([self._weights.get(word, self._unknown) for word in listed])
        near = words.table @ np.array([_vector((word,)) for word in listed]).T
        told = words.weights[words.in_phrases]
        met = np.maximum.reduceat(near[words.in_phrases], words.starts) @ weight / weight.sum()
        meant = np.add.reduceat(near.max(axis=1)[words.in_phrases] * told, words.starts)
        meant /= np.add.reduceat(told, words.starts)
        both = np.where(met + meant > 0, 2 * met * meant / np.where(met + meant > 0, met + meant, 1), 0.0)
        of_entries = np.maximum.reduceat(near[words.in_entries], words.starts_of_entries) @ weight / weight.sum()
        best, three = words.phrases.best(both)
        nearest = np.maximum.reduceat(met, words.phrases.starts)
        table[words.phrases.rows] = np.column_stack([of_entries, best, three / 3, nearest])
        return table


def understand(scenario: Scenario, asked: str, before: str = "") -> Understood:
    """Each question in the text, with its match. The whole text is used where its parts alone give weaker matches.

    `before` are the words of the question before this one: what follows it, `and for uploads?`, asks for the same of
    something else.
    """
    knowledge = knowledge_of(scenario)
    asked = asked[:LONGEST_QUESTION]
    whole = followed(asked, before)
    told = _understood(knowledge, whole) if whole else Understood()
    if told.found:
        return Understood(tuple(replace(one, words=asked) for one in told.found))
    return _understood(knowledge, asked)


def _understood(knowledge: Knowledge, asked: str) -> Understood:
    parts = parts_of(asked)
    texts = [*parts, asked] if len(parts) > 1 else [asked]
    ranked = [knowledge.chances(text) for text in texts]
    sure = [_heard(each, text) for each, text in zip(ranked, texts, strict=True)]
    found = _kept([one for each in _beside_the_whole(sure) for one in each])
    if found:
        return Understood(found)
    near = [one for each in reversed(ranked) for one in each[:MOST_CHOICES] if _may_be_meant(one)]
    near.sort(key=lambda one: -one.score)
    return Understood(maybe=tuple({one.entry: one for one in near}.values())[:MOST_CHOICES])


def _beside_the_whole(sure: Sequence[Sequence[Found]]) -> list[list[Found]]:
    """The matches of the parts and of the whole, which comes last. A part with a far lower probability than the whole
    is dropped, because it lost its context; the whole is dropped where each part is surer."""
    surest = [max((one.score for one in each), default=0.0) for each in sure]
    if len(sure) > 1 and min(surest[:-1]) > surest[-1]:
        return [list(each) for each in sure[:-1]]
    return [list(each) for each, best in zip(sure, surest, strict=True) if best >= surest[-1] - FAR]


def _heard(ranked: Sequence[Found], text: str) -> list[Found]:
    """The likeliest entry when it is sure; targets of one aspect (the availability of this or that) add up. The
    scenario's own question is preferred to a target of the same aspect."""
    if not ranked:
        return []
    best = ranked[0]
    if asks_for_availability(text) and not best.is_sure:
        # Nothing else is meant; what cannot be told apart is told together.
        ups = [one for one in ranked if _is_target(one) and one.entry.is_availability]
        if ups:
            return [replace(one, words=text) for one in ups if one.score >= AS_LIKELY * ups[0].score]
    if _is_target(best):
        said = next((one for one in ranked if one.question and one.entry.asks_for & best.entry.kinds), None)
        if said and said.score >= AS_LIKELY * best.score and said.score + best.score >= SURE:
            return [replace(said, score=said.score + best.score, words=text)]
    elif best.question and not best.is_sure:
        target = next((one for one in ranked if _is_target(one) and best.entry.asks_for & one.entry.kinds), None)
        if target and best.score + target.score >= max(best.bar, NEARLY_SURE):
            return [replace(best, score=best.score + target.score, words=text)]
    alike = (
        [one for one in ranked if _is_target(one) and one.entry.kinds == best.entry.kinds] if _is_target(best) else []
    )
    alike = [one for one in alike if one.entry.is_of_operation_in(text)] or alike
    together = sum(one.score for one in alike)
    if max(best.score, together) < best.bar:
        return _both(ranked, text)
    if best.is_sure:
        alike = [one for one in alike if one.score >= AS_LIKELY * best.score]
    return [replace(one, words=text) for one in (alike or [best])]


def _both(ranked: Sequence[Found], text: str) -> list[Found]:
    """Two entries of the scenario between which the question does not decide, and which are nearly sure together: both
    are answered."""
    two = [one for one in ranked[:2] if one.kind in OF_SCENARIO and one.score >= MAYBE and one.bar == SURE]
    if len(two) < 2 or two[1].score < EVENLY * two[0].score:
        return []
    return [replace(one, words=text) for one in two] if sum(one.score for one in two) >= NEARLY_SURE else []


def _is_target(one: Found) -> bool:
    return one.kind == "requirement" and one.entry.is_target


def _kept(sure: Sequence[Found]) -> tuple[Found, ...]:
    """Answers from the scenario before general ones, and both before small talk; each once."""
    of_scenario = [one for one in sure if one.kind in OF_SCENARIO]
    kept = of_scenario or [one for one in sure if not one.entry.is_aside] or sure
    first: dict[Entry, Found] = {}
    for one in kept:
        first.setdefault(one.entry, one)
    return tuple(first.values())


def _may_be_meant(one: Found) -> bool:
    return one.score >= MAYBE and one.kind != "change" and not one.entry.is_aside


def find_question(scenario: Scenario, asked: str) -> Found | None:
    """The likeliest match, or None when nothing is sure enough."""
    found = understand(scenario, asked).found
    return max(found, key=lambda one: one.score) if found else None


def words_of(text: str) -> list[str]:
    """The stems of a text without its stop words, up to the maximum length of a question."""
    return [stem(word) for word in words_in(text[:LONGEST_QUESTION]) if word not in EMPTY]


def knowledge_of(scenario: Scenario) -> Knowledge:
    return _knowledge(entries_of(scenario))


@lru_cache(maxsize=KEPT_SCENARIOS)
def _knowledge(entries: tuple[Entry, ...]) -> Knowledge:
    return Knowledge(entries)


def parts_of(asked: str) -> list[str]:
    """The separate questions in a text, with one for each thing that is counted; the whole text when it is one
    question."""
    parts = [part.strip(" ,.") for part in SPLIT.split(asked.strip())]
    parts = [part for part in parts if len(words_in(part)) >= LEAST_WORDS]
    return [one for part in parts for one in for_each_counted(part)] or [asked]


@lru_cache(maxsize=20_000)
def _vector(words: tuple[str, ...]) -> NDArray[np.float32]:
    return vectors().text(words, [EMPTY_WEIGHT if word in EMPTY else 1.0 for word in words])


def _places(place: dict[str, int], words: frozenset[str]) -> NDArray[np.intp]:
    return np.array(sorted(place[word] for word in words), dtype=np.intp)


def _stems(words: Sequence[str]) -> frozenset[str]:
    return frozenset(stems_of(words))


def _counts(own: frozenset[tuple[str, ...]], noun: tuple[str, ...]) -> float:
    """How well the nouns that an entry counts agree with the one that is asked of, from 0 to 1."""
    if any(each[-1] == noun[-1] for each in own):
        return 1.0
    if any(set(each) & set(noun) for each in own):
        return PARTLY
    asked = _vector(noun[-1:])
    return PARTLY if any(float(_vector(each[-1:]) @ asked) >= ALIKE for each in own) else 0.0


def _weights(entries: Sequence[frozenset[str]]) -> dict[str, float]:
    """By stem, higher for stems in few entries (the idf of BM25); `""` stands for a stem that no entry has."""
    counts = Counter(word for words in entries for word in words)
    many = len(entries)

    def weight(count: int) -> float:
        return math.log(1 + (many - count + 0.5) / (count + 0.5))

    return {**{word: weight(count) for word, count in counts.items()}, "": weight(0)}


def _bar(entry: Entry, features: Floats) -> float:
    """The probability from which an entry counts as a match."""
    if entry.is_aside:
        return SURE
    if entry.is_stated:
        return SURE_OF_STATED
    if features[LEFT_OUT] >= MOSTLY_NAMED:
        return SURE
    bar = SURE_OF_SHARED if entry.source == "common" else SURE
    if features[OTHER_KIND] and not entry.is_target:
        bar = max(bar, SURE_OF_OTHER_KIND)
    if features[HEAD_MISSING] == 1:
        bar = max(bar, SURE_OF_OTHER_NOUN)
    if features[NEAREST_WORDS] < THIN and features[PHRASE] < THIN:
        bar = max(bar, SURE_OF_THIN)
    return bar


def _kinds_agree(asked: frozenset[str], known: frozenset[str]) -> tuple[float, float, float, float]:
    """Whether the kinds overlap, whether both have kinds and none overlaps; the same for targets alone."""
    targets = asked & frozenset(TARGETS)
    return (
        float(bool(asked & known)),
        float(bool(asked and known and not asked & known)),
        float(bool(targets & known)),
        float(bool(targets and not targets & known)),
    )


def _sources(entry: Entry) -> tuple[float, ...]:
    order: tuple[Source, ...] = ("question", "figure", "requirement", "prompt", "change", "common")
    return (*(float(entry.source == each and not entry.is_aside) for each in order), float(entry.is_aside))


def mended(knowledge: Knowledge, asked: str) -> list[str]:
    """The words of a question with typing errors corrected."""
    return [knowledge.speller.mend(word) for word in words_in(asked[:LONGEST_QUESTION])]
