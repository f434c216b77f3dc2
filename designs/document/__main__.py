"""Prints the JSON Schema of a design: python -m designs.document > designs/document/schema.json"""

from __future__ import annotations

import json
import sys

from designs.document.schema import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=1) + "\n")
