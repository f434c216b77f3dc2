"""Where a reader tells of a mistake in a topic."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def report_address(to: str, *, title: str, address: str) -> str:
    """A letter or a page of a tracker with the topic's title and address filled in; "" when nobody takes reports."""
    if not to:
        return ""
    subject, joined = f"Mistake in {title}", "&" if "?" in to else "?"
    if to.startswith("mailto:"):
        return f"{to}{joined}subject={quote(subject, safe='')}&body={quote(address, safe='')}"
    return f"{to}{joined}{urlencode({'title': subject, 'body': address})}"
