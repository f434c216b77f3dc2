"""Groups and assistants came after the first version; going back to it loses nobody."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from tests.classrooms.conftest import MONDAY, after, give
from tests.designs.conftest import loaded


@pytest.mark.django_db(transaction=True)
def test_groups_and_assistants_go_back_without_losing_anybody():
    """promise 17"""
    from accounts.models import User
    from classrooms.services import classes, groups, marking
    from classrooms.services import work as working

    teacher = User.objects.create_user("grace")
    room = classes.create_classroom("Systems", owner=teacher, time_zone="UTC", at=MONDAY)
    User.objects.create_user("tim")
    classes.add_instructor(room, "tim", at=MONDAY, role="assistant")
    assignment = give(room, loaded(at=MONDAY))
    people = [classes.join(room.join_code, user=User.objects.create_user(name), name=name, at=MONDAY) for name in "ab"]
    groups.set_groups(assignment, dict.fromkeys(people, "Red"), at=MONDAY)
    submission = working.submit(working.begin_work(assignment, people[0], at=after(1)), at=after(2), taken_by=teacher)
    marking.give_back(submission, by=teacher, at=after(3))
    try:
        call_command("migrate", "classrooms", "0006_shared_notes", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(design_id), count(*) FROM classrooms_work")
            assert cursor.fetchone() == (1, 2)
            cursor.execute("SELECT count(*) FROM classrooms_submission")
            assert cursor.fetchone() == (2,)
            cursor.execute("SELECT count(*) FROM classrooms_membership WHERE role = 'instructor'")
            assert cursor.fetchone() == (2,)
            # Before it was refused, marks could be rewritten.
            cursor.execute("UPDATE classrooms_return SET feedback = 'Other'")
    finally:
        call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="not rewritten"), connection.cursor() as cursor:
        cursor.execute("UPDATE classrooms_return SET feedback = 'Nicer'")
