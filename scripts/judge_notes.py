"""Counts where notes are read differently from CommonMark: `python -m scripts.judge_notes FOLDER... [--places]`

markdown-it-py with tables and strikethrough renders each whole file; our import renders the same file as topics. The
elements and words of both are counted. Differences that our own rules explain are subtracted and listed; the rest are
unwanted differences. `--places` names the files that have any. The files are not changed.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from studyguide.notes.book import bind
from studyguide.notes.errors import NoteError
from studyguide.notes.front_matter import split
from studyguide.notes.notices import Notices
from studyguide.notes.source import read_old_text, read_text
from studyguide.services.files import note_files

ELEMENTS = ("headings", "p", "li", "tr", "pre", "blockquote", "a", "img", "em", "strong", "code", "hr", "del")
WORD = re.compile(r"[^\W_]+")
ADDRESS = re.compile(r"https?://|\bwww\.|[\w.+-]++@[\w-]++\.")
HIDDEN = ("svg", "math", "style", "script")
OBSIDIAN = re.compile(r"%%.*?%%", re.DOTALL)
MATHS = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
CALLOUT = re.compile(r"^ {0,3}>\s*\[![\w-]+\]", re.MULTILINE)
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
WIKI = re.compile(r"!?\[\[[^\[\]\n]+\]\]")
EMBED = re.compile(r"!\[\[[^\[\]\n]+\]\]")
# mkdocs: `!!! note "Title"`, `=== "Tab"`, and attributes in braces. Indented text below them is Markdown, not code.
BLOCK = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?|===\+?)[^\n]*$", re.MULTILINE)
ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
FENCE_WORDS = re.compile(r"^[ \t]*(?:```+|~~~+)[^\n]*$", re.MULTILINE)
TASK = re.compile(r"^\s*[-*+] \[[ xX]\]", re.MULTILINE)
DRAWING = re.compile(r"^ *```+ *mermaid.*?^ *```", re.MULTILINE | re.DOTALL)  # its words are part of a picture
BLOCK_NAME = re.compile(r"(?:^|\s)\^[\w-]+[ \t]*$", re.MULTILINE)  # what links to a block of Obsidian call it
EMOJI = re.compile(r":[a-z0-9_+-]+:")
ABBREVIATION = re.compile(r"^[ \t]*\*\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)  # shown as the meaning of a word
# Within the indented text of mkdocs, comments and definitions show nothing, and numbers make a list; CommonMark takes
# them for code.
INDENTED_COMMENT = re.compile(r"^[ \t]{4,}[^\n]*?(<!--[^\n]*?-->)", re.MULTILINE)
INDENTED_DEFINITION = re.compile(r"^[ \t]{4,}\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
INDENTED_NUMBER = re.compile(r"^[ \t]{4,}(\d{1,3})\.[ \t]", re.MULTILINE)
MARKS = (
    ABBREVIATION,
    INDENTED_NUMBER,
    INDENTED_COMMENT,
    INDENTED_DEFINITION,
    DRAWING,
    BLOCK_NAME,
    EMOJI,
    TASK,
    OBSIDIAN,
    MATHS,
    WIKI,
    CALLOUT,
    BLOCK,
    ATTRIBUTES,
    FENCE_WORDS,
    FOOTNOTE,
)


class Seen(HTMLParser):
    """Counts elements and words of HTML; `inside` are elements within headings, `linked` pictures within links."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.remote = self.own_links = self.hidden = self.bare = self.quoted = 0
        self.is_in_heading = False
        self.code: list[str] | None = None  # of a block of code, whose words may be coloured piece by piece

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hidden += tag in HIDDEN
        if tag == "pre":
            self.code = []
        self.quoted += tag in ("a", "code")
        is_heading = re.fullmatch(r"h[1-6]", tag) is not None
        self.is_in_heading = self.is_in_heading or is_heading
        self.elements["headings" if is_heading else tag] += 1
        self.inside[tag] += self.is_in_heading
        self.remote += tag == "img" and re.match(r"https?:", given.get("src") or "") is not None
        self.own_links += tag == "a" and bool(given.get("class"))

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in HIDDEN
        if tag == "pre" and self.code is not None:
            self.words.update(WORD.findall("".join(self.code)))
            self.code = None
        self.quoted -= tag in ("a", "code")
        self.is_in_heading = self.is_in_heading and re.fullmatch(r"h[1-6]", tag) is None

    def handle_data(self, data: str) -> None:
        self.bare += 0 if self.quoted else len(ADDRESS.findall(data))
        if self.code is not None:
            self.code.append(data.casefold())
        elif not self.hidden:
            self.words.update(WORD.findall(data.casefold()))


