"""Designs as format 1 had them: the references of the shipped scenarios as they were then, and forty random drafts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

STORED: dict[str, dict[str, Any]] = json.loads(
    gzip.decompress(Path(__file__).with_name("format_1.json.gz").read_bytes())
)
