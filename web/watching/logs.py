"""The format of log lines: typed text stays inside its own line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class OneLineFormatter(logging.Formatter):
    """Escapes control characters and line separators, so that no name or address can forge an entry of its own.

    A traceback keeps its lines, each marked with a bar.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return escaped(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(f"  | {escaped(line)}" for line in lines)


class JsonFormatter(logging.Formatter):
    """One object a line, for whatever gathers logs: time, level, logger, message; of the audit log its facts; and a
    traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
        }
        facts = getattr(record, "facts", None)
        line |= {"audit": facts} if facts else {"message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def escaped(text: str) -> str:
    return "".join(character if _is_harmless(character) else _escape(character) for character in text)


def _is_harmless(character: str) -> bool:
    return character == " " or character.isprintable()


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
