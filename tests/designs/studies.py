"""A question about a design that is answered already."""

from __future__ import annotations

from datetime import datetime

from designs.models import Design, Study

REPAIRED = {
    "failing": [], "cannot_tell": [], "cannot_mend": [], "next_best": None, "proof": "", "is_proven": True,
    "cheapest": {
        "usd_per_month": 0, "changes_without_price": 0, "changes": [], "requirements": [],
        "patch": {"meta": {"title": "Mended"}},
    },
    "searched": {"remedies": [], "plans": 1, "most_plans": 1}, "without_a_price": [],
}  # fmt: skip


def repaired(design: Design, *, at: datetime) -> Study:
    """A repair that renames the design, for its owner."""
    return Study.objects.create(
        design=design, learner=design.owner, version=design.version, kind="repair", result=REPAIRED, progress=1.0, at=at
    )
