"""`make bench`, or `python -m benchmarks NAME...` for some of them. Each benchmark runs in its own process."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.table import HEAD, Row, line
from config.running.garbage import spare_what_is_loaded

# In the order of the budgets. Each module has `run()`, which returns one or more rows.
BENCHMARKS: tuple[str, ...] = (
    "pages",
    "notes",
    "keystrokes",
    "calculators",
    "saving",
    "classroom",
    "analysis",
    "search",
    "cards",
    "decks",
    "canvas",
    "workers",
    "starting",
    "readers",
    "interviewer",
)


def main(names: list[str]) -> int:
    """Prints each row as soon as it is known; a benchmark that fails is named, and the others still run."""
    rows: list[Row] = []
    failed: list[str] = []
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or BENCHMARKS:
            result = Path(folder, name)
            command = [sys.executable, "-m", "benchmarks", "--one", name, str(result)]
            if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
                failed.append(name)
                continue
            for row in pickle.loads(result.read_bytes()):
                print(line(row), flush=True)
                rows.append(row)
    over = [row for row in rows if not row.is_kept]
    print(f"{len(rows)} rows, {len(over)} over budget, {len(failed)} benchmarks failed {' '.join(failed)}".rstrip())
    return 1 if over or failed else 0


def run_one(name: str, result: Path) -> int:
    """Measures the site's code and the yardstick with the garbage collector set as on the site."""
    benchmark = import_module(f"benchmarks.{name}")
    spare_what_is_loaded()
    rows = benchmark.run()
    result.write_bytes(pickle.dumps(rows))
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(run_one(given[1], Path(given[2])) if given[:1] == ["--one"] else main(given))
