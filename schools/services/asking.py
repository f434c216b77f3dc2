"""Requests to a platform: for its public keys, its list of people and its gradebook.

The addresses come from tokens that the platform has signed. Even so, no redirect is followed, the size of an answer is
limited, and an address inside our own network is asked only if the platform was registered there.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.core.cache import cache

from schools.models import Platform
from schools.services.keys import signed

TIMEOUT_SECONDS = (5, 15)
MOST_BYTES = 4_000_000
MOST_PAGES = 100
KEYS_FOR_SECONDS = 3_600
LOOK_AGAIN_SECONDS = 30
NEXT = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?next"?')
# A later try may work: time-out, too many requests, and errors of the platform itself.
MAY_PASS = {401, 408, 425, 429}


class PlatformError(Exception):
    """What went wrong, in words; `may_pass` when trying again later makes sense."""

    def __init__(self, words: str, *, may_pass: bool) -> None:
        super().__init__(words)
        self.may_pass = may_pass


class PlatformClient:
    """One conversation with a platform; its tokens last as long as this object."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._tokens: dict[str, str] = {}
        self._session = requests.Session()

    def get(self, url: str, *, scope: str, accept: str) -> tuple[Any, str]:
        """The JSON, and the address of the next page or ""."""
        headers = {"Authorization": f"Bearer {self._token(scope)}", "Accept": accept}
        answer, body = self._ask("GET", url, headers=headers)
        following = NEXT.search(answer.headers.get("Link", "")[:4_000])
        return _json(body), urljoin(url, following[1]) if following else ""

    def pages(self, url: str, *, scope: str, accept: str) -> Iterator[Any]:
        for _ in range(MOST_PAGES):
            found, url = self.get(url, scope=scope, accept=accept)
            yield found
            if not url:
                return
        raise PlatformError(f"its list has more than {MOST_PAGES} pages", may_pass=False)

    def post(self, url: str, data: Mapping[str, Any], *, scope: str, kind: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token(scope)}", "Content-Type": kind, "Accept": kind}
        _, body = self._ask("POST", url, headers=headers, data=json.dumps(data).encode())
        return _json(body) if body.strip() else None

    def _token(self, scope: str) -> str:
        """By the client credentials of OAuth 2.0 with a signed assertion (RFC 7523), as LTI Advantage asks."""
        if scope not in self._tokens:
            now, platform = int(time.time()), self.platform
            claims = {
                "iss": platform.client_id,
                "sub": platform.client_id,
                "aud": platform.token_audience or platform.token_url,
                "iat": now,
                "exp": now + 300,
                "jti": secrets.token_urlsafe(16),
            }
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": signed(claims),
                "scope": scope,
            }
            said = _json(self._ask("POST", platform.token_url, data=form)[1])
            token = said.get("access_token") if isinstance(said, dict) else None
            if not isinstance(token, str) or not token:
                raise PlatformError("it gives this site no access", may_pass=False)
            self._tokens[scope] = token
        return self._tokens[scope]

    def _ask(self, method: str, url: str, **more: Any) -> tuple[requests.Response, bytes]:
        check_address(url, self.platform)
        try:
            answer = self._session.request(
                method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **more
            )
            body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
            answer.close()
        except (requests.RequestException, OSError, ValueError) as error:
            raise PlatformError("it does not answer", may_pass=True) from error
        except Exception as error:  # urllib3's own, while the body is read
            raise PlatformError("it does not answer", may_pass=True) from error
        if len(body) > MOST_BYTES:
            raise PlatformError("its answer is too large", may_pass=False)
        if not 200 <= answer.status_code < 300:
            passes = answer.status_code in MAY_PASS or answer.status_code >= 500
            raise PlatformError(f"it answers with status {answer.status_code}", may_pass=passes)
        return answer, body


def check_address(url: str, platform: Platform) -> None:
    """PlatformError for an address that nobody outside may make this site ask."""
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname, parts.scheme
        port = parts.port
    except ValueError as error:
        raise PlatformError("it names an address that cannot be read", may_pass=False) from error
    if not host or scheme not in ({"https"} if settings.SESSION_COOKIE_SECURE else {"https", "http"}):
        raise PlatformError("it names an address that does not begin with https://", may_pass=False)
    known = {urlsplit(each).netloc for each in (platform.auth_url, platform.token_url, platform.keys_url)}
    if parts.netloc in known:
        return
    try:
        found = socket.getaddrinfo(host, port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise PlatformError("it names an address that is not known", may_pass=True) from error
    if not all(ipaddress.ip_address(each[4][0]).is_global for each in found):
        raise PlatformError("it names an address inside our own network", may_pass=False)


def keys_of(platform: Platform, *, anew: bool = False) -> dict[str, Any]:
    """The platform's public keys, kept for an hour; `anew` asks for them again, at most every half minute."""
    name = f"lti-keys-{platform.pk}-{hash_of(platform.keys_url)}"
    kept: dict[str, Any] | None = cache.get(name)
    if kept is not None and not (anew and cache.add(f"{name}-asked", 1, LOOK_AGAIN_SECONDS)):
        return kept
    found = _json(PlatformClient(platform)._ask("GET", platform.keys_url)[1])
    if not isinstance(found, dict):
        raise PlatformError("its keys cannot be read", may_pass=True)
    cache.set(name, found, KEYS_FOR_SECONDS)
    return found


def hash_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PlatformError("its answer cannot be read", may_pass=True) from error
