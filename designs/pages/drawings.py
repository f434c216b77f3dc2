"""Drawings for pages. A design that cannot be drawn shows a message in its place, and the rest of the page works."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from designs.pictures.diagram import draw

log = logging.getLogger("loadbearing.designs")
NOT_DRAWN = format_html('<span class="muted">{}</span>', "It cannot be drawn.")


def drawn(diagram: Mapping[str, Any], **options: Any) -> SafeString:
    """SVG with all given text escaped, or a message when a document saved before today's limits is nested too
    deeply."""
    try:
        return mark_safe(draw(diagram, **options))  # noqa: S308 - ours, its words escaped
    except Exception:
        log.exception("a drawing failed")
        return NOT_DRAWN
