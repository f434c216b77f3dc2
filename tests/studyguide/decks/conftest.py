from __future__ import annotations

import io

import pytest

from studyguide.decks.incoming import Incoming
from studyguide.decks.reading import read_deck
from tests.studyguide.decks.anki_decks import make_package


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One deck in the form of Anki before 2.1.50 and in today's."""
    folder = tmp_path_factory.mktemp("anki")
    return {name: make_package(folder, legacy=name == "legacy") for name in ("legacy", "current")}


def read(raw: bytes) -> Incoming:
    return read_deck(io.BytesIO(raw))
