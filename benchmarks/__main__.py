"""`make bench`, or `python -m benchmarks NAME...` for some of them. Each benchmark runs in a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.table import Row, render
from config.garbage import spare_what_is_loaded

# In the order of the budgets. Each module has `run()`, which answers with one or more rows.
BENCHMARKS: tuple[str, ...] = (
    "pages",
    "notes",
    "calculators",
    "saving",
    "classroom",
    "analysis",
    "search",
    "cards",
    "canvas",
)


def main(names: list[str]) -> int:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names or BENCHMARKS:
            print(f"… {name}", file=sys.stderr, flush=True)
            result = Path(folder, name)
            command = [sys.executable, "-m", "benchmarks", "--one", name, str(result)]
            subprocess.run(command, check=True, stdout=sys.stderr)
            rows += pickle.loads(result.read_bytes())
    print(render(sorted(rows, key=lambda row: row.number)))
    return 0 if all(row.is_kept for row in rows) else 1


def run_one(name: str, result: Path) -> int:
    """Ours and the yardstick with garbage collected as the site does it."""
    benchmark = import_module(f"benchmarks.{name}")
    spare_what_is_loaded()
    rows = benchmark.run()
    result.write_bytes(pickle.dumps(rows))
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(run_one(given[1], Path(given[2])) if given[:1] == ["--one"] else main(given))
