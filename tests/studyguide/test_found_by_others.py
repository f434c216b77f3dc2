"""What search engines and feed readers are told of a page."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from studyguide.selectors.changes import changes_by_day
from studyguide.services.paths import load_paths
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


def told(client, address: str) -> dict[str, object]:
    found = DATA.findall(client.get(address).content.decode())
    assert len(found) == 1
    return json.loads(found[0])


def test_a_topic_says_that_it_is_an_article_and_since_when(client):
    topic = make_topic("one", title="One </script><b>", summary="What it says & more.")
    said = told(client, "/topics/one/")

    assert (said["@type"], said["headline"]) == ("Article", "One </script><b>")
    assert said["dateModified"] == topic.changed_at.date().isoformat()
    assert said["url"] == "http://testserver/topics/one/"


def test_a_path_says_that_it_is_a_course_and_what_it_teaches(client):
    make_topic("one", title="One", plain_text="word " * 300)
    load_paths([("p.yaml", b"slug: p\ntitle: P\nsummary: S.\nsteps: [{topic: one, because: B.}]")])
    said = told(client, "/learn/p/")

    assert (said["@type"], said["teaches"], said["timeRequired"]) == ("Course", ["One"], "PT2M")


def test_the_feed_holds_the_newest_corrections_each_once(client):
    response = client.get("/changes/feed/")
    entries = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]

    assert response["Content-Type"].startswith("application/atom+xml")
    assert len(entries) == min(40, sum(len(changes) for _, changes in changes_by_day())) > 0
    assert len(set(ids)) == len(ids)
    newest = changes_by_day()[0]
    assert newest[1][0].change.now in (entries[0].findtext(f"{ATOM}summary") or "")
    assert client.get("/changes/").content.decode().count("/changes/feed/") >= 2
