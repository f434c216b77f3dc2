"""Styles as a renderer without a browser reads them."""

from __future__ import annotations

import pytest

from web.charts.plain_styles import plain_styles

pytestmark = pytest.mark.one_database
TOKENS = ":root { --ink: light-dark(#1b232e, #e6eaf0); --shade: light-dark(rgb(1 2 3 / 0.1), #000); --box: var(--ink) }"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (".a text { fill: var(--ink); }", ".a text{fill:#1b232e}"),
        (".a { stroke: var(--box); margin: 2px }", ".a{stroke:#1b232e}"),
        (".a { fill: var(--shade) }", ".a{fill:rgb(1 2 3 / 0.1)}"),
        (".a { fill: var(--nobody) }", ".a{fill:none}"),
        (".a { fill: color-mix(in srgb, #ff0000 50%, #0000ff) }", ".a{fill:#800080}"),
        (".a :is(rect, .b) { fill: red }", ".a rect,.a .b{fill:red}"),
        (".a:is(.b, .c) :is(rect, path) { fill: red }", ".a.b rect,.a.b path,.a.c rect,.a.c path{fill:red}"),
        (".a, .b:is(rect) { fill: red }", ".a,rect.b{fill:red}"),
    ],
)
def test_what_only_browsers_know_is_written_out(written, read):
    assert plain_styles([TOKENS, written]) == read


@pytest.mark.parametrize(
    "left_out",
    [
        "@media (width < 40rem) { .a { fill: red } }", "@import url('x'); ", "/* .a { fill: red } */",
        ".a:hover { fill: red }", "text { fill: red }", ".a > .b { fill: red }", ".a { color: red }",
    ],
)  # fmt: skip
def test_rules_that_do_not_concern_a_still_drawing_are_left_out(left_out):
    assert plain_styles([left_out, ".z { fill: blue }"]) == ".z{fill:blue}"
