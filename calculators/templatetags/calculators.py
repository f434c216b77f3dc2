"""Words for numbers in the calculators' templates."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def times(factor: float) -> str:
    """`30 times` for a factor, without digits that nobody needs."""
    return f"{factor:.0f} times" if factor >= 10 else f"{factor:.1f} times".replace(".0 ", " ")
