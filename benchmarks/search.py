"""Budget 13: the top 20 of 10,000 topics, ranked and highlighted, against the same query in raw SQL."""

from __future__ import annotations

from benchmarks.content import plain_markdown, shipped_notes
from benchmarks.database import fresh_database
from benchmarks.table import Row, best_of_both

TOPICS = 10_000
COMMON_WORD = "server"
EXCERPT_WORDS = 24
# Ranked and highlighted by the database alone.
RAW = """
SELECT entry.kind, entry.title, entry.url,
       highlight(studyguide_searchentry_fts, 0, char(2), char(3)),
       snippet(studyguide_searchentry_fts, 2, char(2), char(3), ' … ', %s)
FROM studyguide_searchentry_fts JOIN studyguide_searchentry entry ON entry.id = studyguide_searchentry_fts.rowid
WHERE studyguide_searchentry_fts MATCH %s AND entry.owner_id IS NULL
ORDER BY bm25(studyguide_searchentry_fts, 12.0, 6.0, 1.0), entry.title LIMIT %s
"""


def run() -> list[Row]:
    with fresh_database():
        from django.db import connection

        from studyguide.models import SearchEntry
        from studyguide.search.results import search

        texts = [plain_markdown(content)[:2_000] for _, content in shipped_notes()]
        SearchEntry.objects.bulk_create(
            [
                SearchEntry(
                    kind="topic",
                    key=f"t{number}",
                    title=f"{texts[number % len(texts)].split(maxsplit=3)[0]} server {number}",
                    summary=texts[number % len(texts)][:200],
                    body=texts[number % len(texts)],
                    url=f"/topics/t{number}/",
                )
                for number in range(TOPICS)
            ],
            batch_size=500,
        )

        def raw() -> None:
            with connection.cursor() as cursor:
                cursor.execute(RAW, [EXCERPT_WORDS, f'"{COMMON_WORD}"*', 20])
                assert len(cursor.fetchall()) == 20

        def ours() -> None:
            assert len(search(COMMON_WORD)) == 20

        mine, theirs = best_of_both(ours, raw, rounds=9, calls=5)
    return [
        Row(
            number=13,
            name=f"search among {TOPICS:,} topics, against raw SQL",
            ours=mine * 1_000,
            yardstick=theirs * 1_000,
            unit="ms",
            budget=2,
        )
    ]
