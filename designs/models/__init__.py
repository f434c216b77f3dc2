"""Tables of designs, one subject in each module."""

from __future__ import annotations

from designs.models.comments import CommentQuerySet, DesignComment
from designs.models.designs import (
    BIN_DAYS,
    SNAPSHOT_EVERY,
    Change,
    Design,
    DesignQuerySet,
    NamedVersion,
    ShareLink,
    Snapshot,
)
from designs.models.drafts import DraftVersion, ScenarioDraft, ScenarioDraftQuerySet
from designs.models.drills import DrillQuerySet, DrillRecord
from designs.models.interviews import Interview, InterviewEvent, InterviewMark, PrivateNote
from designs.models.presence import Presence, PresenceQuerySet
from designs.models.runs import RunQuerySet
from designs.models.scenarios import Scenario, ScenarioQuerySet
from designs.models.simulations import SimulationRun
from designs.models.studies import Study

__all__ = [
    "BIN_DAYS",
    "SNAPSHOT_EVERY",
    "Change",
    "CommentQuerySet",
    "Design",
    "DesignComment",
    "DesignQuerySet",
    "DraftVersion",
    "DrillQuerySet",
    "DrillRecord",
    "Interview",
    "InterviewEvent",
    "InterviewMark",
    "NamedVersion",
    "Presence",
    "PresenceQuerySet",
    "PrivateNote",
    "RunQuerySet",
    "Scenario",
    "ScenarioDraft",
    "ScenarioDraftQuerySet",
    "ScenarioQuerySet",
    "ShareLink",
    "SimulationRun",
    "Snapshot",
    "Study",
]
