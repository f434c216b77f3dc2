"""Trusted HTML that waits outside while the rest of a note is sanitised."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from studyguide.notes.errors import FenceError

# Stand where trusted HTML comes after sanitising; readers' text cannot hold these characters (see source.NOT_TEXT).
SLOT_OPEN, BLOCK_OPEN, SLOT_CLOSE = "\ue000", "\ue004", "\ue001"
SLOT = re.compile(f"[{SLOT_OPEN}{BLOCK_OPEN}](\\d+){SLOT_CLOSE}")
BLOCK = re.compile(f'<p(?: dir="(?:rtl|ltr)")?>{BLOCK_OPEN}(\\d+){SLOT_CLOSE}</p>')


@dataclass
class Slots:
    """The HTML by number, and the fences of ours that could not be read."""

    html: list[str] = field(default_factory=list)
    refused: list[FenceError] = field(default_factory=list)

    def clear(self) -> None:
        self.html.clear()
        self.refused.clear()

    def keep(self, html: str) -> str:
        """The mark that stands for the HTML until `fill`."""
        self.html.append(html)
        return f"{SLOT_OPEN}{len(self.html) - 1}{SLOT_CLOSE}"

    def keep_block(self, html: str) -> str:
        """The same for HTML that is a block and stands by itself."""
        self.html.append(html)
        return f"<p>{BLOCK_OPEN}{len(self.html) - 1}{SLOT_CLOSE}</p>\n"

    def fill(self, text: str) -> str:
        return SLOT.sub(self._html, BLOCK.sub(self._html, text))

    def _html(self, found: re.Match[str]) -> str:
        return self.html[int(found[1])]


def without_slots(text: str) -> str:
    return SLOT.sub("", text)
