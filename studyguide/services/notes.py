"""Imports notes, all or nothing, and writes only what has changed.

Reading and rendering take most of the time and happen before the transaction begins, so others can write meanwhile.
Of many topics the texts for search are written after it, some at a time: to index them takes longer than all the rest
that is written, and SQLite lets nobody else write in that time. A topic whose text waits for that has another
`content_hash` than its page, so an import that was stopped there is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from studyguide.models import ContentRevision, Link, NoteBody, SearchEntry, Topic
from studyguide.models.topics import SHIPPED_NOTES
from studyguide.notes.book import Book, Page, bind
from studyguide.notes.card_texts import CardRenderer
from studyguide.notes.directory import Entry
from studyguide.notes.figures import Said
from studyguide.notes.images import Pictures
from studyguide.notes.notices import NoteWarning, Notices
from studyguide.notes.proposals import ProposedCard
from studyguide.notes.renames import Known
from studyguide.notes.render import Dialect
from studyguide.services.cards import store_cards
from studyguide.services.pictures import store_pictures
from studyguide.services.proposals import proposed, store_proposals
from studyguide.services.searching import write_entries
from web.limits.turns import let_others_write
from web.rows import insert_new, update_known

WRITTEN = (
    "title", "kind", "order", "method_step", "summary", "body_html", "plain_text", "outline", "aliases", "sources",
    "terms",    "source_path", "source_line", "source_hash", "content_hash", "source_text",
)  # fmt: skip
UPDATED = (*WRITTEN, "changed_at")
JOINED = ("prerequisites", "related")
OF_A_TOPIC = tuple(field.attname for field in Topic._meta.concrete_fields if not field.primary_key)
INDEXED_AT_ONCE = 500
WAITING = "waiting:"
OF_A_LINK = ("source", "target", "kind", "before", "label", "after")


@dataclass(kw_only=True)
class Report:
    """What an import did (or would do), by slug. `missing` are topics of the same notes that it did not find."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    link_count: int = 0
    card_count: int = 0
    proposal_count: int = 0
    picture_count: int = 0
    cards_changed: int = 0
    warnings: list[NoteWarning] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return bool(self.created or self.updated or self.removed or self.cards_changed)


@dataclass(frozen=True, kw_only=True)
class NoteSource:
    """Which notes come in, and how they are read. `body` is set for a reader's own.

    `is_strict` refuses what else is left out or changed with a remark; `dialect` says for which parser the notes are
    written (see studyguide.notes.render).
    """

    name: str
    body: NoteBody | None = None
    dialect: Dialect = "commonmark"
    is_strict: bool = False


def import_notes(
    files: Sequence[tuple[str, bytes]],
    *,
    source: NoteSource,
    now: datetime,
    prune: bool = False,
    dry_run: bool = False,
    figures: Mapping[str, Said] | None = None,
    pictures: Pictures | None = None,
) -> Report:
    """Brings the topics of a source up to date with the files; NoteError leaves everything as it was.

    `prune` removes topics whose heading or file is gone, with what readers keep of them; else they stay.
    """
    while True:
        revision = ContentRevision.current()
        old = {topic.slug: topic for topic in Topic.objects.filter(source_name=source.name)}
        book = bind(
            files,
            known=list(map(_known, old.values())),
            others=_others(source),
            reserved=_reserved(source),
            space=_space(source, old),
            figures=figures,
            pictures=pictures,
            dialect=source.dialect,
            is_strict=source.is_strict,
        )
        report = _reported(book.pages, old, prune=prune)
        changed = {*report.created, *report.updated}
        fresh = [page for page in book.pages if page.note.slug in changed]
        suggested = proposed(fresh, titles={page.note.slug: page.note.title for page in book.pages})
        notices = Notices(is_strict=source.is_strict, found=book.warnings)
        topics = {page.note.slug: _filled(old.get(page.note.slug), page, source, now, changed) for page in book.pages}
        waiting = fresh if len(fresh) > INDEXED_AT_ONCE else []
        for page in waiting:
            topics[page.note.slug].content_hash = _while_waiting(page)
        with transaction.atomic():
            if ContentRevision.current() != revision:
                continue  # another import wrote in between, and its topics change our names and links
            _store(book, topics, old, report, notices, suggested, [] if waiting else fresh, source=source, now=now)
            if dry_run:
                transaction.set_rollback(True)
        if waiting and not dry_run:
            _index_in_parts(waiting, source)
        report.warnings = notices.found
        return report