def seen(html: str) -> Seen:
    counter = Seen()
    counter.feed(html)
    return counter


def reasons(text: str, theirs: Seen, mine: Seen, topics: int) -> dict[str, int]:
    """By element, how many more or fewer our own rules produce; docs/notes.md describes each rule."""
    callouts, footnotes = len(CALLOUT.findall(text)), len(FOOTNOTE.findall(text))
    new_links = len(WIKI.findall(text)) + 2 * footnotes + theirs.remote + theirs.bare + mine.own_links
    indented = len(re.findall(r"^(?: {4}|\t)", text, re.MULTILINE)) if BLOCK.search(text) else 0
    why = {
        "headings": topics,  # a file without a heading gets its file name as title
        "a": new_links + theirs.inside["a"],
        "img": theirs.elements["img"] + len(EMBED.findall(text)),
        "blockquote": callouts,
        "p": 2 * callouts + footnotes + len(TASK.findall(text)) + len(MATHS.findall(text)),
        "li": footnotes,
        "hr": int(footnotes > 0),
        "pre": text.count("```mermaid") + len(MATHS.findall(text)),
        **{name: theirs.inside[name] + len(MATHS.findall(text)) for name in ("strong", "em", "code", "del")},
    }
    return {name: why.get(name, 0) + indented for name in ELEMENTS}


def _text(raw: bytes, path: str) -> str:
    try:
        return read_text(raw, path=path)
    except NoteError:
        return read_old_text(raw, path=path)


def judge(folder: Path, *, shows_places: bool) -> None:
    found = note_files([folder])
    book = bind(found.notes, pictures=found.read_pictures())
    ours: dict[str, list[str]] = defaultdict(list)
    for page in book.pages:
        ours[page.note.path].append(f"<h1>{page.note.title}</h1>{page.rendered.html}")
    judge_of = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    more, fewer, explained = Counter[str](), Counter[str](), Counter[str]()
    lost, places, same = Counter[str](), [], 0
    for path, raw in found.notes:
        text = split(_text(raw, path), path=path, notices=Notices(is_strict=False))[1]
        theirs, mine = seen(judge_of.render(text)), seen("".join(ours.get(path, [])))
        missing = theirs.words - mine.words
        for said in (each for pattern in MARKS for each in pattern.findall(text)):
            missing -= Counter(WORD.findall(said.casefold()))
        why = reasons(text, theirs, mine, len(ours.get(path, [])))
        lost += missing
        differs = bool(missing)
        for name in ELEMENTS:
            gap = mine.elements[name] - theirs.elements[name]
            known = why[name]
            explained[name] += min(abs(gap), known)
            left = max(0, abs(gap) - known)
            (more if gap > 0 else fewer)[name] += left
            differs = differs or bool(left)
        same += not differs
        if differs and shows_places:
            places.append(f"    {path}: {sum(missing.values())} words, {', '.join(list(missing)[:5])}")
    print(f"{folder.name}: {len(found.notes):,} files, {same:,} without an unexplained difference")  # noqa: T201
    for name in ELEMENTS:
        if more[name] or fewer[name] or explained[name]:
            print(f"    {name:11} {explained[name]:>6,} explained  {more[name]:>6,} more  {fewer[name]:>6,} fewer")  # noqa: T201
    print(f"    words lost  {sum(lost.values()):>6,}  {', '.join(word for word, _ in lost.most_common(8))}")  # noqa: T201
    print("\n".join(places), end="\n" if places else "")  # noqa: T201


if __name__ == "__main__":
    for each in sys.argv[1:]:
        if not each.startswith("--"):
            judge(Path(each), shows_places="--places" in sys.argv)
