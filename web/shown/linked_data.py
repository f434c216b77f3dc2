"""What a page is about, for search engines: JSON-LD in the words of schema.org."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# What could end the element that holds the text, or open another.
ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


def linked_data(kind: str, **facts: Any) -> SafeString:
    """The element for a page; facts that are empty are left out."""
    said = {"@context": "https://schema.org", "@type": kind, **{key: value for key, value in facts.items() if value}}
    text = json.dumps(said, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


PUBLISHER = {"@type": "Organization", "name": "Loadbearing"}
