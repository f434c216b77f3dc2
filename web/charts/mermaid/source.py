"""What every Mermaid diagram may have around its statements: front matter, directives, comments; and its labels."""

from __future__ import annotations

import html
import html.entities
import re
from dataclasses import dataclass

from web.reading.safe_yaml import YamlError, read_yaml

FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n[ \t]*---[ \t]*(?:\n|\Z)", re.DOTALL)
DIRECTIVE = re.compile(r"%%\{.*?(?:\}%%|\Z)", re.DOTALL)
COMMENT = re.compile(r"^[ \t]*%%[^\n]*", re.MULTILINE)
VISIBLE = re.compile(r"[^\n]")
TAG = re.compile(r"<\w[^<>]*>")
TAG_QUOTES = re.compile(r"=\"([^\"]*)\"")
LINE_BREAK = re.compile(r"<br\s*/?>|\\n", re.IGNORECASE)
MARKUP = re.compile(
    r"</?(?:a|b|big|center|code|del|div|em|font|h[1-6]|hr|i|img|ins|li|mark|ol|p|pre|s|small|span|strike|strong|sub|sup"
    r"|table|td|th|tr|tt|u|ul)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
ICON = re.compile(r"\bfa[bklrs]?:fa-[\w-]+")
ENTITY = re.compile(r"#(\w{1,32});|&#?\w{1,32};")
EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")


@dataclass(frozen=True)
class Source:
    """The statements of a diagram. What is no statement is blank, so every character keeps its line."""

    text: str
    title: str = ""


def read_source(text: str) -> Source:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = ""
    if front := FRONT_MATTER.match(text):
        title = _title(front[1])
        text = _blank(front) + text[front.end() :]
    text = COMMENT.sub(_blank, DIRECTIVE.sub(_blank, text))
    # An attribute's quotes inside a label would end the label; Mermaid reads them as single quotes, too.
    return Source(TAG.sub(lambda tag: TAG_QUOTES.sub(r"='\1'", tag[0]), text), title)


def label_text(raw: str, *, is_markdown: bool = False) -> str:
    """A label as people see it: without markup and icons, entities as characters, a line break where it breaks."""
    text = MARKUP.sub("", LINE_BREAK.sub("\n", raw))
    if is_markdown:
        text = EMPHASIS.sub("", text)
    lines = (_without_icons(line.strip()) for line in text.split("\n"))
    return ENTITY.sub(_character, "\n".join(lines).strip())


def _without_icons(line: str) -> str:
    text, count = ICON.subn("", line)
    return " ".join(text.split()) if count else line


def _character(found: re.Match[str]) -> str:
    """Mermaid writes `#35;` and `#quot;`; `&amp;` is HTML's own."""
    name = found[1]
    if name is None:
        return html.unescape(found[0])
    if name.isascii() and name.isdecimal():
        return chr(int(name)) if int(name) <= 0x10FFFF and not 0xD800 <= int(name) <= 0xDFFF else ""
    return html.unescape(f"&{name};") if f"{name};" in html.entities.html5 else found[0]


def _blank(found: re.Match[str]) -> str:
    return VISIBLE.sub(" ", found[0])


def _title(front_matter: str) -> str:
    try:
        value = read_yaml(front_matter.encode(errors="replace"), file="").value
    except YamlError:
        return ""
    title = value.get("title") if isinstance(value, dict) else None
    return " ".join(str(title).split()) if isinstance(title, (str, int, float)) else ""
