"""Finds words that a reader marked in the HTML of a topic, and marks them there.

Words are compared without spaces, because a selection over several paragraphs has line breaks where the HTML has
elements. A quote that occurs several times is identified by the text around it. Changed words are found by how they
begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Literal

# The link that a live part replaces is one token and not part of the text.
TOKEN = re.compile(r'<a class="live-link"[^<>]*>[^<>]*</a>|<[^<>]*>|[^<]+|<')
CHARACTER = re.compile(r"&[#\w]{1,32};|\S")
NAME = re.compile(r"</?([a-zA-Z][\w-]*)")
# Quotes are curved when a page is shown; who marked words before that still finds them.
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
UNSEEN = re.compile(r"[\s\u00ad\u200b\u200c\u200d\u2060\ufeff]+")
# Readers cannot select the text in these.
SKIPPED = frozenset({"svg", "style", "script", "template", "textarea", "select", "option", "annotation"})
# Text in these can be quoted, but no HTML element can be put into it.
NOT_MARKED = frozenset({"math"})
# These must not contain a link.
NO_LINK_IN = frozenset({"a", "button", "summary", "label"})
CONTEXT = 60  # characters before and after a quote that are kept with it
END = 16  # characters without spaces by which the beginning and the end of changed words are known again
MOST_STRETCHED = 2  # times the length that changed words may have now
MOST_PLACES = 200  # of one quote that are weighed against each other

Found = Literal["there", "changed", "gone"]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of a page with what stands around them. `link` is the address of the reader's note on them, if any."""

    key: str
    words: str
    before: str = ""
    after: str = ""
    link: str = ""


@dataclass(frozen=True)
class _Piece:
    """A visible character: which token it is of, and from where to where in it."""

    token: int
    start: int
    end: int


@dataclass(frozen=True)
class _Span:
    quote: Quote
    first: int
    last: int


class PageText:
    """The words of a page's HTML without their spaces, each character with its place in it."""

    def __init__(self, html: str) -> None:
        self.tokens: list[str] = TOKEN.findall(html)
        self._no_mark: set[int] = set()
        self._no_link: set[int] = set()
        self._pieces: list[_Piece] = []
        text: list[str] = []
        inside: list[str] = []
        for number, token in enumerate(self.tokens):
            if token.startswith("<") and len(token) > 1:
                _enter(inside, token)
            elif not SKIPPED.intersection(inside):
                if NOT_MARKED.intersection(inside):
                    self._no_mark.add(number)
                if NO_LINK_IN.intersection(inside):
                    self._no_link.add(number)
                text += self._read(number, token)
        self.text = "".join(text)

    def _read(self, number: int, token: str) -> Iterable[str]:
        for found in CHARACTER.finditer(token):
            written = found.group()
            for seen in unescape(written) if len(written) > 1 else written:
                if not UNSEEN.match(seen):
                    self._pieces.append(_Piece(number, found.start(), found.end()))
                    yield seen.translate(STRAIGHT)

    def place(self, quote: Quote) -> tuple[Found, int, int]:
        """Whether the words are there, and the places of their first character and of the one after the last."""
        wanted = _bare(quote.words)
        if not wanted:
            return "gone", 0, 0
        before, after = _bare(quote.before), _bare(quote.after)
        places = _places(self.text, wanted)
        if places:
            best = max(places, key=lambda at: self._likeness(at, at + len(wanted), before, after))
            return "there", best, best + len(wanted)
        return self._changed(wanted, before, after)

    def _likeness(self, first: int, last: int, before: str, after: str) -> int:
        return _shared(reversed(self.text[:first][-len(before) :] if before else ""), reversed(before)) + _shared(
            self.text[last : last + len(after)], after
        )

    def _changed(self, wanted: str, before: str, after: str) -> tuple[Found, int, int]:
        """By how the words begin and end, or by what stood before and after them."""
        ends = [(wanted[:END], wanted[-END:], 0)] if len(wanted) >= 2 * END else []
        if len(before) >= END and len(after) >= END:
            ends.append((before[-END:], after[:END], END))
        for start, end, beside in ends:
            for at in _places(self.text, start):
                until = self.text.find(end, at + len(start), at + MOST_STRETCHED * len(wanted) + 2 * END)
                first, last = at + beside, until + len(end) - beside
                if until >= 0 and last > first:
                    return "changed", first, last
        return "gone", 0, 0

    def marked(self, spans: Sequence[_Span]) -> str:
        """The HTML with a `mark` around each span; where two overlap, the first has the words."""
        owner: dict[int, _Span] = {}
        for span in sorted(spans, key=lambda each: (each.first, each.last)):
            for at in range(span.first, span.last):
                if self._pieces[at].token not in self._no_mark:
                    owner.setdefault(at, span)
        cuts: dict[int, list[tuple[int, int, str, str]]] = {}
        begun: set[str] = set()
        runs = _runs(owner, self._pieces)
        lasts = {
            span.quote.key: number for number, (span, _, _, token) in enumerate(runs) if token not in self._no_link
        }
        for number, (span, first, last, token) in enumerate(runs):
            key = escape(span.quote.key)
            name = "" if span.quote.key in begun else f' id="mark-{key}"'
            begun.add(span.quote.key)
            link = span.quote.link if lasts.get(span.quote.key) == number else ""
            after = f'<a class="mark-note" href="{escape(link)}" aria-label="Your note on this"></a>' if link else ""
            cuts.setdefault(token, []).append((first, last, f'<mark class="own-mark"{name}>', f"</mark>{after}"))
        return "".join(_cut(token, cuts.get(number, ())) for number, token in enumerate(self.tokens))


