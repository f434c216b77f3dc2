"""How many draws a search for a steady state may make: its rounds are of no known number."""

from __future__ import annotations

from dataclasses import dataclass

DRAWS = 4_000  # of which one unit of work consists


class TooManyTriesError(Exception):
    """The search takes more draws than it may make."""


@dataclass
class Effort:
    """Counts the visits and tries that are drawn, in units of 4,000 draws; shared by all models of one search."""

    most: float
    spent: float = 0.0

    def spend(self, units: float, draws: int) -> None:
        """Raises TooManyTriesError."""
        self.spent += units * draws / DRAWS
        if self.spent > self.most:
            raise TooManyTriesError
