"""A learning platform of our own (LTI 1.3 Advantage): it signs launches, lists people, and keeps a gradebook.

Real HTTP. Tokens for its services are given only for an assertion that the tool's published key has signed.
"""

from __future__ import annotations

import html
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from tests.accounts.provider import Keys

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
CLIENT, DEPLOYMENT = "loadbearing-1", "1"


def person(number: str, name: str, *roles: str) -> dict[str, Any]:
    return {
        "user_id": number,
        "name": name,
        "email": f"{number}@school.example",
        "roles": [ROLE + each for each in roles],
    }


class LearningPlatform:
    """`claims` changes what a token says, `before_signing` the way it is signed. `fails` answers of its services."""

    def __init__(self, address: str, keys: Keys) -> None:
        self.address = address
        self.keys = self.signs = keys
        self.tool = ""
        self.tool_keys: Callable[[], dict[str, Any]] = lambda: {"keys": []}
        self.people = {
            each["user_id"]: each
            for each in (
                person("t-1", "Grace Hopper", "Instructor"),
                person("s-1", "Ada Lovelace", "Learner"),
                person("s-2", "Alan Turing", "Learner"),
            )
        }
        self.claims: dict[str, Any] = {}
        self.links: dict[str, dict[str, Any]] = {"L0": {"title": "By hand"}}
        self.columns: dict[str, dict[str, Any]] = {}
        self.scores: list[tuple[str, dict[str, Any]]] = []
        self.fails: list[int] = []
        self.asked: list[str] = []
        self.received: list[dict[str, Any]] = []
        self.may_make_columns = True
        self.nonces: list[str] = []

    # What a browser sees

    def initiation(self, who: str, *, link: str = "L0", choosing: bool = False) -> str:
        """Where a click in the course leads: the tool's login address."""
        hint = json.dumps({"link": link, "choosing": choosing})
        query = {
            "iss": self.address, "login_hint": who, "target_link_uri": f"{self.tool}/lti/launch/",
            "lti_message_hint": hint, "client_id": CLIENT, "lti_deployment_id": DEPLOYMENT,
        }  # fmt: skip
        return f"{self.tool}/lti/login/?{urlencode(query)}"

    def authorize(self, asked: dict[str, str]) -> str:
        """The page that posts the token to the tool by itself."""
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == f"{self.tool}/lti/launch/"
        assert (asked["response_mode"], asked["prompt"], asked["scope"]) == ("form_post", "none", "openid")
        self.nonces.append(asked["nonce"])
        token = self.signs.sign(self.said(asked))
        return (
            f'<form method="post" action="{html.escape(asked["redirect_uri"])}">'
            f'<input name="id_token" value="{html.escape(token)}"><input name="state" value="{asked["state"]}"></form>'
            "<script>document.forms[0].submit()</script>"
        )

    def said(self, asked: dict[str, str]) -> dict[str, Any]:
        hint = json.loads(asked["lti_message_hint"])
        who, now = self.people[asked["login_hint"]], int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": who["user_id"], "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "name": who["name"], "email": who["email"],
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": f"{self.tool}/lti/launch/",
            f"{CLAIM}roles": who["roles"],
            f"{CLAIM}context": {"id": "C1", "title": "Systems 101"},
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": f"{self.address}/members", "service_versions": ["2.0"],
            },
        }  # fmt: skip
        if hint["choosing"]:
            settings = {
                "deep_link_return_url": f"{self.address}/return",
                "accept_types": ["ltiResourceLink"],
                "data": "d7",
            }
            claims[f"{CLAIM}message_type"] = "LtiDeepLinkingRequest"
            claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = settings
        else:
            link = self.links[hint["link"]]
            claims[f"{CLAIM}message_type"] = "LtiResourceLinkRequest"
            claims[f"{CLAIM}resource_link"] = {"id": hint["link"], "title": link["title"]}
            claims[f"{CLAIM}custom"] = link.get("custom", {})
            claims[f"{AGS}claim/endpoint"] = self.grading(hint["link"])
        return {**claims, **self.claims}

    def grading(self, link: str) -> dict[str, Any]:
        scopes = [f"{AGS}scope/score"] + [f"{AGS}scope/lineitem"] * self.may_make_columns
        own = next((each["id"] for each in self.columns.values() if each.get("resourceLinkId") == link), None)
        return {"scope": scopes, "lineitems": f"{self.address}/columns", **({"lineitem": own} if own else {})}

    def receive(self, token: str) -> dict[str, Any]:
        """What a teacher has chosen becomes links of the course, with a column where one is asked for."""
        said = self._from_tool(token)
        assert (said["aud"], said["iss"]) == ([self.address], CLIENT)
        self.received.append(said)
        for item in said["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]:
            link = f"L{len(self.links)}"
            self.links[link] = item
            if "lineItem" in item:
                self.add_column({**item["lineItem"], "resourceLinkId": link})
        return said

    def add_column(self, item: dict[str, Any]) -> dict[str, Any]:
        made = {**item, "id": f"{self.address}/columns/{len(self.columns) + 1}?type=1"}
        self.columns[made["id"]] = made
        return made

    # What the tool asks by itself

    def token(self, asked: dict[str, str]) -> dict[str, Any]:
        said = self._from_tool(asked["client_assertion"])
        assert (said["iss"], said["sub"], said["aud"]) == (CLIENT, CLIENT, f"{self.address}/token")
        return {"access_token": f"may {asked['scope']}", "token_type": "Bearer", "expires_in": 60}

    def _from_tool(self, token: str) -> dict[str, Any]:
        kid = jwt.get_unverified_header(token)["kid"]
        [key] = [each for each in self.tool_keys()["keys"] if each["kid"] == kid]
        return jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], options={"verify_aud": False})

    def gradebook(self) -> dict[tuple[str, str], tuple[float, float]]:
        """By column and person: given, out of. The last one counts."""
        return {
            (self.columns[column]["label"], score["userId"]): (score["scoreGiven"], score["scoreMaximum"])
            for column, score in self.scores
        }


