"""Notices on the page and by mail: each with a switch, sent once, and nothing private in a subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from classrooms.models import Notice, NoticeKind, NoticeSwitch
from classrooms.services import assignments, marking, notices, regrades
from classrooms.services import work as working
from tests.classrooms.conftest import after, give
from tests.classrooms.test_term import marked
from tests.classrooms.test_work import drawn
from tests.markup import squeezed


def confirm(user, address: str, **more: bool) -> None:
    values = {"verified": True, "primary": True, **more}
    EmailAddress.objects.create(user=user, email=address, **values)


@pytest.fixture
def told(work, teacher, student) -> Notice:
    """Ada was given marks back, just now."""
    confirm(student, "ada@example.com")
    marked(work, teacher)
    Notice.objects.update(at=timezone.now())
    return Notice.objects.get()


@dataclass
class Inbox:
    messages: list[Any] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"


class OnAnyPort(Controller):
    """Listens where the system has room; the library asks the port it was given whether it listens."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp(settings) -> Iterator[list[Any]]:
    """A mail server on this machine, to which Django sends by SMTP."""
    inbox = Inbox()
    server = OnAnyPort(inbox, hostname="127.0.0.1", port=0, ready_timeout=60)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield inbox.messages
    server.stop()


def test_a_mail_leaves_by_smtp_once_and_leads_to_the_page(told, smtp, settings):
    settings.SITE_URL = "https://notes.example"
    assert notices.send_waiting(at=timezone.now()) == 1
    assert notices.send_waiting(at=timezone.now()) == 0

    [(to, message)] = smtp
    assert to == ["ada@example.com"]
    assert message["Subject"] == "Loadbearing: marks were given back"
    text = message.get_content()
    assert f"https://notes.example{told.assignment.get_absolute_url()}" in text
    assert "https://notes.example/classes/notices/" in text


@pytest.mark.parametrize("kind", NoticeKind)
def test_no_subject_tells_anything_private(told, kind):
    """promise 19"""
    Notice.objects.update(kind=kind, mailed_at=None)
    notices.send_waiting(at=timezone.now())

    [message] = mail.outbox
    private = [
        "Ada",
        "Lovelace",
        "ada",
        "grace",
        "Systems",
        "timeline",
        str(told.member.works.get().last_return.points),
    ]
    assert not [each for each in private if each in message.subject]
    # The text names class and assignment, and no person and no mark.
    assert not [each for each in ["Ada", "Lovelace", "grace", " of 100"] if each in message.body]


def test_mail_goes_to_confirmed_addresses_alone(work, teacher, student):
    """promise 20"""
    confirm(student, "typed@example.com", verified=False)
    marked(work, teacher)
    Notice.objects.update(at=timezone.now())

    assert notices.send_waiting(at=timezone.now()) == 0
    assert mail.outbox == []
    assert Notice.objects.get().mailed_at is None


def test_a_mail_that_fails_is_sent_by_the_command_later(told, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nothing listens
    with pytest.raises(OSError, match="refused"):
        notices.send_waiting(at=timezone.now())
    told.refresh_from_db()
    assert told.mailed_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("send_notices")
    assert len(mail.outbox) == 1
    assert "1 mails sent" in capsys.readouterr().out


def test_each_switch_is_for_its_kind_and_its_way(client, student, work, teacher):
    client.force_login(student)
    page = reverse("classrooms:notices")
    on = [f"{way}-{kind.value}" for kind in NoticeKind for way in ("page", "mail")]
    client.post(page, {"do": "switches", **dict.fromkeys(set(on) - {"mail-returned", "page-regrade"}, "on")})
    assert set(NoticeSwitch.objects.filter(by_mail=False).values_list("kind", flat=True)) == {"returned"}
    marked(work, teacher)
    asked = regrades.ask_again(work, "Look again", at=after(4))
    regrades.answer(asked, "Done", by=teacher, at=after(5))

    found = Notice.objects.filter(member__user=student).values_list("kind", "is_on_page", "is_for_mail")
    assert set(found) == {("returned", True, False), ("regrade", False, True)}
    text = squeezed(client.get(page))
    assert "Marks were given back: <a" in text
    assert "Another look at marks was asked for, or answered: <a" not in text
    client.post(page, {"do": "switches"})
    marking.give_back(work.last_submission, by=teacher, at=after(6))
    assert Notice.objects.filter(member__user=student).count() == 2


def test_what_is_new_stands_out_until_it_is_read(client, student, told):
    client.force_login(student)
    classes_page, page = reverse("classrooms:classroom_list"), reverse("classrooms:notices")
    assert "1 new" in squeezed(client.get(classes_page))
    client.post(page, {"do": "read"})

    assert "1 new" not in squeezed(client.get(classes_page))
    assert "Marks were given back" in squeezed(client.get(page))


def test_a_request_is_told_to_whoever_marks(client, teacher, told, django_user_model, classroom):
    regrades.ask_again(told.member.works.get(), "Look again", at=after(4))

    assert list(Notice.objects.filter(kind="regrade").values_list("member__user", flat=True)) == [teacher.pk]


def test_a_correction_is_told_to_whoever_has_begun(scenario, work):
    scenario.content = scenario.content.replace("Timelines of a microblog", "Timelines, corrected")
    scenario.save()
    assignments.push_correction(work.assignment, at=after(2))

    assert list(Notice.objects.values_list("kind", "member")) == [("corrected", work.student_id)]


def test_whoever_owes_something_is_told_once_a_day_before_by_their_own_time(classroom, scenario, member, work):
    """`work` is due after 7 days; a fellow has more time, another has handed in."""
    assignment = work.assignment
    assert notices.tell_what_is_due(at=after(5.5)) == 0
    working.extend(assignment, member, after(9), at=after(1))
    assert notices.tell_what_is_due(at=after(6.5)) == 0
    assert notices.tell_what_is_due(at=after(8.5)) == 1
    assert notices.tell_what_is_due(at=after(8.6)) == 0
    later = give(classroom, scenario, title="Another", due_at=after(20))
    handed_in = working.begin_work(later, member, at=after(10))
    working.submit(drawn(handed_in), at=after(11))
    assert notices.tell_what_is_due(at=after(19.5)) == 0


def test_many_that_are_told_at_once_wait_for_one_task(work, teacher, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        marked(work, teacher)
        marking.give_back(work.last_submission, by=teacher, at=after(4))

    assert DBTaskResult.objects.filter(task_path=notices.send_mail.module_path).count() == 1


def test_who_left_is_told_nothing(work, teacher, member):
    submission = working.submit(drawn(work), at=after(2))
    marking.mark(submission, dict.fromkeys(work.assignment.data.rubric, (1, "")), feedback="")
    submission.work.student.left_at = after(3)
    submission.work.student.save()
    marking.give_back(submission, by=teacher, at=after(4) + timedelta(hours=1))

    assert not Notice.objects.exists()
