"""Counts what imports read from files of other tools: python -P scripts/count_imports.py FOLDER [--failures]

By format: files, files read, boxes, named boxes, arrows, arrows lost, entities, operations, files with remarks, files
refused, and the longest CPU time of one file. For formats that can be exported also how many designs were equal after
import, export and import (`rounds`), and how many would change if their own unchanged export was merged into them
(`moved`). A program error counts as a crash, and the exit status is then 1. The files are not changed, and nothing is
stored.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from designs.document.patches import diff
from designs.exchange.merging import replace_patch
from designs.exchange.problems import MAX_BYTES, ImportFailedError
from designs.exchange.registry import BY_SLUG, decoded, guess, read, read_back

Json = dict[str, Any]
KINDS = {".drawio", ".xml", ".excalidraw", ".mmd", ".md", ".mdx", ".sql", ".dbml", ".yaml", ".yml", ".json", ".dsl"}
KINDS |= {".proto", ".graphql", ".tf", ".puml", ".d2", ".dot", ".gv", ".svg"}
LOST = re.compile(r"^([\d,]+) (?:of [\d,]+ )?arrows? (?:was|were) left out")
COLUMNS = (
    "files",
    "read",
    "boxes",
    "named",
    "arrows",
    "lost",
    "zones",
    "entities",
    "calls",
    "remarks",
    "refused",
    "rounds",
    "moved",
    "crash",
)


def main(folder: Path, *, show: bool) -> int:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in KINDS or not path.is_file():
            continue
        for name, raw in pieces(path):
            slug, seconds = counted(name, raw, counts, show=show)
            slowest[slug] = max(slowest[slug], seconds)
    print(f"{'format':22}" + "".join(f"{each:>9}" for each in COLUMNS) + f"{'CPU s':>8}")  # noqa: T201
    for slug, found in sorted(counts.items()):
        print(f"{slug:22}" + "".join(f"{found[each]:>9}" for each in COLUMNS) + f"{slowest[slug]:>8.2f}")  # noqa: T201
    return 1 if any(found["crash"] for found in counts.values()) else 0


def pieces(path: Path) -> list[tuple[str, bytes]]:
    """A file; for Markdown, each Mermaid fence."""
    raw = path.read_bytes()[: MAX_BYTES + 1]
    if path.suffix.lower() not in (".md", ".mdx"):
        return [(str(path), raw)]
    text = raw.decode(errors="replace")
    found = re.findall(r"^[ \t]*```+ *mermaid(?:-example)?\b[^\n]*\n(.*?)^[ \t]*```", text, re.MULTILINE | re.DOTALL)
    return [(f"{path}#{number}", each.encode()) for number, each in enumerate(found, 1)]


def counted(name: str, raw: bytes, counts: dict[str, Counter[str]], *, show: bool) -> tuple[str, float]:
    started = time.process_time()
    slug, seconds = "unknown", 0.0
    try:
        text = decoded(raw)
        format_ = guess(text)
        slug = format_.slug if format_ else "unknown"
        imported = read(text)
        seconds = time.process_time() - started
        outcome = Counter(files=1, read=1, remarks=int(bool(imported.warnings)))
        outcome += rounds(name, slug, imported.document, show=show)
    except ImportFailedError as error:
        outcome = Counter(files=1, refused=1)
        if show:
            print(f"refused {slug}: {name}: {error}")  # noqa: T201
    except Exception as error:
        outcome = Counter(files=1, crash=1)
        print(f"CRASH {slug}: {name}: {error!r}")  # noqa: T201
    else:
        diagram = imported.document.get("diagram", {})
        boxes = diagram.get("components", {}).values()
        outcome["boxes"] = len(boxes)
        outcome["named"] = sum(bool(each.get("label")) for each in boxes)
        outcome["arrows"] = len(diagram.get("connections", {}))
        outcome["zones"] = len(diagram.get("zones", {}))
        outcome["entities"] = len(imported.document.get("data_model", {}).get("entities", {}))
        outcome["calls"] = len(imported.document.get("api", {}).get("operations", {}))
        told = (LOST.match(each) for each in imported.warnings)
        outcome["lost"] = sum(int(each[1].replace(",", "")) for each in told if each)
    counts[slug].update(outcome)
    return slug, seconds


def rounds(name: str, slug: str, document: Json, *, show: bool) -> Counter[str]:
    """Whether an imported design is equal after an export and an import, and unchanged when its own export is merged
    into it."""
    write = BY_SLUG[slug].write
    exported = read_back(document, slug)
    if write is None or exported is None:
        return Counter()
    patch = diff(document, exported)
    moved = replace_patch(document, read(write(document), slug), exported)
    if show and (patch or moved):
        print(f"differs {slug}: {name}: {json.dumps(patch)[:300]} {json.dumps(moved)[:200]}")  # noqa: T201
    return Counter(rounds=not patch, moved=bool(moved))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), show="--failures" in sys.argv))
