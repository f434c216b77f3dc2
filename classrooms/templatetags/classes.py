from __future__ import annotations

from typing import Any

from django import template

from classrooms.grants import notices_of
from classrooms.models import Assignment

register = template.Library()


@register.inclusion_tag("classrooms/_notices.html")
def notices(assignment: Assignment) -> dict[str, Any]:
    """What other apps say about an assignment to its teachers."""
    return {"notices": notices_of(assignment)}
