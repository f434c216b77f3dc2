"""A scenario that a class works on: who reads its reference, and whose it is when teachers change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from classrooms.models import Assignment, Membership
from classrooms.services import classes
from designs.models import Scenario
from designs.scenarios.problems import InvalidScenarioError
from designs.services.scenarios import load_scenarios, upload_scenario
from tests.classrooms.conftest import MONDAY, give
from tests.designs.scenarios.examples import changed


def running(classroom, scenario) -> Assignment:
    now = timezone.now()
    return give(classroom, scenario, opens_at=now - timedelta(days=1), due_at=now + timedelta(days=1))


@pytest.mark.parametrize("page", ["scenario_reference", "scenario_source"])
def test_students_read_no_reference_while_they_work_on_it(client, classroom, scenario, member, student, teacher, page):
    assignment = running(classroom, scenario)
    address = reverse(f"designs:{page}", args=[scenario.slug])
    client.force_login(student)
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, scenario.get_absolute_url())
    client.force_login(teacher)
    assert client.get(address).status_code == 200

    Assignment.objects.filter(pk=assignment.pk).update(due_at=timezone.now())
    client.force_login(student)
    assert client.get(address).status_code == 200


def test_signing_out_opens_no_reference_while_a_class_works_on_it(client, classroom, scenario, member, teacher):
    """Before a class has students, to accounts without the class, and after the time it is open."""
    assignment = running(classroom, scenario)
    page = reverse("designs:scenario_reference", args=[scenario.slug])
    Membership.objects.filter(pk=member.pk).update(left_at=timezone.now())
    assert client.get(page).status_code == 200

    Membership.objects.filter(pk=member.pk).update(left_at=None)
    answer = client.get(page, follow=True)
    assert answer.redirect_chain == [(scenario.get_absolute_url(), 302)]
    assert "Sign in to read its reference" in answer.content.decode()
    client.force_login(User.objects.create_user("guest-1", is_guest=True))
    assert client.get(page).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(page).status_code == 200

    client.logout()
    Assignment.objects.filter(pk=assignment.pk).update(due_at=timezone.now())
    assert client.get(page).status_code == 200


def test_a_private_scenario_follows_its_class_to_whoever_teaches_it(client, classroom, teacher):
    scenario, _ = upload_scenario(changed(), file="own.yaml", owner=teacher, now=MONDAY)
    running(classroom, scenario)
    colleague = User.objects.create_user("barbara")
    stranger = User.objects.create_user("mallory")
    classes.add_instructor(classroom, "barbara", at=MONDAY)

    assert Scenario.objects.viewable_by(colleague.pk).filter(pk=scenario.pk).exists()
    assert not Scenario.objects.viewable_by(stranger.pk).filter(pk=scenario.pk).exists()
    client.force_login(colleague)
    assert client.get(reverse("designs:scenario_reference", args=[scenario.slug])).status_code == 200


def test_whoever_takes_over_a_class_corrects_its_scenario(classroom, teacher):
    """Not while its owner teaches a class that has it, and not for an assistant; it stays its owner's."""
    scenario, _ = upload_scenario(changed(), file="own.yaml", owner=teacher, now=MONDAY)
    running(classroom, scenario)
    barbara, alan = User.objects.create_user("barbara"), User.objects.create_user("alan")
    correction = changed(("title: Guest book", "title: Guests"))
    classes.add_instructor(classroom, "barbara", at=MONDAY)
    classes.add_instructor(classroom, "alan", at=MONDAY, role=Membership.Role.ASSISTANT)
    with pytest.raises(InvalidScenarioError, match="somebody else's"):
        upload_scenario(correction, file="own.yaml", owner=barbara, now=MONDAY)

    classes.leave(classroom.memberships.get(user=teacher), at=MONDAY)
    with pytest.raises(InvalidScenarioError, match="somebody else's"):
        upload_scenario(correction, file="own.yaml", owner=alan, now=MONDAY)
    upload_scenario(correction, file="own.yaml", owner=barbara, now=MONDAY)
    scenario.refresh_from_db()
    assert (scenario.title, scenario.owner) == ("Guests", teacher)


def test_no_pack_takes_the_slug_of_another(db):
    load_scenarios([("a.yaml", changed())], pack="one", now=MONDAY)
    with pytest.raises(InvalidScenarioError, match="belongs to pack 'one'"):
        load_scenarios([("a.yaml", changed())], pack="two", now=MONDAY)
    assert Scenario.objects.get().pack == "one"


def test_what_is_loaded_for_somebody_is_theirs_and_private(teacher):
    load_scenarios([("a.yaml", changed())], pack="any", owner=teacher, now=MONDAY)
    scenario = Scenario.objects.get()

    assert (scenario.owner, scenario.is_published) == (teacher, False)
    load_scenarios([("a.yaml", changed(("title: Guest book", "title: Guests")))], pack="any", owner=teacher, now=MONDAY)
    assert Scenario.objects.get().title == "Guests"
