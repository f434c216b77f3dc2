"""The syntax of holes in a cloze card: `{{what is hidden}}`, with a hint `{{what is hidden::hint}}`; Anki's numbers
(`{{c1::…}}`) are read too."""

from __future__ import annotations

import re
from collections.abc import Callable

# Braces within a hole, as in a formula, are part of it when they are closed.
INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,200}\}){0,200}\})"
HOLE = re.compile(rf"\{{\{{(?:c\d+::)?(?P<text>{INSIDE}{{1,2000}}?)(?:::(?P<hint>[^{{}}]{{1,500}}))?\}}\}}")
FORMULA = re.compile(r"\$\$[^$]{1,2000}\$\$|(?<![\\$\w])\$(?!\s)[^$\n]{1,1000}(?<!\s)\$")
SIGNS = {"&#123;": "{", "&#125;": "}", ":&#58;": "::"}
SIGN = re.compile("|".join(SIGNS))


def with_plain_formulas(text: str) -> str:
    """Signs that stand by their number, as within a hole that came from Anki, are themselves in a formula."""
    return FORMULA.sub(lambda found: SIGN.sub(lambda sign: SIGNS[sign[0]], found[0]), text)


def holes_in_formulas(text: str, fill: Callable[[re.Match[str]], str]) -> str:
    """The text with the holes that lie in its formulas filled with what `fill` gives, as TeX in a box."""

    def filled(found: re.Match[str]) -> str:
        formula = found[0]
        if "{{" not in formula or formula.find("}") < formula.find("{"):
            return formula  # no gap, or two prices in one gap each
        return HOLE.sub(lambda hole: rf"\boxed{{{fill(hole)}}}", formula)

    return FORMULA.sub(filled, text)
