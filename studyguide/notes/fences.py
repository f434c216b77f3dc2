"""Our fences: diagrams are drawn, calculators and labs become links that a script may bring to life."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

from studyguide.notes.errors import FenceError
from web.charts.mermaid import MermaidError, figure_html, parsed
from web.safe_yaml import YamlError, read_yaml


def mermaid_html(source: str, *, topic: str, large: str = "") -> str:
    """The drawing, or its source as it stands when it is a kind of diagram that we do not draw.

    `large` is the address where the drawing stands alone.
    """
    try:
        return figure_html(parsed(source), title=f"Diagram of {topic}", large=large)
    except MermaidError:
        return f'<figure class="diagram" tabindex="0"><pre class="mermaid">{escape(source)}</pre></figure>'


def calculator_html(source: str) -> str:
    slug, parameters = _named(source)
    return _live("calculators", slug, parameters, f"Open the {slug.replace('-', ' ')} calculator with these figures")


def lab_html(source: str) -> str:
    slug, parameters = _named(source)
    return _live("labs", slug, parameters, f"Try the {slug.replace('-', ' ')} lab")


def _named(source: str) -> tuple[str, dict[str, str]]:
    try:
        found = read_yaml(source.encode(), file="fence").value
    except YamlError as error:
        raise FenceError(f"expected a slug and parameters: {error.message}", line=error.line, source=source) from error
    if not isinstance(found, dict) or not isinstance(found.get("slug"), str):
        raise FenceError("expected `slug: NAME` and parameters, one a line", source=source)
    return found.pop("slug"), {str(key): str(value) for key, value in found.items()}


def _live(kind: str, slug: str, parameters: dict[str, str], words: str) -> str:
    query = f"?{urlencode(parameters)}" if parameters else ""
    address = escape(f"/{kind}/{slug}/{query}")
    data = escape(json.dumps(parameters, sort_keys=True))
    return (
        f'<div class="live-{kind[:-1]}" data-slug="{escape(slug)}" data-parameters="{data}">'
        f'<a class="live-link" href="{address}">{escape(words)}</a></div>'
    )
