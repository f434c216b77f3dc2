from __future__ import annotations

from tests.browser import broken_rules


def test_home_opens_no_session_and_asks_no_database(client):
    """Anonymous pages touch neither session nor user: no query, no cookie, nothing that varies by cookie."""
    answer = client.get("/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_home_breaks_no_accessibility_rule(page):
    page.goto("/")

    assert broken_rules(page) == []
