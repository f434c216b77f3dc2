"""Reads tokens signed by another system (JWT, RFC 7519) and checks issuer, audience and validity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

# Signed by a key that only the other side has. "none" and the HMACs, whose key both sides have, are refused.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
LONGEST = 50_000  # characters
CLOCKS_DIFFER_BY = 60  # seconds


class RefusedTokenError(Exception):
    """Why a token is not believed, in words."""


class UnknownKeyError(RefusedTokenError):
    """Signed by a key that is not among those given; the issuer may have a new one."""


def read_signed(token: str, *, keys: Mapping[str, Any], issuer: str, audience: str) -> dict[str, Any]:
    """What the token says, once its signature, issuer, audience and times hold (OpenID Connect Core 3.1.3.7).

    `keys` is a JSON Web Key Set. RefusedTokenError says which of them fails.
    """
    if not token or len(token) > LONGEST:
        raise RefusedTokenError("there is no readable token")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise RefusedTokenError("there is no readable token") from error
    if header.get("alg") not in ALGORITHMS:
        raise RefusedTokenError(f"its signature is of a kind that is not accepted ({str(header.get('alg'))[:20]})")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(keys, header.get("kid"), str(header["alg"])),
            algorithms=[header["alg"]],
            issuer=issuer,
            audience=audience,
            leeway=CLOCKS_DIFFER_BY,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise RefusedTokenError(_words(error)) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise RefusedTokenError("its key or one of its times cannot be read") from error
    if claims.get("azp", audience) != audience:
        raise RefusedTokenError("it was made for another client")
    return claims


def _key(keys: Mapping[str, Any], key_id: Any, algorithm: str) -> Any:
    """The key with that id, or the only key when the token names none."""
    known = keys.get("keys")
    found = [each for each in known if isinstance(each, dict)] if isinstance(known, list) else []
    found = [each for each in found if each.get("use", "sig") == "sig" and each.get("alg", algorithm) == algorithm]
    if key_id is not None:
        found = [each for each in found if each.get("kid") == key_id]
    if len(found) != 1:
        raise UnknownKeyError("it is signed by a key that its issuer does not publish")
    return jwt.PyJWK.from_dict(found[0], algorithm=algorithm).key


REASONS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.InvalidAudienceError, "it was made for another client"),
    (jwt.InvalidIssuerError, "it comes from another issuer"),
    (jwt.ImmatureSignatureError, "it is not valid yet: the two clocks differ"),
    (jwt.MissingRequiredClaimError, "it lacks a field that every token must have"),
    (jwt.InvalidSignatureError, "its signature does not match"),
)


def _words(error: jwt.PyJWTError) -> str:
    return next((words for kind, words in REASONS if isinstance(error, kind)), "it cannot be read")
