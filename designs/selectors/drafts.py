"""Queries on drafts of scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from designs.models import ScenarioDraft


def canvas_of(design_id: UUID, user_id: int) -> Mapping[str, Any] | None:
    """The draft whose reference or weak variant this design is, for the strip above it; None for every other design."""
    mine = ScenarioDraft.objects.owned_by(user_id).brief().select_related("reference", "weak")
    draft = mine.filter(Q(reference=design_id) | Q(weak=design_id)).first()
    if draft is None:
        return None
    kind = "reference" if draft.reference_id == design_id else "weak"
    design = getattr(draft, kind)
    return {
        "template": "designs/_draft_strip.html",
        "draft": draft,
        "kind": kind,
        "is_untaken": design.version != getattr(draft, f"{kind}_taken"),
    }
