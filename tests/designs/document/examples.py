"""Documents that tests share. The complete one is the example of docs/document.md, so the page cannot go stale."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def documented(kind: str) -> dict[str, Any]:
    """The JSON of the fenced block that docs/document.md marks with `kind`."""
    page = (ROOT / "docs" / "document.md").read_text(encoding="utf-8")
    block = re.search(rf"```json {kind}\n(.*?)```", page, re.DOTALL)
    assert block is not None
    return json.loads(block[1])


def complete() -> dict[str, Any]:
    """A small design with every section filled in."""
    return documented("example")


def drawing(components: int) -> dict[str, Any]:
    """A chain of services, for questions of size."""
    return {
        "format": 2,
        "diagram": {
            "components": {
                f"c{number}": {"kind": "service", "label": f"Service {number}", "x": 160 * number, "order": number}
                for number in range(components)
            },
            "connections": {
                f"a{number}": {"source": f"c{number}", "target": f"c{number + 1}", "order": number}
                for number in range(components - 1)
            },
        },
    }
