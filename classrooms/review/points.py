"""Points of an assignment, from the hundredths in which a rubric counts. PURE."""

from __future__ import annotations

from typing import overload


@overload
def scaled(share: int, out_of: int) -> int | float: ...
@overload
def scaled(share: None, out_of: int) -> None: ...
@overload
def scaled(share: int | None, out_of: int) -> int | float | None: ...
def scaled(share: int | None, out_of: int) -> int | float | None:
    """`share` of 100 as points of `out_of`, to a tenth, half a tenth upwards: 67 of 100 is 13.4 of 20. None stays."""
    if share is None:
        return None
    tenths = (share * out_of + 5) // 10
    return tenths // 10 if tenths % 10 == 0 else tenths / 10
