"""Normalised HTML of pages, so that tests can search it whatever the line breaks of the templates."""

from __future__ import annotations

import re


def squeezed(answer) -> str:
    """The page with each run of white space as one blank, and none at its ends or before the end of a tag.

    Other files are returned unchanged.
    """
    text = answer.content.decode()
    if not answer["Content-Type"].startswith("text/html"):
        return text
    return re.sub(r" (/?>)", r"\1", re.sub(r"\s+", " ", text)).strip()
