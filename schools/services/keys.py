"""The keys with which this site signs its messages to platforms. They are in a file beside the database, never in the
repository.

The file holds private keys in PEM, one after another. The first one signs. All are published, so that a platform that
stored an older key still finds it after a new one was made.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

KEY_BITS = 2048
KEPT_KEYS = 3
END = b"-----END PRIVATE KEY-----\n"


class NoKeyError(Exception):
    """No key has been made yet, or the file cannot be read."""


def make_key(path: Path) -> str:
    """Writes a new key before those of the file and returns its id. Only the owner may read the file."""
    fresh = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    before = _pieces(path.read_bytes()) if path.exists() else []
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(b"".join([pem, *before[: KEPT_KEYS - 1]]))
    beside.replace(path)
    return _key_id(fresh)


def published() -> dict[str, Any]:
    """The public halves as a JSON Web Key Set."""
    return {"keys": [{**_public(key), "kid": _key_id(key), "use": "sig", "alg": "RS256"} for key in _keys()]}


def signed(claims: dict[str, Any]) -> str:
    """The claims as a signed token. NoKeyError before `manage.py make_lti_key` has run."""
    key = _keys()[0]
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": _key_id(key)})


def _keys() -> tuple[rsa.RSAPrivateKey, ...]:
    path = Path(settings.LTI_KEY_FILE)
    try:
        return _read(str(path), path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise NoKeyError("There is no key to sign with: run `manage.py make_lti_key`.") from error


@lru_cache(maxsize=2)
def _read(path: str, _changed: int) -> tuple[rsa.RSAPrivateKey, ...]:
    found = []
    for pem in _pieces(Path(path).read_bytes()):
        key = serialization.load_pem_private_key(pem, password=None)
        if isinstance(key, rsa.RSAPrivateKey):
            found.append(key)
    if not found:
        raise ValueError("no key in the file")
    return tuple(found)


def _pieces(file: bytes) -> list[bytes]:
    return [each + END for each in file.split(END) if each.strip()]


def _public(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    found: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {name: found[name] for name in ("kty", "n", "e")}


def _key_id(key: rsa.RSAPrivateKey) -> str:
    """The thumbprint of RFC 7638."""
    said = json.dumps(_public(key), sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()).decode().rstrip("=")
