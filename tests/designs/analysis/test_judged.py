"""Precision and recall over real architectures: nine of ten findings worth reading, eight of ten weaknesses found."""

from __future__ import annotations

import pytest

from tests.designs.analysis.judged import GOOD, JUDGED, found_in, table
from tests.designs.scenarios.examples import ROOT


@pytest.mark.parametrize("name", JUDGED)
def test_every_finding_is_judged(name):
    assert [key for key, _ in found_in(name) if key not in JUDGED[name].labels] == []


def test_most_findings_are_worth_reading_and_most_known_weaknesses_are_found():
    labels = [JUDGED[name].labels[key] for name in JUDGED for key, _ in found_in(name)]
    known = [rule in {found for _, found in found_in(name)} for name in JUDGED for rule in JUDGED[name].known.values()]

    assert sum(label in GOOD for label in labels) >= 0.9 * len(labels)
    assert sum(known) >= 0.8 * len(known)
    assert "false" not in labels


def test_the_page_shows_what_the_command_prints():
    page = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")

    assert table() in page, "python -m tests.designs.analysis.judged"
