"""Personal data kept by designs, registered with the account: how it moves to another account, what an export contains,
how it is counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.services.packs import Brought, Pack
from accounts.work import Streamed, Work
from designs.document import text
from designs.models import (
    Change,
    Design,
    DesignComment,
    DrillRecord,
    Interview,
    InterviewEvent,
    Presence,
    Scenario,
    ScenarioDraft,
    SimulationRun,
    Study,
)


def _move(guest: User, owner: User) -> None:
    Design.objects.filter(owner=guest).update(owner=owner)
    Change.objects.filter(author=guest).update(author=owner)
    Scenario.objects.filter(owner=guest).update(owner=owner)
    ScenarioDraft.objects.filter(owner=guest).update(owner=owner)
    InterviewEvent.objects.filter(author=guest).update(author=owner)
    DrillRecord.objects.filter(learner=guest).update(learner=owner)
    SimulationRun.objects.filter(learner=guest).update(learner=owner)
    Study.objects.filter(learner=guest).update(learner=owner)
    Presence.objects.filter(user=guest).update(user=owner)
    DesignComment.objects.filter(author=guest).update(author=owner)
    DesignComment.objects.filter(resolved_by=guest).update(resolved_by=owner)


def _export(user: User) -> Iterable[tuple[str, Any]]:
    """One file for each design, those in the bin included: its document, its log and its named versions. Then the
    scenarios."""
    for design in Design.objects.filter(owner=user).prefetch_related("named_versions").iterator(chunk_size=50):
        yield f"designs/{design.pk}.json", Streamed(_exported(design))
    for interview in Interview.objects.filter(design__owner=user).prefetch_related("events", "marks"):
        yield f"interviews/{interview.pk}.json", _exported_interview(interview)
    written = DesignComment.objects.filter(author=user).order_by("at", "pk")
    if rows := list(written.values("design_id", "about", "words", "at", "resolved_at")):
        yield "design-comments.json", rows
    drills = DrillRecord.objects.filter(learner=user).values(
        "design_id", "at", "version", "target", "name", "predicted", "confidence", "right", "asked", "score"
    )
    if drills:
        yield "drills.json", list(drills)
    simulations = SimulationRun.objects.filter(learner=user).values(
        "design_id", "version", "shape", "seed", "lost", "refusal", "result", "at"
    )
    if simulations:
        yield "simulations.json", list(simulations)
    studies = Study.objects.filter(learner=user).values(
        "design_id", "version", "kind", "asked", "refusal", "result", "at"
    )
    if studies:
        yield "studies.json", list(studies)
    for scenario in Scenario.objects.filter(owner=user):
        yield (
            f"scenarios/{scenario.slug}.json",
            {
                "slug": scenario.slug,
                "is_published": scenario.is_published,
                "changed_at": scenario.changed_at,
                "yaml": scenario.source_text,
            },
        )

    for draft in ScenarioDraft.objects.filter(owner=user).prefetch_related("versions"):
        yield f"scenario-drafts/{draft.pk}.json", _exported_draft(draft)


def _exported_draft(draft: ScenarioDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "version": draft.version,
        "changed_at": draft.changed_at,
        "yaml": draft.source_text,
        "versions": [
            {"version": each.version, "at": each.at, "what": each.words, "yaml": each.source_text}
            for each in draft.versions.all()
        ],
    }


def _bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    from designs.services.bringing import bring

    bring(user, pack, brought, now)


def _exported(design: Design) -> Iterator[str]:
    """JSON in pieces, because a log may not fit into memory."""
    facts = json.dumps(_facts(design), indent=1, ensure_ascii=False, default=str)
    yield facts.removesuffix("\n}") + ',\n "changes": ['
    before = ""
    for change in design.changes.order_by("version").iterator(chunk_size=20):
        entry = {"version": change.version, "at": change.at, "step": change.step, "patch": text.load(change.patch)}
        yield before + json.dumps(entry, ensure_ascii=False, default=str)
        before = ",\n"
    yield "]\n}\n"


def _facts(design: Design) -> dict[str, Any]:
    beginning = design.snapshots.filter(version=0).first()
    return {
        "id": str(design.pk),
        "title": design.title,
        "version": design.version,
        "created_at": design.created_at,
        "updated_at": design.updated_at,
        "binned_at": design.binned_at,
        "document": design.data(),
        "began_as": text.load(beginning.document) if beginning else None,
        "named_versions": [{"version": named.version, "name": named.name} for named in design.named_versions.all()],
    }


def _exported_interview(interview: Interview) -> dict[str, Any]:
    """The interview without the interviewer's private notes, which belong to the interviewer."""
    return {
        "design": str(interview.design_id),
        "scenario": interview.data.slug,
        "minutes": interview.minutes,
        "started_at": interview.started_at,
        "finished_at": interview.finished_at,
        "own_figures": interview.figures,
        "events": [
            {
                "kind": event.kind,
                "at": event.at,
                "elapsed_seconds": event.elapsed_seconds,
                "subject": event.subject,
                "words": event.words,
                "points": event.points,
            }
            for event in interview.events.all()
        ],
        "marks": [
            {"by": mark.role, "dimension": mark.dimension, "level": mark.level, "note": mark.note}
            for mark in interview.marks.all()
        ],
    }


def _summary(user: User) -> list[str]:
    counts = {
        "design": Design.objects.filter(owner=user).count(),
        "scenario": Scenario.objects.filter(owner=user).count(),
        "scenario draft": ScenarioDraft.objects.filter(owner=user).count(),
    }
    return [f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items() if count]


def _seen_by_others() -> tuple[QuerySet[Any, Any], ...]:
    """Owners of designs that have a share link, and of scenarios that others may be designing."""
    return (
        Design.objects.filter(share_links__isnull=False).values("owner"),
        Scenario.objects.filter(owner__isnull=False).values("owner"),
    )


WORK = Work(
    name="designs",
    models=(
        "designs.Design",
        "designs.Change",
        "designs.Scenario",
        "designs.ScenarioDraft",
        "designs.InterviewEvent",
        "designs.DrillRecord",
        "designs.SimulationRun",
        "designs.Study",
        "designs.Presence",
        "designs.DesignComment",
    ),
    move=_move,
    export=_export,
    bring=_bring,
    stays={
        "interviews/": ("interview", "interviews"),
        "drills.json": ("answer in a drill", "answers in drills"),
        "simulations.json": ("simulation", "simulations"),
        "studies.json": ("search for repairs or attacks", "searches for repairs or attacks"),
        "design-comments.json": ("comment on a design", "comments on designs"),
    },
    summary=_summary,
    seen_by_others=_seen_by_others,
)
