"""How a hole is written in a cloze card: `{{what is hidden}}`, with a hint `{{what is hidden::hint}}`; Anki's numbers
(`{{c1::…}}`) are read too."""

from __future__ import annotations

import re

# Braces within a hole, as in a formula, are part of it when they are closed.
INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,200}\}){0,200}\})"
HOLE = re.compile(rf"\{{\{{(?:c\d+::)?(?P<text>{INSIDE}{{1,2000}}?)(?:::(?P<hint>[^{{}}]{{1,500}}))?\}}\}}")
