"""Keeps the pictures that topics and cards show, each once, as long as one of them shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studyguide.models import Card, NotePicture, Topic
from studyguide.notes.images import Picture

ADDRESS = re.compile(r"/topics/images/([0-9a-f]{40})\.")


def store_pictures(pictures: Mapping[str, Picture], shown: Mapping[int, Iterable[str]]) -> None:
    """Stores what is new of `pictures` (by digest). `shown` are the digests of each topic (by id) that has changed."""
    keep_pictures(pictures.values())
    through: Any = Topic.pictures.through
    through.objects.filter(topic_id__in=shown).delete()
    rows = [
        through(topic_id=topic, notepicture_id=digest) for topic, digests in shown.items() for digest in set(digests)
    ]
    through.objects.bulk_create(rows, batch_size=200)
    forget_unused()


def keep_pictures(pictures: Iterable[Picture]) -> None:
    found = {picture.digest: picture for picture in pictures}
    known = set(NotePicture.objects.filter(digest__in=list(found)).values_list("digest", flat=True))
    fresh = [picture for digest, picture in found.items() if digest not in known]
    for picture in fresh:
        row = NotePicture(digest=picture.digest, kind=picture.kind, width=picture.width, height=picture.height)
        row.content = picture.content
        # One at a time, since each may have 10 MB; another process may have stored it meanwhile.
        NotePicture.objects.bulk_create([row], ignore_conflicts=True)


def show_pictures_of(cards: Sequence[Card]) -> None:
    """Notes which of the stored pictures these cards show: only whoever sees such a card sees the picture."""
    wanted = {card.pk: set(ADDRESS.findall(f"{card.front_html}{card.back_html}")) for card in cards}
    digests = {digest for found in wanted.values() for digest in found}
    if not digests:
        return
    known = set(NotePicture.objects.filter(digest__in=digests).values_list("digest", flat=True))
    through: Any = Card.pictures.through
    rows = [through(card_id=pk, notepicture_id=digest) for pk, found in wanted.items() for digest in found & known]
    through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def forget_unused() -> None:
    """Deletes pictures that nothing shows any more."""
    NotePicture.objects.filter(topics=None, cards=None, waiting=None).delete()
