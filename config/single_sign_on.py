"""Sign-in through a school or company by OpenID Connect, as the environment names it: `OIDC_PROVIDERS=school,work`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

SHORT_NAME = re.compile(r"[a-z][a-z0-9]{0,29}")


def oidc_apps(env: Env, *, https_only: bool) -> list[dict[str, Any]]:
    """One app of django-allauth for each provider, in the order in which the sign-in page shows them."""
    return [_app(env, name, https_only=https_only) for name in _words(env, "OIDC_PROVIDERS")]


def _app(env: Env, name: str, *, https_only: bool) -> dict[str, Any]:
    if not SHORT_NAME.fullmatch(name):
        raise ImproperlyConfigured(
            f"OIDC_PROVIDERS: {name!r} must be a short name of lower-case letters and digits, such as `school`."
        )
    start = f"OIDC_{name.upper()}_"
    issuer, client = env.str(f"{start}ISSUER", default=""), env.str(f"{start}CLIENT_ID", default="")
    if not issuer or not client:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS names {name}: {start}ISSUER and {start}CLIENT_ID must be set.")
    address = urlsplit(issuer)
    if address.scheme not in ({"https"} if https_only else {"https", "http"}) or not address.hostname or address.query:
        raise ImproperlyConfigured(f"{start}ISSUER must be an address that begins with https://, as its provider says.")
    trusts = env.bool(f"{start}TRUST_EMAIL", default=False)
    return {
        "provider_id": name,
        "name": env.str(f"{start}NAME", default=name.capitalize()),
        "client_id": client,
        "secret": env.str(f"{start}SECRET", default=""),
        "settings": {
            "server_url": issuer.rstrip("/"),
            "issuer": issuer,
            "oauth_pkce_enabled": True,
            "domains": [each.lower().lstrip("@") for each in _words(env, f"{start}DOMAINS")],
            "email_authentication": trusts,
            "verified_email": trusts,
        },
    }


def _words(env: Env, name: str) -> list[str]:
    """What stands between commas, without blanks around it."""
    return [each.strip() for each in env.str(name, default="").split(",") if each.strip()]
