"""Callouts as Obsidian and GitHub write them: a quote whose first line is `[!kind] Title`, folded by `[!kind]-`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MARK = re.compile(r"\[!([\w-]{1,30})\]([+-]?)[ \t]*([^\n]*)(?:\n|$)")
# Our four kinds of box, by the names that other tools use.
KINDS = {
    "tip": "tip", "hint": "tip", "important": "tip", "success": "tip", "check": "tip", "done": "tip",
    "warning": "warning", "caution": "warning", "attention": "warning", "question": "info", "help": "info",
    "faq": "info", "danger": "danger", "error": "danger", "bug": "danger", "failure": "danger", "fail": "danger",
    "missing": "danger", "example": "example", "info": "info", "todo": "info", "misconception": "misconception",
}  # fmt: skip


def callouts(state: StateCore) -> None:
    """Turns such quotes into admonitions, or into details when they can be folded."""
    tokens = state.tokens
    made: list[Token] = []
    closing: dict[int, str] = {}
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "blockquote_open" and (found := _mark(tokens, position)):
            tag = "details" if found[2] else "div"
            closing[_end(tokens, position)] = tag
            made += _opening(token, found, tag)
            inline = tokens[position + 2]
            inline.content = inline.content[found.end() :].lstrip("\n")
            position += 1 if inline.content else 4  # the quote, or also its paragraph that held the mark alone
            continue
        if position in closing:
            token.tag = closing[position]
        made.append(token)
        position += 1
    state.tokens = made


def _mark(tokens: Sequence[Token], position: int) -> re.Match[str] | None:
    if position + 2 >= len(tokens) or tokens[position + 1].type != "paragraph_open":
        return None
    return MARK.match(tokens[position + 2].content)


def _end(tokens: Sequence[Token], position: int) -> int:
    level = tokens[position].level
    return next(
        index
        for index in range(position + 1, len(tokens))
        if tokens[index].type == "blockquote_close" and tokens[index].level == level
    )


def _opening(quote: Token, found: re.Match[str], tag: str) -> list[Token]:
    name = found[1].lower()
    title = found[3].strip() or name.replace("-", " ").capitalize()
    head = "summary" if tag == "details" else "p"
    attrs: dict[str, str | int | float] = {"class": f"admonition {KINDS.get(name, 'note')}"}
    if found[2] == "+":
        attrs["open"] = ""
    return [
        Token("callout_open", tag, 1, attrs=attrs, block=True, level=quote.level, map=quote.map),
        Token("callout_title_open", head, 1, attrs={"class": "admonition-title"}, block=True),
        Token("inline", "", 0, content=title, children=[], map=quote.map),
        Token("callout_title_close", head, -1, block=True),
    ]
