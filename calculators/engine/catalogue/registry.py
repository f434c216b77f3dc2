"""All calculators by slug, in the order in which they are shown."""

from __future__ import annotations

from calculators.engine.catalogue import capacity
from calculators.engine.sheets import Sheet

SHEETS: tuple[Sheet, ...] = (capacity.SHEET,)
CATALOGUE: dict[str, Sheet] = {sheet.slug: sheet for sheet in SHEETS}
