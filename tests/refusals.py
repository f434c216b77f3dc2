"""For inputs that may be accepted or refused, but only with a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def done_or_refused(act: Callable[[], Result], refusal: type[Exception]) -> Result | str:
    """The result of `act`, or the message of its refusal. Any other exception passes through."""
    try:
        return act()
    except refusal as error:
        return str(error)
