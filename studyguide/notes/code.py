"""Code in notes, coloured by classes alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

# What people write after ```: `js`, `{.js}`, `sh:file.sh`, `js filename="a.js" {1,3}`, `.env`, `text/plain`.
LANGUAGE = re.compile(r"\s*+\{?\s*+\.?([\w+#-]++)")
# Of some languages the library needs time with the square or the cube of the text, above all of long blanks.
LONGEST_COLOURED = 5_000
LONG_BLANK = re.compile(r"\s{200}")
FORMATTER: Any = HtmlFormatter(nowrap=True)


def language_of(info: str) -> str:
    """The language that the words behind an opening fence name, or nothing."""
    found = LANGUAGE.match(info)
    return found[1].lower() if found else ""


def code_html(source: str, *, info: str = "") -> str:
    """The code as HTML; a language that nobody knows is plain text."""
    is_coloured = len(source) <= LONGEST_COLOURED and not LONG_BLANK.search(source)
    lexer = _lexer(language_of(info) if is_coloured else "")
    body = highlight(source, lexer, FORMATTER).rstrip("\n")
    return f'<div class="highlight"><pre tabindex="0"><span></span><code>{body}\n</code></pre></div>'


@lru_cache(maxsize=100)
def _lexer(language: str) -> Any:
    try:
        return get_lexer_by_name(language, stripnl=False) if language else TextLexer(stripnl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False)
