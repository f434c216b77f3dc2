from __future__ import annotations


class NoteError(ValueError):
    """Something in a file of notes that cannot be read: which file, which line (from 1), and what was expected."""

    def __init__(self, message: str, *, path: str, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.message, self.path, self.line = message, path, line
