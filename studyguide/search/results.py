"""Ranked, highlighted results, from whichever database the site runs on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from studyguide.models import ContentRevision, SearchEntry
from studyguide.search.typos import TitleIndex
from studyguide.search.words import fts5_match, tsquery, words_of

# Control characters that no note holds mark a hit until the text around it has been escaped.
START, STOP = "\x02", "\x03"
EXCERPT_WORDS = 24
FEW = 5

SQLITE_RANKED = """
SELECT entry.kind, entry.title, entry.url,
       highlight(studyguide_searchentry_fts, 0, char(2), char(3)),
       snippet(studyguide_searchentry_fts, 2, char(2), char(3), ' … ', %s)
FROM studyguide_searchentry_fts JOIN studyguide_searchentry entry ON entry.id = studyguide_searchentry_fts.rowid
WHERE studyguide_searchentry_fts MATCH %s AND (entry.owner_id IS NULL OR entry.owner_id = %s)
ORDER BY bm25(studyguide_searchentry_fts, 12.0, 6.0, 1.0), entry.title LIMIT %s
"""

POSTGRES_RANKED = """
SELECT kind, title, url,
       ts_headline('english', title, query, E'HighlightAll=true, StartSel=\x02, StopSel=\x03'),
       ts_headline('english', body, query, E'StartSel=\x02, StopSel=\x03, MaxWords=24, MinWords=12, MaxFragments=1')
FROM (
    SELECT kind, title, url, body, query, ts_rank_cd(document, query) AS rank
    FROM studyguide_searchentry, to_tsquery('english', %s) query
    WHERE document @@ query AND (owner_id IS NULL OR owner_id = %s) ORDER BY rank DESC, title LIMIT %s
) best ORDER BY rank DESC, title
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the results; the two marked texts are HTML with <mark> around what was found."""

    kind: str
    title: str
    url: str
    marked_title: SafeString
    marked_excerpt: SafeString


def search(typed: str, *, limit: int = 20, user_id: int | None = None) -> list[Result]:
    """Entries that hold every typed word, best first; when they are few, titles that resemble it follow."""
    words = words_of(typed)
    if not words:
        return []
    found = _ranked(words, limit=limit, user_id=user_id)
    if len(found) < FEW:
        seen = {result.url for result in found}
        found += [result for result in _resembling(" ".join(words), limit=FEW) if result.url not in seen]
    return found


def _ranked(words: list[str], *, limit: int, user_id: int | None) -> list[Result]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE_RANKED, [EXCERPT_WORDS, fts5_match(words), user_id, limit])
        else:
            cursor.execute(POSTGRES_RANKED, [tsquery(words), user_id, limit])
        return [
            Result(kind=kind, title=title, url=url, marked_title=_marked(head), marked_excerpt=_marked(excerpt))
            for kind, title, url, head, excerpt in cursor.fetchall()
        ]


def _marked(text: str) -> SafeString:
    """Escapes the text, then turns the hits' control characters into <mark>."""
    tidy = re.sub(r"\s+", " ", escape(text))
    return mark_safe(tidy.replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308 - escaped one line above


def _resembling(typed: str, *, limit: int) -> list[Result]:
    keys = _titles(ContentRevision.current()).alike(typed, limit=limit)
    entries = SearchEntry.objects.in_bulk(keys)
    return [
        Result(
            kind=entry.kind,
            title=entry.title,
            url=entry.url,
            marked_title=_marked(entry.title),
            marked_excerpt=_marked(entry.summary),
        )
        for entry in (entries[key] for key in keys if key in entries)
    ]


@lru_cache(maxsize=1)
def _titles(_revision: int) -> TitleIndex[int]:
    """Built again only when the content has changed."""
    return TitleIndex(SearchEntry.objects.filter(owner=None).values_list("id", "title"))