def space_of(body: NoteBody) -> str:
    """How the slugs of a reader's own topics begin. They never depend on notes that the reader may not see, and never
    take an address that notes of the site may want later."""
    return f"own-{body.pk}-"


def _space(source: NoteSource, old: Iterable[str]) -> str:
    """Notes of readers that came before they had a space of their own keep the slugs that they have."""
    space = space_of(source.body) if source.body else ""
    return space if all(slug.startswith(space) for slug in old) else ""


def _known(topic: Topic) -> Known:
    return Known(slug=topic.slug, title=topic.title, body=topic.source_text)


def _others(source: NoteSource) -> list[Entry]:
    """Topics of the site's other notes, which links may lead to. The shipped ones link to none, and only their names
    are found in running text."""
    if source.name == SHIPPED_NOTES:
        return []
    others = Topic.objects.visible_to(None).exclude(source_name=source.name)
    return [
        Entry(
            slug=slug, title=title, aliases=tuple(aliases), path="", is_declared=True, is_ours=False,
            may_autolink=name == SHIPPED_NOTES,
        )
        for slug, title, aliases, name in others.values_list("slug", "title", "aliases", "source_name")
    ]  # fmt: skip


def _reserved(source: NoteSource) -> list[str]:
    """Slugs of all other topics, whoever may see them."""
    return list(Topic.objects.exclude(source_name=source.name).values_list("slug", flat=True))


def _reported(pages: Sequence[Page], old: Mapping[str, Topic], *, prune: bool) -> Report:
    report = Report(
        link_count=sum(len(page.rendered.links) for page in pages),
        card_count=sum(len(page.note.cards) for page in pages),
        picture_count=len({digest for page in pages for digest in page.rendered.pictures}),
    )
    for page in pages:
        before = old.get(page.note.slug)
        if before is None:
            report.created.append(page.note.slug)
        elif before.content_hash != page.content_hash:
            report.updated.append(page.note.slug)
        else:
            report.unchanged.append(page.note.slug)
    gone = sorted(set(old) - {page.note.slug for page in pages})
    report.removed, report.missing = (gone, []) if prune else ([], gone)
    return report


def _store(
    book: Book,
    topics: Mapping[str, Topic],
    old: Mapping[str, Topic],
    report: Report,
    notices: Notices,
    suggested: Mapping[str, Sequence[ProposedCard]],
    indexed: Sequence[Page],
    *,
    source: NoteSource,
    now: datetime,
) -> None:
    pages = book.pages
    changed = {*report.created, *report.updated}
    ids = dict(Topic.objects.values_list("slug", "pk"))
    _create([page for page in pages if page.note.slug not in old], topics, ids)
    moved = [topic for slug, topic in topics.items() if slug in old and _differs(topic, old[slug])]
    update_known(Topic, UPDATED, [[topic.pk, *(getattr(topic, name) for name in UPDATED)] for topic in moved])
    Topic.objects.filter(source_name=source.name, slug__in=report.removed).delete()
    report.cards_changed = store_cards(
        pages,
        # Proposals that a reader keeps carry the name of the notes, but are not cards of the files.
        source_name=f"files-of-{source.name}" if source.body else source.name,
        owner_id=source.body.owner_id if source.body else None,
        notices=notices,
        changed=changed,
        ids=ids,
        missing=set(report.missing),
        renderer=CardRenderer(book.directory),
        now=now,
    )
    if not report.changes_something:
        return
    fresh = [page for page in pages if page.note.slug in changed]
    report.proposal_count = store_proposals(suggested, ids=ids)
    _place(pages, topics, ids)
    if report.updated:
        _unjoin([ids[slug] for slug in report.updated])
    _join(fresh, ids)
    store_pictures(book.pictures, {ids[page.note.slug]: page.rendered.pictures for page in fresh})
    write_entries("topic", _entries(indexed, source), removed=report.removed)
    ContentRevision.advance()


def _filled(before: Topic | None, page: Page, source: NoteSource, now: datetime, changed: set[str]) -> Topic:
    note, rendered = page.note, page.rendered
    return Topic(
        pk=before.pk if before else None,
        slug=note.slug,
        title=note.title,
        kind=note.kind,
        parent_id=before.parent_id if before else None,
        order=page.order,
        method_step=note.method_step,
        summary=note.summary or _first_sentences(rendered.plain_text),
        body_html=rendered.html,
        plain_text=rendered.plain_text,
        outline=[dict(vars(entry)) for entry in rendered.outline],
        aliases=list(note.aliases),
        sources=[dict(vars(source)) for source in note.sources],
        terms=[dict(vars(term)) for term in note.terms],
        source_name=source.name,
        body=source.body,
        source_path=note.path[:500],
        source_line=note.line,
        source_hash=page.source_hash,
        content_hash=page.content_hash,
        source_text=note.body,
        changed_at=now if before is None or note.slug in changed else before.changed_at,
    )