def highlighted(html: str, quotes: Sequence[Quote]) -> tuple[str, dict[str, Found]]:
    """The HTML with the quotes marked (`id="mark-KEY"`), and what became of each by its key."""
    if not quotes:
        return html, {}
    page = PageText(html)
    spans, states = [], {}
    for quote in quotes:
        state, first, last = page.place(quote)
        states[quote.key] = state
        if state != "gone":
            spans.append(_Span(quote, first, last))
    return page.marked(spans), states


def has_words(html: str, words: str) -> bool:
    """Whether a page says these words, whatever the spaces between them."""
    return _bare(words) in PageText(html).text


def _bare(words: str) -> str:
    return UNSEEN.sub("", words).translate(STRAIGHT)


def _enter(inside: list[str], tag: str) -> None:
    found = NAME.match(tag)
    if found is None:
        return
    name = found[1].lower()
    watched = SKIPPED | NOT_MARKED | NO_LINK_IN
    if name not in watched or tag.endswith("/>"):
        return
    if tag.startswith("</"):
        if name in inside:
            del inside[len(inside) - 1 - inside[::-1].index(name)]
    else:
        inside.append(name)


def _places(text: str, wanted: str) -> list[int]:
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0 and len(found) < MOST_PLACES:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _shared(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts have in common at their beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _runs(owner: dict[int, _Span], pieces: Sequence[_Piece]) -> list[tuple[_Span, int, int, int]]:
    """Stretches of one span within one token: (span, start, end, token)."""
    runs: list[tuple[_Span, int, int, int]] = []
    latest = -2
    for at in sorted(owner):
        span, piece = owner[at], pieces[at]
        if runs and at == latest + 1 and runs[-1][0] is span and runs[-1][3] == piece.token:
            runs[-1] = (span, runs[-1][1], piece.end, piece.token)
        else:
            runs.append((span, piece.start, piece.end, piece.token))
        latest = at
    return runs


def _cut(token: str, cuts: Iterable[tuple[int, int, str, str]]) -> str:
    made, at = [], 0
    for first, last, opened, closed in cuts:
        first = max(first, at)
        if last <= first:
            continue
        made += [token[at:first], opened, token[first:last], closed]
        at = last
    return "".join([*made, token[at:]])
