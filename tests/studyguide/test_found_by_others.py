"""What search engines and feed readers are told of a page."""

from __future__ import annotations

import json
import re
import struct
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from config.pages.sitemaps import LISTS
from studyguide.models import NoteBody
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


def test_a_description_fits_into_a_search_result(client):
    """Search engines cut off what is longer than about 160 characters."""
    long = "A sentence of some length. " * 12
    make_topic("one", title="One", summary=long)
    load_paths([("p.yaml", f"slug: p\ntitle: P\nsummary: {long}\nsteps: [{{topic: one, because: B.}}]".encode())])
    for address in ("/learn/p/", "/topics/one/"):
        [said] = re.findall(r'<meta\s+name="description"\s+content="([^"]*)"', client.get(address).content.decode())
        assert 100 < len(said) <= 160


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


FLOW = (
    '<figure class="diagram"><svg class="flow for-column" viewBox="0 0 20 10" width="20" height="10">'
    '<g class="flow-node"><rect width="20" height="10"/></g></svg></figure>'
)


def picture_of(client, address: str) -> str:
    """The path of the picture that the page names; the address must be absolute."""
    [found] = re.findall(
        r'property="og:image" content="http://testserver([^"]+)"', client.get(address).content.decode()
    )
    return found


def test_a_topic_shows_its_own_drawing_where_its_address_is_shared(client):
    make_topic("one", title="One", summary="What it says.", body_html=FLOW)
    make_topic("two", title="One", summary="What it says.", body_html="<p>No drawing.</p>")
    drawn, worded = (client.get(picture_of(client, f"/topics/{slug}/")) for slug in ("one", "two"))

    assert drawn["Content-Type"] == worded["Content-Type"] == "image/png"
    assert struct.unpack(">II", drawn.content[16:24]) == (1200, 630)
    assert drawn.content != worded.content
    assert "max-age=86400" in drawn["Cache-Control"]
    again = client.get("/topics/one/picture.png", headers={"If-None-Match": drawn["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/topics/none/picture.png").status_code == 404


def test_paths_labs_and_calculators_have_pictures_of_their_own(client):
    make_topic("one", title="One", plain_text="word " * 300)
    load_paths([("p.yaml", b"slug: p\ntitle: P\nsummary: S.\nsteps: [{topic: one, because: B.}]")])
    addresses = ["/learn/p/", "/labs/hash-placement/", "/calculators/capacity/"]
    made = [client.get(picture_of(client, address)).content for address in addresses]

    assert [struct.unpack(">II", each[16:24]) for each in made] == [(1200, 630)] * 3
    assert len(set(made)) == 3


def test_the_home_page_and_every_list_have_pictures_of_their_own(client):
    make_topic("one", title="One", plain_text="word " * 300)
    load_paths([("p.yaml", b"slug: p\ntitle: P\nsummary: S.\nsteps: [{topic: one, because: B.}]")])
    made = [client.get(picture_of(client, reverse(name))).content for name in LISTS]

    assert [struct.unpack(">II", each[16:24]) for each in made] == [(1200, 630)] * len(LISTS)
    assert len(set(made)) == len(LISTS)
    assert client.get("/pictures/none.png").status_code == 404


def test_own_notes_have_no_picture_that_others_could_see(client, django_user_model):
    ada = django_user_model.objects.create_user("ada")
    body = NoteBody.objects.create(owner=ada, title="Mine", source_name="mine")
    make_topic("secret", title="Secret", body=body)
    client.force_login(ada)

    assert "og:image" not in client.get("/topics/secret/").content.decode()
    assert client.get("/topics/secret/picture.png").status_code == 404
