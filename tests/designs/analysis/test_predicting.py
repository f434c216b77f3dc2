from __future__ import annotations

import pytest

from designs.analysis.drill import drill
from designs.analysis.predicting import KNOWING_NOTHING, LEAST_SURE, Prediction, judge, score_of
from tests.designs.analysis.build import READ, WRITE, model, store


@pytest.mark.parametrize(
    ("confidence", "is_right", "score"),
    [
        pytest.param(1.0, True, 1.0, id="sure and right"),
        pytest.param(1.0, False, 0.0, id="sure and wrong"),
        pytest.param(LEAST_SURE, True, 2 / 3, id="a guess that came true"),
        pytest.param(LEAST_SURE, False, 2 / 3, id="a guess that did not"),
        pytest.param(0.7, True, 1 - (0.09 + 2 * 0.0225) / 2, id="fairly sure and right"),
        pytest.param(0.7, False, 1 - (0.49 + 0.85**2 + 0.15**2) / 2, id="fairly sure and wrong"),
    ],
)
def test_score_is_briers(confidence, is_right, score):
    assert score_of(confidence, is_right=is_right) == pytest.approx(score)


def test_knowing_nothing_scores_two_thirds():
    assert pytest.approx(2 / 3) == KNOWING_NOTHING


def test_being_honest_pays_best():
    """A proper score: who is right seven times in ten scores most on average by saying 70 %."""

    def expected(said: float) -> float:
        return 0.7 * score_of(said, is_right=True) + 0.3 * score_of(said, is_right=False)

    assert max((expected(said / 100), said) for said in range(34, 101))[1] in (69, 70, 71)


def test_prediction_is_judged_operation_by_operation():
    found = drill(
        model(
            {"app": "client", "api": "service", "jobs": "queue", "worker": "worker", "db": store()},
            "app -> api, api -> db, api ~> jobs, jobs -> worker, worker -> db",
            operations={"read": READ, "write": WRITE},
            flows={"write": ["app_api", "api_jobs", "jobs_worker", "worker_db"], "read": ["app_api", "api_db"]},
        ),
        "worker",
    )

    verdict = judge(found, Prediction({"write": "fails"}, 0.9))

    assert [(each.operation, each.predicted, each.happened) for each in verdict.judged] == [
        ("read", "survives", "survives"),
        ("write", "fails", "degrades"),
    ]
    assert verdict.right == 1
    assert verdict.score == pytest.approx((score_of(0.9, is_right=True) + score_of(0.9, is_right=False)) / 2)


@pytest.mark.parametrize("confidence", [0.0, 0.3, 1.1])
def test_confidence_below_a_guess_or_above_certainty_is_refused(confidence):
    with pytest.raises(ValueError, match="A confidence lies between"):
        Prediction({}, confidence)
