"""What the import page reports about the file."""

from __future__ import annotations

from designs.exchange.problems import Imported, plural

PARTS = (
    ("box", ("diagram", "components")),
    ("zone", ("diagram", "zones")),
    ("entity", ("data_model", "entities")),
    ("operation", ("api", "operations")),
    ("message", ("api", "messages")),
)


def found_words(imported: Imported) -> str:
    """`12 boxes, 0 of 16 arrows, 2 zones`: how much was read, and out of how many."""
    said = []
    for noun, (section, collection) in PARTS:
        if count := len(imported.document.get(section, {}).get(collection, {})):
            said.append(f"{count:,} {noun if count == 1 else plural(noun)}")
        if noun == "box" and imported.arrows and imported.arrows[1]:
            read, total = imported.arrows
            said.append(f"{read:,} of {total:,} {'arrow' if total == 1 else 'arrows'}")
    return ", ".join(said)
