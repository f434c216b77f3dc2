"""Prints the JSON Schema of a scenario: python -m designs.scenarios > designs/scenarios/schema.json"""

from __future__ import annotations

import json
import sys

from designs.scenarios.schema import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=1) + "\n")
