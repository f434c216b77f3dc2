"""Whether an answer can answer a question at all: a question for a figure needs a figure of that dimension, and a
question whether something is so needs a yes, a no, or the name of the thing. PURE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Dimensions of figures.
COUNT, RATE, SIZE, TIME, SHARE, MONEY = "count", "rate", "size", "time", "share", "money"

_COUNTED = (
    r"(?:(?<![\d,.])\d[\d,.]{0,20}[kM]?"
    r"|(?<!new )(?<!each )(?<!every )(?<!this )(?<!another )one(?! (?:that|who|which|has|can|may|does|is)\b)"
    r"|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|ninety"
    r"|hundreds?|thousands?|millions?|billions?|trillions?|dozens?)"
)
_PERIOD = r"(?:second|minute|hour|day|night|week|month|year)s?"
_TOLD = {
    RATE: (
        rf"/ ?(?:s|min|h|{_PERIOD})\b|\b{_COUNTED}\b[^.;]{{0,30}}\b(?:per|an?|every|each) {_PERIOD}\b"
        rf"|\b(?:daily|hourly|nightly|monthly|(?:once|twice) an?|every {_PERIOD})\b"
    ),
    SIZE: r"\b\d[\d,.]{0,20} ?(?:[kmgtp]i?)?b\b|\bbytes?\b|\b(?:characters|letters|words|pages|pixels)\b",
    TIME: (
        rf"\b(?:{_COUNTED}|an?|half an?|some|few|within (?:an?|the)|next|last) (?:\w{{1,30}} )?{_PERIOD}\b"
        r"|\b\d[\d,.]{0,20} ?(?:ms|s|min|h|days?)\b|millisecond|\bat once\b|immediately|instant|yesterday|rarely"
        r"|\bfor ?ever\b|\buntil\b"
    ),
    SHARE: r"\d ?%|\bper cent\b|\b(?:half|third|quarter|fifth|tenths?|hundredths?|all|nearly all|most|none|few) of\b",
    MONEY: r"\b(?:usd|eur|dollars?|euros?|cents?)\b|[$€]",
    COUNT: (
        rf"(?<![\w.])(?!\d[\d,.]{{0,20}} ?(?:ms|s|min|h|%|[kmgtp]?i?b|usd|eur)(?!\w)){_COUNTED}\b"
        r"|times as|\b(?:large|a whole|a few|several|most|nobody)\b"
    ),
}
TOLD = {dimension: re.compile(pattern, re.IGNORECASE) for dimension, pattern in _TOLD.items()}

_TIMES = r"(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|years?"
# Which figure a question asks for; the first that fits.
WANTED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern), frozenset(dimensions))
    for pattern, dimensions in (
        (rf"\bhow (?:many|much) (?:more )?(?:{_TIMES}|time|delay|latency)\b", (TIME,)),
        (
            r"\bhow (?:many|much) (?:kilo|mega|giga|tera)?(?:bytes?|data|storage|space|memory|disk|room)\b",
            (SIZE, RATE, COUNT),
        ),
        (r"\bhow much (?:money|does it cost|may it cost|budget)\b", (MONEY,)),
        (r"\b(?:average|typical|mean|usual|median) (?:amount|price|fare|basket)\b", (MONEY,)),
        (r"\bhow many .{0,80}\bper (?:second|day|hour|minute|month)\b|\b[qtr]ps\b", (RATE, COUNT)),
        (r"\bhow many (?:characters|letters|words|pages)\b", (SIZE, COUNT)),
        (r"\bhow many of\b", (COUNT, RATE, SHARE)),
        (r"\bhow many\b|\b(?:number|count) of\b|\bhow much traffic\b", (COUNT, RATE)),
        (
            r"\bhow long (?:(?:may|does|can|should|must|will|do|would) (?:\w+ ){1,4}?(?:take|last|work|stay|live|wait)"
            r"|until|before|after)\b"
            r"|\bhow long\b.{0,200}?\b(?:kept|keep|stored?|remembered|remember|retain(?:ed)?|valid|held|hold)\b",
            (TIME,),
        ),
        (
            r"\bhow long (?:is|are|can|may|should|could|must|will)\b"
            r".{1,60}\b(?:timeout|wait|window|delay|session|lease|ttl)\b",
            (TIME,),
        ),
        (
            r"\bhow long (?:is|are|can|may|should|could|must|will)\b.{1,60}\bbe$",
            (SIZE, COUNT),
        ),
        (r"\bhow long\b", (TIME, SIZE, COUNT)),
        (r"\bhow (?:fast|quick|quickly|soon|late|old|fresh|stale)\b", (TIME,)),
        (r"\bhow (?:often|frequently)\b", (RATE, TIME, COUNT)),
        (r"\bhow (?:large|big|heavy)\b|\bsize of\b", (SIZE, COUNT, TIME)),
        (r"\bwhat (?:share|part|fraction|percentage|proportion)\b|\bratio\b", (SHARE, COUNT, RATE)),
    )
)
WHETHER = re.compile(
    r"^(?:(?:so|and|also|ok|okay|but|then),? )*"
    r"(?:do|does|did|should|can|could|may|must|is|are|will|would|has|have|need|any)\b"
)
SAYS = re.compile(
    r"^(?:yes|no|not|never|none|nothing|some|sometimes|nearly|only|both|often|mostly|always|perhaps|later|rarely|every|all"
    r"|expected|of course|usually|either|neither|\w{1,30} (?:yes|no)|a few|with|by|it must|that must|preferably)\b",
    re.IGNORECASE,
)
# Questions that neither a bare figure nor a yes answers.
NAMES = re.compile(r"^(?:(?:so|and|also|ok|okay|but|then|in|at|on|by|from|to|for),? )*(?:who|whose|whom|where|when)\b")
# Questions that no yes answers, though a figure may: `which formats`, `what channels do we support`.
KINDS = re.compile(
    r"^(?:(?:so|and|also|ok|okay|but|then|in|at|on|by|from|to|for),? )*"
    r"(?:which|what (?:kind|type|sort)s? of"
    r"|what (?!is|was|does|has|happens)\w+s (?:do|does|should|are|can|must|may|have))\b"
)
# Questions for what is done then, which no bare figure answers either.
DONE = re.compile(
    r"^(?:(?:so|and|also|ok|okay|but|then),? )*"
    r"(?:why|what (?:if|happens|would happen|(?:do|does|should|shall|must|will|would|can) .{1,60} do))\b"
)
ALL = re.compile(r"\b(?:in total|overall|altogether|total (?:number|count)|in all)\b")
AT_ONCE = re.compile(r"\bat (?:once|the same time|a time|one time)\b|concurrent|simultaneous|in parallel")
WHO = re.compile(r"^(so |and |but )?who\b")
DELETION = re.compile(r"\b(delet|remov|eras|purg)\w*")
MEANING = re.compile(
    r"\bwhat (?:does|do|did) .{1,80}\bmean\b|\bwhat (?:is|are) .{1,80}\b(?:meant|defined as)\b"
    r"|\bwhat (?:exactly )?counts as\b"
    r"|\bhow (?:do|would|should) (?:you|we|i) define\b|\bhow (?:is|are) .{1,80}\bdefined\b|\bdefinition of\b"
)
AVAILABILITY = re.compile(
    r"\bhow available\b|\b(?:what|which) availability\b|\bavailability (?:target|goal)\b|\bhow many nines\b"
)
# `is there a limit on how many one can follow`, which the average of what people follow does not answer.
LIMIT = re.compile(r"\blimits?\b|\bcap\b|\bupper bound\b|\bquotas?\b", re.IGNORECASE)
BOUND = re.compile(
    r"\bat most\b|\bup to\b|\b(?:largest|biggest|longest)\b|\ballowed\b|\bno more\b|\bfrom \S+(?: \w+)? to\b"
    r"|\bwithin\b|\bnever\b",
    re.IGNORECASE,
)
BARE = re.compile(rf"^(?:about |roughly )?(?:[$€]|{_COUNTED}\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What an answer holds: the dimensions of its figures, whether it says yes or no, and whether it is a bare figure:
    begins with one that is not a time."""

    figures: frozenset[str] = frozenset()
    says_whether: bool = False
    is_bare: bool = False


