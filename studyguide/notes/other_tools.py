"""Translates Markdown of other tools into plain Markdown: MDX, Docusaurus, Hugo, Jekyll, Obsidian, and active HTML.

Every translation keeps the number of lines, so that places in reports stay right. Code is not touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from web.reading.addresses import address_parts

FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})")
CODE = re.compile(r"(?<!`)(?P<ticks>`++)[^`\n]{1,1000}+(?P=ticks)(?!`)")
EXCALIDRAW = re.compile(r"\A---\n(?:[^\n]*\n){0,40}?excalidraw-plugin:")
# Docusaurus, VitePress and others: three colons or more, a kind, perhaps a title.
CONTAINER = re.compile(
    r"^[ \t]{0,3}:{3,}+[ \t]*+(?P<kind>[A-Za-z][\w-]{0,30}+(?=[ \t\[{]|$))?+"
    r"(?:\[(?P<boxed>[^\]\n]{1,200}+)\]|(?:[ \t]++|(?<=[ \t]))(?P<title>[^\s{][^\n{]{0,199}+))?"
    r"(?:\{[^}\n]{0,200}+\})?[ \t]*+$"
)
MDX_LINE = re.compile(r"^(?:import\s+[\w{*'\"][^\n]*|export\s+(?:const|let|default|function|\{)[^\n]*)$")
MDX_COMMENT = re.compile(r"\{/\*[^*\n]{0,1000}(?:\*(?!/)[^*\n]{0,1000}){0,20}\*/\}")
COMPONENT = re.compile(r"</?[A-Z][\w.]{0,60}(?:[ \t][^<>\n]{0,1000})?/?>|</?>")
SHORT_CODE = re.compile(r"\{\{[<%](?P<inside>[^{}\n]{1,800}+)\}\}")
LIQUID = re.compile(
    r"\{%-?[ \t]*(?P<name>[a-z_]{1,30})(?P<given>[^%\n]{0,300}?)-?%\}"
    r"|\{\{[ \t]*(?P<value>(?:site\b|page\b|relative_url\b)[\w.]*)[^{}\n]{0,100}\}\}"
)
GIVEN = re.compile(
    r"(?:(?P<key>[\w-]{1,40})=)?(?:\"(?P<text>[^\"\n]{0,500})\"|'(?P<single>[^'\n]{0,500})'|(?P<word>[^\s\"']{1,500}))"
)
# Pandoc, kramdown and Hugo: an id, classes and attributes of a heading.
ATTRIBUTES = re.compile(r"\{:?[ \t]{0,3}(?=[#.])(?:#(?P<id>[\w:-][\w.:-]{0,99}+))?[^{}\n]{0,200}+\}$")
# Tabs and snippets of MkDocs; properties, queries and references to blocks of Logseq; classes of kramdown.
FOREIGN_MARK = re.compile(
    r"^[ \t]*(?:=== ?[+!]?\"|-{1,2}8<-{1,2}|(?:- )?[a-z][\w-]{0,40}:: |\{(?::|[ \t]?[.#])[^{}\n]{1,200}+\}[ \t]*$)"
    r"|\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)"
)
# What Jekyll, MkDocs and templates fill in. In a formula two braces follow a sign or another brace.
FILLED_IN = re.compile(r"(?<![\w^_{}$\\])\{\{(?![<%{])[^{}\n]{1,300}+\}\}")
JEKYLL_ADDRESS = re.compile(
    r"\{\{-?[ \t]{0,9}(?:\"(?P<path>[^\"{}\n]{1,500}+)\"|'(?P<single>[^'{}\n]{1,500})')"
    r"[ \t]{0,9}\|[ \t]{0,9}(?:relative|absolute)_url[ \t]{0,9}-?\}\}"
)
# Classes and sizes behind a link or a picture: MkDocs writes { .wide }, kramdown {: .wide}, Pandoc {width=50%}.
LINK_ATTRIBUTES = re.compile(r"(?<=\))\{:?[ \t]{0,3}(?=[.#]|[a-z][\w-]{0,30}=)[^{}\n]{1,200}+\}")
QUERY = re.compile(
    r"[ \t]*(?:dataview|dataviewjs|query|tasks|base)[ \t]*$"
)  # lists that Obsidian makes when it shows them
PICTURE_SIZE = re.compile(r"(?<=\))\{:(?:height|width)[ \d,:a-z]{1,60}\}")  # of Logseq
BLOCK_ID = re.compile(r"(?:(?<=\S)[ \t]+|^)\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{1,60}[ \t]*$")
PLAYER = re.compile(r"<(?P<tag>iframe|video|audio|embed|object)\b(?P<given>[^<>\n]{0,2000})>", re.IGNORECASE)
PLAYER_SOURCE = re.compile(r"\b(?:src|data)\s*=\s*[\"']?(?P<address>[^\"'\s>]{1,2000})", re.IGNORECASE)
SCRIPT = re.compile(r"<(?P<tag>script|style)\b[^<>\n]{0,500}>", re.IGNORECASE)
NOTICES = {
    "notice", "callout", "hint", "alert", "admonition", "note", "tip", "info", "warning", "caution", "danger",
    "important", "details", "expand", "spoiler", "box", "attention",
}  # fmt: skip
FOLDED = frozenset({"details", "expand", "spoiler"})
TEMPLATE_LINES = frozenset({"raw", "endraw", "comment", "endcomment", "capture", "endcapture"})
MATHS = frozenset({"katex", "math", "mathjax", "latex"})
EDGE = "\x01"  # between the dollars of a formula and what stands within, while a line is read
PLAYERS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


@dataclass(frozen=True)
class Translated:
    """`changed` counts by kind of notice (studyguide.notes.notices); `lines` holds the first line of each kind."""

    text: str
    changed: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)


def is_drawing_file(text: str) -> bool:
    """Whether a note is the file of a drawing of Excalidraw in Obsidian, which holds no text for readers."""
    return bool(EXCALIDRAW.match(text))


def translated(text: str, *, is_mdx: bool = False) -> Translated:
    """The text in plain Markdown, and what had to be left out or changed for it."""
    if not (is_mdx or any(sign in text for sign in ("{", "::", "^", "<", "=== ", "8<", "((", "```", "~~~"))):
        return Translated(text)
    reader = _Reader(is_mdx=is_mdx)
    made = [reader.read(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    return Translated("\n".join(made), reader.changed, reader.first)


class _Reader:
    """Reads line by line; `boxes` are the open blocks that become quotes, by the name that closes each."""

    def __init__(self, *, is_mdx: bool) -> None:
        self.is_mdx = is_mdx
        self.fence = self.maths = ""
        self.boxes: list[str] = []
        self.changed: Counter[str] = Counter()
        self.first: dict[str, int] = {}
        self.number = 0

    def read(self, number: int, line: str) -> str:
        self.number = number
        quote = "> " * len(self.boxes)
        if marked := FENCE.match(line):
            if not self.fence and QUERY.match(line, marked.end()):
                self._left_out("foreign-mark")
            closes = (
                bool(self.fence) and marked[1].startswith(self.fence) and not line.strip(" \t>").strip(marked[1][0])
            )
            self.fence = "" if closes else self.fence or marked[1]
            return quote + line
        if self.fence and not (self.fence.startswith("{{") and "{{" in line):
            if self.fence == "{%" and "endhighlight" in line and LIQUID.search(line):
                self.fence = ""
                return quote + "```"
            return quote + line
        if (box := CONTAINER.match(line)) and (box["kind"] or self.boxes):
            return self._container(box)
        if self.is_mdx and MDX_LINE.match(line):
            return self._left_out("component", quote)
        return self._inline(line)

    def _container(self, box: re.Match[str]) -> str:
        if not box["kind"]:
            self.boxes.pop()
            return "> " * len(self.boxes)
        title = (box["boxed"] or box["title"] or "").strip()
        return self._open(":::", box["kind"], title)

    def _open(self, closer: str, kind: str, title: str) -> str:
        self.boxes.append(closer)
        folded = "-" if kind in FOLDED else ""
        return "> " * len(self.boxes) + f"[!{kind}]{folded} {title}".rstrip()

    def _inline(self, line: str) -> str:
        depth = len(self.boxes)
        if line.startswith("#") and (found := ATTRIBUTES.search(line.rstrip())):
            anchor = f' <a id="{escape(found["id"])}"></a>' if found["id"] else ""
            line = line[: found.start()].rstrip() + anchor
        if "){" in line:
            line = PICTURE_SIZE.sub("", line)
            if "](" in line:
                line = self._outside_code(LINK_ATTRIBUTES, lambda _: self._left_out("attributes"), line)
        if FOREIGN_MARK.search(line):
            self._left_out("foreign-mark")
        if "^" in line:
            line = BLOCK_ID.sub("", line)
        if "{{" in line or "{%" in line:
            line = self._outside_code(SHORT_CODE, self._short_code, line)
            line = _with_maths(line) if EDGE in line else line
            line = self._outside_code(JEKYLL_ADDRESS, lambda found: found["path"] or found["single"], line)
            line = self._outside_code(LIQUID, self._liquid, line)
            line = self._outside_code(FILLED_IN, lambda found: self._left_out("foreign-mark", found[0]), line)
        if "<" in line or "{/*" in line:
            line = self._html(line)
        if len(self.boxes) != depth or line.startswith("> ["):  # the line opens or closes a box
            return line if line.startswith(">") or not self.boxes else "> " * len(self.boxes) + line
        return "> " * depth + line

    def _html(self, line: str) -> str:
        if self.is_mdx:
            line = self._outside_code(MDX_COMMENT, lambda _: self._left_out("comment"), line)
            line = self._outside_code(COMPONENT, lambda _: self._left_out("component"), line)
        line = self._outside_code(PLAYER, self._player, line)
        return self._outside_code(SCRIPT, lambda found: self._left_out("script", found[0]), line)

    def _outside_code(self, pattern: re.Pattern[str], say: Callable[[re.Match[str]], str], line: str) -> str:
        if "`" not in line:
            return pattern.sub(say, line)
        pieces, last = [], 0
        for code in CODE.finditer(line):
            pieces += [pattern.sub(say, line[last : code.start()]), code[0]]
            last = code.end()
        return "".join([*pieces, pattern.sub(say, line[last:])])

    def _left_out(self, kind: str, instead: str = "") -> str:
        self.changed[kind] += 1
        self.first.setdefault(kind, self.number)
        return instead

    def _player(self, found: re.Match[str]) -> str:
        source = PLAYER_SOURCE.search(found["given"])
        if source is None:
            return found[0]
        address = source["address"]
        host = address_parts(address if "//" in address else "").netloc if "]" not in address else ""
        if not host:
            return f"![]({address})"
        return self._left_out(
            "player", f'<a href="{escape(address)}">{escape(found["tag"].lower())} at {escape(host)}</a>'
        )

    def _short_code(self, found: re.Match[str]) -> str:
        words = found["inside"].strip()
        if words[-1] not in ">%":
            return found[0]
        words = words[:-1].removesuffix("/").strip()
        name, _, rest = words.removeprefix("/").strip().partition(" ")
        name, given = name.lower(), _given(rest)
        if name in MATHS:
            sign = "$$" if given.get("0") == "display" or given.get("display", "false") != "false" else "$"
            self.maths = self.maths if words.startswith("/") else sign
            return EDGE + self.maths if words.startswith("/") else self.maths + EDGE
        if words.startswith("/"):
            return self._end_of(name)
        if made := _plain_short_code(name, given):
            return made
        if name in PLAYERS and (key := given.get("id") or given.get("0")):
            return self._left_out("player", f"[Video on {name.capitalize()}]({PLAYERS[name]}{key})")
        if name == "highlight":
            self.fence = "{{"
            return "```" + (given.get("0") or "")
        if name == "mermaid":
            self.fence = "{{"
            return "```mermaid"
        if name in NOTICES:
            kind = next((given[key] for key in ("type", "0") if given.get(key, "").isalpha()), name)
            title = (
                given.get("title") or given.get("summary") or (given.get("1") or "" if kind == given.get("0") else "")
            )
            if name in FOLDED:
                kind, title = "details", given.get("title") or given.get("summary") or given.get("0") or ""
            return self._open(name, kind.lower(), title)
        return self._left_out("short-code")

    def _end_of(self, name: str) -> str:
        if self.fence == "{{":
            self.fence = ""
            return "```"
        if name in self.boxes:
            del self.boxes[len(self.boxes) - 1 - self.boxes[::-1].index(name) :]
            return ""
        return ""

    def _liquid(self, found: re.Match[str]) -> str:
        if found["value"]:
            return "" if "baseurl" in found["value"] or "site.url" in found["value"] else self._left_out("short-code")
        name, given = found["name"], found["given"].strip()
        if name == "highlight":
            self.fence = "{%"
            return "```" + given.partition(" ")[0]
        if name == "link":
            return "/" + given
        if name == "post_url":
            return f"/_posts/{given}.md"
        return "" if name in TEMPLATE_LINES else self._left_out("short-code")


def _with_maths(line: str) -> str:
    """The dollars of formulas at their text, and two of them where a formula goes on in the next line."""
    pieces = line.split(EDGE)
    if len(pieces) % 2 == 0:
        return "".join(pieces).replace("$$", "$").replace("$", "$$")
    return "".join(piece.strip() if index % 2 else piece for index, piece in enumerate(pieces))


def _given(text: str) -> dict[str, str]:
    """What a short code is given: by name, and by place as "0", "1"…"""
    found: dict[str, str] = {}
    for each in GIVEN.finditer(text):
        key = each["key"] or str(sum(name.isdecimal() for name in found))
        found[key] = next(each[group] for group in ("text", "single", "word") if each[group] is not None)
    return found


def _plain_short_code(name: str, given: dict[str, str]) -> str:
    if name in ("ref", "relref"):
        path, mark, anchor = (given.get("0") or given.get("path") or "").partition("#")
        is_bare = path and "." not in path.rpartition("/")[2] and not path.endswith("/")
        return f"{path}.md{mark}{anchor}" if is_bare else f"{path}{mark}{anchor}"
    if name in ("figure", "img", "image") and (source := given.get("src") or given.get("0")):
        words = given.get("alt") or given.get("caption") or given.get("title") or ""
        caption = given.get("caption") or ""
        return f"![{words}](<{source}>)" + (f" *{caption}*" if caption and caption != words else "")
    return ""
