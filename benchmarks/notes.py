"""Budgets 3 and 4: importing notes, against Python-Markdown alone and against mkdocs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.content import ROOT, many_notes, plain_markdown, shipped_notes
from benchmarks.database import fresh_database
from benchmarks.table import Row, best_of_both, cpu_seconds_of

NOTES_BYTES = 42_000
PLAIN_NOTES = 12  # 46 kB of them
MKDOCS = """site_name: Bench
theme: {name: material, font: false}
plugins: [search]
markdown_extensions: [abbr, admonition, def_list, footnotes, tables, pymdownx.superfences, pymdownx.highlight]
"""


def run() -> list[Row]:
    plain = [(name, text.encode()) for name, text in many_notes(PLAIN_NOTES)]
    return [
        _import(plain, "import of the same {size:.0f} kB, against markdown alone"),
        _import(
            shipped_notes(at_least_bytes=NOTES_BYTES), "of our topics with their cards, against markdown of their text"
        ),
        _many(500),
    ]


def _import(files: list[tuple[str, bytes]], name: str) -> Row:
    """Parse, link, make cards or proposals of cards, sanitise and store, against `markdown` with the same
    extensions."""
    with fresh_database():
        from django.utils import timezone

        from studyguide.notes.python_markdown import converter
        from studyguide.notes.slots import Slots
        from studyguide.services.notes import NoteSource, import_notes

        texts = [plain_markdown(content) for _, content in files]
        now = timezone.now()

        def bare() -> None:
            markdown = converter({}, Slots())
            for text in texts:
                markdown.reset()
                markdown.convert(text)

        ours, theirs = best_of_both(
            lambda: import_notes(files, source=NoteSource(name="bench"), now=now, dry_run=True), bare, rounds=9
        )
    size = sum(map(len, texts)) / 1_000
    return Row(number=3, name=name.format(size=size), ours=ours * 1_000, yardstick=theirs * 1_000, unit="ms", budget=3)


def _many(count: int) -> Row:
    """`load_notes` of a folder against `mkdocs build` of it, each a process from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder, "docs")
        docs.mkdir()
        for name, text in many_notes(count):
            # mkdocs does not know [[links]] and shows them as text; both get the same files.
            Path(docs, name).write_text(re.sub(r"\[\[|\]\]", "", text))
        Path(folder, "mkdocs.yml").write_text(MKDOCS)
        # Both start from compiled modules, as installed: the site's are compiled by `migrate`, mkdocs comes with its
        # own.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env = {**kept, "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
        ours = cpu_seconds_of([*manage, "load_notes", str(docs), "--source", "bench"], cwd=ROOT, env=env)
        theirs = cpu_seconds_of([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=Path(folder), env=env)
    return Row(
        number=4,
        name=f"import of {count} topics, against mkdocs build",
        ours=ours,
        yardstick=theirs,
        unit="s",
        budget=1 / 3,
    )