# Of the answers that every interviewer gives, which say how a figure can be found.
ANY_FIGURE = Told(frozenset(TOLD), says_whether=True)


@lru_cache(maxsize=8192)
def told_by(answer: str) -> Told:
    """Of an answer as it is spoken, with its figures. The answers of the scenarios, a few thousand, are asked for again
    with every question."""
    found = frozenset(dimension for dimension, pattern in TOLD.items() if pattern.search(answer))
    says = bool(SAYS.match(answer.strip()))
    return Told(found, says, not says and TIME not in found and bool(BARE.match(answer.strip())))


def wanted_by(question: str) -> frozenset[str]:
    """The dimensions of a figure that would answer a question; empty where it asks for no figure."""
    lowered = question.casefold()
    return next((dimensions for pattern, dimensions in WANTED if pattern.search(lowered)), frozenset())


def asks_whether(question: str) -> bool:
    """Whether yes or no would answer it."""
    return bool(WHETHER.match(question.strip().casefold())) and not wanted_by(question)


def tells_a_number(question: str) -> bool:
    """Whether the question itself offers a number: `hundreds or millions`."""
    return bool(TOLD[COUNT].search(question))


def asks_for_a_name(question: str) -> bool:
    """Whether a person, a place or a moment would answer it: `who reads it`."""
    return bool(NAMES.match(question.strip().casefold())) and not wanted_by(question)


