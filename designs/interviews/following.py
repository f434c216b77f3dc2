"""A question that only makes sense after the one before it: `what about reads?`, `and for uploads?`. PURE."""

from __future__ import annotations

import re

from designs.interviews.kinds import kinds_of

FOLLOWS = re.compile(
    r"^(?:(?:ok|okay|so|right|thanks|got it),? )*(?:and|but|what about|how about|same for)(?: (?:what|how) about)?"
    r"(?: (?:for|of|with|in|on|by))?(?: the| a| an)? (.+)$"
)
# How each kind of figure is asked for; `{}` is what it is asked of. The first kind that the question before has counts.
AGAIN = {
    "retention": "how long are {} kept",
    "latency": "how fast must {} be",
    "availability": "how available must {} be",
    "freshness": "how soon must {} be seen",
    "size": "how large is {}",
    "rate": "how often {}",
    "count": "how many {}",
}
MOST_WORDS = 6


def followed(asked: str, before: str) -> str:
    """The whole question where `asked` goes on from `before`; empty where it stands alone."""
    found = FOLLOWS.match(asked.strip().strip("?.! ").casefold())
    if found is None or len(found[1].split()) > MOST_WORDS:
        return ""
    kinds = kinds_of(before)
    form = next((form for kind, form in AGAIN.items() if kind in kinds), "")
    return form.format(found[1]) if form and not kinds_of(found[1]) & AGAIN.keys() else ""
