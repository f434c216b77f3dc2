"""Reads JSON from elsewhere or refuses it in plain words, whatever its depth and numbers."""

from __future__ import annotations

import json
from typing import Any


class JsonTextError(ValueError):
    """The text is not readable JSON; the message says why, for the person who sent it."""


def read_json(raw: str | bytes) -> Any:
    """The value of the JSON. Its texts may hold unpaired surrogates, which no database accepts. Raises
    JsonTextError."""
    try:
        return json.loads(raw)
    except RecursionError:
        raise JsonTextError("it is nested too deep") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise JsonTextError(str(error)[:100]) from None
    except ValueError:  # Python reads no more digits than 4,300
        raise JsonTextError("a number in it has thousands of digits") from None
