from __future__ import annotations

import pytest

from calculators.engine.quantities import QuantityError
from designs.analysis.report import analyse
from designs.document.schema import Document, blank
from designs.interviews.follow_ups import NUMBER_TOLERANCE, FollowUp, follow_ups
from tests.designs.interviews.shipped import figures, reference_case


def test_a_blank_design_is_asked_nothing():
    assert follow_ups(analyse(Document.model_validate(blank()), figures())) == []


def test_every_question_about_a_reference_is_answered_right_by_its_own_answer():
    asked = follow_ups(reference_case("twitter").analysis)

    assert asked
    for each in asked:
        assert each.judge(each.said), each
        assert each.working
        assert each.value is not None or each.said in each.choices


def test_a_number_is_right_within_its_tolerance_and_in_any_unit():
    asked = FollowUp(key="k", question="?", said="5,000/s", working="", value=5_000.0)

    assert asked.judge("5k/s")
    assert asked.judge("300,000/min")
    assert asked.judge(f"{5_000 * (1 + NUMBER_TOLERANCE):.0f}/s")
    assert not asked.judge("6000/s")


def test_what_is_no_number_is_said_to_be_none():
    with pytest.raises(QuantityError):
        FollowUp(key="k", question="?", said="", working="", value=1.0).judge("many")


def test_a_cold_cache_sends_all_reads_to_what_lies_behind_it():
    """By hand from the analysis: what reaches the store without the cache is what reached the cache before."""
    case = reference_case("twitter")
    cold = [each for each in follow_ups(case.analysis) if each.key.startswith("cold-")]

    for each in cold:
        cache = each.key.removeprefix("cold-")
        assert each.value is not None
        assert each.value >= case.analysis.model.loads.components[cache].peak * 0.5
