"""Imports whole collections of notes and reports the results: `python -m scripts.collections FOLDER...`

For each folder: files, topics, links, pictures, seconds, megabytes, and what was left out, changed or broken, by kind.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from studyguide.notes.book import bind
from studyguide.notes.notices import summed
from studyguide.services.files import note_files


def main(folders: list[str]) -> None:
    for folder in folders:
        started = time.process_time()
        found = note_files([Path(folder)])
        book = bind(found.notes, pictures=found.read_pictures())
        seconds = time.process_time() - started
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        links = sum(len(page.rendered.links) for page in book.pages)
        print(  # noqa: T201
            f"{Path(folder).name}: {len(found.notes):,} files, {len(book.pages):,} topics, {links:,} links, "
            f"{len(book.pictures):,} pictures, {seconds:.1f} s, {megabytes:.0f} MB"
        )
        for each in summed([*found.warnings, *book.warnings]):
            print(f"    {each.weight}: {each.count:,} {each.words}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
