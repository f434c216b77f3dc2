"""JSON from elsewhere, read or refused in plain words, however deep it is and whatever numbers it has."""

from __future__ import annotations

import json
from typing import Any


class JsonTextError(ValueError):
    """The text is no JSON that can be read; the message says why, for whoever sent it."""


def read_json(raw: str | bytes) -> Any:
    """What the JSON says. Its texts may hold half characters, which no database takes. Raises JsonTextError."""
    try:
        return json.loads(raw)
    except RecursionError:
        raise JsonTextError("it is nested too deep") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise JsonTextError(str(error)[:100]) from None
    except ValueError:  # Python reads no more digits than 4,300
        raise JsonTextError("a number in it has thousands of digits") from None
