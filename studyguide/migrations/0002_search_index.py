"""The index behind search: FTS5 with triggers on SQLite, a generated tsvector with GIN on PostgreSQL."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

SQLITE_TRIGGERS = [
    """CREATE TRIGGER studyguide_searchentry_added AFTER INSERT ON studyguide_searchentry BEGIN
        INSERT INTO studyguide_searchentry_fts(rowid, title, aliases, body)
        VALUES (new.id, new.title, new.aliases, new.body);
    END""",
    """CREATE TRIGGER studyguide_searchentry_removed AFTER DELETE ON studyguide_searchentry BEGIN
        INSERT INTO studyguide_searchentry_fts(studyguide_searchentry_fts, rowid, title, aliases, body)
        VALUES ('delete', old.id, old.title, old.aliases, old.body);
    END""",
    """CREATE TRIGGER studyguide_searchentry_changed AFTER UPDATE ON studyguide_searchentry BEGIN
        INSERT INTO studyguide_searchentry_fts(studyguide_searchentry_fts, rowid, title, aliases, body)
        VALUES ('delete', old.id, old.title, old.aliases, old.body);
        INSERT INTO studyguide_searchentry_fts(rowid, title, aliases, body)
        VALUES (new.id, new.title, new.aliases, new.body);
    END""",
]
SQLITE = [
    """CREATE VIRTUAL TABLE studyguide_searchentry_fts USING fts5(
        title, aliases, body, content='studyguide_searchentry', content_rowid='id', prefix='2 3',
        tokenize='porter unicode61')""",
    *SQLITE_TRIGGERS,
    "INSERT INTO studyguide_searchentry_fts(studyguide_searchentry_fts) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER studyguide_searchentry_added",
    "DROP TRIGGER studyguide_searchentry_removed",
    "DROP TRIGGER studyguide_searchentry_changed",
    "DROP TABLE studyguide_searchentry_fts",
]
POSTGRES = [
    """ALTER TABLE studyguide_searchentry ADD COLUMN document tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', aliases), 'B') ||
        setweight(to_tsvector('english', body), 'D')) STORED""",
    "CREATE INDEX studyguide_searchentry_document ON studyguide_searchentry USING gin (document)",
]
POSTGRES_BACK = ["ALTER TABLE studyguide_searchentry DROP COLUMN document"]
STATEMENTS = {"sqlite": (SQLITE, SQLITE_BACK), "postgresql": (POSTGRES, POSTGRES_BACK)}


def add(_apps: Any, editor: Any) -> None:
    for statement in STATEMENTS[editor.connection.vendor][0]:
        editor.execute(statement)


def remove(_apps: Any, editor: Any) -> None:
    for statement in STATEMENTS[editor.connection.vendor][1]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("studyguide", "0001_topics_and_links")]
    operations: ClassVar = [migrations.RunPython(add, remove)]
