"""The kind of thing that a question asks for: a number of things, a size, a speed, a retention period, or whether
something is wanted at all. `How long is a message?` and `How long is a message kept?` share words but not kinds.
"""

from __future__ import annotations

import re
from functools import lru_cache

_OFTEN = r"per (second|day|month|user)|a (second|day|month)\b|each day|daily"
_PATTERNS = {
    "latency": (
        r"\bp9\d|\bp50|latenc|response time|how (fast|quick)|millisecond|\b\d+ ?ms\b|\bslow\b|perform|load time",
        r"(feel|be|load|open)\w* instant|how quickly (should|must|does|do)\b.*\b(load|open|answer|respond|return)",
    ),
    "availability": (
        r"uptime|down ?time|availab|\bnines?\b|\bsla\b|\bslo\b|99(\.\d+)?( ?%| percent)?\b",
        r"maintenance|fault.toleran",
    ),
    "freshness": (
        r"how (soon|fresh|stale|new|old|up.to.date|recent)|real.?time|delay|\blag|stale|immediately|up to date",
        r"eventual|right (away|after)|how quickly",
    ),
    "retention": (
        r"how long\b.*\b(keep|kept|store|stored|retain|save|remain|live|valid|stay|last|hold|work|archiv|expire)",
        r"retention|retain|expir|for ?ever|for how (long|many (years|months|days))|how many years|lifetime|\bttl\b",
        r"time to live|\b(keep|store|hold)\b.*\bhow long|hold on to",
    ),
    "peak": (r"\bpea?k\b|\bpeek\b|spike|burst|rush hour|black friday|season|super bowl|flash crowd|times the average",),
    "size": (
        r"how (large|big|heavy|long) (is|are|can|may|should|could)\b|how (large|big|heavy)\b|bytes?\b|[kmg]i?b\b",
        r"megabyte|gigabyte|size\b|max\w* (length|size)|characters?\b",
        r"how much (data|info|space)|largest|biggest|payload",
    ),
    "count": (
        r"how many|number of|\bdau\b|\bmau\b|\bqps\b|\btps\b|\brps\b|how much traffic|volume|monthly",
        r"what scale|average|\bavg\b|how popular|ratio|what (share|part|fraction|percentage|proportion)",
        _OFTEN,
    ),
    "rate": (r"how (often|frequent)|frequency|every how many|interval|\brate\b|how active|how chatty", _OFTEN),
    "wish": (
        r"^((so|and|also|ok),? )*(do|does|should|can|could|may|must|is there|are there|will|would|is|are)\b",
        r"\bneed\b|in scope|support|part of",
    ),
    "failure": (r"what (if|happens|when)|crash|fails?\b|failure|goes? down|\blos[et]|\bdies\b|recover|missing",),
    "order": (r"\border|sort|rank|chronolog|newest|first\b|sequence",),
    "place": (r"countr|region|global|worldwide|international|abroad|continent|europe|\bus\b|\beu\b|asia|cities|city",),
    "repeat": (
        r"twice|two times|double|duplicat|idempot|again|same\b.*\b(request|key)|retr(y|ies)|dedup|exactly once",
    ),
}
KINDS = {kind: re.compile("|".join(patterns)) for kind, patterns in _PATTERNS.items()}
# A question with one of these words names a target, whatever else it is about.
TARGETS = ("latency", "availability", "retention", "peak", "freshness")

# Kinds of which an answer is a figure.
MEASURES = frozenset({*TARGETS, "size", "count", "rate"})


@lru_cache(maxsize=8192)
def kinds_of(text: str) -> frozenset[str]:
    """Every kind whose words occur in the text; none for a text that only names a thing.

    The phrases of the scenarios, a few thousand, are asked for again with every look at an interview.
    """
    lowered = text.casefold()
    return frozenset(kind for kind, pattern in KINDS.items() if pattern.search(lowered))