def asks_for_kinds(question: str) -> bool:
    """Whether one or several of a kind would answer it: `which formats`."""
    return bool(KINDS.match(question.strip().casefold())) and not wanted_by(question)


def asks_what_is_done(question: str) -> bool:
    """Whether an event and what follows it is asked for: `what if the provider is down`."""
    return bool(DONE.match(question.strip().casefold())) and not wanted_by(question)


def asks_for_a_meaning(question: str) -> bool:
    """Whether the meaning of a word is asked for: `what counts as a view`."""
    return bool(MEANING.search(question.strip().casefold()))


def asks_who(question: str) -> bool:
    """Whether somebody is asked for: `who picks the courier`."""
    return bool(WHO.search(question.strip().casefold()))


def is_of_deletion(text: str) -> bool:
    """Whether something is deleted on purpose."""
    return bool(DELETION.search(text.casefold()))


def asks_for_availability(question: str) -> bool:
    """Whether a share of time is asked for: `how available should reading be`, which is not how consistent it is."""
    return bool(AVAILABILITY.search(question.casefold()))


def asks_for_all(question: str) -> bool:
    """Whether the number of all is asked for, not of those at one moment: `how many documents are there in total`."""
    return bool(ALL.search(question.strip().casefold()))


def asks_for_a_limit(question: str) -> bool:
    """Whether the most that is allowed is asked for, not how much there usually is."""
    return bool(LIMIT.search(question)) and TIME not in wanted_by(question)


def tells_a_limit(answer: str) -> bool:
    """Whether an answer says how much there may be."""
    return bool(LIMIT.search(answer) or BOUND.search(answer))


def is_count(question: str) -> bool:
    """Whether things are counted, and no time answers it: `how many rules`, but not `how many calls per second`."""
    is_counted = wanted_by(question) == {COUNT, RATE} and "per " not in question
    return is_counted and bool(re.search(r"\bhow many (?!times\b)", question.casefold()))
