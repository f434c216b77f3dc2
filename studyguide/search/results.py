"""Ranked, highlighted results. The database finds texts that hold the words; what is best is decided here, from names,
summaries and texts, so that both databases answer the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from studyguide.grants import bodies_granted_to
from studyguide.models import ContentRevision, NoteBody, SearchEntry, Topic
from studyguide.search.meanings import Concept, concepts
from studyguide.search.names import KINDS, OTHER, NameIndex, Rank, name_score, phrase_score, rarity, tie
from studyguide.search.words import fts5_match, stem, telling, tsquery, words_of
from web.shown.typography import with_curved_quotes

MOST_CANDIDATES = 60
MOST_RANKED = 200  # entries whose names fit that are ranked one by one
MOST_IN_TEXT = 2.5
EXCERPT = 180
COMMON_HEADINGS = {
    "How it works", "How they work", "Numbers", "When to use it", "How it fails", "What an interviewer asks next",
    "Pros and cons", "Trade-offs",
}  # fmt: skip
REST_OF_A_WORD = re.compile(r"[a-z\u00c0-\u024f]*", re.IGNORECASE)  # in a script that has spaces
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SQLITE = """
SELECT entry.id FROM studyguide_searchentry_fts
JOIN studyguide_searchentry entry ON entry.id = studyguide_searchentry_fts.rowid
WHERE studyguide_searchentry_fts MATCH %s AND (entry.owner_id IS NULL OR entry.owner_id = %s OR {granted})
ORDER BY bm25(studyguide_searchentry_fts, 12.0, 6.0, 1.0), entry.title LIMIT %s
"""
POSTGRES = """
SELECT entry.id FROM studyguide_searchentry entry, to_tsquery('english', %s) query
WHERE document @@ query AND (entry.owner_id IS NULL OR entry.owner_id = %s OR {granted})
ORDER BY ts_rank_cd(document, query) DESC, title LIMIT %s
"""


GRANTED = "entry.kind = 'topic' AND entry.key IN (SELECT slug FROM studyguide_topic WHERE body_id IN ({}))"


@dataclass(frozen=True)
class Reader:
    """The person who searches, and the bodies of notes that others let them read."""

    user_id: int | None = None
    bodies: tuple[int, ...] = ()

    @classmethod
    def of(cls, user_id: int | None) -> Reader:
        if not user_id:
            return cls()
        return cls(user_id, tuple(NoteBody.objects.filter(bodies_granted_to(user_id)).values_list("pk", flat=True)))

    def visible(self) -> QuerySet[SearchEntry]:
        mine = Q(owner=None) | Q(owner=self.user_id)
        if self.bodies:
            mine |= Q(kind="topic", key__in=Topic.objects.filter(body__in=self.bodies).values("slug"))
        return SearchEntry.objects.filter(mine)

    def others(self) -> frozenset[int]:
        """Entries of notes that others let them read."""
        if not self.bodies:
            return frozenset()
        slugs = Topic.objects.filter(body__in=self.bodies).values("slug")
        return frozenset(SearchEntry.objects.filter(kind="topic", key__in=slugs).values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the results; the two marked texts are HTML with <mark> around what was found."""

    kind: str
    title: str
    url: str
    marked_title: SafeString
    marked_excerpt: SafeString
    section: Section | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """The part of a topic whose heading says what was asked."""

    title: str
    url: str


