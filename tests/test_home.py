from __future__ import annotations

import re

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from config.pages.showcase import showcase
from designs.services.saving import create_design
from tests.designs.conftest import NOON
from tests.markup import squeezed


def test_home_opens_no_session_and_asks_no_database(client):
    """Anonymous pages touch neither session nor user: no query, no cookie, nothing that varies by cookie."""
    answer = client.get("/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_the_picture_shows_what_the_engines_say():
    """20M users a day with 30 reads, three times that at the peak: 20e6 * 30 * 3 / 86,400 = 20,833 a second, of which
    four in five stop at the cache; 24 servers of 1,000 are 87 % busy and break at 24,000 / 20,833 = 1.2 times that."""
    shown = showcase()
    boxes = shown.boxes

    assert shown.rate == boxes["balancer"].rate == boxes["web"].rate == "20.8k/s"
    assert boxes["database"].rate == "4.2k/s"
    assert boxes["web"].busy_percent == 87
    assert (shown.first_label, shown.first_times) == ("Web servers", "1.2")
    assert [key for key, box in boxes.items() if box.is_first_to_break] == ["web"]


def test_the_picture_says_in_words_what_it_shows(client):
    page = squeezed(client.get("/"))
    words = re.search(r'<desc id="picture-words">(.*?)</desc>', page).group(1)

    assert "20.8k/s" in words
    assert "24 web servers 87 %" in words


def test_every_link_of_home_leads_somewhere(client, db):
    addresses = set(re.findall(r'<a [^>]*href="(/[^"#]*)"', squeezed(client.get("/"))))
    topics = {address for address in addresses if re.fullmatch(r"/topics/(?!map/)[^/]+/", address)}
    shipped = {path.stem for path in (settings.FIXTURES_DIR / "topics").rglob("*.md")}

    assert topics
    assert {address.split("/")[2] for address in topics} <= shipped
    assert [address for address in addresses - topics if client.get(address).status_code != 200] == []


def test_somebody_who_returns_is_led_to_their_last_design(client, db):
    ada = User.objects.create_user("ada")
    design = create_design(owner=ada, document={"format": 2}, at=NOON)
    client.force_login(ada)

    assert f'href="{reverse("designs:design_detail", args=[design.pk])}"' in squeezed(client.get("/"))
    assert 'href=""' not in squeezed(client.get("/"))
