"""The number of shipped scenarios that use each word as a name, for designs/interviews/word_counts.txt.

    python -m scripts.count_words > designs/interviews/word_counts.txt

Words that only one scenario uses are left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from designs.interviews.subject import terms_of
from designs.scenarios.reading import read_scenario

SCENARIOS = Path(__file__).resolve().parents[1] / "fixtures" / "scenarios"


def main() -> None:
    found = Counter[str]()
    for path in sorted(SCENARIOS.glob("*.yaml")):
        found.update(terms_of(read_scenario(path.read_bytes(), file=path.name).scenario))
    sys.stdout.writelines(f"{word} {count}\n" for word, count in sorted(found.items()) if count > 1)


if __name__ == "__main__":
    main()
