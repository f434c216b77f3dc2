from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    name = "designs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import work
        from designs import grants
        from designs.keeping import WORK

        work.register(WORK)
        grants.register_strip(_of_a_draft)


def _of_a_draft(design_id: UUID, user_id: int) -> Mapping[str, Any] | None:
    """The strip over the canvas of a scenario's reference: the draft it belongs to, and a link back to it."""
    from designs.selectors.drafts import canvas_of

    return canvas_of(design_id, user_id)
