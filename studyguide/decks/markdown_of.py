"""Turns a stranger's HTML into Markdown that a learner can read and edit. The HTML is sanitised first."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import cache
from html import unescape
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

from studyguide.notes.sanitise import sanitiser
from studyguide.notes.source import NOT_TEXT

# Characters that a backslash makes plain (an underscore within a word is plain already), and those that need an entity.
SIGN = re.compile(r"(?P<special>[\\`*\[\]#$~^]|(?<!\w)_|_(?!\w)|=(?==))|[<|]|&(?=#?\w{1,32};)")
NAMES = {"<": "&lt;", "&": "&amp;"}
LINE_MARK = re.compile(r"^([ \t]*)([-+=:!>~]|\d{1,9}(?=[.)])|\?(?=\?\?)|[ \t]+)", re.MULTILINE)
RUBY = re.compile(r"(?:<rp>[^<>]{0,9}</rp>)?<rt>([^<>]{0,200})</rt>(?:<rp>[^<>]{0,9}</rp>)?")
SOUND = re.compile(r"\[sound:[^\[\]]{1,200}\]|\[anki:play:[^\[\]]{1,40}\]")
IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
MATHS = re.compile(
    r"\\\((?P<inline>(?:(?!\\[()]).){1,2000}+)\\\)|\\\[(?P<block>(?:(?!\\[\[\]]).){1,2000}+)\\\]"
    r"|\[\$\](?P<dollar>(?:(?!\[/?\$\]).){1,2000}+)\[/\$\]|\[\$\$\](?P<dollars>(?:(?!\[/?\$\$\]).){1,2000}+)\[/\$\$\]"
    r"|\[latex\](?P<latex>(?:(?!\[/?latex\]).){1,2000}+)\[/latex\]",
    re.DOTALL,
)
MATHJAX = re.compile(
    r"<anki-mathjax(?P<block>[^<>]*+)>(?P<tex>(?:(?!</?anki-mathjax).)*+)</anki-mathjax>", re.DOTALL | re.IGNORECASE
)
# Emphasis that holds only words, as in most fields that are more than words.
EMPHASIS = re.compile(r"<(b|strong|i|em)>([^<>&\s](?:[^<>&]*[^<>&\s])?)</\1>")
SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
BLOCKS = frozenset(
    {
        "p", "div", "blockquote", "pre", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "hr",
        "dl", "dt", "dd", "details", "summary", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "br", "[document]",
    }
)  # fmt: skip
DEEPEST = 60  # nested elements; of deeper ones only the words are kept
FindPicture = Callable[[str], str | None]


def markdown_of(html: str, *, picture: FindPicture | None = None) -> str:
    """Markdown that is shown like the HTML: emphasis, code, links, lists, tables, formulas, lines.

    `picture` gives the address of a picture by the name that the HTML has for it; without one it is left out.
    """
    text = MATHJAX.sub(_mathjax, SOUND.sub("", NOT_TEXT.sub("", html)))
    if "<rt" in text:
        text = RUBY.sub(r" (\1)", text)  # what is read above a word stands behind it
    if not any(sign in text for sign in "<>&"):  # words alone, as most fields are
        return _tidied(_from_words(SPACES.sub(" ", text).strip(), is_line=True))
    if (made := _from_emphasis(text)) is not None:
        return _tidied(made)
    soup = BeautifulSoup(sanitiser().clean(text), "html.parser")
    _flatten(soup)
    return _tidied(_converter().with_pictures(picture or (lambda _: None)).convert_soup(soup))


def _from_emphasis(html: str) -> str | None:
    """What the converter makes of words of which some are bold or italic, without parsing; None of anything else."""
    parts = EMPHASIS.split(html)
    words, signs, inner = parts[::3], parts[1::3], parts[2::3]
    if any(sign in each for each in words for sign in "<>&"):
        return None
    words = [SPACES.sub(" ", each) for each in words]
    words[0], words[-1] = words[0].lstrip(), words[-1].rstrip()
    made = [_from_words(words[0], is_line=True)]
    for sign, each, after in zip(signs, inner, words[1:], strict=True):
        mark = "**" if sign in ("b", "strong") else "*"
        made += [mark, _from_words(SPACES.sub(" ", each), is_line=False), mark, _from_words(after, is_line=False)]
    return "".join(made)


def _tidied(made: str) -> str:
    lines = [line.rstrip() + "  " * (line.endswith("  ") and bool(line.strip())) for line in made.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")


def escaped(text: str) -> str:
    """Plain words as Markdown that shows just them."""
    return LINE_MARK.sub(_unmarked, _plain(NOT_TEXT.sub("", text)))


def media_count(html: str) -> int:
    return len(IMAGE.findall(html)) + len(SOUND.findall(html))


def sound_count(html: str) -> int:
    return len(SOUND.findall(html))


def picture_names(html: str) -> list[str]:
    """What the HTML calls the pictures that it shows."""
    found = (SOURCE.search(image) for image in IMAGE.findall(html))
    return [unescape(next(filter(None, each.groups()), "")) for each in found if each]


def _plain(text: str) -> str:
    """In one pass, so that no sign is made plain twice."""
    return SIGN.sub(
        lambda found: f"\\{found[0]}" if found["special"] else NAMES.get(found[0], f"&#{ord(found[0])};"), text
    )


def _unmarked(found: re.Match[str]) -> str:
    """Replaces a sign that would begin a list, a quote or a block of code by its number, and drops leading spaces."""
    return "".join(f"&#{ord(each)};" for each in found[2]) if found[2].strip() else ""


def _mathjax(found: re.Match[str]) -> str:
    return rf"\[{found['tex']}\]" if "block" in found["block"] else rf"\({found['tex']}\)"


def _flatten(soup: BeautifulSoup) -> None:
    """Elements that lie too deep give way to what is in them."""
    waiting: list[tuple[Tag, int]] = [(soup, 0)]
    while waiting:
        element, depth = waiting.pop()
        for child in list(element.children):
            if not isinstance(child, Tag):
                continue
            if depth >= DEEPEST:
                child.replace_with(child.get_text())
            else:
                waiting.append((child, depth + 1))


class _Converter(MarkdownConverter):
    """Set up once for many fields, which for a short one is a third of the work."""

    _picture: FindPicture
    convert_fn_cache: dict[str, Any]

    def __init__(self) -> None:
        super().__init__(bullets="-", newline_style="spaces", heading_style="atx")

    def with_pictures(self, picture: FindPicture) -> _Converter:
        made = copy(self)
        made._picture, made.convert_fn_cache = picture, {}
        return made

    def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
        tags = parent_tags or set()
        if "pre" in tags:
            return str(el)
        text = SPACES.sub(" ", str(el))
        if "code" in tags or "samp" in tags:
            return text.replace("`", "'")
        starts, ends = _is_edge(el.previous_sibling, el.parent), _is_edge(el.next_sibling, el.parent)
        text = text.lstrip() if starts else text
        text = text.rstrip() if ends else text
        return _from_words(text, is_line=starts)

    def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        address = self._picture(el.get("src") or "")
        return f"![{_plain(' '.join((el.get('alt') or '').split()))}]({address})" if address else ""

    def convert_sup(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"<sup>{text}</sup>" if text.strip() else ""

    def convert_sub(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"<sub>{text}</sub>" if text.strip() else ""

    def convert_u(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"<u>{text}</u>" if text.strip() else ""

    def convert_mark(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"<mark>{text}</mark>" if text.strip() else ""

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        for line in el.find_all("br"):
            line.replace_with("\n")
        code = el.get_text().replace("```", "'''").replace("\xa0", " ").strip("\n")
        return f"\n\n```\n{code}\n```\n\n" if code.strip() else ""

    def convert_hr(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return "\n\n"

    def convert_summary(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    convert_details = convert_dd = convert_dt = convert_caption = convert_summary

    def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        href, words = (el.get("href") or "").strip(), text.strip()
        if not words or not href.startswith(("http://", "https://", "mailto:")):
            return text
        safe = re.sub(r"[\s<>]", lambda found: f"%{ord(found[0]):02X}", href)
        return f"[{words}](<{safe}>)" if "(" in safe or ")" in safe else f"[{words}]({safe})"


@cache
def _converter() -> _Converter:
    return _Converter()


def _from_words(text: str, *, is_line: bool) -> str:
    """Words of the HTML as Markdown; `is_line` where a line begins with them."""
    made = "".join(_with_maths(text))
    return LINE_MARK.sub(_unmarked, made) if is_line and not made.startswith("$") else made


def _is_edge(neighbour: Any, parent: Any) -> bool:
    """Whether a text stands where a line begins or ends."""
    if neighbour is None or (isinstance(neighbour, NavigableString) and not neighbour.strip()):
        return parent.name in BLOCKS
    return isinstance(neighbour, Tag) and neighbour.name in BLOCKS


def _with_maths(text: str) -> list[str]:
    """The text made plain, with its formulas as ours."""
    made, last = [], 0
    for found in MATHS.finditer(text):
        tex = " ".join(next(filter(None, found.groups())).strip(" $").split())
        is_block = found["block"] or found["dollars"]
        made += [_plain(text[last : found.start()]), f"\n\n$$\n{tex}\n$$\n\n" if is_block else f"${tex}$"]
        last = found.end()
    return [*made, _plain(text[last:])]
