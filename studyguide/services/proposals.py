"""Cards that the structure of notes suggests where they have none: stored at import, kept or dropped by readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.models import User
from studyguide.models import Card, Proposal, ProposalDropped, Topic
from studyguide.notes.book import Page
from studyguide.notes.proposals import ProposedCard, proposed_cards
from studyguide.services.cards import make_card
from web.rows import update_known

STORED = ("position", "kind", "pattern", "content", "quote")


def proposed(pages: Sequence[Page], *, titles: Mapping[str, str]) -> dict[str, list[ProposedCard]]:
    """What the texts of pages suggest, by slug, none where an author made cards. `titles` are those of topics by slug.

    It reads the whole text, so it is worked out before anything is locked.
    """
    return {
        note.slug: []
        if note.cards or not note.body
        else proposed_cards(note.body, title=note.title, parent=titles.get(note.parent, ""), marks=note.marks)
        for note in (page.note for page in pages)
    }


@transaction.atomic(savepoint=False)
def store_proposals(cards: Mapping[str, Sequence[ProposedCard]], *, ids: Mapping[str, int]) -> int:
    """Brings what is proposed for topics (by slug) up to date; returns how many proposals they have. `ids` are those of
    topics by slug.

    A proposal is known again by what it asks, so that what a reader decided stays decided when the text is edited.
    """
    known = Proposal.objects.filter(topic__in=[ids[slug] for slug in cards])
    old = {(proposal.topic_id, proposal.key): proposal for proposal in known}
    found = {
        (ids[slug], card.key): Proposal(
            topic_id=ids[slug],
            key=card.key,
            position=position,
            kind=card.kind,
            pattern=card.pattern,
            content=card.content,
            quote=card.quote,
        )
        for slug, of_topic in cards.items()
        for position, card in enumerate(of_topic)
    }
    fresh = [proposal for key, proposal in found.items() if key not in old]
    changed = [proposal for key, proposal in found.items() if key in old and _differs(proposal, old[key])]
    gone = [proposal.pk for key, proposal in old.items() if key not in found]
    Proposal.objects.bulk_create(fresh, batch_size=100)
    update_known(Proposal, STORED, [[each.pk, *(getattr(each, name) for name in STORED)] for each in changed])
    Proposal.objects.filter(pk__in=gone).delete()
    return len(found)


def _differs(proposal: Proposal, before: Proposal) -> bool:
    """Whether it must be written; if so it takes the place of the one before."""
    proposal.pk = before.pk
    return any(getattr(proposal, name) != getattr(before, name) for name in STORED)


@transaction.atomic
def keep_proposals(learner: User, topic: Topic, keys: Sequence[str]) -> int:
    """Makes cards of the learner's own of these; returns how many."""
    chosen = list(topic.proposals.filter(key__in=keys))
    for proposal in chosen:
        make_card(
            learner,
            kind=proposal.kind,
            content=proposal.content,
            topic=topic,
            quote=proposal.quote,
            source_name=topic.source_name,
            source_id=_source_id(topic, proposal.key),
        )
    ProposalDropped.objects.filter(learner=learner, topic=topic, key__in=keys).delete()
    return len(chosen)


@transaction.atomic
def drop_proposals(learner: User, topic: Topic, keys: Sequence[str]) -> int:
    """Remembers that the learner does not want these; returns how many."""
    known = list(topic.proposals.filter(key__in=keys).values_list("key", flat=True))
    dropped = [ProposalDropped(learner=learner, topic=topic, key=key) for key in known]
    ProposalDropped.objects.bulk_create(dropped, ignore_conflicts=True)
    return len(known)


def open_proposals(learner_id: int | None, topic: Topic) -> list[Proposal]:
    """Those on which the learner has not decided."""
    proposals = list(topic.proposals.all())
    if learner_id is None:
        return proposals
    ids = {_source_id(topic, proposal.key): proposal.key for proposal in proposals}
    own = Card.objects.kept_of(learner_id, topic.source_name).filter(source_id__in=ids)
    decided = {ids[source_id] for source_id in own.values_list("source_id", flat=True)}
    decided |= set(ProposalDropped.objects.filter(learner=learner_id, topic=topic).values_list("key", flat=True))
    return [proposal for proposal in proposals if proposal.key not in decided]


def _source_id(topic: Topic, key: str) -> str:
    return f"{topic.pk}:{key}"
