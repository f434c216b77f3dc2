"""Scripts and styles are sent without comments and indentation, and do the same as their sources."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.node import command
from web.assets.storage import MINIFIERS

ROOT = Path(__file__).parents[2]


def test_esbuild_makes_the_same_of_a_source_and_of_what_is_sent(tmp_path: Path):
    sources = [path for folder in MINIFIERS for path in (ROOT / "static" / folder).rglob("*.*")]
    for path in sources:
        name = str(path.relative_to(ROOT / "static")).replace("/", "+")
        content = path.read_bytes()
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.min").write_bytes(MINIFIERS[name.partition("+")[0]](content))
    checked = subprocess.run(
        [*command("node"), "tests/minified.mjs", str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert len(sources) > 90
    assert json.loads(checked.stdout) == []
