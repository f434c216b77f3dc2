"""The pages that anybody may read, one of each kind, on the notes of conftest."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

READING = [
    "/",
    "/topics/",
    "/topics/placing/",
    "/topics/hash-ring/",
    "/topics/map/",
    "/learn/",
    "/learn/first-steps/",
    "/search/",
    "/search/?q=ring",
    "/search/?q=nothing-like-it",
    "/calculators/",
    "/calculators/figures/",
    "/labs/",
    "/cards/",
    "/designs/",
    "/scenarios/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/nowhere/",
]


def plain_addresses() -> list[str]:
    """Every address of the site that takes no argument, the admin's aside."""
    return sorted({f"/{route}" for route in _routes(get_resolver()) if not set(route) & set("<(^?$")})


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _routes(each, route)
