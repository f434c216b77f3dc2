"""Our fences: diagrams are drawn, calculators and labs become links that a script may bring to life."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from studyguide.notes.errors import FenceError
from web.charts.mermaid import MermaidError, figure_html, parsed
from web.reading.safe_yaml import YamlError, read_yaml

NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
FIGURE = re.compile(r"[a-z][a-z0-9-]{0,60}")


def mermaid_html(source: str, *, topic: str, large: str = "") -> str:
    """The drawing, or its source as it stands when it is a kind of diagram that we do not draw.

    `large` is the address where the drawing stands alone.
    """
    try:
        return figure_html(parsed(source), title=f"Diagram of {topic}", large=large)
    except MermaidError:
        return f'<figure class="diagram" tabindex="0"><pre class="mermaid">{escape(source)}</pre></figure>'


def calculator_html(source: str) -> str:
    """`show` lists the results to show, `hold` the inputs that are set and not shown; all else are inputs."""
    fence = _named(source)
    held, show = fence.take_mapping("hold"), fence.take_names("show")
    words = f"Open the {fence.slug.replace('-', ' ')} calculator with these figures"
    return _live("calculators", fence.slug, fence.strings() | held, words, held=tuple(held), show=show)


def figures_html(source: str) -> str:
    """`slug` is a section of the page of figures, `show` the figures of it that are drawn: all when it is not there."""
    fence = _named(source)
    shown = fence.given.pop("show", [])
    if not isinstance(shown, list) or not all(isinstance(name, str) and FIGURE.fullmatch(name) for name in shown):
        raise FenceError("expected `show: [name, name]` with names of figures", source=source)
    words = f"See the figures about {fence.slug.replace('-', ' ')}"
    address = f"/calculators/figures/#{fence.slug}"
    return _live("figures", fence.slug, fence.strings(), words, show=tuple(shown), address=address)


def lab_html(source: str) -> str:
    fence = _named(source)
    return _live("labs", fence.slug, fence.strings(), f"Try the {fence.slug.replace('-', ' ')} lab")


@dataclass
class _Fence:
    source: str
    slug: str
    given: dict[object, object]

    def strings(self) -> dict[str, str]:
        return {str(key): str(value) for key, value in self.given.items()}

    def take_names(self, key: str) -> tuple[str, ...]:
        found = self.given.pop(key, [])
        if not isinstance(found, list) or not all(isinstance(name, str) and NAME.fullmatch(name) for name in found):
            raise FenceError(f"expected `{key}: [name, name]` with names of results", source=self.source)
        return tuple(found)

    def take_mapping(self, key: str) -> dict[str, str]:
        found = self.given.pop(key, {})
        if not isinstance(found, dict) or not all(isinstance(name, str) and NAME.fullmatch(name) for name in found):
            raise FenceError(f"expected `{key}: {{name: value}}` with names of inputs", source=self.source)
        return {name: str(value) for name, value in found.items()}


def _named(source: str) -> _Fence:
    try:
        found = read_yaml(source.encode(), file="fence").value
    except YamlError as error:
        raise FenceError(f"expected a slug and parameters: {error.message}", line=error.line, source=source) from error
    if not isinstance(found, dict) or not isinstance(found.get("slug"), str):
        raise FenceError("expected `slug: NAME` and parameters, one a line", source=source)
    return _Fence(source=source, slug=found.pop("slug"), given=found)


def _live(
    kind: str,
    slug: str,
    parameters: dict[str, str],
    words: str,
    *,
    held: tuple[str, ...] = (),
    show: tuple[str, ...] = (),
    address: str = "",
) -> str:
    """A link to the whole, in a form that `web.shown.embeds` replaces by the live part itself. `address` is where the
    whole is, when it is not the page of that kind and slug."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    link = escape(address or f"/{kind}/{slug}/{query}")
    data = escape(json.dumps(parameters, sort_keys=True))
    more = (f' data-held="{" ".join(held)}"' if held else "") + (f' data-show="{" ".join(show)}"' if show else "")
    return (
        f'<div class="live-{kind[:-1]}" data-slug="{escape(slug)}" data-parameters="{data}"{more}>'
        f'<a class="live-link" href="{link}">{escape(words)}</a></div>'
    )
