"""How a hole is written in a cloze card: `{{what is hidden}}`, with a hint `{{what is hidden::hint}}`; Anki's numbers
(`{{c1::…}}`) are read too."""

from __future__ import annotations

import re

HOLE = re.compile(r"\{\{(?:c\d+::)?(?P<text>[^{}]+?)(?:::(?P<hint>[^{}:]+))?\}\}")
