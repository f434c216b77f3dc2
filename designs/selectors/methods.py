"""The methods shipped with the site, read once."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from designs.methods.method import Method, read_method
from designs.methods.progress import MARKS

DEFAULT = "scope-sketch-bottleneck"


@cache
def methods() -> dict[str, Method]:
    """By slug, in the order in which they are offered. Raises MethodError."""
    folder = settings.FIXTURES_DIR / "methods"
    read = [
        read_method(path.read_bytes(), file=f"{folder.name}/{path.name}", marks=MARKS)
        for path in sorted(folder.glob("*.yaml"))
    ]
    return {method.slug: method for method in sorted(read, key=lambda method: method.order)}


def method_called(slug: str) -> Method:
    """The method with this slug, or the site's own method if the slug is unknown."""
    return methods().get(slug) or methods()[DEFAULT]
