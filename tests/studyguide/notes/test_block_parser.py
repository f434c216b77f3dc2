from __future__ import annotations

import random
from pathlib import Path

import pytest

from studyguide.notes.block_parser import NEEDS, make_blocks_quick
from studyguide.notes.inline import make_inline_quick
from studyguide.notes.markup import Slots, converter

TOPICS = sorted((Path(__file__).parents[3] / "fixtures" / "topics").rglob("*.md"))
TRICKY = [
    "Title\n=====\n\n## Second ##\ntext below it\n\nThird\n---\n\n* * *\n\n***",
    '!!! note "Mind"\n    inside\n\n    - a list\n\n        deeper\n\n    more\n\noutside',
    "- one\n\n    below one\n\n        code below one\n\n- two\n    1. deep\n    2. deeper\n\n    code",
    "term\n:   what it is\n\n    more of it\n\nother\nnames\n: short",
    "> quoted\n> > twice\n\n> - a list\n\ntext\n> lazy",
    "| a | b |\n| --- | :-: |\n| `x|y` | a \\| b |\n|  | `` ` `` |\n\na|b\n-|-\n1|2\n\n|only|\n|-|\n|x|",
    "HTML[^1] and [a link][r], [^2]\n\n*[HTML]: Hyper Text\n[^1]: a note\n\n    of two paragraphs\n\n[r]:/r\n[^2]: two",
    "    code\n\n    more code\n\n```python\nfenced()\n```\n\n- item\n\n    ```\n    fenced\n    ```",
    "<div>\n\n# not a heading\n\n</div>\n\nA [x]: y in the text\n: not a term",
]

PIECES = [
    *("**", "*", "_", "__", "~~", "***", "a", "b c", " ", "(", ")", ".", "\n", "`x`", "\\", "é", "[l](/u)", "<b>"),
    *("&amp;", "- ", "1. ", "    ", "\n\n", "> ", "# ", "|", "|-|-|\n", ": ", "!!! note\n", "```\n", "[^1]", "~~~\n"),
    *("[^1]: n", "*[a]: t", "[r]: /u", "==", "---", "\t", "  \n", "[[a|b]]"),
]


@pytest.mark.parametrize("text", [*TRICKY, *(path.read_text() for path in TOPICS)])
def test_the_quick_parser_gives_what_the_original_gives(text):
    original, quick = converter({}, Slots()), converter({}, Slots())
    make_blocks_quick(quick)

    assert quick.convert(text) == original.convert(text)


def test_all_that_is_quick_agrees_with_the_original_on_whatever_is_put_together():
    chance = random.Random(11)
    original, quick = converter({}, Slots()), converter({}, Slots())
    make_inline_quick(quick)
    make_blocks_quick(quick)

    for _ in range(400):
        text = "".join(chance.choices(PIECES, k=chance.randrange(3, 26)))
        assert quick.reset().convert(text) == original.reset().convert(text), text


def test_every_processor_that_is_skipped_is_one_that_the_converter_has():
    assert set(NEEDS) <= {*(item.name for item in converter({}, Slots()).parser.blockprocessors._priority)}
