"""Files of a reader's notes as one value of a row, which a migration cuts into pieces and joins again when it is taken
back."""

from __future__ import annotations

import random

from django.db.migrations.state import StateApps

from studyguide.models import NoteImport

BEFORE = [("studyguide", "0016_own_cards_are_in_the_deck")]
# Each byte in its place: pieces in another order, or one twice, would be another archive.
ARCHIVE = random.Random(1).randbytes(2_000_001)


def stored(old: StateApps) -> None:
    """Notes whose files are kept, some whose files are not, and some that were sent after both."""
    owner = old.get_model("accounts", "User").objects.create(username="sender", password="!", is_guest=False)
    bodies, imports = (old.get_model("studyguide", name).objects for name in ("NoteBody", "NoteImport"))
    for title, archive in (("long", ARCHIVE), ("lost", None), ("short", b"PK short")):
        body = bodies.create(owner_id=owner.pk, title=title, source_name=f"own-{title}")
        imports.create(body_id=body.pk, archive=archive)


def is_in_pieces() -> None:
    pieces = {
        kept.body.title: [bytes(content) for content in kept.pieces.values_list("content", flat=True)]
        for kept in NoteImport.objects.select_related("body")
    }
    assert pieces == {
        "long": [ARCHIVE[:1_000_000], ARCHIVE[1_000_000:2_000_000], ARCHIVE[2_000_000:]],
        "lost": [],
        "short": [b"PK short"],
    }


def is_one_again(old: StateApps) -> None:
    imports = old.get_model("studyguide", "NoteImport").objects
    kept = {each.body.title: each.archive and bytes(each.archive) for each in imports.select_related("body")}
    assert kept == {"long": ARCHIVE, "lost": None, "short": b"PK short"}
