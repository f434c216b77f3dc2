from __future__ import annotations

from pathlib import Path

import pytest

from studyguide.notes.bounds import make_bounded
from studyguide.notes.inline import NEEDS, make_inline_quick
from studyguide.notes.markup import Slots, converter

TOPICS = sorted((Path(__file__).parents[3] / "fixtures" / "topics").rglob("*.md"))
TRICKY = [
    "a `code` with `` two ` ticks `` and \\* an escape",
    "**bold *both* bold** __under__ ~~gone~~ a_b_c",
    '![image](/a.png) [link](/x "t") [ref][r] <http://a.example> <me@a.example>\n\n[r]: /r',
    "a line  \nbroken, an &amp; entity, <b>html</b>, a note[^1]\n\n[^1]: here",
    "**a** b, (**b c**), x**c**y **d**. **e**f g_**h**_ **`i` j** **k, l.** m",
    "**a **b** c** and ***d** e* and *f **g** h* and **i*j** and ~~**k**~~ **l",
    "** a** **b ** **c***d* **e**** f **g\\** h** *i* **j** **k_l** **m** *n",
    "* **a** b **c\nd** e\n* _f **g** h_ **i**_ **[j](/k)** **<b>l</b>** **é** **1**",
    "[[wiki|label]] and [[other#part]] in `[[code]]`",
]


@pytest.mark.parametrize("text", [*TRICKY, *(path.read_text() for path in TOPICS)])
def test_the_quick_processor_gives_what_the_original_gives(text):
    original, quick = converter({}, Slots()), converter({}, Slots())
    make_inline_quick(quick)

    assert quick.convert(text) == original.convert(text)


def test_every_pattern_that_is_skipped_is_one_that_the_converter_has():
    assert set(NEEDS) <= {*(item.name for item in converter({}, Slots()).inlinePatterns._priority)}


@pytest.mark.parametrize("text", [*TRICKY, *(path.read_text() for path in TOPICS)])
def test_bounds_change_nothing_of_what_people_write(text):
    original, bounded = converter({}, Slots()), converter({}, Slots())
    make_bounded(bounded)

    assert bounded.convert(text) == original.convert(text)
