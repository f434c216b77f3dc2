"""Sets a text for reading: a number stays on the line of its unit, products and differences get their sign, powers
their exponent, and quotes and apostrophes their curve.

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
DIFFERENCE = re.compile(r"(?<=[\d%)]) - (?=[\d(])")
SHORT_SUM = re.compile(r"(?:(?<=\b[A-Za-z])|(?<=\d[A-Za-z])) \+ (?=[\dA-Z]\b)")  # 2f + 1, N + 1, R + W
FACTOR = re.compile(r"(?:^|(?<=\())[x×] (?=\d)")
POWER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\^(-?\d+)(?![\w^])")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
OF_SEVERAL = re.compile(r"(?<=s)'(?= )")  # the servers' clocks
SINGLE_QUOTE = re.compile(r"(?<!\w)'")
QUOTE = re.compile(r'"(?P<next>\s|\Z)?')
# A quotation may go on across these; every other element ends it.
WITHIN_A_QUOTATION = frozenset({"a", "b", "code", "em", "i", "mark", "s", "span", "strong", "sub", "sup"})
NO_BREAK = "\u00a0"
LEFT, RIGHT, CURVED_APOSTROPHE = "\u201c", "\u201d", "\u2019"


def set_well(html: str) -> str:
    """The HTML with its words set; elements, code and drawings are left alone."""
    made, inside, depth = [], "", 0
    quotes = _Quotes()
    for part in TAG.split(html):
        if not part.startswith("<"):
            made.append(part if inside else quotes.curved(_words(_with_quotes(part))))
            continue
        made.append(part)
        name = found[1] if (found := NAME.match(part)) else ""
        if name not in WITHIN_A_QUOTATION:
            quotes = _Quotes()
        if name in AS_IT_STANDS and inside in ("", name):
            depth += -1 if part.startswith("</") else 1
            inside = name if depth > 0 else ""
    return "".join(made)


def _with_quotes(text: str) -> str:
    """Quotes as templates escape them; in a text they may stand as they are."""
    return text.replace("&#x27;", "'").replace("&quot;", '"') if "&" in text else text


def with_curved_quotes(text: str) -> str:
    """A paragraph of plain text."""
    return _Quotes().curved(text)


def _words(text: str) -> str:
    if not any(each.isdigit() for each in text):
        return text
    text = PRODUCT.sub(f"{NO_BREAK}× ", text)
    text = DIFFERENCE.sub(f"{NO_BREAK}\u2212 ", text)
    text = SHORT_SUM.sub(f"{NO_BREAK}+{NO_BREAK}", text)
    text = FACTOR.sub(f"×{NO_BREAK}", text)
    text = POWER.sub(r"\1<sup>\2</sup>", text)
    return NUMBER_AND_UNIT.sub(NO_BREAK, text)


class _Quotes:
    """Curves the quotes of one paragraph, which begin and end in turn, perhaps with an element between them."""

    def __init__(self) -> None:
        self.is_open = False

    def curved(self, text: str) -> str:
        if "'" in text:
            if not SINGLE_QUOTE.search(text):
                text = OF_SEVERAL.sub(CURVED_APOSTROPHE, text)
            text = APOSTROPHE.sub(CURVED_APOSTROPHE, text)
        return QUOTE.sub(self._one, text) if '"' in text else text

    def _one(self, found: re.Match[str]) -> str:
        after = found["next"]
        begins = after is None or (not after and found.string[: found.start()][-1:].isspace())
        if not self.is_open and not begins:
            return found[0]  # nothing begins before a space: an inch, or a quote too many
        self.is_open = not self.is_open
        return (LEFT if self.is_open else RIGHT) + (after or "")
