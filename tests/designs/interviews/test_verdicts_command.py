"""`marking_verdicts` shows what each line of a verdict rests on."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.one_database


def printed(*words: str) -> str:
    out = StringIO()
    call_command("marking_verdicts", *words, stdout=out)
    return out.getvalue()


def test_each_draft_is_judged_on_every_line_with_its_evidence():
    said = printed("pastebin")

    points = [int(each) for each in re.findall(r"^## Pastebin: .*, (\d+) of 100$", said, re.MULTILINE)]
    assert len(points) == 5
    assert points[0] == 0
    assert points == sorted(points)
    for line, beneath in re.findall(r"^- ([^\n]+) of what can be checked\n(    - [a-z ]+: )?", said, re.MULTILINE):
        assert beneath, line


def test_a_scenario_that_does_not_exist_is_named():
    with pytest.raises(CommandError, match="nothing-such"):
        printed("nothing-such")