def _first_sentences(text: str, *, most: int = 220) -> str:
    """What previews and lists show of a topic that has no summary of its own."""
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
    return cut[: end + 1] if end > most // 3 else cut[: cut.rfind(" ")] + "…"


def _differs(topic: Topic, before: Topic) -> bool:
    return any(getattr(topic, name) != getattr(before, name) for name in WRITTEN)


def _create(pages: Sequence[Page], topics: Mapping[str, Topic], ids: dict[str, int]) -> None:
    """Parents before what lies below them, because a row names its parent by id."""
    waiting = list(pages)
    while waiting:
        names = {page.note.slug for page in waiting}
        ready = [page for page in waiting if page.note.parent not in names]
        for page in ready:
            topics[page.note.slug].parent_id = ids.get(page.note.parent)
        made = [topics[page.note.slug] for page in ready]
        insert_new(Topic, OF_A_TOPIC, [[getattr(topic, name) for name in OF_A_TOPIC] for topic in made])
        ids |= dict(Topic.objects.filter(source_name=made[0].source_name).values_list("slug", "pk"))
        waiting = [page for page in waiting if page.note.parent in names]


def _place(pages: Sequence[Page], topics: Mapping[str, Topic], ids: Mapping[str, int]) -> None:
    parents = {page.note.slug: ids.get(page.note.parent) for page in pages}
    moved = [(ids[slug], parent) for slug, parent in parents.items() if topics[slug].parent_id != parent]
    update_known(Topic, ["parent_id"], moved)


def _unjoin(topics: Sequence[int]) -> None:
    """What led from these topics to others, as they were before."""
    Link.objects.filter(source_id__in=topics).delete()
    for name in JOINED:
        getattr(Topic, name).through.objects.filter(from_topic_id__in=topics).delete()


def _join(pages: Sequence[Page], ids: Mapping[str, int]) -> None:
    """Links, prerequisites and related topics of the pages that are new or changed."""
    rows = [
        (ids[page.note.slug], ids[link.target], link.kind, link.before, link.label, link.after)
        for page in pages
        for link in page.rendered.links
        if link.target in ids
    ]
    insert_new(Link, OF_A_LINK, rows)
    for name in JOINED:
        through: Any = getattr(Topic, name).through
        pairs = dict.fromkeys(
            (ids[page.note.slug], ids[slug]) for page in pages for slug in getattr(page.note, name) if slug in ids
        )
        through.objects.bulk_create([through(from_topic_id=a, to_topic_id=b) for a, b in pairs if a != b])


def _while_waiting(page: Page) -> str:
    """The content hash of a topic whose text is not indexed yet: of this text, since another import may bring a later
    one meanwhile."""
    return f"{WAITING}{page.content_hash}"[:64]


def _index_in_parts(pages: Sequence[Page], source: NoteSource) -> None:
    for at in range(0, len(pages), INDEXED_AT_ONCE):
        let_others_write()
        part = {page.note.slug: page for page in pages[at : at + INDEXED_AT_ONCE]}
        with transaction.atomic():
            rows = Topic.objects.select_for_update().filter(slug__in=part).values_list("pk", "slug", "content_hash")
            ours = [(pk, part[slug]) for pk, slug, stored in rows if stored == _while_waiting(part[slug])]
            write_entries("topic", _entries([page for _, page in ours], source))
            update_known(Topic, ["content_hash"], [(pk, page.content_hash) for pk, page in ours])
    ContentRevision.advance()


def _entries(pages: Iterable[Page], source: NoteSource) -> list[SearchEntry]:
    return [
        SearchEntry(
            kind="topic",
            key=page.note.slug,
            title=page.note.title,
            aliases=", ".join((*page.note.aliases, *page.note.tags)),
            summary=page.note.summary,
            body=f"{page.note.summary} {page.rendered.plain_text}".strip(),
            url=f"/topics/{page.note.slug}/",
            owner_id=source.body.owner_id if source.body else None,
        )
        for page in pages
    ]