@contextmanager
def learning_platform(keys: Keys) -> Iterator[LearningPlatform]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    platform = LearningPlatform(f"http://127.0.0.1:{server.server_port}", keys)
    server.platform = platform  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    @property
    def platform(self) -> LearningPlatform:
        return self.server.platform  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/auth":
            self._page(self.platform.authorize(asked))
        elif address.path == "/keys":
            self._json({"keys": [self.platform.keys.published]})
        elif address.path == "/frame":
            inside = self.platform.initiation(asked["who"], link=asked.get("link", "L0"), choosing="choosing" in asked)
            self._page(
                f'<h1>Systems 101</h1><iframe title="Tool" width="1200" height="700" src="{html.escape(inside)}">'
            )
        elif self._may(address.path):
            self._service(address.path, asked)

    def _may(self, path: str) -> bool:
        self.platform.asked.append(f"{self.command} {path}")
        if self.platform.fails:
            self._json({}, status=self.platform.fails.pop(0))
            return False
        scope = self.headers.get("Authorization", "").removeprefix("Bearer may ")
        wanted = "contextmembership" if path == "/members" else "scope/score" if "/scores" in path else "scope/lineitem"
        if wanted not in scope:
            self._json({}, status=403)
            return False
        return True

    def _service(self, path: str, asked: dict[str, str]) -> None:
        platform = self.platform
        if path == "/members":
            people, at = list(platform.people.values()), int(asked.get("from", "0"))
            link = f'<{platform.address}/members?from={at + 2}>; rel="next"' if at + 2 < len(people) else ""
            self._json({"id": "m", "context": {"id": "C1"}, "members": people[at : at + 2]}, Link=link)
        elif path == "/columns":
            wanted = (asked.get("resource_id"), asked.get("tag"))
            self._json(
                [each for each in platform.columns.values() if (each.get("resourceId"), each.get("tag")) == wanted]
            )

    def do_POST(self) -> None:
        address, platform = urlsplit(self.path), self.platform
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if address.path == "/token":
            self._json(platform.token({name: values[0] for name, values in parse_qs(body).items()}))
        elif address.path == "/return":
            platform.receive(parse_qs(body)["JWT"][0])
            self._page("<h1>Placed</h1>")
        elif self._may(address.path):
            if address.path == "/columns":
                self._json(platform.add_column(json.loads(body)), status=201)
            else:
                column = f"{platform.address}{address.path.removesuffix('/scores')}?{address.query}"
                platform.scores.append((column, json.loads(body)))
                self._json({})

    def _page(self, body: str) -> None:
        self._send(f"<!doctype html><title>Platform</title>{body}".encode(), "text/html", 200)

    def _json(self, data: Any, *, status: int = 200, **headers: str) -> None:
        self._send(json.dumps(data).encode(), "application/json", status, **headers)

    def _send(self, body: bytes, kind: str, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Not on the screen of a test."""
