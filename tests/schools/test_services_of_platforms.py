"""What this site asks of a platform by itself: content placed, people brought in, marks sent back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from classrooms.models import Assignment, Classroom, Membership
from schools.models import Course, Grade, Platform, Resource
from schools.services import keys as own_keys
from schools.services.asking import PlatformError, check_address
from schools.services.grades import WAITS, send_grades
from schools.services.roster import read_roster
from tests.classrooms.conftest import give
from tests.schools.platform import person
from tests.schools.work import given_back

pytestmark = pytest.mark.django_db
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


def run(task, *args) -> None:
    """What the worker would do, here: tests of the worker itself run it in a process."""
    task.func(*args)


def placed(launching, platform, scenario, *, due: str = "2031-01-01T12:00") -> Assignment:
    """The teacher chooses a scenario under "add content", and the platform has a link with a column."""
    teacher = launching()
    choose = teacher.come("t-1", choosing=True)["Location"]
    page = teacher.client.post(choose, {"what": "scenario", "scenario": scenario.pk, "due_at": due})
    platform.receive(re.search(r'name="JWT"\s+value="([^"]+)"', page.content.decode())[1])
    return Assignment.objects.get()


def student_of(launching, name: str, link: str = "L1") -> Membership:
    from django.contrib.auth import get_user

    browser = launching()
    browser.come(name, link=link)
    return Membership.objects.get(user=get_user(browser.client))


# Placing


def test_a_scenario_that_is_placed_becomes_an_assignment_with_a_column(launching, platform, scenario):
    assignment = placed(launching, platform, scenario)

    said = platform.received[0]
    [item] = said[ITEMS]
    assert (item["title"], item["custom"]) == (scenario.title, {"assignment": str(assignment.pk)})
    assert item["lineItem"]["scoreMaximum"] == 100
    assert said["https://purl.imsglobal.org/spec/lti-dl/claim/data"] == "d7"
    assert assignment.due_at.isoformat() == "2031-01-01T12:00:00+00:00" == item["submission"]["endDateTime"]
    browser = launching()
    assert browser.come("s-1", link="L1")["Location"] == assignment.get_absolute_url()
    assert browser.client.get(assignment.get_absolute_url()).status_code == 200


def test_a_topic_that_is_placed_has_no_column(launching, platform):
    from tests.studyguide.build import make_topic

    topic = make_topic("caching")
    teacher = launching()
    choose = teacher.come("t-1", choosing=True)["Location"]
    page = teacher.client.post(choose, {"what": "topic", "topic": "caching"})
    platform.receive(re.search(r'name="JWT"\s+value="([^"]+)"', page.content.decode())[1])

    assert "lineItem" not in platform.links["L1"]
    assert launching().come("s-1", link="L1")["Location"] == topic.get_absolute_url()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"what": "scenario"}, "Choose the scenario"),
        ({"what": "topic", "topic": "none"}, "Select a valid choice"),
        ({"what": "nonsense"}, "Select a valid choice"),
        ({}, "required"),
    ],
    ids=str,
)
def test_a_choice_that_lacks_something_says_what(launching, form, words):
    teacher = launching()
    answer = teacher.client.post(teacher.come("t-1", choosing=True)["Location"], form)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_due_time_must_be_to_come(launching, scenario):
    teacher = launching()
    choose = teacher.come("t-1", choosing=True)["Location"]
    form = {"what": "scenario", "scenario": scenario.pk, "due_at": "2020-01-01T10:00"}

    assert "a time to come" in teacher.client.post(choose, form).content.decode()
    assert not Assignment.objects.exists()


def test_only_a_teacher_places_something_and_only_in_their_browser(launching):
    teacher = launching()
    choose = teacher.come("t-1", choosing=True)["Location"]

    assert launching().come("s-1", choosing=True).status_code == 403
    student = launching()
    student.come("s-1")
    assert student.client.get(choose).status_code == 404


# People


def test_the_list_of_people_is_brought_in_page_by_page_and_joined_to_who_is_there(launching, platform):
    launching().come("t-1")
    student_of(launching, "s-1", link="L0")
    platform.people["s-3"] = person("s-3", "Ada Lovelace", "Learner")  # another one of the same name
    course = Course.objects.get()
    run(read_roster, course.pk, course.classroom.memberships.get(role="instructor").user_id)

    entries = {each.lms_id: each for each in course.classroom.roster.all()}
    assert {"s-1", "s-2"} <= entries.keys()
    assert "t-1" not in entries
    assert entries["s-1"].membership.name == "Ada Lovelace"
    assert (entries["s-2"].name, entries["s-2"].email) == ("Alan Turing", "s-2@school.example")
    course.refresh_from_db()
    assert course.roster_words.startswith("3 learners on the list")
    assert sum(each.startswith("GET /members") for each in platform.asked) == 2


def test_who_is_gone_from_the_list_is_named_and_nobody_is_taken_out(launching, platform):
    launching().come("t-1")
    student_of(launching, "s-1", link="L0")
    del platform.people["s-1"]
    course = Course.objects.get()
    run(read_roster, course.pk, course.classroom.memberships.get(role="instructor").user_id)

    course.refresh_from_db()
    assert "No longer on the list, and still in the class: Ada Lovelace." in course.roster_words
    assert course.classroom.memberships.filter(role="student", left_at=None).count() == 1


@pytest.mark.parametrize("status", [403, 500])
def test_a_list_that_is_not_given_is_said(launching, platform, status):
    launching().come("t-1")
    platform.fails = [status]
    course = Course.objects.get()
    run(read_roster, course.pk, course.classroom.memberships.get().user_id)

    course.refresh_from_db()
    assert course.roster_words == f"The list was not read: Example Moodle: it answers with status {status}."


# Marks


@pytest.fixture
def marked(launching, platform, scenario):
    """A placed assignment, with one student who was given everything but one level back."""
    assignment = placed(launching, platform, scenario)
    student = student_of(launching, "s-1")
    given_back(assignment, student, less=1)
    return assignment


def states() -> set[str]:
    return set(Grade.objects.values_list("state", flat=True))


def test_what_is_given_back_stands_in_a_column_for_each_line_of_the_rubric(marked, platform):
    assert states() == {"waiting"}
    run(send_grades, Resource.objects.get(assignment=marked).pk)

    rubric = marked.data.rubric
    expected = {
        (f"{marked}: {line.title}", "s-1"): (len(line.levels) - 2, len(line.levels) - 1) for line in rubric.values()
    }
    points = marked.works.get().returns.get().points
    assert platform.gradebook() == {**expected, (str(marked), "s-1"): (points, 100)}
    assert states() == {"sent"}
    assert len(platform.columns) == len(rubric) + 1  # the link's own column is the total


def test_the_total_is_what_the_student_was_told(launching, platform, scenario):
    """67 of 100 is 13.4 of 20."""
    assignment = placed(launching, platform, scenario)
    Assignment.objects.update(points=20)
    given = given_back(Assignment.objects.get(), student_of(launching, "s-1"), less=1)
    run(send_grades, Resource.objects.get(assignment=assignment).pk)

    assert platform.gradebook()[(str(assignment), "s-1")] == (given.worth, 20)
    assert given.worth != given.points


def test_sent_again_nothing_is_doubled_and_a_newer_mark_replaces_the_older(marked, platform):
    resource = Resource.objects.get(assignment=marked)
    run(send_grades, resource.pk)
    columns = len(platform.columns)
    # The columns are known to the platform alone, as after a restored backup.
    resource.columns.update(url="")
    work = marked.works.get()
    from classrooms.services.marking import give_back, mark
    from tests.classrooms.test_work import best_levels

    mark(work.last_submission, best_levels(marked), feedback="")
    give_back(work.last_submission, by=marked.classroom.memberships.get(role="instructor").user, at=timezone.now())
    run(send_grades, resource.pk)

    assert len(platform.columns) == columns
    assert platform.gradebook()[(str(marked), "s-1")] == (100, 100)


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_a_platform_that_fails_for_now_is_asked_again_later(marked, platform, status):
    from django_tasks_db.models import DBTaskResult

    platform.fails = [status] * 50
    resource = Resource.objects.get(assignment=marked)
    DBTaskResult.objects.all().delete()
    before = timezone.now()
    run(send_grades, resource.pk)

    assert states() == {"waiting"}
    assert set(Grade.objects.values_list("attempts", flat=True)) == {1}
    again = DBTaskResult.objects.get()
    assert again.run_after - before >= WAITS[0] - timedelta(seconds=1)
    platform.fails = []
    run(send_grades, resource.pk)
    assert states() == {"sent"}


def test_after_the_last_try_the_teacher_is_told_and_sends_again(marked, platform, client):
    resource = Resource.objects.get(assignment=marked)
    Grade.objects.update(attempts=len(WAITS))
    platform.fails = [503] * 50
    run(send_grades, resource.pk)
    assert states() == {"failed"}

    teacher = marked.classroom.memberships.get(role="instructor").user
    client.force_login(teacher, backend="allauth.account.auth_backends.AuthenticationBackend")
    head = client.get(f"/classes/assignments/{marked.pk}/queue/").content.decode()
    assert "not taken" in head
    page = client.get(f"/lti/assignments/{marked.pk}/").content.decode()
    assert "it answers with status 503" in page
    platform.fails = []
    client.post(f"/lti/assignments/{marked.pk}/send/")
    run(send_grades, resource.pk)
    assert states() == {"sent"}


def test_what_the_platform_refuses_is_not_tried_for_ever(marked, platform):
    platform.fails = [400] * 50
    run(send_grades, Resource.objects.get(assignment=marked).pk)

    assert states() == {"failed"}


def test_where_no_columns_may_be_made_the_total_still_arrives(launching, platform, scenario):
    platform.may_make_columns = False
    assignment = placed(launching, platform, scenario)
    given_back(assignment, student_of(launching, "s-1"))
    run(send_grades, Resource.objects.get(assignment=assignment).pk)

    assert platform.gradebook() == {(str(assignment), "s-1"): (100, 100)}
    assert {each.column.key for each in Grade.objects.filter(state="sent")} == {"total"}
    assert "no column of its own" in Grade.objects.filter(state="failed").first().why


def test_work_of_a_class_without_a_platform_sends_nothing(assignment, classroom):
    from accounts.models import User
    from classrooms.services import classes
    from tests.classrooms.conftest import MONDAY

    user = User.objects.create_user("ada")
    given_back(assignment, classes.join(classroom.join_code, user=user, name="Ada", at=MONDAY))

    assert not Grade.objects.exists()


def test_a_study_assignment_is_placed_without_marks(launching, platform):
    launching().come("t-1")
    classroom = Classroom.objects.get()
    study = give(classroom, None, title="Read these", topics=["caching"])
    teacher = launching()
    choose = teacher.come("t-1", choosing=True)["Location"]
    page = teacher.client.post(choose, {"what": "assignment", "assignment": study.pk})
    platform.receive(re.search(r'name="JWT"\s+value="([^"]+)"', page.content.decode())[1])

    assert "lineItem" not in platform.links["L1"]


# Addresses, keys, registration


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "http://", "http://[::1", "http://169.254.169.254/latest/",
        "http://127.0.0.1:1/", "http://localhost:1/", "http://[::ffff:10.0.0.1]/", "http://0x7f000001/", "",
    ],
)  # fmt: skip
def test_no_platform_sends_this_site_to_an_address_inside_its_network(platform, url):
    """promise 43"""
    with pytest.raises(PlatformError):
        check_address(url, Platform.objects.get())


def test_a_new_key_signs_and_the_older_stay_published(tmp_path, settings):
    settings.LTI_KEY_FILE = str(tmp_path / "keys.pem")
    with pytest.raises(own_keys.NoKeyError, match="make_lti_key"):
        own_keys.signed({})
    for _ in range(4):
        call_command("make_lti_key", stdout=(out := __import__("io").StringIO()))

    known = own_keys.published()["keys"]
    assert len(known) == own_keys.KEPT_KEYS
    assert known[0]["kid"] in out.getvalue()
    assert all(set(each) == {"kty", "n", "e", "kid", "use", "alg"} for each in known)
    assert (tmp_path / "keys.pem").stat().st_mode & 0o777 == 0o600


def test_a_platform_is_registered_by_one_line(capsys):
    line = ["register_platform", "Moodle", "--client-id", "abc", "--deployment", "1", "--moodle", "https://m.example/"]
    call_command(*line)
    call_command(*line, "--deployment", "2")

    platform = Platform.objects.get()
    assert (platform.issuer, platform.keys_url) == ("https://m.example", "https://m.example/mod/lti/certs.php")
    assert platform.frame_origins == ["https://m.example"]
    assert {each.deployment_id for each in platform.deployments.all()} == {"1", "2"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["X", "--client-id", "abc"], "--issuer is needed"),
        (["X", "--client-id", "abc", "--moodle", "javascript:alert(1)"], "must begin with https://"),
    ],
)
def test_what_a_registration_lacks_is_said(line, words):
    with pytest.raises(CommandError, match=words):
        call_command("register_platform", *line)


def test_the_addresses_that_canvas_asks_for_lead_somewhere(client, platform):
    said = client.get("/lti/canvas.json").json()

    for name in ("oidc_initiation_url", "target_link_uri", "public_jwk_url"):
        assert client.get(said[name].removeprefix("http://testserver")).status_code != 404
    assert client.get("/lti/keys.json").json() == own_keys.published()
