"""Storing drills, and making cards of wrong predictions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from designs.analysis.drill import drill
from designs.analysis.markdown import plain
from designs.analysis.model import Model
from designs.analysis.predicting import Judged, Prediction, Verdict, judge
from designs.models import Design, DrillRecord
from studyguide.models import Card, Topic
from studyguide.services.cards import make_card

TOPIC = "chaos-testing"
SOURCE = "drill"


@transaction.atomic
def record_drill(
    design: Design, model: Model, target: str, prediction: Prediction, *, learner: User, at: datetime
) -> DrillRecord:
    """Runs the drill and stores the prediction. Raises UnknownTargetError."""
    verdict = judge(drill(model, target), prediction)
    return DrillRecord.objects.create(
        design=design,
        learner=learner,
        at=at,
        version=design.version,
        target=target,
        name=model.graph.name(target)[:500],
        predicted=dict(prediction.outcomes),
        confidence=prediction.confidence,
        right=verdict.right,
        asked=len(verdict.judged),
        score=verdict.score,
    )


def verdict_of(record: DrillRecord, model: Model) -> Verdict:
    """The result of the record, computed from the version of the design that the drill used."""
    return judge(drill(model, record.target), Prediction(record.predicted, record.confidence))


def card_of_miss(record: DrillRecord, miss: Judged, model: Model, *, learner: User) -> Card:
    """A card that asks the same question again. The same wrong prediction makes only one card."""
    operation = plain(model.operation_name(miss.operation))
    lost = plain(record.name)
    because = f": {plain('; '.join(miss.reasons))}" if miss.reasons else ""
    words = {"fails": "It fails", "degrades": "It degrades", "survives": "It survives"}[miss.happened]
    content = {
        "front": f"In the design {plain(str(record.design))}, {lost} is lost. What becomes of {operation}?",
        "back": f"{words}{because}.",
    }
    return make_card(
        learner,
        content=content,
        topic=Topic.objects.filter(slug=TOPIC).first(),
        tags=["drill"],
        source_name=SOURCE,
        source_id=f"{record.pk}:{miss.operation}",
    )
