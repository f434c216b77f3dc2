"""Requests that once ended in an error of the server or kept it busy for minutes, and the right answer to each.

`test_fuzz.py` sends odd values to every address and form; these are the ones that broke something, kept by name
(promises 36, 42, 48 and 54).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.fuzz import World, small_world


@dataclass(frozen=True)
class Sent:
    """`path` may name the places of the small world; `file` is uploaded under its name."""

    status: int
    path: str
    form: dict[str, str] | None = None
    file: tuple[str, bytes] | None = None
    who: str = "ada"
    words: str = ""


COMMAS = "flowchart LR\nclass " + "a," * 40 + "a !"
CHAIN = json.dumps(
    {
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 10} for n in range(60)}
            | {"S60": {"type": "object", "properties": {"x": {"type": "string"}}}}
        },
    }
)
SETTINGS = {
    "day_starts_at": 4, "fitted_at": None, "free_days": [], "interview_on": "0001-01-01", "new_a_day": 10,
    "parameters": None, "retention": 0.9, "time_zone": "", "waits_for_prerequisites": True,
}  # fmt: skip
CARDS = json.dumps(
    {
        "format": "loadbearing-cards",
        "settings": SETTINGS,
        "version": 1,
        "cards": [],
        "wordings": [],
        "states": [],
        "log": [],
    }
)
SENT = {
    "commas that no kind follows": Sent(422, "/designs/import/", {"text": COMMAS}, who="nobody", words="takes names"),
    "a platform whose name is no address": Sent(403, "/lti/login/", {"iss": "http://[x"}, who="nobody"),
    "a picture whose address is none": Sent(302, "/cards/new/?kind=question", {"front": "![a](//[x)", "back": "b"}),
    "the same on the face of text": Sent(422, "/designs/{design_id}/diagram/", {"action": "text", "text": COMMAS}),
    "spaces without end": Sent(422, "/designs/import/", {"text": "flowchart LR\na" + " " * 15_000 + "b"}),
    "schemas of schemas": Sent(200, "/designs/import/", {"text": CHAIN}, who="nobody"),
    "more bytes than there are": Sent(422, "/calculators/sharding/?stored=1e300", who="nobody", words="too large"),
    "a disk without end": Sent(422, "/calculators/storage/?disk_per_machine=1e300", who="nobody", words="too large"),
    "an id beyond every type": Sent(404, f"/classes/{10**30}/"),
    "NUL in a topic": Sent(400, "/cards/review/?topic=%00", who="nobody"),
    "NUL in a scenario": Sent(400, "/classes/{classroom_id}/assign/?scenario=%00", who="grace"),
    "NUL in a name": Sent(302, "/sheets/new/capacity/", {"name": "a\x00b"}),
    "NUL in a class": Sent(422, "/classes/new/", {"name": "a\x00b", "time_zone": "UTC"}, who="grace"),
    "NUL in a design": Sent(422, "/designs/", {"title": "a\x00b"}),
    "NUL in a version": Sent(302, "/designs/{design_id}/versions/0/name/", {"name": "a\x00b"}),
    "NUL in a draft": Sent(302, "/scenarios/write/", {"title": "a\x00b"}, who="grace"),
    "NUL in a launch": Sent(403, "/lti/launch/", {"state": "a\x00", "id_token": "\x00"}, who="nobody"),
    "NUL in a roster": Sent(302, "/classes/{classroom_id}/roster/add/", {"names": "a\x00b"}, who="grace"),
    "NUL in saved words": Sent(422, "/classes/{classroom_id}/comments/", {"words": "a\x00b"}, who="grace"),
    "up without its place": Sent(422, "/designs/{design_id}/api/", {"do": "up:"}, words="can be moved"),
    "up of what is no part": Sent(422, "/designs/{design_id}/api/", {"do": "up:x"}, words="can be moved"),
    "up of the title": Sent(422, "/designs/{design_id}/api/", {"do": "up:/meta/title"}, words="can be moved"),
    "marks of 5,000 digits": Sent(
        302, "/interviews/{interview_id}/score/", {"dimension": "scope", "level": "9" * 5_000}
    ),
    "definitions in a card": Sent(302, "/cards/new/", {"kind": "question", "front": "a\n: b\n" * 800, "back": "x"}),
    "an interview in the year 1": Sent(302, "/cards/import/", {}, ("cards.json", CARDS.encode())),
    "a simulation of 1e30 calls": Sent(
        422, "/designs/{design_id}/simulation/?shape=constant&seed=1&duration=1e30+years", words="from 1 s to 30 days"
    ),
    "a cell of line breaks": Sent(302, "/cards/import/", {}, ("a.csv", b'a,"b' + b"\n" * 100_000 + b'"\n')),
    "a cell of open rules": Sent(302, "/cards/import/", {}, ("b.csv", b'a,"' + b"<hr " * 20_000 + b'"\n')),
    "a cell of open comments": Sent(302, "/cards/import/", {}, ("c.csv", b'a,"' + b"<!--" * 20_000 + b'"\n')),
    "a cell of open pictures": Sent(302, "/cards/import/", {}, ("d.csv", b'a,"' + b"<img " * 19_000 + b'"\n')),
}


@pytest.mark.django_db
def test_each_has_its_answer_and_none_breaks_the_next():
    world = small_world()
    clients = {who: _browser(who, world) for who in world.people}

    answers = {name: _answer(clients[sent.who], sent, world) for name, sent in SENT.items()}

    assert answers == {name: (sent.status, True) for name, sent in SENT.items()}
    after = [clients["ada"].get(path).status_code for path in ("/cards/review/", "/cards/", "/designs/", "/sheets/")]
    assert after == [200] * 4


def _browser(who: str, world: World) -> Client:
    client = Client(raise_request_exception=False)
    if world.people[who] is not None:
        client.force_login(world.people[who])
    return client


def _answer(client: Client, sent: Sent, world: World) -> tuple[int, bool]:
    """The status, and whether the words are on the page."""
    path = sent.path.format(**world.places) if "{" in sent.path else sent.path
    if sent.form is None:
        answer = client.get(path)
    else:
        upload = {"file": SimpleUploadedFile(*sent.file)} if sent.file else {}
        answer = client.post(path, sent.form | upload)
    return answer.status_code, sent.words in answer.content.decode()
