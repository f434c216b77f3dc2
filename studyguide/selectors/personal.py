"""What the page of a topic of the site's own notes shows to one reader besides what it shows to all."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from studyguide.models import Topic

OWN_PART = """
    SELECT
        EXISTS (SELECT 1 FROM studyguide_progress WHERE topic_id = topic.id AND user_id = %s),
        (
            SELECT COUNT(*) FROM studyguide_cardstate AS state JOIN studyguide_card AS card ON card.id = state.card_id
            WHERE card.topic_id = topic.id AND card.removed_at IS NULL AND state.phase = 0 AND state.learner_id = %s
        ),
        EXISTS (
            SELECT 1 FROM studyguide_marginnote
            WHERE reader_id = %s AND (topic_id = topic.id OR topic_id IS NULL AND topic_slug = topic.slug)
        ),
        EXISTS (
            SELECT 1 FROM studyguide_link AS link JOIN studyguide_topic AS source ON source.id = link.source_id
            WHERE link.target_id = topic.id AND source.body_id IS NOT NULL
        ) OR EXISTS (
            SELECT 1 FROM studyguide_topic_prerequisites AS needs
            JOIN studyguide_topic AS later ON later.id = needs.from_topic_id
            WHERE needs.to_topic_id = topic.id AND later.body_id IS NOT NULL
        ),
        EXISTS (
            SELECT 1 FROM studyguide_pathstep AS step JOIN studyguide_learningpath AS path ON path.id = step.path_id
            WHERE step.topic_id = topic.id AND path.slug = %s
        )
    FROM studyguide_topic AS topic WHERE topic.slug = %s AND topic.body_id IS NULL
"""


class Own(NamedTuple):
    """Two readers for whom it is the same see the same page, except for their name."""

    is_read: bool
    new_cards: int


def own_part(slug: str, reader_id: int, *, path: str = "") -> Own | None:
    """None when more of the page is the reader's own: notes beside it, or a link from notes that not everybody sees;
    when it is no topic of the site, or not on the given path.

    By plain SQL, since making these queries costs more than the rest of a kept page (`python -m benchmarks readers`).
    """
    with connection.cursor() as cursor:
        cursor.execute(OWN_PART, [reader_id, reader_id, reader_id, path, slug])
        row = cursor.fetchone()
    if row is None:
        return None
    is_read, new_cards, has_notes, is_linked_from_private, is_on_path = row
    if has_notes or (path and not is_on_path) or (is_linked_from_private and _sees_private_link(slug, reader_id)):
        return None
    return Own(is_read=bool(is_read), new_cards=new_cards if is_read else 0)


def _sees_private_link(slug: str, reader_id: int) -> bool:
    from_here = Q(links_out__target__slug=slug) | Q(prerequisites__slug=slug)
    return Topic.objects.visible_to(reader_id).exclude(body=None).filter(from_here).exists()
