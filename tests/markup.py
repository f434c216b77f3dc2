"""Pages as text to search in, whatever way their templates are laid out over lines."""

from __future__ import annotations

import re


def squeezed(answer) -> str:
    """The page with each run of white space as one blank, and none at its ends or before the end of a tag.

    Other files stay as they are.
    """
    text = answer.content.decode()
    if not answer["Content-Type"].startswith("text/html"):
        return text
    return re.sub(r" (/?>)", r"\1", re.sub(r"\s+", " ", text)).strip()
