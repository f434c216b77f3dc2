"""Cards, what each learner remembers of them, and the log from which that follows."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from studyguide.memory.log import MAX_GIVEN, Entry, Grade
from studyguide.memory.schedule import Memory, Phase
from studyguide.models.bodies import NotePicture
from studyguide.models.pieces import Piece
from studyguide.models.topics import Topic
from studyguide.notes.card_links import passage_fragment
from studyguide.notes.cards import KIND_NAMES


class CardQuerySet(models.QuerySet["Card"]):
    def shared(self) -> CardQuerySet:
        return self.filter(owner=None)

    def visible_to(self, user_id: int | None) -> CardQuerySet:
        """Those that come with the notes, and the learner's own."""
        return self.filter(Q(owner=None) | Q(owner=user_id)) if user_id else self.shared()

    def present(self) -> CardQuerySet:
        """Not taken out of their notes."""
        return self.filter(removed_at=None)

    def kept_of(self, owner_id: int, source_name: str | OuterRef) -> CardQuerySet:
        """The owner's cards of this source that have an id within it, ready to be found by that id.

        The database uses the index of `card_kept_once` only when it sees the condition of that index as it stands
        there, not as a parameter. Without it each search reads all of the owner's cards.
        """
        has_id = RawSQL("NOT (source_id = '')", (), output_field=models.BooleanField())
        return self.filter(has_id, owner=owner_id, source_name=source_name)

    def in_reading_order(self) -> CardQuerySet:
        return self.order_by("topic__source_name", "topic__order", "position", "pk")


