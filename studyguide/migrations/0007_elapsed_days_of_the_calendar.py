"""Schedules made again from the log: elapsed time now counts the learner's days of study, as due dates do."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import migrations

from studyguide.memory.days import Calendar
from studyguide.memory.log import Entry, Grade
from studyguide.memory.schedule import Rules, due_at, remembered

SCHEDULE = (
    "phase", "step", "stability", "difficulty", "reviewed_at", "interval", "due_at", "begun_at", "answer_count",
    "lapse_count",
)  # fmt: skip


def rederive(apps: Any, _editor: Any) -> None:
    """One learner at a time, so that memory stays bounded."""
    review, state = apps.get_model("studyguide", "Review"), apps.get_model("studyguide", "CardState")
    settings = apps.get_model("studyguide", "StudySettings")
    for learner_id in review.objects.order_by("learner_id").values_list("learner_id", flat=True).distinct():
        rules = _rules(settings.objects.filter(learner_id=learner_id).first())
        log: dict[int, list[Entry]] = defaultdict(list)
        rows = review.objects.filter(learner_id=learner_id).exclude(kind="cram")
        for row in rows.values("card_id", "uid", "kind", "at", "grade", "undoes").iterator():
            grade = Grade(row["grade"]) if row["grade"] else None
            entry = Entry(uid=row["uid"], kind=row["kind"], at=row["at"], grade=grade, undoes=row["undoes"])
            log[row["card_id"]].append(entry)
        changed = []
        for each in state.objects.filter(learner_id=learner_id, card_id__in=_answered(state, learner_id)):
            memory = remembered(log[each.card_id], rules)
            right = {**vars(memory), "phase": int(memory.phase), "due_at": due_at(memory, rules, spread=each.card_id)}
            if any(getattr(each, name) != right[name] for name in SCHEDULE):
                for name in SCHEDULE:
                    setattr(each, name, right[name])
                changed.append(each)
        state.objects.bulk_update(changed, SCHEDULE, batch_size=100)


def _answered(state: Any, learner_id: int) -> Any:
    return state.objects.filter(learner_id=learner_id).exclude(phase=0).values("card_id")


def _rules(settings: Any) -> Rules:
    if settings is None:
        return Rules()
    calendar = Calendar(zone=ZoneInfo(settings.time_zone or "UTC"), day_starts_at=settings.day_starts_at)
    rules = {"retention": settings.retention, "calendar": calendar, "interview_on": settings.interview_on}
    return Rules(**rules, parameters=tuple(settings.parameters)) if settings.parameters else Rules(**rules)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("studyguide", "0006_bodies_and_pictures")]
    # The log stays as it is, and `manage.py rederive_schedule` of an older version makes its schedule from it again.
    operations: ClassVar = [migrations.RunPython(rederive, migrations.RunPython.noop)]
