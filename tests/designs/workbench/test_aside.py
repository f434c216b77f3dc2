"""What a step shows of the others."""

from __future__ import annotations

from designs.analysis.report import analyse
from designs.document.schema import Document, blank
from designs.workbench.aside import MOST_LINES, what_others_know
from tests.designs.analysis.build import figures


def test_results_of_a_sheet_come_before_the_inputs_that_nobody_typed_and_all_are_named():
    sheet = {"calculator": "capacity", "inputs": {"daily_users": {"value": "100 million"}}}
    document = Document.model_validate({**blank(), "estimate": sheet})
    estimate = analyse(document, figures()).model.estimate

    known = {each.title: each for each in what_others_know(document, estimate, "api")}["Figures"]

    assert known.lines[0][0] == "daily_users"
    assert {"write_rate", "peak_read_rate", "stored"} <= {name for name, _ in known.lines}
    assert len(known.lines) == MOST_LINES
    assert sorted([*known.lines, *known.rest]) == sorted(estimate.shown.items())