class Card(models.Model):
    """A prompt. A shared card comes with notes and is identified by its id within them; an own card has an owner.

    A card that its notes no longer contain is kept, because reviews refer to it; `removed_at` says that it is not
    asked. A learner's own decisions (suspending, burying) are in their CardState.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", "question"
        CLOZE = "cloze", "cloze"
        CHOICE = "choice", "choice"
        NUMERIC = "numeric", "numeric"
        MISCONCEPTION = "misconception", "misconception"
        PICTURE = "picture", "picture"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The same wherever it goes.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="own_cards"
    )
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="cards")
    source_name = models.CharField(max_length=80, blank=True, help_text="Notes it came with; blank for own cards.")
    source_id = models.CharField(max_length=120, blank=True, help_text="Its id within those notes.")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    content = models.JSONField(help_text="The fields of its kind, as written.")
    front_html = models.TextField()
    back_html = models.TextField()
    options = models.JSONField(default=list, blank=True, help_text="What can be clicked, as HTML.")
    words = models.TextField(blank=True, help_text="The card on one line of plain text.")
    tags = models.JSONField(default=list, blank=True)
    anchor = models.CharField(max_length=200, blank=True, help_text="The section of its topic that it is about.")
    quote = models.TextField(blank=True, help_text="The sentence of its topic that it is about.")
    position = models.PositiveIntegerField(default=0, help_text="Within its topic.")
    removed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    pictures: models.ManyToManyField[NotePicture, models.Model] = models.ManyToManyField(
        NotePicture, related_name="cards", blank=True
    )

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                condition=Q(owner=None),
                name="card_once_in_its_notes",
                violation_error_message="These notes already have a card of that id.",
            ),
            models.UniqueConstraint(
                fields=["owner", "source_name", "source_id"],
                condition=Q(owner__isnull=False) & ~Q(source_id=""),
                name="card_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | (~Q(source_name="") & ~Q(source_id="")), name="card_shared_has_id"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["topic", "position"], name="card_topic_position")]

    def __str__(self) -> str:
        return self.words or f"card {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("studyguide:card_detail", args=[self.pk])

    @property
    def kind_name(self) -> str:
        return KIND_NAMES[self.kind]

    @property
    def topic_address(self) -> str:
        """Its topic, at the section and (in browsers that can) at the very sentence that it is about."""
        if self.topic is None:
            return ""
        return self.topic.get_absolute_url() + passage_fragment(self.anchor, self.quote)


class CardStateQuerySet(models.QuerySet["CardState"]):
    def of(self, user_id: int | None) -> CardStateQuerySet:
        return self.filter(learner=user_id) if user_id else self.none()

    def about(self, topic_ids: Collection[int] | None) -> CardStateQuerySet:
        """Those of cards of these topics, or of none; None for all."""
        if topic_ids is None:
            return self
        return self.filter(card__topic__in=topic_ids) if topic_ids else self.filter(card__topic=None)

    def askable(self, at: datetime) -> CardStateQuerySet:
        """The cards that may be asked: not suspended, not buried, and still in their notes. Every queue uses this."""
        unburied = Q(buried_until=None) | Q(buried_until__lte=at)
        return self.filter(unburied, is_suspended=False, card__removed_at=None)

    def due(self, at: datetime) -> CardStateQuerySet:
        """Due cards, the most recently due first, so that little is forgotten while a backlog shrinks."""
        return self.askable(at).filter(due_at__lte=at).order_by("-due_at", "pk")

    def soon(self, at: datetime, until: datetime) -> CardStateQuerySet:
        """Cards in their first minutes that are due before `until`."""
        ahead = self.askable(at).filter(due_at__gt=at, due_at__lte=until)
        return ahead.filter(phase__in=[Phase.LEARNING, Phase.RELEARNING]).order_by("due_at", "pk")

    def new(self, at: datetime) -> CardStateQuerySet:
        """Cards without an answer, those first that the learner asked for."""
        return self.askable(at).filter(phase=Phase.NEW).order_by("-is_wanted", "pk")


class CardState(models.Model):
    """A card in a learner's deck. The schedule follows from the log and can be derived again at any time; the marks
    (suspended, buried, flagged, tags) are the learner's own."""

    SCHEDULE: ClassVar = (
        "phase", "step", "stability", "difficulty", "reviewed_at", "interval", "due_at", "begun_at", "answer_count",
        "lapse_count",
    )  # fmt: skip

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_states")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="states")
    phase = models.PositiveSmallIntegerField(choices=[(int(each), each.name.lower()) for each in Phase], default=0)
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    stability = models.FloatField(null=True, blank=True)
    difficulty = models.FloatField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    interval = models.DurationField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When it was answered for the first time.")
    answer_count = models.PositiveIntegerField(default=0)
    lapse_count = models.PositiveIntegerField(default=0)
    is_wanted = models.BooleanField(default=False, help_text="The learner asked for it, so it comes before others.")
    is_suspended = models.BooleanField(default=False)
    is_flagged = models.BooleanField(default=False)
    buried_until = models.DateTimeField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)

    objects = CardStateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "card"], name="card_once_in_a_deck"),
            models.CheckConstraint(
                condition=Q(phase=0, due_at=None, reviewed_at=None)
                | Q(phase__gt=0, due_at__isnull=False, reviewed_at__isnull=False),
                name="card_due_when_reviewed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "begun_at"], name="card_state_begun"),
            models.Index(fields=["learner", "due_at"], condition=Q(is_suspended=False), name="card_state_due"),
            models.Index(
                fields=["learner", "-is_wanted", "id"], condition=Q(phase=0, is_suspended=False), name="card_state_new"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} on {self.card_id}"

    @property
    def memory(self) -> Memory:
        return Memory(
            phase=Phase(self.phase),
            step=self.step,
            stability=self.stability,
            difficulty=self.difficulty,
            reviewed_at=self.reviewed_at,
            interval=self.interval,
            begun_at=self.begun_at,
            answer_count=self.answer_count,
            lapse_count=self.lapse_count,
        )


class OwnText(models.Model):
    """A learner's own wording of a card. The card stays the same one, and so does its schedule."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_texts")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="own_texts")
    content = models.JSONField()
    front_html = models.TextField()
    back_html = models.TextField()
    options = models.JSONField(default=list, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "card"], name="own_text_once")]

    def __str__(self) -> str:
        return self.words


class Review(models.Model):
    """An entry of the log, which is only added to. The sender chooses `uid`, so sending an entry twice counts once."""

    class Kind(models.TextChoices):
        ANSWER = "answer", "answer"
        UNDO = "undo", "undo"
        RESET = "reset", "reset"
        CRAM = "cram", "cram"

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews")
    # A card goes only together with its owner, and then their log goes too.
    card = models.ForeignKey(Card, on_delete=models.RESTRICT, related_name="reviews")
    uid = models.UUIDField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    undoes = models.UUIDField(null=True, blank=True, help_text="The entry that an undo takes back.")
    at = models.DateTimeField(help_text="When it was answered.")
    received_at = models.DateTimeField(default=timezone.now)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    given = models.CharField(max_length=MAX_GIVEN, blank=True, help_text="What was typed or clicked.")

    class Meta:
        ordering: ClassVar = ["at", "uid"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "uid"], name="review_once"),
            models.UniqueConstraint(
                fields=["learner", "undoes"], condition=Q(undoes__isnull=False), name="review_undone_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["answer", "cram"], grade__isnull=False, grade__gte=1, grade__lte=4, undoes=None)
                | Q(kind="undo", grade=None, undoes__isnull=False)
                | Q(kind="reset", grade=None, undoes=None),
                name="review_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "card", "at"], name="review_of_a_card"),
            models.Index(fields=["learner", "at"], name="review_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.grade or ''}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log of reviews is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 - Django's signature
        raise TypeError("The log of reviews is only ever added to.")

    @property
    def seconds(self) -> float | None:
        return self.duration_ms / 1000 if self.duration_ms else None

    @property
    def entry(self) -> Entry:
        return Entry(
            uid=self.uid,
            kind=self.kind,  # type: ignore[arg-type]
            at=self.at,
            grade=Grade(self.grade) if self.grade else None,
            undoes=self.undoes,
        )


class StudySettings(models.Model):
    """A learner's settings. A learner without a row has the defaults."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_settings")
    new_a_day = models.PositiveSmallIntegerField(default=10)
    retention = models.FloatField(default=0.9)
    interview_on = models.DateField(null=True, blank=True)
    day_starts_at = models.PositiveSmallIntegerField(default=4, help_text="Hour of the day.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Blank until the browser has told or it is set.")
    parameters = models.JSONField(null=True, blank=True, help_text="FSRS's, fitted to the learner.")
    fitted_at = models.DateTimeField(null=True, blank=True)
    free_days = models.JSONField(default=list, blank=True, help_text="Days of the week without cards; 0 is Monday.")
    waits_for_prerequisites = models.BooleanField(
        default=True, help_text="New cards wait until those of what comes before their topic were seen."
    )
    fit_tried_at = models.DateTimeField(null=True, blank=True, help_text="When fitting was tried last, kept or not.")
    taken_revision = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Revision of the content of which every card is in the deck."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(retention__gte=0.7, retention__lte=0.97), name="study_retention_sane"),
            models.CheckConstraint(condition=Q(day_starts_at__lte=23), name="study_day_starts_in_a_day"),
        ]

    def __str__(self) -> str:
        return f"settings of {self.learner_id}"


