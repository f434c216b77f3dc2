"""Addresses as strangers write them. PURE."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def address_parts(text: str) -> SplitResult:
    """As urlsplit, which raises ValueError for addresses such as `http://[`: those are a path and nothing else."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", text, "", "")
