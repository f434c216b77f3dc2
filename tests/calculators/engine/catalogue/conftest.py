"""Each golden case says where its figures are from: a published source, or work by hand in the test's docstring."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calculators.engine.sheets import Sheet
from calculators.engine.solve import solve

Results = dict[str, float]


@pytest.fixture
def results() -> Callable[..., Results]:
    """Every row of a sheet in base units, for inputs as one types them."""

    def of(sheet: Sheet, **typed: str) -> Results:
        solution = solve(sheet, typed)
        assert solution.errors == {}
        return {name: quantity.value for name, quantity in solution.results.items()}

    return of


@pytest.fixture
def remarks() -> Callable[..., str]:
    def of(sheet: Sheet, **typed: str) -> str:
        return " ".join(said.text for said in solve(sheet, typed).remarks)

    return of
