"""Who reaches what of a platform's course: every URL against everybody. A new URL without a row fails."""

from __future__ import annotations

import pytest
from django.urls import reverse

from schools import urls
from schools.models import Course, Deployment, Platform, Resource
from tests.classrooms.conftest import member, student, work  # noqa: F401
from tests.classrooms.test_access import LEADERS, PERSONS, SEEN, SENT_ON, TEACHERS, only, people, refused  # noqa: F401

# name of the URL: (method, what each person gets). The way in needs a signed token, and joining accounts a
# promise of this browser; tests of launches and of joining hold them.
OPEN = {"login", "launch", "keys", "canvas_settings", "choose", "join", "join_confirm"}
TABLE: dict[str, tuple[str, dict[str, int]]] = {
    "assignment_grades": ("get", only(*TEACHERS)),
    "assignment_grades_send": ("post", only(*TEACHERS, answer=SENT_ON)),
    "course_roster": ("post", only(*LEADERS, answer=SENT_ON)),
}
ROWS = OPEN | TABLE.keys()


@pytest.fixture
def places(assignment, classroom) -> dict[str, int]:
    platform = Platform.objects.create(name="P", issuer="https://p.example", client_id="c")
    deployment = Deployment.objects.create(platform=platform, deployment_id="1")
    course = Course.objects.create(deployment=deployment, context_id="C1", classroom=classroom)
    Resource.objects.create(course=course, link_id="L1", assignment=assignment)
    return {"assignment_id": assignment.pk, "classroom_id": classroom.pk, "course_id": course.pk}


def test_every_url_has_a_row():
    """promise 19"""
    assert {pattern.name for pattern in urls.urlpatterns} == ROWS


@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_is_theirs_and_nothing_else(client, people, places, work, name):  # noqa: F811
    """promises 19 and 20"""
    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == name)
    address = reverse(f"schools:{name}", kwargs={key: places[key] for key in pattern.pattern.converters})
    method, expected = TABLE[name]
    for who in sorted(PERSONS, key=lambda each: expected[each] in (SEEN, SENT_ON)):
        client.logout()
        if people[who]:
            client.force_login(people[who])
        answer = getattr(client, method)(address)
        assert answer.status_code == refused(expected[who], method, who), (who, name)
        if expected[who] not in (SEEN, SENT_ON):
            assert b"Systems 101" not in answer.content


@pytest.mark.django_db
def test_a_choice_that_nobody_began_is_nothing(client):
    assert client.get("/lti/choose/made-up/").status_code == 302  # to sign in or join


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["join", "join_confirm"])
def test_visitors_join_no_accounts(client, name):
    answer = client.post(reverse(f"schools:{name}"))

    assert answer["Location"].startswith(reverse("account_login"))
