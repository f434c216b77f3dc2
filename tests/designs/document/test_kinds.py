"""The registry of kinds: everything that an entry points at exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from designs.document.kinds import KINDS, by_group

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_icon_and_topic_exist(kind):
    assert f'<symbol id="{kind.icon}"' in (ROOT / "static" / "icons.svg").read_text()
    assert list((ROOT / "fixtures" / "topics").glob(f"*/{kind.topic}.md")) != []


def test_groups_hold_every_kind_once():
    grouped = [kind for _, kinds in by_group() for kind in kinds]
    assert sorted(kind.slug for kind in grouped) == sorted(kind.slug for kind in KINDS)


def test_titles_begin_large_and_keep_acronyms():
    titles = [kind.title for kind in KINDS]
    assert {"Load balancer", "DNS", "API gateway", "SQL database"} <= set(titles)
    assert all(re.match(r"[A-Z]", title) for title in titles)
