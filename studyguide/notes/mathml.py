"""TeX in notes becomes MathML when the notes are imported; pages need no script for it."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

import nh3
from latex2mathml.converter import convert

LONGEST = 5_000
TAGS = {
    "math", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded",
    "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable",
    "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
ATTRIBUTES = {
    "*": {
        "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle",
        "fence", "form", "height", "linebreak", "linethickness", "lspace", "mathvariant", "maxsize", "minsize",
        "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy",
        "voffset", "width",
    }
}  # fmt: skip


ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+)\*?\}(?:\{\d+\})?")
# Environments that the converter does not know, by one that looks the same.
ALIKE = {
    "aligned": "align*", "alignedat": "align*", "alignat": "align*", "flalign": "align*", "eqnarray": "align*",
    "gathered": "matrix", "gather": "matrix", "multline": "matrix", "dcases": "cases",
}  # fmt: skip


class MathError(ValueError):
    """TeX that cannot be read."""


@lru_cache(maxsize=1_000)
def math_html(tex: str, *, is_block: bool) -> str:
    """The formula as MathML, which says its TeX on hover; MathError when it cannot be read."""
    if len(tex) > LONGEST:
        raise MathError(f"a formula may have {LONGEST:,} characters")
    try:
        made = convert(ENVIRONMENT.sub(_known, tex.strip()), display="block" if is_block else "inline")
    except Exception as error:
        raise MathError(type(error).__name__) from error
    clean = nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, clean_content_tags=set(), link_rel=None)
    if not clean.startswith("<math"):
        raise MathError("no formula")
    label = escape(" ".join(tex.split()))
    whole = clean.replace("<math", f'<math aria-label="{label}" title="{label}"', 1)
    return f'<div class="math" tabindex="0">{whole}</div>' if is_block else whole


def _known(found: re.Match[str]) -> str:
    name = ALIKE.get(found[2])
    return f"\\{found[1]}{{{name}}}" if name else found[0]
