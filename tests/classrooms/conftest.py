from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from classrooms.models import Assignment, Classroom, Membership, Work
from classrooms.services import assignments, classes
from classrooms.services import work as working
from designs.models import Scenario
from tests.designs.conftest import loaded

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def after(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


@pytest.fixture
def scenario(db) -> Scenario:
    return loaded(at=MONDAY)


@pytest.fixture
def teacher(db) -> User:
    return User.objects.create_user("grace", password="correct horse battery")


@pytest.fixture
def student(db) -> User:
    return User.objects.create_user("ada", password="correct horse battery")


@pytest.fixture
def classroom(teacher) -> Classroom:
    return classes.create_classroom("Systems 101", owner=teacher, time_zone="Europe/Berlin", at=MONDAY)


@pytest.fixture
def member(classroom, student) -> Membership:
    return classes.join(classroom.join_code, user=student, name="Ada Lovelace", at=MONDAY)


def give(classroom: Classroom, scenario: Scenario | None, **values) -> Assignment:
    defaults = {
        "kind": "design" if scenario else "study",
        "title": "Design a timeline",
        "opens_at": MONDAY,
        "due_at": after(7),
        "start": "given",
    }
    topics = values.pop("topics", ())
    return assignments.create_assignment(
        classroom, values={**defaults, **values}, scenario=scenario, topics=topics, at=MONDAY
    )


@pytest.fixture
def assignment(classroom, scenario) -> Assignment:
    return give(classroom, scenario)


@pytest.fixture
def work(assignment, member) -> Work:
    return working.begin_work(assignment, member, at=after(1))