class Proposal(models.Model):
    """A card that the structure of a topic suggests, where the notes have none of their own."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="proposals")
    key = models.CharField(max_length=64, help_text="Of what it asks, so that it is known again after an edit.")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=15, choices=Card.Kind.choices)
    pattern = models.CharField(max_length=20, help_text="What in the text suggested it.")
    content = models.JSONField()
    quote = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "key"], name="proposal_once")]

    def __str__(self) -> str:
        return f"{self.pattern}: {self.key}"


class ProposalDropped(models.Model):
    """A learner does not want this proposal; one that they want has become a card."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "topic", "key"], name="dropped_once")]

    def __str__(self) -> str:
        return self.key


class DeckImport(models.Model):
    """A file of cards that a learner sent and looks at; nothing of it is in the deck until they keep it.

    A large one is read by the worker, from its `pieces`, until `is_read`. It is kept by the worker, too: `wanted_at`
    says since when, `done` of `steps` how far it is, `made` how many cards were new in the end. `begun_at` says when
    the worker took it up, and `refusal` why it could not be read or kept.
    """

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=200)
    found = models.JSONField(default=dict, help_text="What the file comes to, as decks.incoming has it.")
    is_read = models.BooleanField(default=True)
    look = models.JSONField(null=True, blank=True, help_text="What the page says of a large file, worked out once.")
    created_at = models.DateTimeField(default=timezone.now)
    pictures: models.ManyToManyField[NotePicture, models.Model] = models.ManyToManyField(
        NotePicture, related_name="waiting", blank=True
    )
    begun_at = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(null=True, blank=True)
    refusal = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_being_read(self) -> bool:
        return not self.is_read and not self.refusal

    @property
    def is_being_kept(self) -> bool:
        return self.wanted_at is not None and self.made is None and not self.refusal

    @property
    def is_at_work(self) -> bool:
        return self.is_being_read or self.is_being_kept

    @property
    def waits_since(self) -> datetime | None:
        """Since when it waits for a worker or for its end, if it does."""
        return (self.wanted_at or self.created_at) if self.is_at_work else None

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.steps) if self.steps else 0


class DeckPiece(Piece):
    """A part of a file of cards."""

    deck_import = models.ForeignKey(DeckImport, on_delete=models.CASCADE, related_name="pieces")

    class Meta(Piece.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["deck_import", "number"], name="deck_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.deck_import}"