class Question:
    """What was typed, and how well entries fit it by their names and texts."""

    def __init__(self, words: Sequence[str], asked: Sequence[Concept], index: NameIndex) -> None:
        self.words, self.asked, self.index = words, asked, index
        self.stems = tuple(stem(word) for word in words)
        self._weights = [index.weight(concept) for concept in asked]
        self._unnamed = [at for at, concept in enumerate(asked) if not index.bearers(concept)]

    @property
    def depends_on_texts(self) -> bool:
        """Whether a word is in no name: how much it weighs follows from how many texts have it."""
        return bool(self._unnamed)

    def ranked(self, keys: Iterable[int]) -> list[int]:
        """Those that fit at all, best first."""
        by_names = {key: self._by_names(key) for key in keys if key in self.index.entries}
        # A text adds nothing where the names fit better than any text could.
        unsure = [key for key, scores in by_names.items() if min(scores) < MOST_IN_TEXT]
        patterns = [_pattern([concept]) for concept in self.asked]
        holding = dict.fromkeys(self._unnamed, 0)
        for key, text in SearchEntry.objects.filter(pk__in=unsure).values_list("pk", "body"):
            by_text = [_text_score(pattern, text) for pattern in patterns]
            for at in holding:
                holding[at] += by_text[at] > 0
            by_names[key] = [max(pair) for pair in zip(by_names[key], by_text, strict=True)]
        for at, count in holding.items():
            self._weights[at] = rarity(count, len(self.index.entries))
        found = [(-self._fit(key, scores), *tie(self.index.entries[key]), key) for key, scores in by_names.items()]
        return [key for fit, *_, key in sorted(found) if fit < 0]

    def ranks_by_names(self, keys: Iterable[int]) -> list[Rank]:
        """The ranks that entries have whatever their texts say, best first; rounded, so that equal sums compare as
        equal."""
        return sorted(self.index.rank(key, round(self._fit(key, self._by_names(key)), 9)) for key in keys)

    def _by_names(self, key: int) -> list[float]:
        return [name_score(self.index.entries[key], concept) for concept in self.asked]

    def _fit(self, key: int, scores: Sequence[float]) -> float:
        named = self.index.entries[key]
        weighed = list(zip(self._weights, scores, strict=True))
        covered = sum(weight for weight, score in weighed if score > 0) / (sum(self._weights) or 1.0)
        fit = sum(weight * score for weight, score in weighed) * covered * covered
        return (fit + phrase_score(named, self.stems)) * KINDS.get(named.kind, OTHER) if fit > 0 else 0.0


def search(typed: str, *, limit: int = 20, user_id: int | None = None) -> list[Result]:
    """Entries that fit what was typed, best first. Not all words need to occur, nor as they were typed."""
    words = telling(words_of(typed))
    if not words:
        return []
    index = _names(ContentRevision.current())
    reader = Reader.of(user_id)

    def alike(word: str) -> Iterable[tuple[str, float]]:
        return () if _is_written(word, reader) else index.words.alike(word)

    asked = concepts(words, known=index.known, alike=alike)
    question = Question(words, asked, index)
    best = question.ranked(_candidates(question, reader, limit))[:limit]
    entries = SearchEntry.objects.in_bulk(best)
    pattern = _pattern(asked)
    found = [entries[key] for key in best if key in entries]
    outlines = _outlines(found)
    return [_result(entry, pattern, _section(entry, outlines.get(entry.key, []), asked)) for entry in found]


def _candidates(question: Question, reader: Reader, limit: int) -> set[int]:
    """Entries of which the best are among the results: those whose names fit, and those whose texts do.

    Where the names of many fit, only the likeliest are ranked one by one; and where enough of them fit better than any
    text could, the database is not asked."""
    keys = question.index.candidates(question.asked, user_id=reader.user_id, granted=reader.others())
    if len(keys) > MOST_RANKED:
        likely = question.index.likely(keys, question.asked, question.stems, most=MOST_RANKED)
        keys = set(likely.keys)
        score, place = likely.beyond
        settled = [rank for rank in question.ranks_by_names(keys) if rank <= (round(score, 9), place)]
        if len(settled) >= limit and not question.depends_on_texts:
            return keys
    return keys | _holding(question.words, question.asked, reader)


def _outlines(entries: Sequence[SearchEntry]) -> dict[str, list[dict[str, Any]]]:
    slugs = [entry.key for entry in entries if entry.kind == "topic" and entry.owner_id is None]
    return dict(Topic.objects.filter(slug__in=slugs, body=None).values_list("slug", "outline"))


def _section(entry: SearchEntry, outline: Sequence[dict[str, Any]], asked: Sequence[Concept]) -> Section | None:
    """The heading that says most of what the title does not; None where none does."""
    patterns = [_pattern([concept]) for concept in asked]
    missing = [pattern for pattern in patterns if not pattern.search(entry.title)]
    said = [(sum(bool(pattern.search(each["title"])) for pattern in missing), each) for each in outline]
    most, best = max(said, key=lambda pair: pair[0], default=(0, {}))
    return Section(title=best["title"], url=f"{entry.url}#{best['anchor']}") if most else None


