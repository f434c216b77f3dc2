"""Ids of what is drawn are made alike by Python and by the canvas: diagram_edits.new_id and newKey of edits.js."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from designs.document.diagram_edits import new_id
from tests.node import command

EDITS = Path(__file__).parents[3] / "static/js/design/canvas/edits.js"
NAMES = [
    "Tweet service", "Tweet service", "tweet-service-2", "Müller box", "  ", "", "99 % of it", "Straße", "決済 API",
    "決済", "a" * 40, "-x-", "ÀÉÎÕÜ", "ﬁle store", "2½ cache", "İstanbul", "A & B / C", "x\ty", "№ 5",
    "b" * 31 + " c", "😀 smile", "Ünïcödé Çedilla",
]  # fmt: skip
RUN = """
const { newKey } = await import(process.argv[1]);
const taken = {};
const found = JSON.parse(process.argv[2]).map((name) => {
  const key = newKey(name, taken);
  taken[key] = {};
  return key;
});
console.log(JSON.stringify(found));
"""


def test_both_sides_make_the_same_ids():
    taken: dict[str, dict] = {}
    expected = []
    for name in NAMES:
        key = new_id(name, taken)
        taken[key] = {}
        expected.append(key)
    script = [*command("node"), "--input-type=module", "-e", RUN, EDITS.as_uri(), json.dumps(NAMES)]
    answer = subprocess.run(script, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == expected
    assert expected[:4] == ["tweet-service", "tweet-service-2", "tweet-service-2-2", "muller-box"]
