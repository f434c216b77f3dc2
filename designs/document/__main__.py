"""Prints the JSON Schema of a design. `--write` writes it beside this file, and the tables of docs/drawing.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from designs.document.diagram_fields import with_tables
from designs.document.schema import json_schema

HERE = Path(__file__).parent
DRAWING = HERE.parents[1] / "docs" / "drawing.md"

schema = json.dumps(json_schema(), indent=1) + "\n"
if sys.argv[1:] == ["--write"]:
    (HERE / "schema.json").write_text(schema, encoding="utf-8")
    DRAWING.write_text(with_tables(DRAWING.read_text(encoding="utf-8")), encoding="utf-8")
elif sys.argv[1:]:
    sys.exit(f"expected --write or nothing, found {' '.join(sys.argv[1:])}")
else:
    sys.stdout.write(schema)
