from __future__ import annotations


class NoteError(ValueError):
    """Something in a file of notes that cannot be read: which file, which line (from 1), and what was expected."""

    def __init__(self, message: str, *, path: str, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.message, self.path, self.line = message, path, line


class FenceError(ValueError):
    """What is wrong with a fence of ours, at which of its lines (from 1), and its text."""

    def __init__(self, message: str, *, line: int = 1, source: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.source = message, line, source
