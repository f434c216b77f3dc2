"""Sets a text for reading: a number stays on the line of its unit, products get their sign, powers their exponent.

Only the shown text changes; what is searched, copied into cards and exported stays as written.
"""

from __future__ import annotations

import re

TAG = re.compile(r"(<[^<>]*>)")
NAME = re.compile(r"</?([a-z]+)")
# Text that is left unchanged: code, drawings, formulas and fields.
AS_IT_STANDS = frozenset({"pre", "code", "svg", "math", "textarea", "kbd", "samp"})
UNITS = (
    "%|[kMGTPE]?B|[KMGTP]iB|[kMGT]?bit|[kMGT]?bits?/s|[nµm]?s|ms|min|h|d|kB/s|MB/s|GB/s|TB/s|GiB/s|MiB/s|"
    "million|billion|trillion|thousand|seconds?|minutes?|hours?|days?|weeks?|months?|years?|bytes?|USD|km|m|Hz|kHz|MHz|GHz"
)
NUMBER_AND_UNIT = re.compile(rf"(?<=\d) (?=(?:{UNITS})(?![\w]))")
PRODUCT = re.compile(r"(?<=[\d%)A-Za-z]) x (?=[\d(])|(?<=\d) x (?=[\d(A-Za-z])")
FACTOR = re.compile(r"(?:^|(?<=\())[x×] (?=\d)")
POWER = re.compile(r"(?<![\w.])(\d+)\^(-?\d+)(?![\w^])")
NO_BREAK = "\u00a0"


def set_well(html: str) -> str:
    """The HTML with its words set; elements, code and drawings are left alone."""
    made, inside, depth = [], "", 0
    for part in TAG.split(html):
        if not part.startswith("<"):
            made.append(part if inside else _words(part))
            continue
        made.append(part)
        name = found[1] if (found := NAME.match(part)) else ""
        if name in AS_IT_STANDS and inside in ("", name):
            depth += -1 if part.startswith("</") else 1
            inside = name if depth > 0 else ""
    return "".join(made)


def _words(text: str) -> str:
    if not any(each.isdigit() for each in text):
        return text
    text = PRODUCT.sub(f"{NO_BREAK}× ", text)
    text = FACTOR.sub(f"×{NO_BREAK}", text)
    text = POWER.sub(r"\1<sup>\2</sup>", text)
    return NUMBER_AND_UNIT.sub(NO_BREAK, text)
