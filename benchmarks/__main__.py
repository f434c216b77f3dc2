"""`make bench`, or `python -m benchmarks NAME...` for some of them. Each benchmark runs in a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from importlib import import_module

from benchmarks.table import Row, render

# In the order of the budgets. Each module has `run()`, which answers with one or more rows.
BENCHMARKS: tuple[str, ...] = ()


def main(names: list[str]) -> int:
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        print(f"… {name}", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, "-m", "benchmarks", "--one", name], check=True, stdout=subprocess.PIPE)
        rows += pickle.loads(done.stdout)
    print(render(rows))
    return 0 if all(row.is_kept for row in rows) else 1


def run_one(name: str) -> int:
    rows = import_module(f"benchmarks.{name}").run()
    sys.stdout.buffer.write(pickle.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(run_one(sys.argv[2]) if sys.argv[1:2] == ["--one"] else main(sys.argv[1:]))
