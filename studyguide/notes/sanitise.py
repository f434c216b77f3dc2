"""Sanitises all HTML of notes: no script, handler, style, form or foreign id passes.

Sources of pictures are decided afterwards (see studyguide.notes.linking): nothing loads from another host.
"""

from __future__ import annotations

import re
from functools import cache

import nh3

from studyguide.notes.images import is_data

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id", "class", "title", "lang", "dir"},
    "a": {"href", "data-wiki", "data-anchor", "data-bare", "data-embed"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked", "disabled"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}
CLASSES = {
    "admonition", "admonition-title", "note", "tip", "warning", "danger", "example", "info", "misconception",
    "question", "topic-link", "broken-link", "figure", "highlight",
    "task-list", "task-list-item", "contains-task-list", "task-list-item-checkbox", "footnotes", "footnotes-list",
    "footnote-item", "footnotes-sep", "footnote-backref", "task-list-control", "task-list-indicator",
    "footnote", "footnote-ref", "linenos",
}  # fmt: skip
PYGMENTS_CLASS = re.compile(r"[a-z][a-z0-9]{0,2}")
INPUT = re.compile(r"<input[^<>]*>")
SCHEMES = frozenset({"http", "https", "mailto"})
ADDRESSES = frozenset({"href", "src", "cite"})
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
NOT_IN_SCHEMES = re.compile(r"[\x00-\x20\x7f]")
FOOTNOTE_ID = re.compile(r"fn(?:ref\d*)?:[\w:-]{1,80}")


class Sanitiser:
    """Set up once for many texts, which for a short one is half of the work."""

    def __init__(self) -> None:
        self._cleaner = nh3.Cleaner(
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=self._kept,
            url_schemes={*SCHEMES, "data"},  # the filter below keeps it for pictures alone
            link_rel="noreferrer noopener",
            strip_comments=True,
        )

    def clean(self, html: str) -> str:
        """The HTML with only harmless elements and attributes; of ids only those of footnotes stay."""
        return INPUT.sub(_ticked, self._cleaner.clean(html))

    def _kept(self, element: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return value if FOOTNOTE_ID.fullmatch(value) else None
        if attribute == "class":
            names = [name for name in value.split() if name in CLASSES or PYGMENTS_CLASS.fullmatch(name)]
            return " ".join(names) or None
        if attribute in ADDRESSES:
            scheme = SCHEME.match(NOT_IN_SCHEMES.sub("", value))
            is_picture = element == "img" and is_data(value)
            return value if not scheme or scheme[1].lower() in SCHEMES or is_picture else None
        if element == "input" and attribute == "type":
            return value if value == "checkbox" else None
        return value


@cache
def sanitiser() -> Sanitiser:
    """The one of this process; it keeps nothing of what it has cleaned."""
    return Sanitiser()


def sanitised(html: str) -> str:
    """One text, cleaned."""
    return sanitiser().clean(html)


def _ticked(found: re.Match[str]) -> str:
    """The box of a task, which says what it means and takes no input; whatever else was an input becomes one too."""
    state = ' checked aria-label="done"' if " checked" in found.group() else ' aria-label="to do"'
    return f'<input type="checkbox" disabled{state}>'
