"""Proposes cards from the structure of a topic: defined terms, pros and cons, steps, numbers with units.

Few good cards are better than many poor ones: text that depends on the sentence before it, says too little, or is an
example is skipped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from calculators.engine.quantities import QuantityError, parse_quantity
from studyguide.notes.cards import CardFieldError, CardKind, check_content
from studyguide.notes.items import Block, read_blocks

MOST_IN_A_TOPIC = 15
LONGEST_TERM_WORDS = 5
LONGEST_TERM = 48
FEWEST_WORDS = 4
SHORTEST_TITLE = 4
LONGEST_SENTENCE = 280
LONGEST_BLOCK = 1_500  # items and paragraphs that make cards are no longer than this
WIKI = re.compile(r"\[\[([^\]\[|]{0,200})(?:\\?\|([^\]\[]{0,200}))?\]\]")
LINK = re.compile(r"!?\[([^\]\[]{0,300})\]\([^()]{0,500}\)")
UNWANTED = re.compile(r"!\[|<[a-z/!]|https?://|\{\{|\}\}", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z`*])")
DIGIT = re.compile(r"\d")
# `Term: what it is`, `**Term** - what it is`, `term (what it is long for)` stays part of the term.
SEPARATOR = re.compile(r"^(?P<term>[^:]{2,80}?)(?:\s*:\s+|\s+[-–—]\s+)(?P<rest>\S.*)$")
IS_DEFINED = re.compile(
    r"^(?P<article>(?:an?|the)\s++)?(?P<term>[^.,;:]{1,69}?[^.,;:\s])\s++"
    r"(?P<verb>is|are|means|refers to|stands for|describes)\s++"
    r"(?P<rest>(?:an?\s|the\s|when\s|how\s|any\s|one\s|\S).*)$",
    re.IGNORECASE,
)
NAMED_LAST = re.compile(r"\b(?:called|known as|named)\s+(?P<term>`[^`]+`|\*\*[^*]+\*\*)")
MARKS = ("`", "**", "__")
MARKED = re.compile(r"^(?:`[^`]+`|\*\*[^*]+\*\*|__[^_]+__)(?:\s*\([^()]{2,60}\))?$")
ACRONYM = re.compile(
    r"^[A-Z][A-Za-z0-9/+-]*[A-Z0-9](?:\s+\([^()]{2,60}\))?$|^[A-Za-z0-9/+-]+\s+\([^()]{6,60}\)(?:\s+\w+){0,2}$"
)
SIDES = re.compile(
    r"^(?:the\s+)?(?P<side>pros|cons|advantages?|disadvantages?|benefits?|drawbacks?|downsides?|upsides?|trade-?offs?)"
    r"(?:\s+(?:of|to|for|with)\s+(?P<of>.{2,60}?))?\s*:?$",
    re.IGNORECASE,
)
QUANTITY = re.compile(
    r"(?<![\w.,^*/$-])(?P<text>\$?\d[\d,]*(?:\.\d+)?|\.\d+)(?!9?s\b)\s?(?P<unit>ms|µs|us|ns|seconds?|secs?|s|minutes?|min|hours?|h|"
    r"days?|weeks?|months?|years?|[kKMGTP]i?B|bytes?|bits?|[KMG]bps|[KMG]bit/s|%|percent)(?![\w%/^*-])"
)
VALUE_ITEM = re.compile(r"^(?P<what>[^:=()]{2,60}?)\s*(?:[:=]|\s[-–—]\s|\()\s*(?P<value>[~≈]?\s?[^()]{1,30}?)\)?\.?$")
LEANS = re.compile(
    r"^(?:this|these|that|those|it|its|they|there|here|he|she|we|you|so|but|and|or|also|then|thus|hence|however|see|"
    r"which|where|both|another|other|same|such|if|when|because|since|even|most|some|as|note|for|in this|in that|"
    r"to do so|to do this)\b",
    re.IGNORECASE,
)
SAYS_LITTLE = re.compile(
    r"(?:the|a)\s+(?:same|first|next|last|case|only|one|\w+ example|example|lot|bit|way|no-op)\b", re.IGNORECASE
)
POINTS_BACK = re.compile(r"\b(?:this|these|that one|above|below)\b", re.IGNORECASE)
EXAMPLE = re.compile(
    r"\b(?:e\.?g\.?|ex|for ex|for example|for instance|suppose|say|let's|imagine|i\.e\.)\b", re.IGNORECASE
)
FIRST_WORDS_OF_NO_TERM = (
    "note notes warning example examples ex e.g eg tip tips todo see fixed added changed removed deprecated fix feat "
    "default usage install installation version license author authors source sources link links solution question "
    "questions answer hint step steps pro pros con cons reason reasons result results output input returns return "
    "type types required optional important remember caution update updated new bug bugs summary details more other "
    "others first second third finally goal goals problem problems issue date name file files http https url "
    "methods reference references docs documentation options requirements status contact website email support "
    "challenge hybrid tech technologies tools improved support supports breaking internal chore refactor"
)
NOT_A_TERM = frozenset(FIRST_WORDS_OF_NO_TERM.split())
WORDS_OF_SENTENCES = (
    "is are was were be to you your we our they it this that these those should can could will would has have had how "
    "when if because not do does don't use uses used using make makes let try run get with from at by than into there "
    "which who what why where must may might need needs both all"
)
NOT_IN_A_TERM = frozenset(WORDS_OF_SENTENCES.split())
WORD = re.compile(r"[A-Za-z][\w'’+/.-]*")


@dataclass(frozen=True, kw_only=True)
class ProposedCard:
    """`key` is of what the card asks, so that it is known again; `pattern` is what in the text suggested it."""

    key: str
    kind: CardKind
    pattern: str
    content: dict[str, Any]
    quote: str


def proposed_cards(body: str, *, title: str, parent: str = "", marks: bytes | None = None) -> list[ProposedCard]:
    """At most fifteen, in the order of the text, each asking something else. `parent` is the title of what the topic
    lies under: a topic called "Pros and cons" is about that. `marks` are those of the body (see `read_blocks`)."""
    if parent and re.match(r"(?:pros|cons|advantages|disadvantages|benefits|drawbacks)\b", title, re.IGNORECASE):
        title = parent
    found: dict[str, ProposedCard] = {}
    for proposal in _all(read_blocks(body, marks), title):
        try:
            check_content(proposal.kind, proposal.content)
        except CardFieldError:
            continue
        found.setdefault(proposal.key, proposal)
    return list(found.values())[:MOST_IN_A_TOPIC]


def _all(blocks: Sequence[Block], title: str) -> Iterator[ProposedCard]:
    yield from _steps(blocks, title)
    taken: set[int] = set()
    for block in [each for top in blocks for each in top.walk()]:
        if id(block) in taken or len(block.text) > LONGEST_BLOCK or _is_unwanted(block.text):
            continue
        if side := SIDES.match(block.text.strip("*_ :")):
            listed = _listed(block, blocks)
            if sides := _sides(side, block, listed, _named_above(block, blocks) or title):
                taken |= {id(child) for child in listed}
                yield sides
                continue
        if first := next((make for make in _of_block(block, title)), None):
            yield first


def _of_block(block: Block, title: str) -> Iterator[ProposedCard]:
    """Whatever one block suggests, the most telling first."""
    text = _plain(block.text)
    if block.definition:
        yield from _term(_plain(block.text), _plain(block.definition), block, "definition list")
        return
    if value := _value_item(text, block, title):
        yield value
    if (block.is_item or text.startswith(MARKS)) and (split := SEPARATOR.match(text)):
        is_whole = split["term"].count("`") % 2 == 0
        is_marked = bool(MARKED.match(split["term"].strip()))
        if is_whole and (block.is_item or is_marked):
            yield from _term(split["term"], split["rest"], block, "term and definition")
    for sentence in _first_sentences(text):
        yield from _defining(sentence, block, title)
        yield from _named_last(sentence)
        yield from _measured(sentence, block)


def _plain(text: str) -> str:
    """Links as their words; the rest of the Markdown stays."""
    if "[" in text:
        text = LINK.sub(r"\1", WIKI.sub(lambda found: found[2] or found[1], text))
    return " ".join(text.split())


def _is_unwanted(text: str) -> bool:
    may_be = "<" in text or "![" in text or "://" in text or "{{" in text or "}}" in text
    return may_be and UNWANTED.search(text) is not None


def _first_sentences(text: str) -> list[str]:
    """Two at most."""
    ends = [0, *(end.start() + 1 for end in islice(SENTENCE_END.finditer(text), 2)), len(text)]
    return [text[start:stop].strip() for start, stop in pairwise(ends)][:2]


# Terms


def _term(term: str, rest: str, block: Block, pattern: str) -> Iterator[ProposedCard]:
    term, rest = term.strip(), rest.strip()
    if not _is_term(term) or not _says_something(rest, block):
        return
    yield _proposal(
        "question",
        pattern,
        {"front": f"What is meant by {_bold(term)}?", "back": _back(rest, block)},
        key=term,
        quote=f"{term}: {rest}" if len(rest) < 200 else rest,
    )


def _is_term(term: str) -> bool:
    bare = re.sub(r"[`*]", "", term).strip("_ ")
    words = WORD.findall(re.sub(r"\([^()]*\)", "", bare))
    if not words or len(words) > LONGEST_TERM_WORDS or len(bare) > LONGEST_TERM or "?" in bare:
        return False
    lowered = [word.lower() for word in words]
    if len(lowered) == 1 and len(lowered[0]) < 2:
        return False
    if lowered[0] in NOT_A_TERM or LEANS.match(bare) or EXAMPLE.search(bare):
        return False
    return not any(word in NOT_IN_A_TERM for word in lowered) and bare.count("(") == bare.count(")")


def _says_something(rest: str, block: Block) -> bool:
    """Enough words to be a definition, few enough to be one card, and not only the head of a list that is missing."""
    words = WORD.findall(rest)
    if len(words) < FEWEST_WORDS or len(rest) > LONGEST_SENTENCE or rest.endswith("?"):
        return False
    if rest.endswith((":", "...", "…")):
        return 2 <= len(block.children) <= 6
    return not EXAMPLE.match(rest) and not rest.lower().startswith(("see ", "same as", "like ", "and ", "or "))


def _back(rest: str, block: Block) -> str:
    back = _capital(rest)
    if rest.endswith(":"):
        back += "\n\n" + "\n".join(f"- {_plain(child.text)}" for child in block.children)
    return back


def _defining(sentence: str, block: Block, title: str) -> Iterator[ProposedCard]:
    """`TLS is a ...` where TLS is marked, an acronym, explained in brackets, or what the page is about."""
    found = IS_DEFINED.match(sentence)
    if found is None or len(sentence) > LONGEST_SENTENCE or sentence.endswith(("?", ":")):
        return
    term, rest = found["term"].strip(), found["rest"].strip()
    is_title = len(term) >= SHORTEST_TITLE and term.casefold() in title.casefold()
    is_named = bool(MARKED.match(term) or ACRONYM.match(term) or is_title)
    defines = found["verb"].lower() not in ("is", "are") or re.match(r"(?:an?|the|any|when|how)\s", rest, re.IGNORECASE)
    if not is_named or not defines or not _is_term(term) or not _says_something(rest, block):
        return
    if SAYS_LITTLE.match(rest):
        return
    plural = found["verb"].lower() == "are"
    front = f"What {'are' if plural else 'is'} {found['article'].lower() if found['article'] else ''}{_bold(term)}?"
    yield _proposal("question", "defining sentence", {"front": front, "back": _capital(rest)}, key=term, quote=sentence)


def _named_last(sentence: str) -> Iterator[ProposedCard]:
    """`... is called **sharding**`: the name is what is asked."""
    found = NAMED_LAST.search(sentence) if "`" in sentence or "**" in sentence else None
    if found is None or not _stands_alone(sentence) or POINTS_BACK.search(sentence):
        return
    term = found["term"]
    hidden = sentence[: found.start("term")] + "{{" + term.strip("`*") + "}}" + sentence[found.end("term") :]
    yield _proposal("cloze", "named at the end", {"text": _capital(hidden)}, key=f"called {term}", quote=sentence)


def _stands_alone(sentence: str) -> bool:
    words = WORD.findall(sentence)
    is_long_enough = len(words) >= FEWEST_WORDS + 2 and len(sentence) <= LONGEST_SENTENCE
    return (
        is_long_enough
        and not LEANS.match(sentence)
        and not EXAMPLE.search(sentence)
        and not sentence.endswith((":", "?"))
    )


# Lists


def _listed(block: Block, blocks: Sequence[Block]) -> list[Block]:
    """The items that a block announces: its own, or those right below a paragraph."""
    if block.children:
        return block.children
    if block.is_item:
        return []
    place = next((index for index, each in enumerate(blocks) if each is block), -1)
    following = []
    for each in blocks[place + 1 :]:
        if not each.is_item or each.lead != block.text:
            break
        following.append(each)
    return following


def _sides(found: re.Match[str], block: Block, listed: Sequence[Block], title: str) -> ProposedCard | None:
    """A list below `Pros:` or `Disadvantages of caching`."""
    if not _is_short_list(listed):
        return None
    side, of = found["side"].lower(), found["of"] or _announced(block, title)
    names = {"pros": "advantages", "cons": "disadvantages"}
    front = f"What are the {names.get(side, side)} of {_bold(of.strip('*_` '))}?"
    back = "\n".join(f"- {_plain(each.text)}" for each in listed)
    return _proposal(
        "question", "pros and cons", {"front": front, "back": back}, key=f"{side} {of}", quote=_plain(listed[0].text)
    )


def _named_above(block: Block, blocks: Sequence[Block]) -> str:
    """The short line that says what pros and cons below it are of: `Monolith`, above `Pros` and its list."""
    place = next((index for index, each in enumerate(blocks) if each is block), 0)
    for above in reversed(blocks[:place]):
        if above.is_item or SIDES.match(above.text.strip("*_ :")):
            continue
        is_short = len(WORD.findall(above.text)) <= LONGEST_TERM_WORDS and not above.text.endswith((".", "?", "!"))
        return _plain(above.text).strip("*_ :") if is_short and above.heading == block.heading else ""
    return ""


def _announced(block: Block, title: str) -> str:
    lead = _plain(block.lead[:LONGEST_BLOCK]).strip("*_ :") if block.is_item else ""
    return lead if lead and len(lead) <= LONGEST_TERM and not SIDES.match(lead) else title


def _is_short_list(listed: Sequence[Block]) -> bool:
    if any(len(each.text) > LONGEST_BLOCK for each in listed):
        return False
    texts = [_plain(each.text) for each in listed]
    return 2 <= len(texts) <= 7 and all(2 <= len(text) <= 160 and not _is_unwanted(text) for text in texts)


def _steps(blocks: Sequence[Block], title: str) -> Iterator[ProposedCard]:
    """Numbered from 1 without a gap: three to eight things whose order matters."""
    for group in _numbered(blocks):
        lead = _plain(group[0].lead[:LONGEST_BLOCK]).strip("*_ :.") or title
        if not (3 <= len(group) <= 8 and _is_short_list(group[:7]) and len(lead) <= 90) or EXAMPLE.search(lead):
            continue
        if SIDES.match(lead) or SIDES.match(group[0].heading.strip("*_ :")):
            continue
        if any(each.text.endswith("?") for each in group):
            continue
        asked = lead if lead == title or LEANS.match(lead) is None else title
        back = "\n".join(f"{number}. {_plain(each.text)}" for number, each in enumerate(group, start=1))
        content = {"front": f"Name the {len(group)} steps or points, in order: {_bold(asked)}", "back": back}
        yield _proposal("question", "ordered steps", content, key=f"steps {asked}", quote=_plain(group[0].text))


def _numbered(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in [*blocks, Block(text="")]:
        if block.is_item and block.number == len(group) + 1 and (not group or block.lead == group[0].lead):
            group.append(block)
        else:
            if group:
                yield group
            group = [block] if block.is_item and block.number == 1 else []
        if block.children:
            yield from _numbered(block.children)


# Numbers


def _value_item(text: str, block: Block, title: str) -> ProposedCard | None:
    """`two 9s: 90 hours`, `SSD (1ms)` below words that say what is measured."""
    found = VALUE_ITEM.match(text) if block.is_item and DIGIT.search(text) else None
    if found is None or EXAMPLE.search(text):
        return None
    value = found["value"].strip().removeprefix("~").removeprefix("≈").strip()
    if not QUANTITY.fullmatch(value) or not _is_measured(value):
        return None
    lead = _plain(block.lead[:LONGEST_BLOCK]).strip("*_ :.")
    asked = lead if lead and len(lead) <= 80 and not EXAMPLE.search(lead) and not LEANS.match(lead) else title
    front = f"{_capital(asked)}: {_bold(found['what'].strip('*_ `'))}?"
    content = {"front": front, "answer": value.replace("percent", "%"), "tolerance": "10 %", "back": _capital(text)}
    return _proposal("numeric", "number with a unit", content, key=front, quote=text)


def _measured(sentence: str, block: Block) -> Iterator[ProposedCard]:
    """A sentence with one number and its unit, which is hidden."""
    found = list(QUANTITY.finditer(sentence)) if DIGIT.search(sentence) else []
    if len(found) != 1 or not _stands_alone(sentence) or not _is_measured(found[0].group()):
        return
    if len(re.findall(r"\d+(?:[.,]\d+)*", sentence)) > 1 or sentence.count("(") != sentence.count(")"):
        return
    if block.is_item and not sentence[0].isupper() and not sentence.startswith(("`", "*")):
        return
    hidden = sentence[: found[0].start()] + "{{" + found[0].group() + "}}" + sentence[found[0].end() :]
    yield _proposal("cloze", "number with a unit", {"text": hidden}, key=hidden, quote=sentence)


def _is_measured(text: str) -> bool:
    try:
        quantity = parse_quantity(text.replace("percent", "%"))
    except QuantityError:
        return False
    return quantity.unit == "%" or not quantity.dimension.measured.is_plain


# Wording


def _bold(term: str) -> str:
    term = term.strip()
    return term if term.startswith(("`", "**")) else f"**{term.strip('*_')}**"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _proposal(kind: CardKind, pattern: str, content: dict[str, Any], *, key: str, quote: str) -> ProposedCard:
    squeezed = " ".join(re.sub(r"[`*_]", "", key).lower().split())
    digest = hashlib.sha256(f"{kind} {squeezed}".encode()).hexdigest()[:24]
    return ProposedCard(key=digest, kind=kind, pattern=pattern, content=content, quote=re.sub(r"[`*]", "", quote)[:500])
