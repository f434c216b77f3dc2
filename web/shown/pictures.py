"""The pictures beside shared addresses: made at the first request, then kept for a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from web.charts.plain_styles import plain_styles
from web.charts.preview import card, figures_drawn, png

DAY_S = 24 * 3600


def kept_picture(key: str, svg: Callable[[], str]) -> bytes:
    """The PNG of this SVG, made only when there is none of this key."""
    kept = caches["pictures"]
    made: bytes | None = kept.get(key)
    if made is None:
        made = png(svg())
        kept.set(key, made)
    return made


def shared_picture(request: HttpRequest, key: str, svg: Callable[[], str]) -> HttpResponse:
    """The same as an answer for everybody: caches keep it for a day, and ask again by its ETag."""
    content = kept_picture(key, svg)
    etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    response = HttpResponse(content, content_type="image/png")
    response["ETag"], response["Cache-Control"] = etag, f"public, max-age={DAY_S}"
    return get_conditional_response(request, etag=etag, response=response) or response


def card_of_drawing(title: str, text: str, drawing: str) -> str:
    """`drawing` is an <svg> of the site's pages, whose classes get the colours of the light theme."""
    return card(title, text, drawing, styles=_styles())


def card_of_figures(title: str, text: str, figures: Sequence[tuple[str, str]]) -> str:
    """The figures as pairs of a number with its unit, and what it is."""
    return card(title, text, figures_drawn(figures))


def style_sheet(name: str) -> str:
    """One of the site's style sheets as it was written."""
    return Path(str(finders.find(f"css/{name}.css"))).read_text(encoding="utf-8")


@cache
def _styles() -> str:
    return plain_styles([style_sheet(each) for each in ("theme", "diagram", "labs", "charts", "home")])
