"""From a stranger's HTML to Markdown that a learner can read and edit. The HTML passes the gate of the notes first;
what Markdown has no form for becomes its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from studyguide.notes.sanitise import sanitised
from studyguide.notes.source import NOT_TEXT

# What a backslash before it makes plain (an underscore within a word is plain already), and what only its number does.
SIGN = re.compile(r"(?P<special>[\\`*\[\]#]|(?<!\w)_|_(?!\w))|[<|]|~(?=~)|&(?=#?\w{1,32};)")
NAMES = {"<": "&lt;", "&": "&amp;"}
LINE_MARK = re.compile(r"^(\s*)([-+=:!>~]|\d{1,9}(?=[.)]))", re.MULTILINE)
SOUND = re.compile(r"\[sound:[^\[\]]{1,200}\]|\[anki:play:[^\[\]]{1,40}\]")
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
WRAPS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "mark": "**"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    "p", "div", "blockquote", "pre", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "hr", "dl", "dt", "dd",
    "details", "summary", "caption",
}  # fmt: skip
VOID = frozenset({"br", "hr", "img", "input", "col"})
DEEPEST = 40  # what lies deeper is put on that level


def markdown_of(html: str) -> str:
    """Markdown that is shown like the HTML: emphasis, code, lists, tables, lines. Images and sounds are left out."""
    reader = _TreeReader()
    reader.feed(sanitised(IMAGE.sub("", SOUND.sub("", NOT_TEXT.sub("", html))), ids=frozenset()))
    reader.close()
    return "\n\n".join(_blocks(reader.root)).strip("\n ")


def escaped(text: str) -> str:
    """Plain words as Markdown that shows just them."""
    return LINE_MARK.sub(_unmarked, _plain(NOT_TEXT.sub("", text)))


def _plain(text: str) -> str:
    """In one pass, so that no sign is made plain twice."""
    return SIGN.sub(
        lambda found: f"\\{found[0]}" if found["special"] else NAMES.get(found[0], f"&#{ord(found[0])};"), text
    )


def _unmarked(found: re.Match[str]) -> str:
    return found[1] + "".join(f"&#{ord(each)};" for each in found[2])


def media_count(html: str) -> int:
    return len(IMAGE.findall(html)) + len(SOUND.findall(html))


@dataclass
class _Node:
    tag: str = ""
    children: list[_Node | str] = field(default_factory=list)

    def nodes(self, *tags: str) -> Iterator[_Node]:
        """Those of the tags below it, in the order of the text, none within another."""
        for child in self.children:
            if isinstance(child, _Node):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.nodes(*tags)


class _TreeReader(HTMLParser):
    """The gate's HTML is balanced."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node()
        self._open = [self.root]
        self._too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        node = _Node(tag)
        if tag in VOID:
            self._open[-1].children.append(node)
        elif len(self._open) > DEEPEST:
            self._too_deep += 1
        else:
            self._open[-1].children.append(node)
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _blocks(node: _Node) -> list[str]:
    """The Markdown blocks of what is in a node."""
    found: list[str] = []
    run: list[_Node | str] = []
    for child in node.children:
        if isinstance(child, _Node) and (child.tag in BLOCKS or any(child.nodes(*BLOCKS))):
            found += _paragraph(run)
            run = []
            found += _block(child)
        else:
            run.append(child)
    return found + _paragraph(run)


def _paragraph(run: list[_Node | str]) -> list[str]:
    lines = [line.strip() for line in _inline(run).split("\n")]
    text = "\n".join(lines).strip("\n")
    parts = [part for part in re.split(r"\n{2,}", text) if part]
    return [LINE_MARK.sub(_unmarked, part).replace("\n", "  \n") for part in parts]


def _block(node: _Node) -> list[str]:
    if node.tag == "pre":
        text = _text(node).replace("```", "'''").strip("\n")
        return [f"```\n{text}\n```"] if text.strip() else []
    if node.tag in ("ul", "ol"):
        return _list(node)
    if node.tag == "table":
        return _table(node)
    inside = _blocks(node)
    if node.tag == "blockquote":
        return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(inside).split("\n"))] if inside else []
    if node.tag in HEADINGS and inside:
        return [f"**{inside[0].strip('*')}**", *inside[1:]]
    return inside


def _list(node: _Node) -> list[str]:
    items = []
    for number, item in enumerate(node.nodes("li"), start=1):
        text = "\n\n".join(_blocks(item)).replace("\n", "\n    ").replace("\n    \n", "\n\n")
        mark = f"{number}." if node.tag == "ol" else "-"
        items.append(f"{mark} {text}" if text else "")
    return ["\n".join(each for each in items if each)] if any(items) else []


def _table(node: _Node) -> list[str]:
    rows = [[_line(cell) for cell in row.nodes("td", "th")] for row in node.nodes("tr")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]


def _line(node: _Node) -> str:
    return " ".join(_inline(node.children).split())


def _inline(children: list[_Node | str]) -> str:
    return "".join(_plain(SPACES.sub(" ", child)) if isinstance(child, str) else _span(child) for child in children)


def _span(node: _Node) -> str:
    if node.tag == "br":
        return "\n"
    if node.tag in ("code", "samp"):
        text = " ".join(_text(node).replace("`", "'").split())
        return f"`{text}`" if text else ""
    inside = _inline(node.children)
    mark, bare = WRAPS.get(node.tag, ""), inside.strip()
    if not mark or not bare or "\n" in bare or bare.startswith(("*", "~")) or bare.endswith(("*", "~")):
        return inside
    before, _, after = inside.partition(bare)
    return f"{before}{mark}{bare}{mark}{after}"


def _text(node: _Node) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child) for child in node.children
    )
