"""Names of hosts in the settings of services: `postgres://user:secret@db:5432/shop` names `db`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from designs.exchange.problems import MAX_BYTES, ImportFailedError

MAX_VALUE = 2_000  # characters of one value that are looked at


class Hosts:
    """Finds hosts in many values, up to as many characters together as a file may have.

    Only a file that uses values again, by anchors, `extends` or a ConfigMap of many workloads, can reach that limit.
    """

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self._left = pattern, MAX_BYTES

    def count(self, characters: int) -> None:
        """Raises ImportFailedError beyond the limit."""
        self._left -= characters
        if self._left < 0:
            raise ImportFailedError(
                f"with all that is used again written out, the settings have more than {MAX_BYTES:,} characters"
            )

    def named_in(self, values: Iterable[str]) -> list[str]:
        """Each host once, in order."""
        found: dict[str, None] = {}
        for value in dict.fromkeys(value[:MAX_VALUE] for value in values):
            self.count(len(value))
            found.update(dict.fromkeys(self._pattern.findall(value)))
        return list(found)
