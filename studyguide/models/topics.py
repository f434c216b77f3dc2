from __future__ import annotations

from typing import ClassVar

from django.db import connection, models
from django.urls import reverse

from studyguide.grants import bodies_granted_to
from studyguide.models.bodies import NoteBody, NotePicture

SHIPPED_NOTES = "loadbearing"
FEWEST_WORDS_AROUND = 3  # of a link, below which its surroundings say nothing


GLYPHS = {
    "method": "route", "estimation": "calculator", "failures": "triangle-alert", "architecture": "workflow",
    "networking": "network", "edge": "split", "hashing": "shuffle", "caching": "zap", "messaging": "message-square",
    "databases": "database", "storage": "archive", "copies-and-shards": "layers", "coordination": "users",
    "consistency": "copy", "p2p": "share-2", "realtime": "waves", "protection": "shield", "batch": "cog",
    "security": "key-round", "api": "plug", "operations": "gauge", "resiliency": "flask-conical", "ai": "sparkles",
}  # fmt: skip


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user_id: int | None) -> TopicQuerySet:
        """Topics of the site's notes, of those that the reader brought, and of those that others let them read."""
        if not user_id:
            return self.filter(body=None)
        shared = NoteBody.objects.filter(bodies_granted_to(user_id)).values("pk")
        return self.filter(models.Q(body=None) | models.Q(body__owner=user_id) | models.Q(body__in=shared))

    def readable(self) -> TopicQuerySet:
        """Pages with a text of their own; categories are only headings."""
        return self.filter(kind=Topic.Kind.TOPIC)

    def brief(self) -> TopicQuerySet:
        """Enough to name a topic and link to it."""
        return self.only("slug", "title", "kind", "summary", "parent_id", "order")

    def in_reading_order(self) -> TopicQuerySet:
        """The notes that come with the site first, then other bodies of notes by name."""
        is_other = models.Case(models.When(source_name=SHIPPED_NOTES, then=0), default=1)
        return self.order_by(is_other, "source_name", "order")


class Topic(models.Model):
    """A page of notes, or a category of pages. Written only by the import of notes; its key is the slug."""

    class Kind(models.TextChoices):
        CATEGORY = "category", "category"
        TOPIC = "topic", "topic"

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TOPIC)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    order = models.PositiveIntegerField(default=0, help_text="Place in reading order within its source.")
    method_step = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    plain_text = models.TextField(blank=True)
    outline = models.JSONField(default=list)
    aliases = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    terms = models.JSONField(default=list, blank=True, help_text="Words that it teaches: [{word, meaning}].")
    prerequisites: models.ManyToManyField[Topic, models.Model] = models.ManyToManyField(
        "self", symmetrical=False, related_name="leads_to", blank=True
    )
    related: models.ManyToManyField[Topic, models.Model] = models.ManyToManyField(
        "self", symmetrical=False, related_name="related_from", blank=True
    )
    source_name = models.CharField(max_length=80, db_index=True, help_text="Which body of notes it came from.")
    source_path = models.CharField(max_length=500, blank=True)
    source_line = models.PositiveIntegerField(default=1)
    source_hash = models.CharField(max_length=64, help_text="Of the Markdown: knows a renamed heading again.")
    content_hash = models.CharField(max_length=64, help_text="Of all that readers see, by which a change is known.")
    source_text = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    body = models.ForeignKey(
        NoteBody, null=True, blank=True, on_delete=models.CASCADE, related_name="topics",
        help_text="The reader's own notes that it is of; empty for the site's.",
    )  # fmt: skip
    pictures: models.ManyToManyField[NotePicture, models.Model] = models.ManyToManyField(
        NotePicture, related_name="topics", blank=True
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("studyguide:topic_detail", args=[self.slug])

    @property
    def glyph(self) -> str:
        """The icon of a category; a page of notes where there is none of its own."""
        return GLYPHS.get(self.slug, "book-open")


class Link(models.Model):
    """A link in a topic's text to another topic, with the sentence around it in three pieces."""

    class Kind(models.TextChoices):
        WIKI = "wiki", "written"
        RELATIVE = "relative", "written as a path"
        AUTOMATIC = "automatic", "found by name"

    source = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.TextField(blank=True)
    label = models.TextField()
    after = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.before}{self.label}{self.after}"

    @property
    def says_something(self) -> bool:
        """Whether the words around the link tell more than its name: two or three of a list or a table do not."""
        around = str(self).strip()
        return len(around.split()) > FEWEST_WORDS_AROUND or around.endswith((".", "?", "!"))


class ContentRevision(models.Model):
    """One row whose number grows with every import that changes something: the cache key of everything derived from
    topics."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Asked before every kept page: by plain SQL, since making the query cost more than all the rest of the page
        (`python -m benchmarks pages`)."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM studyguide_contentrevision WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0

    @classmethod
    def advance(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=models.F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})
