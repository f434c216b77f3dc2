"""The browser's merge patches give what the server's give: static/js/design/merge-patch.js against patches.py."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page

from designs.document.patches import apply, diff, effective, invert, overlap
from tests.designs.document.examples import complete
from tests.designs.document.test_check_change import places

SAMPLES = 150
RUN = """async ([document, patches]) => {
  const { apply, diff, effective, invert, overlap } = await import("/static/js/design/merge-patch.js");
  return patches.map((patch, index) => {
    const after = apply(document, patch);
    const meetings = overlap(patch, patches.at(index - 1)).length;
    return [after, diff(document, after), effective(document, patch), invert(document, patch), meetings];
  });
}"""


def random_patches(seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    spots = list(places(complete()))
    values: list[Any] = [None, True, 0, 1.5, "", "text", {}, {"a": {"b": 1}}, {"x": None}, [1, {"a": 2}]]
    found = []
    for _ in range(SAMPLES):
        patch: dict[str, Any] = {}
        for _ in range(chance.randint(1, 4)):
            *path, last = chance.choice(spots)
            at = patch
            for part in path:
                inner = at.get(part)
                at[part] = at = inner if isinstance(inner, dict) else {}
            at[last] = chance.choice(values)
        found.append(patch)
    return found


@pytest.mark.one_database
def test_both_sides_patch_alike(page: Page, db):
    patches = random_patches(7)
    page.goto("/designs/")
    document = complete()
    expected = []
    for index, patch in enumerate(patches):
        after = apply(document, patch)
        one_before = patches[index - 1]
        expected.append(
            [
                after,
                diff(document, after),
                effective(document, patch),
                invert(document, patch),
                len(overlap(patch, one_before)),
            ]
        )
    assert page.evaluate(RUN, [document, patches]) == expected
