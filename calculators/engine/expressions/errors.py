from __future__ import annotations


class ExpressionError(ValueError):
    """A formula that cannot be read or computed: what was expected, and at which character (from 0)."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(f"{message} (at character {position + 1})" if position else message)
        self.message, self.position = message, position
