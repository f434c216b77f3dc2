"""The command that compares arrows of foreign drawings with their own tools tells right from turned and missing."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from scripts.check_directions import compared, imported, of_drawio, of_excalidraw


def test_what_is_turned_is_told_from_what_is_missing():
    theirs = Counter({("a", "b"): 2, ("b", "c"): 1, ("c", "a"): 1})
    ours = Counter({("a", "b"): 1, ("b", "a"): 1, ("b", "c"): 1, ("a", "x"): 1})

    found = compared(theirs, ours)

    assert found == Counter(arrows=4, same=2, turned=1, missing=1)


CELL = (
    '<mxCell id="{0}" value="{0}" vertex="1" parent="1">'
    '<mxGeometry x="{1}" width="80" height="40" as="geometry"/></mxCell>'
)
DRAWN = (
    '<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>'
    + "".join(CELL.format(name, at * 200) for at, name in enumerate("abc"))
    + '<mxCell id="e1" edge="1" parent="1" source="a" target="b" style="startArrow=classic;endArrow=none"/>'
    + '<mxCell id="e2" edge="1" parent="1" source="b" target="c" style="startArrow=block;"/>'
    + "</root></mxGraphModel>"
)
BOX = {"type": "rectangle", "y": 0, "width": 80, "height": 40}
TEXT = {"type": "text", "y": 10, "width": 10, "height": 10}
ELEMENTS = [
    {**BOX, "id": "a", "x": 0},
    {**BOX, "id": "b", "x": 200},
    {**TEXT, "id": "ta", "text": "a", "containerId": "a", "x": 10},
    {**TEXT, "id": "tb", "text": "b", "containerId": "b", "x": 210},
    {
        "type": "arrow",
        "id": "e",
        "x": 80,
        "y": 20,
        "points": [[0, 0], [120, 0]],
        "startBinding": {"elementId": "a"},
        "endBinding": {"elementId": "b"},
        "startArrowhead": "arrow",
        "endArrowhead": None,
    },
]


@pytest.mark.parametrize(
    ("text", "oracle", "pairs"),
    [
        (DRAWN, of_drawio, [("b", "a"), ("b", "c"), ("c", "b")]),
        (json.dumps({"type": "excalidraw", "version": 2, "elements": ELEMENTS}), of_excalidraw, [("b", "a")]),
    ],
    ids=["drawio", "excalidraw"],
)
def test_imports_point_where_the_heads_are(text, oracle, pairs):
    """A head at the start turns an arrow, a head at both ends makes two."""
    assert oracle(text) == Counter(pairs)
    assert compared(oracle(text), imported(text)) == Counter(arrows=len(pairs), same=len(pairs))
