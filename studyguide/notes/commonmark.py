"""Our set-up of markdown-it-py: CommonMark with GitHub's tables and tasks, and additions of Obsidian and MkDocs."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline
from mdit_py_plugins.tasklists import tasklists_plugin
from pymdownx import gemoji_db

from studyguide.notes.callouts import callouts
from studyguide.notes.code import code_html, language_of
from studyguide.notes.errors import FenceError
from studyguide.notes.mathml import MathError, math_html
from studyguide.notes.slots import Slots

DEEPEST = 20
"""Nested blocks and inlines; what lies deeper stays text."""
WIKI = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\]\[|#\\\n]{0,200})(?:#(?P<anchor>[^\]\[|\\\n]{1,200}))?"
    r"(?:\\?\|(?P<label>[^\]\n]{1,300}))?\]\]"
)
MARKED = re.compile(r"==(?=\S)([^=\n]{1,500})(?<=\S)==")
RAISED = re.compile(r"\^([^\s^\[\]]{1,40})\^")
LOWERED = re.compile(r"~(?!~)([^\s~]{1,20})~(?!~)")
TEX = re.compile(r"\\\(([^\n]{1,500}?)\\\)")
TEX_SIGNS = re.compile(r"[\\_^{}=]")
EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])")
ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,80})\]:[ \t]*(\S.*)$")
ADDRESS = re.compile(
    r"(?P<web>\bhttps?://[^\s<>\"]{1,2000})|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
RAW_LINK = re.compile(r"<(/?)a[\s>]", re.IGNORECASE)
MOST_CELLS_MADE_UP = 5_000
Fence = Callable[[str], str]


def structure_parser() -> MarkdownIt:
    """Finds blocks and definitions only; inline text stays as it is."""
    md = _blocks(MarkdownIt("commonmark", {"maxNesting": DEEPEST}))
    md.core.ruler.enableOnly(["normalize", "block"])
    return md


def converter(fences: Mapping[str, Fence], slots: Slots) -> MarkdownIt:
    """A converter whose ```name fences give the HTML that `fences[name]` makes of their text, kept in a slot.

    A fence that `fences[name]` refuses is shown as code and remembered in `slots.refused`.
    """
    md = _blocks(MarkdownIt("commonmark", {"maxNesting": DEEPEST}))
    md.enable("strikethrough")
    md.use(tasklists_plugin)
    md.inline.ruler.at("link", _if_closed(link))
    md.inline.ruler.at("image", _if_closed(image))
    md.inline.ruler.after("image", "footnote_inline", footnote_inline)
    md.inline.ruler.before("escape", "tex", _tex)
    md.inline.ruler.before("link", "wiki", _wiki)
    md.inline.ruler.after("escape", "marked", _marked)
    md.inline.ruler.after("marked", "raised", _raised)
    md.inline.ruler.after("raised", "lowered", _lowered)
    md.core.ruler.after("block", "callouts", callouts)
    md.core.ruler.after("inline", "abbreviations", _abbreviate)
    md.core.ruler.push("align", _align)
    md.core.ruler.after("inline", "addresses", _link_addresses)
    md.core.ruler.after("inline", "emoji", _emoji)

    def fence(_self: RendererHTML, tokens: Sequence[Token], index: int, *_: Any) -> str:
        token = tokens[index]
        name = language_of(token.info)
        if name == "math":
            return _math(token.content, is_block=True)
        if make := fences.get(name):
            try:
                return slots.keep_block(make(token.content))
            except FenceError as error:
                slots.refused.append(error)
        return slots.keep_block(code_html(token.content, info=token.info))

    def _math(tex: str, *, is_block: bool) -> str:
        try:
            made = math_html(tex, is_block=is_block)
        except MathError:
            return f"<code>{escape(tex.strip())}</code>"
        return slots.keep_block(made) if is_block else slots.keep(made)

    def math(_self: RendererHTML, tokens: Sequence[Token], index: int, *_: Any) -> str:
        token = tokens[index]
        return _math(token.content, is_block=token.type.startswith("math_block"))

    md.add_render_rule("fence", fence)
    md.add_render_rule("code_block", fence)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        md.add_render_rule(kind, math)
    md.add_render_rule("footnote_anchor_name", _footnote_name)
    md.add_render_rule("footnote_caption", _footnote_caption)
    return md


def _blocks(md: MarkdownIt) -> MarkdownIt:
    """What changes where blocks begin and end, so that the structure and the page agree."""
    md.enable("table")
    # Cells that short rows of a wide table lack are made up by the library, 65,536 of them unless told otherwise.
    vars(importlib.import_module("markdown_it.rules_block.table"))["MAX_AUTOCOMPLETED_CELLS"] = MOST_CELLS_MADE_UP
    md.use(footnote_plugin, inline=False).use(deflist_plugin).use(admon_plugin)
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    md.block.ruler.before("reference", "abbreviation", _abbreviation, {"alt": ["paragraph", "reference"]})
    return md


def _footnote_name(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """Footnotes are addressed by their label, as elsewhere: #fn:label."""
    meta = tokens[index].meta or {}
    return ":" + re.sub(r"[^\w-]", "-", str(meta.get("label") or f"here-{meta['id'] + 1}"))


def _footnote_caption(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return str(tokens[index].meta["id"] + 1)


def _if_closed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, applied only where a closing bracket follows; otherwise it would scan all later brackets."""

    def guarded(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        last: int | None = getattr(state, "last_bracket", None)
        if last is None:
            last = state.src.rfind("]")
            state.last_bracket = last  # type: ignore[attr-defined]
        return last > state.pos and rule(state, silent)

    return guarded


def _wiki(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """[[target#anchor|label]] becomes <a data-wiki=...>, which the linker resolves later; ![[...]] embeds."""
    start = state.pos
    if not state.src.startswith(("[[", "![["), start):
        return False
    found = WIKI.match(state.src, start)
    if not found or not (found["target"].strip() or found["anchor"]):
        return False
    if not silent:
        label = (found["label"] or "").strip()
        link = state.push("link_open", "a", 1)
        link.attrSet("data-wiki", found["target"].strip())
        if found["anchor"]:
            link.attrSet("data-anchor", found["anchor"].strip())
        if not label:
            link.attrSet("data-bare", "")
        if found["embed"]:
            link.attrSet("data-embed", "")
        text = state.push("text", "", 0)
        text.content = label or (found["target"] or found["anchor"] or "").strip()
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _marked(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    return _between(state, MARKED, "=", "mark", silent=silent)


def _raised(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    return _between(state, RAISED, "^", "sup", silent=silent)


def _lowered(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if state.pos and state.src[state.pos - 1] == "~":
        return False  # the end of ~~struck out~~
    return _between(state, LOWERED, "~", "sub", silent=silent)


def _between(state: StateInline, pattern: re.Pattern[str], sign: str, tag: str, *, silent: bool) -> bool:
    if state.src[state.pos] != sign:
        return False
    found = pattern.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push(f"{tag}_open", tag, 1)
        inner: list[Token] = []
        state.md.inline.parse(found[1], state.md, state.env, inner)
        state.tokens += inner
        state.push(f"{tag}_close", tag, -1)
    state.pos = found.end()
    return True


def _tex(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    r"""\(x_1\) is a formula when it has a sign of one; else the brackets are escaped ones, as in CommonMark."""
    if not state.src.startswith("\\(", state.pos):
        return False
    found = TEX.match(state.src, state.pos)
    if not found or not TEX_SIGNS.search(found[1]):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = found[1]
    state.pos = found.end()
    return True


def _abbreviation(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """*[HTML]: HyperText Markup Language"""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("*[", start):
        return False
    found = ABBREVIATION.match(state.src[start : state.eMarks[start_line]])
    if not found:
        return False
    if not silent:
        state.env.setdefault("abbreviations", {})[found[1]] = (found[2].strip(), start_line)
        state.line = start_line + 1
    return True


def _link_addresses(state: StateCore) -> None:
    """Bare addresses become links, outside of other links."""
    for block in state.tokens:
        if block.type == "inline" and block.children and ("://" in block.content or "@" in block.content):
            depth, made = 0, []
            for child in block.children:
                depth += _link_nesting(child)
                made += [child] if depth or child.type != "text" else _with_links(child)
            block.children = made


def _link_nesting(token: Token) -> int:
    if token.type == "html_inline" and (found := RAW_LINK.match(token.content)):
        return -1 if found[1] else 1
    return token.nesting if token.type in ("link_open", "link_close") else 0


def _with_links(token: Token) -> list[Token]:
    made, last = [], 0
    for found in ADDRESS.finditer(token.content):
        words = _without_punctuation(found.group())
        href = words if found["web"] else f"mailto:{words}"
        link = Token("link_open", "a", 1, attrs={"href": href})
        before = Token("text", "", 0, content=token.content[last : found.start()])
        made += [before, link, Token("text", "", 0, content=words), Token("link_close", "a", -1)]
        last = found.start() + len(words)
    return [*made, Token("text", "", 0, content=token.content[last:])] if made else [token]


def _without_punctuation(address: str) -> str:
    """Without what belongs to the sentence: a full stop, a bracket that the address does not open."""
    while address and (
        address[-1] in "?!.,:;*_~'\"" or (address[-1] == ")" and address.count(")") > address.count("("))
    ):
        address = address[:-1]
    return address


def _emoji(state: StateCore) -> None:
    """:tada: becomes the sign that GitHub shows; names that nobody knows stay."""
    for block in state.tokens:
        if block.type == "inline" and block.children and block.content.count(":") > 1:
            for child in block.children:
                if child.type == "text":
                    child.content = EMOJI.sub(_sign, child.content)


def _sign(found: re.Match[str]) -> str:
    known = gemoji_db.emoji.get(gemoji_db.aliases.get(found[0], found[0]), {}).get("unicode")
    return "".join(chr(int(each, 16)) for each in known.split("-")) if known else found[0]


def _align(state: StateCore) -> None:
    """Cells say their alignment by an attribute, since a style would be taken out."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", None)):
            token.attrSet("align", str(style).removeprefix("text-align:"))


def _abbreviate(state: StateCore) -> None:
    meanings: MutableMapping[str, tuple[str, int]] = state.env.get("abbreviations", {})
    if not meanings:
        return
    longest_first = sorted(meanings, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = [made for child in block.children for made in _with_meanings(child, pattern, meanings)]


def _with_meanings(token: Token, pattern: re.Pattern[str], meanings: Mapping[str, tuple[str, int]]) -> Sequence[Token]:
    if token.type != "text" or not pattern.search(token.content):
        return [token]
    made = []
    for number, piece in enumerate(pattern.split(token.content)):
        text = Token("text", "", 0, content=piece)
        if number % 2:
            made += [
                Token("abbr_open", "abbr", 1, attrs={"title": meanings[piece][0]}),
                text,
                Token("abbr_close", "abbr", -1),
            ]
        elif piece:
            made.append(text)
    return made
