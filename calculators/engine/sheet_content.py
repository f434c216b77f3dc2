"""The content of a saved sheet: what was typed for each input of its calculator, and its own rows, as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from calculators.engine.own_rows import OwnRow


@dataclass(frozen=True)
class Content:
    inputs: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[OwnRow, ...] = ()

    def as_text(self) -> str:
        return json.dumps({"inputs": dict(self.inputs), "rows": [asdict(row) for row in self.rows]}, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Content:
        found = json.loads(text)
        return cls(found["inputs"], tuple(OwnRow(**row) for row in found["rows"]))
