"""No address and no form leads to a 500 (promises 36 and 48). `python -m tests.fuzz` sends any number of requests."""

from __future__ import annotations

import pytest

from tests.fuzz import Fuzz, small_world

REQUESTS = 700


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_that_is_sent_breaks_a_page():
    assert Fuzz(small_world(), seed=20).run(REQUESTS) == []


@pytest.mark.django_db(transaction=True)
def test_a_page_that_breaks_is_found(monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise KeyError("up:")

    monkeypatch.setattr("config.views.showcase", broken)
    fuzz = Fuzz(small_world(), seed=1)
    fuzz.send("nobody", "GET", "/?q=1")

    assert [each.error for each in fuzz.faults] == ["KeyError('up:')"]
