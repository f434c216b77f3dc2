"""An OpenID Connect provider of our own: real HTTP, signed tokens, codes that work once, PKCE that is checked."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "loadbearing", "only the two of us know"


class Keys:
    """A pair of RSA keys with an id."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def published(self) -> dict[str, Any]:
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**found, "kid": self.key_id, "use": "sig", "alg": "RS256"}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.key_id, **header})


class OpenIdProvider:
    """`person` is who signs in there; `claims` change what the token says, `signs` by which key."""

    def __init__(self, address: str, keys: Keys) -> None:
        self.address = address
        self.keys = self.signs = keys
        self.person: dict[str, Any] = {"sub": "u-1", "preferred_username": "grace"}
        self.claims: dict[str, Any] = {}
        self.about: dict[str, Any] | None = None
        self.codes: dict[str, dict[str, str]] = {}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/about",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to; the person says yes at once."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        begun = self.codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            begun is None
            or begun["code_challenge"] != challenge
            or (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET)
            or asked.get("redirect_uri") != begun["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person, **self.claims}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.signs.sign(claims)}


@contextmanager
def open_id_provider(keys: Keys) -> Iterator[OpenIdProvider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}", keys)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.provider  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider: OpenIdProvider = self.server.provider  # type: ignore[attr-defined]
        address = urlsplit(self.path)
        if address.path == "/authorize":
            self.send_response(302)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()
        elif address.path == "/.well-known/openid-configuration":
            self._json(provider.configuration())
        elif address.path == "/keys":
            self._json({"keys": [provider.keys.published]})
        elif address.path == "/about":
            self._json(provider.about if provider.about is not None else provider.person)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        provider: OpenIdProvider = self.server.provider  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = provider.token({name: values[0] for name, values in parse_qs(body).items()})
        self._json(answer or {"error": "invalid_grant"}, status=200 if answer else 400)

    def _json(self, data: dict[str, Any], *, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Not on the screen of a test."""
