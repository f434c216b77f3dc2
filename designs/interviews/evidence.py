"""The result of one automatic check. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from designs.scenarios.schema import CHECK_WORDS, Check

Verdict = Literal["pass", "partly", "fail", "cannot tell"]
WHOLE = 0.999


def ended(words: str) -> str:
    """The words with one sign at their end."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


@dataclass(frozen=True)
class Evidence:
    """The result of one automatic check. `share` is how much of what was asked is there, from 0 to 1; None when nothing
    was asked. `missed` are the items that fell short."""

    check: Check
    share: float | None
    words: str
    missed: tuple[str, ...] = ()

    @property
    def asks(self) -> str:
        return CHECK_WORDS[self.check]

    @property
    def missing(self) -> str:
        """What fell short as one sentence: `Falls short: a cache; which database?`; empty where nothing did."""
        return ended(f"Falls short: {'; '.join(self.missed)}") if self.missed else ""

    @property
    def falls_short(self) -> bool:
        """Whether something that was asked is missing; not when nothing was asked."""
        return self.verdict in ("fail", "partly")

    @property
    def verdict(self) -> Verdict:
        if self.share is None:
            return "cannot tell"
        return "pass" if self.share >= WHOLE else "partly" if self.share > 0 else "fail"
