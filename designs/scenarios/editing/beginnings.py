"""First texts of a scenario: an empty one, and a copy of another."""

from __future__ import annotations

from pathlib import Path

from web.reading.safe_yaml import YamlError, read_yaml
from web.reading.yaml_edits import edited

BLANK = Path(__file__).with_name("blank.yaml")


def blank_text(*, slug: str, title: str) -> str:
    return named_text(BLANK.read_text(encoding="utf-8"), slug=slug, title=title)


def named_text(text: str, *, slug: str, title: str) -> str:
    """The same text with another address and title, and nothing else changed. Raises YamlError."""
    value = read_yaml(text.encode(), file="").value
    if not isinstance(value, dict):
        raise YamlError("expected keys and values", file="", line=1)
    return edited(text, {**value, "slug": slug, "title": title})
