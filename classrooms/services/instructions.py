"""An assignment's instructions, from Markdown to HTML that may be shown to students; rendered when it is saved."""

from __future__ import annotations

from studyguide.notes.autolink import Autolinker
from studyguide.notes.directory import Directory
from studyguide.notes.linking import Surroundings
from studyguide.notes.render import renderer

NOWHERE = Directory([])


def instructions_html(text: str) -> str:
    """Headings begin at the third level. Nothing in it runs or loads from elsewhere."""
    around = Surroundings(directory=NOWHERE, autolinker=Autolinker(NOWHERE))
    return renderer().render(text, around, offset=2).html if text.strip() else ""
