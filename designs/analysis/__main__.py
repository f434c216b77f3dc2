"""Prints the JSON Schema of an analysis: python -m designs.analysis > designs/analysis/schema.json"""

from __future__ import annotations

import json
import sys

from designs.analysis.published import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=1) + "\n")