def _holding(words: Sequence[str], asked: Sequence[Concept], reader: Reader) -> set[int]:
    """Entries whose text holds all of the words, and those that hold some of them or of what they mean."""
    more = list(dict.fromkeys([*_spelled(asked), *words]))
    build, either = (fts5_match, " OR ") if connection.vendor == "sqlite" else (tsquery, " | ")
    queries = build(list(words)), build(more, joined=either)
    found = {key for query in queries for key in _matching(query, reader, most=MOST_CANDIDATES)}
    for word in words:
        if UNSPACED.search(word):  # scripts without spaces: the index knows only where a run begins
            holding = reader.visible().filter(Q(title__contains=word) | Q(body__contains=word))
            found |= set(holding.values_list("pk", flat=True)[:MOST_CANDIDATES])
    return found


def _matching(query: str, reader: Reader, *, most: int) -> list[int]:
    """Entries whose text answers a query in the language of the database."""
    granted = GRANTED.format(", ".join(["%s"] * len(reader.bodies))) if reader.bodies else "FALSE"
    sql = (SQLITE if connection.vendor == "sqlite" else POSTGRES).format(granted=granted)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, reader.user_id, *reader.bodies, most])
        return [key for (key,) in cursor.fetchall()]


def _is_written(word: str, reader: Reader) -> bool:
    """Whether texts have the word as it was typed, so that it is no slip; one text may have a slip of its own."""
    query = f'"{word}"' if connection.vendor == "sqlite" else f"'{word}'"
    return len(_matching(query, reader, most=2)) == 2


def _spelled(asked: Sequence[Concept]) -> list[str]:
    """The words that may stand for the query, single ones first."""
    meant = sorted((stems for concept in asked for stems, _ in concept.alternatives), key=len)
    return list(dict.fromkeys(word for stems in meant for word in stems))[:24]


def _text_score(pattern: re.Pattern[str], text: str) -> float:
    """A score for how often a text contains the words; each repetition adds less."""
    count = len(pattern.findall(text))
    return min(MOST_IN_TEXT, 0.7 * math.log2(1 + count)) if count else 0.0


def _pattern(asked: Sequence[Concept]) -> re.Pattern[str]:
    """Finds what was asked in a text, in any form of its words."""
    stems = {stems for concept in asked for stems, _ in concept.alternatives}
    forms = sorted(
        (r"\W+".join(rf"{re.escape(part)}\w{{0,4}}" for part in each) for each in stems), key=len, reverse=True
    )
    return re.compile(rf"(?:(?<!\w)|(?<=[\u3400-\u9fff]))(?:{'|'.join(forms)})", re.IGNORECASE)


def _result(entry: SearchEntry, pattern: re.Pattern[str], section: Section | None) -> Result:
    return Result(
        kind=entry.kind,
        title=entry.title,
        url=entry.url,
        marked_title=_marked(entry.title, pattern),
        marked_excerpt=_marked(_excerpt(entry, pattern), pattern),
        section=section,
    )


def _excerpt(entry: SearchEntry, pattern: re.Pattern[str]) -> str:
    """The part of the text around the first place that says it; else its beginning."""
    text = " ".join((entry.body or entry.summary)[:200_000].split())
    found = pattern.search(text)
    start = max(0, found.start() - EXCERPT // 3) if found else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    stop = text.find(" ", start + EXCERPT)
    stop = len(text) if stop < 0 else stop
    return f"{'… ' if start else ''}{text[start:stop]}{' …' if stop < len(text) else ''}"


def _marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """The text as it is read, escaped, with <mark> around the words that were found, to their ends."""
    text = with_curved_quotes(text)
    made, last = [], 0
    for found in pattern.finditer(text):
        rest = REST_OF_A_WORD.match(text, found.end())
        stop = rest.end() if rest else found.end()
        made += [escape(text[last : found.start()]), f"<mark>{escape(text[found.start() : stop])}</mark>"]
        last = stop
    return mark_safe("".join([*made, escape(text[last:])]))  # noqa: S308 - every part is escaped


@lru_cache(maxsize=1)
def _names(_revision: int) -> NameIndex:
    """Built again only when the content has changed."""
    topics = Topic.objects.filter(body=None).values_list("slug", "terms", "outline")
    parts = {slug: ([each["word"] for each in terms], _titles(outline)) for slug, terms, outline in topics}
    return NameIndex(
        SearchEntry.objects.values_list("id", "kind", "key", "title", "aliases", "summary", "owner_id"), parts
    )


def _titles(outline: Sequence[dict[str, Any]]) -> list[str]:
    """The headings that tell topics apart: those that many have are no names."""
    return [each["title"] for each in outline if each["title"] not in COMMON_HEADINGS]
