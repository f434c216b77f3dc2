"""The shipped topics as a test sees them: front matter, body, cards, and the words a reader gets."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calculators.engine.figures import Figures, load_figures
from studyguide.notes.book import Book, bind
from studyguide.notes.figures import said_by_name
from web.reading.safe_yaml import own_yaml

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ROOT / "fixtures" / "topics"
PATHS = ROOT / "fixtures" / "paths"
LEDGERS = Path(__file__).resolve().parent

WIKI_LINK = re.compile(r"(?<!!)\[\[(?!figure:)([a-z0-9-]+)(?:\\?\|([^\]]+))?\]\]")
FIGURE = re.compile(r"\[\[figure:([^\]]+)\]\]")
FENCE = re.compile(r"^```([a-z]*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
INLINE_TAG = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|span|strong|sub|sup)(?: [^>]*)?>")
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Content:
    path: Path
    meta: dict[str, Any]
    body: str

    @property
    def slug(self) -> str:
        return str(self.meta["slug"])

    def fences(self, language: str) -> list[str]:
        return [code for name, code in FENCE.findall(self.body) if name == language]

    @property
    def prose(self) -> str:
        return FENCE.sub("", self.body)

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for fence in self.fences("cards") for card in own_yaml(fence)]

    @property
    def link_targets(self) -> set[str]:
        return {match[1] for match in WIKI_LINK.finditer(self.prose)}

    @property
    def figures(self) -> set[str]:
        return set(FIGURE.findall(self.prose))


def read(path: Path) -> Content:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Content(path, own_yaml(front), body)


@cache
def topics() -> dict[str, Content]:
    found = (read(path) for path in sorted(TOPICS.glob("*/*.md")) if path.name != "_category.md")
    return {topic.slug: topic for topic in found}


@cache
def categories() -> dict[str, Content]:
    return {category.slug: category for category in map(read, sorted(TOPICS.glob("*/_category.md")))}


@cache
def figures() -> Figures:
    return load_figures(ROOT / "fixtures" / "figures.yaml")


@cache
def book() -> Book:
    """All shipped topics as the site renders them."""
    files = [(path.relative_to(TOPICS).as_posix(), path.read_bytes()) for path in sorted(TOPICS.rglob("*.md"))]
    return bind(files, figures=said_by_name(figures()), dialect="markdown", is_strict=True)


@cache
def plain_text(slug: str) -> str:
    """What a reader sees of a topic, without markup, on one line."""
    return next(page.rendered.plain_text for page in book().pages if page.note.slug == slug)


ANSWER = re.compile(r'<details class="question">\s*<summary>(.*?)</summary>\s*<p>(.*?)</p>\s*</details>', re.DOTALL)


def answered(slug: str) -> list[tuple[str, str]]:
    """The questions of a topic that have an answer behind their fold, and the answers, without markup."""
    [html] = [page.rendered.html for page in book().pages if page.note.slug == slug]
    return [(TAG.sub("", question), TAG.sub("", answer)) for question, answer in ANSWER.findall(html)]


def squeeze(text: str) -> str:
    """One space between words, so that line breaks leave no trace in a comparison."""
    return " ".join(text.split())


def learning_paths() -> list[dict[str, Any]]:
    return [own_yaml(path.read_text(encoding="utf-8")) for path in sorted(PATHS.glob("*.yaml"))]


def ledger(kind: str) -> list[dict[str, str]]:
    """Rows of `<kind>_ledger_*.csv`: which phrase of which topic covers a fact, or corrects a claim."""
    rows: list[dict[str, str]] = []
    for path in sorted(LEDGERS.glob(f"{kind}_ledger*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows
