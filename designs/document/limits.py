"""The limits of a document's size, checked whenever one is saved, also by code that does not know its content.

Kept apart from `basics`, because the models need it in every process, and pydantic takes a sixth of the start of a
command.
"""

from __future__ import annotations

MAX_COMPONENTS = 2_000
MAX_CONNECTIONS = 6_000
MAX_ZONES = 200
MAX_ZONE_DEPTH = 12
MAX_ENTITIES = 500
MAX_ROWS = 500
MAX_ITEMS = 2_000
MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_NAME = 200
MAX_TEXT = 10_000
MAX_COORDINATE = 1_000_000

# Line breaks and tabs are text; other control characters are not (PostgreSQL stores no NUL, XML none of them).
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
