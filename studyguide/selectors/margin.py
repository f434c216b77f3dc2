"""A reader's notes and marks: those of a topic, placed in its text, and all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from studyguide.models import MarginNote, Topic
from studyguide.notes.highlights import Found, Quote, highlighted


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A note beside the text; `state` says whether its quote still stands there ("" for one without a quote)."""

    note: MarginNote
    state: Found | str

    @property
    def key(self) -> str:
        return str(self.note.pk)


def notes_of(reader_id: int | None, topic: Topic) -> list[MarginNote]:
    """Those beside a topic, also those of a topic that was gone and is back under its name."""
    if reader_id is None:
        return []
    here = Q(topic=topic) | Q(topic=None, topic_slug=topic.slug)
    return list(MarginNote.objects.filter(here, reader=reader_id))


def with_marks(html: str, notes: Sequence[MarginNote]) -> tuple[str, list[Shown]]:
    """The text with the reader's marks in it, and their notes in the order in which they stand in the text."""
    quotes = [
        Quote(
            key=str(note.pk), words=note.quote, before=note.before, after=note.after,
            link=f"#note-{note.pk}" if note.words else "",
        )
        for note in notes
        if note.quote
    ]  # fmt: skip
    marked, states = highlighted(html, quotes)
    shown = [Shown(note=note, state=states.get(str(note.pk), "")) for note in notes]
    places = {each.note.pk: marked.find(f'id="mark-{each.note.pk}"') for each in shown}
    return marked, sorted(shown, key=lambda each: (places[each.note.pk] < 0, places[each.note.pk]))


@dataclass(frozen=True, kw_only=True)
class OfTopic:
    """Notes beside one topic. `topic` is None when it is gone."""

    title: str
    topic: Topic | None
    notes: list[MarginNote]


def all_notes(reader_id: int | None, *, words: str = "") -> list[OfTopic]:
    """All of a reader by topic, those of the latest first; only those that have the words, when some are given."""
    if reader_id is None:
        return []
    found = MarginNote.objects.filter(reader=reader_id).select_related("topic")
    if words:
        found = found.filter(Q(words__icontains=words) | Q(quote__icontains=words) | Q(topic_title__icontains=words))
    visible = set(Topic.objects.visible_to(reader_id).values_list("pk", flat=True)) if found else set()
    groups = [
        _of_topic(list(notes), visible)
        for _, notes in groupby(found.order_by("topic_slug", "created_at", "pk"), key=lambda note: note.topic_slug)
    ]
    return sorted(groups, key=lambda each: max(note.created_at for note in each.notes), reverse=True)


def _of_topic(notes: list[MarginNote], visible: set[int]) -> OfTopic:
    topic = notes[0].topic if notes[0].topic_id in visible else None
    return OfTopic(title=topic.title if topic else notes[0].topic_title, topic=topic, notes=notes)


def as_markdown(groups: Sequence[OfTopic], *, site: str) -> str:
    """All notes as one Markdown file: a heading a topic with its address, quotes as quotes."""
    lines = ["# Notes beside the topics", ""]
    for group in sorted(groups, key=lambda each: each.title.casefold()):
        title = " ".join(group.title.split())
        lines += [f"## {title}", ""]
        if group.topic:
            lines += [f"<{site}{group.topic.get_absolute_url()}>", ""]
        for note in group.notes:
            if note.quote:
                lines += [f"> {line}" for line in note.quote.splitlines()] + [""]
            if note.words:
                lines += [note.words, ""]
    return "\n".join(lines).rstrip("\n") + "\n"
