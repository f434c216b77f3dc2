"""Turns a card's fields into its two sides as safe HTML, rendered once when the card is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

from studyguide.notes.autolink import Autolinker
from studyguide.notes.cards import CardKind
from studyguide.notes.directory import Directory
from studyguide.notes.holes import HOLE, holes_in_formulas, with_plain_formulas
from studyguide.notes.linking import Surroundings
from studyguide.notes.pictures import hidden_part_html, whole_html
from studyguide.notes.render import plain_text, renderer
from studyguide.notes.source import NOT_TEXT

# Stand for a hole while Markdown is rendered; no text of a card can hold them (see source.NOT_TEXT).
HOLE_OPEN, HOLE_CLOSE = "\ue002", "\ue003"
HOLE_MARK = re.compile(f"{HOLE_OPEN}(\\d+){HOLE_CLOSE}")
OWN_ID = re.compile(r' id="[^"]*"')
# One line that Markdown shows as it stands but for bold and italic words: no sign in it has another meaning.
_WORDS = r"[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f ]*[A-Za-z0-9\u00c0-\u024f])?"
_SIGNS = r"(?:[A-Za-z0-9\u00c0-\u024f ,;.?!()'%/+-]|:(?= ))"
_EMPHASIS = rf"(?:\*\*{_WORDS}\*\*|\*{_WORDS}\*)"
PLAIN_LINE = re.compile(rf"(?=[A-Za-z\u00c0-\u024f*]){_SIGNS}*(?:{_EMPHASIS}{_SIGNS}+)*{_EMPHASIS}?(?<! )")
STRONG, EMPHATIC = re.compile(r"\*\*([^*]+)\*\*"), re.compile(r"\*([^*]+)\*")
ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class CardSides:
    """`options` are what can be clicked; `words` is the card on one line of plain text, for lists and search."""

    front: str
    back: str
    words: str
    options: tuple[str, ...] = ()


class CardRenderer:
    """Renders cards. Written links to topics work, but no names of topics become links: a card asks, it does not lead
    away."""

    def __init__(self, directory: Directory | None = None) -> None:
        self._around = Surroundings(directory=directory or Directory([]), autolinker=Autolinker(Directory([])))
        self._sides: dict[CardKind, Callable[[Mapping[str, Any]], CardSides]] = {
            "question": self._question,
            "cloze": self._cloze,
            "choice": self._choice,
            "numeric": self._numeric,
            "misconception": self._misconception,
            "picture": self._picture,
        }

    def sides(self, kind: CardKind, content: Mapping[str, Any]) -> CardSides:
        """Both sides; PictureError when a picture cannot be drawn."""
        return self._sides[kind](content)

    def _html(self, text: str) -> str:
        return self._rendered(NOT_TEXT.sub("", text))

    def _rendered(self, text: str) -> str:
        """Headings stand below the page's own; ids are the page's alone."""
        if PLAIN_LINE.fullmatch(text):  # most sides of cards, without the work of parsing
            return "<p>" + EMPHATIC.sub(r"<em>\1</em>", STRONG.sub(r"<strong>\1</strong>", text)) + "</p>"
        rendered = renderer().render(text, self._around, offset=2)
        if rendered.refused:
            raise rendered.refused[0]
        return OWN_ID.sub("", rendered.html).strip()

    def _inline(self, text: str) -> str:
        html = self._html(text)
        return found[1] if (found := ONE_PARAGRAPH.fullmatch(html)) else html

    def _question(self, content: Mapping[str, Any]) -> CardSides:
        front = self._html(content["front"])
        return CardSides(front=front, back=self._html(content["back"]), words=_on_a_line(front))

    def _cloze(self, content: Mapping[str, Any]) -> CardSides:
        """All holes are hidden and shown together: a card is one prompt with one schedule, however its text changes."""
        text = with_plain_formulas(NOT_TEXT.sub("", content["text"]))
        asking, telling = holes_in_formulas(text, _asked_in_tex), holes_in_formulas(text, lambda hole: hole["text"])
        holes = list(HOLE.finditer(asking))
        html = self._rendered(_marked(asking))
        told = html if asking == telling else self._rendered(_marked(telling))
        filled = [self._inline(hole["text"].strip()) for hole in holes]
        front = HOLE_MARK.sub(lambda mark: _gap(holes[int(mark[1])]["hint"]), html)
        back = HOLE_MARK.sub(lambda mark: f'<mark class="hole">{filled[int(mark[1])]}</mark>', told)
        more = content.get("back", "")
        words = _on_a_line(HOLE_MARK.sub("…", html))
        return CardSides(front=front, back=back + (self._html(more) if more else ""), words=words)

    def _choice(self, content: Mapping[str, Any]) -> CardSides:
        front = self._html(content["front"])
        options = tuple(self._inline(str(choice)) for choice in content["choices"])
        back = f'<p class="right-answer">{options[content["answer"]]}</p>{self._html(content["back"])}'
        return CardSides(front=front, back=back, words=_on_a_line(front), options=options)

    def _numeric(self, content: Mapping[str, Any]) -> CardSides:
        front = self._html(content["front"])
        back = f'<p class="right-answer">{escape(str(content["answer"]))}</p>{self._html(content["back"])}'
        return CardSides(front=front, back=back, words=_on_a_line(front))

    def _misconception(self, content: Mapping[str, Any]) -> CardSides:
        claim = self._html(content["claim"])
        front = f'<p class="ask">True or false, and why?</p><blockquote>{claim}</blockquote>'
        verdict = "True" if content["verdict"] else "False"
        source = f'<p class="card-source">{self._inline(content["source"])}</p>' if content["source"] else ""
        back = f'<p class="right-answer">{verdict}</p>{self._html(content["truth"])}{source}'
        return CardSides(front=front, back=back, words=_on_a_line(claim), options=("True", "False"))

    def _picture(self, content: Mapping[str, Any]) -> CardSides:
        asked = self._html(content["front"])
        front = asked + hidden_part_html(content["diagram"], content["hidden"])
        more = content.get("back", "")
        back = f'<p class="right-answer">{escape(content["hidden"])}</p>' + (self._html(more) if more else "")
        return CardSides(front=front, back=back + whole_html(content["diagram"]), words=_on_a_line(asked))


def _on_a_line(html: str) -> str:
    """The words alone, with raised ones as 2^10, which would read as 210 without a sign."""
    return plain_text(html.replace("<sup>", "^"))


def _marked(text: str) -> str:
    numbers = count()
    return HOLE.sub(lambda _: f"{HOLE_OPEN}{next(numbers)}{HOLE_CLOSE}", text)


def _asked_in_tex(hole: re.Match[str]) -> str:
    hint = re.sub(r"[^\w .,-]", "", hole["hint"] or "").strip()
    return rf"\text{{[{hint or '…'}]}}"


def _gap(hint: str | None) -> str:
    said = escape(hint.strip()) if hint else "what belongs here?"
    shown = f"[{escape(hint.strip())}]" if hint else "[…]"
    heard = f'<span class="visually-hidden">({said})</span>'
    return f'<span class="hole"><span aria-hidden="true">{shown}</span>{heard}</span>'
