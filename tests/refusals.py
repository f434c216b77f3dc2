"""For inputs that may be taken or refused, but never without words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def done_or_refused(act: Callable[[], Result], refusal: type[Exception]) -> Result | str:
    """What `act` gives, or the words of its refusal. Any other exception passes."""
    try:
        return act()
    except refusal as error:
        return str(error)
