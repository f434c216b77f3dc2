"""Bodies of notes that a reader has brought, for their list."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from studyguide.models import NoteBody, Progress, Topic


def bodies_of(owner_id: int) -> QuerySet[NoteBody]:
    """By title, each with `topic_count` and `read_count`; of their last import everything but the report."""
    topics = Topic.objects.filter(body=OuterRef("pk")).order_by().values("body").annotate(n=Count("pk")).values("n")
    read = Progress.objects.filter(user=owner_id, topic__body=OuterRef("pk")).order_by()
    read_by_body = read.values("topic__body").annotate(n=Count("pk")).values("n")
    return (
        NoteBody.objects.filter(owner=owner_id)
        .select_related("latest_import")
        .defer("latest_import__report")
        .annotate(
            topic_count=Coalesce(Subquery(topics, output_field=IntegerField()), 0),
            read_count=Coalesce(Subquery(read_by_body, output_field=IntegerField()), 0),
        )
    )
