from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.duplicate_delivery import LAB
from tests.calculators.labs.play import played


@given(seed=st.integers(0, 2_000), loss=st.integers(0, 90))
def test_with_a_key_nobody_pays_twice_and_every_answered_payment_is_charged(seed, loss):
    run = played(LAB, "run", seed=seed, key="yes", loss=loss)

    assert all(times <= 1 for times in run.charges.values())
    assert all(times == 1 for payment, times in run.charges.items() if payment not in run.gave_up)


def test_without_a_key_lost_answers_charge_again():
    """Each lost answer is a charge that the client does not know of, so it causes one charge too many or a riddle."""
    run = played(LAB, "run", seed=3, key="no", loss=35)
    charged = sum(run.charges.values())

    assert charged == sum(fate != "request lost" for _, fate, _ in run.messages)
    assert max(run.charges.values()) > 1


def test_a_perfect_network_needs_no_key():
    run = played(LAB, "run", key="no", loss=0)

    assert set(run.charges.values()) == {1}
    assert len(run.messages) == 5
