"""Live parts inside texts. A text holds a link for each; the app that owns the part replaces the link by the part.

So texts know nothing of calculators and labs, and a link without an owner stays a link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import unescape

# What the text gives: the part's name, its figures, which of these are not shown, and what is to be shown.
Maker = Callable[[str, Mapping[str, str], Sequence[str], Sequence[str]], str | None]

LIVE = re.compile(
    r'<div class="live-(\w+)" data-slug="([^"]*)" data-parameters="([^"]*)"'
    r'(?: data-held="([^"]*)")?(?: data-show="([^"]*)")?><a class="live-link" href="[^"]*">[^<]*</a></div>'
)
_MAKERS: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    _MAKERS[kind] = maker


def filled(html: str) -> str:
    """The text with its live parts in place."""
    return LIVE.sub(_made, html) if 'class="live-' in html else html


def _made(found: re.Match[str]) -> str:
    kind, slug, parameters, held, show = found.groups(default="")
    maker = _MAKERS.get(kind)
    made = maker(unescape(slug), json.loads(unescape(parameters)), held.split(), show.split()) if maker else None
    return found[0] if made is None else made
