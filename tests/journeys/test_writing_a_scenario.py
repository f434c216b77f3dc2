"""An instructor makes a scenario of their own from one of the site, and a student designs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from classrooms.services import classes
from designs.models import Design, Scenario, ScenarioDraft
from tests.browser import broken_in_light_and_dark, broken_rules
from tests.designs.browsing import expect_status, sign_in
from tests.designs.conftest import loaded
from tests.journeys.conftest import PHONE
from tests.journeys.test_marks import DESIGN


def part(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the scenario").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    page.wait_for_load_state("load")


def typed(page: Page, label: str, words: str) -> None:
    """Kept while one types: the page says so with the number of the version."""
    before = page.locator("#draft-base").input_value()
    page.get_by_label(label, exact=True).fill(words)
    expect(page.locator("#draft-base")).not_to_have_value(before)


@pytest.mark.one_database
def test_a_teacher_makes_a_scenario_of_their_own_without_yaml(transactional_db, somebody, tmp_path: Path):
    """promises 20, 40 and 46"""
    now = timezone.now()
    grace, alan = (User.objects.create_user(name) for name in ("grace", "alan"))
    original = loaded("pastebin", at=now)
    room = classes.create_classroom("Systems", owner=grace, time_zone="UTC", at=now)
    classes.join(room.join_code, user=alan, name="Alan", at=now)
    teacher = somebody()
    sign_in(teacher, grace)

    teacher.goto("/scenarios/")
    teacher.get_by_role("link", name="Pastebin").click()
    teacher.get_by_role("button", name="Make my own from this").click()
    teacher.get_by_role("heading", level=1, name="Pastebin, my version").wait_for()
    assert broken_rules(teacher) == []
    part(teacher, "Task")
    typed(teacher, "Title", "Court files")
    typed(teacher, "What the interviewer says first", "Design a service in which a court keeps its files.")
    part(teacher, "Figures")
    value = "Value of bytes of a paste"
    typed(teacher, value, "1.3 kilobites")
    expect(teacher.locator("#why-f-figures-paste_size-value")).to_contain_text("did you mean kilobit?")
    assert broken_in_light_and_dark(teacher) == {}
    typed(teacher, value, "1.3 kB")
    expect(teacher.locator("#why-f-figures-paste_size-value")).to_be_empty()
    part(teacher, "Requirements")
    typed(teacher, "Target of Pastes can be read", "99.99%")
    expect(teacher.get_by_text("It keeps 2 of its 3 targets")).to_be_visible()
    typed(teacher, "Target of Pastes can be read", "99.75%")
    expect(teacher.get_by_text("It keeps 3 of its 3 targets")).to_be_visible()
    part(teacher, "Rubric")
    teacher.get_by_label("Weight of Understanding the question").fill("20")
    teacher.get_by_label("Weight of Estimating the scale").fill("10")
    teacher.get_by_role("button", name="Save").last.click()
    teacher.get_by_text("Saved as version").wait_for()
    part(teacher, "Reference")
    teacher.get_by_role("button", name="Edit it on the canvas").click()
    teacher.locator("[data-canvas][data-ready]").wait_for()
    teacher.locator('[data-element-id="component-api"]').dblclick()
    teacher.keyboard.type("Court service")
    teacher.keyboard.press("Enter")
    expect(teacher.locator('[data-element-id="component-api"]')).to_have_attribute("aria-label", re.compile("^Court"))
    expect_status(teacher, "Saved")
    teacher.get_by_role("button", name="Take it into the scenario").click()
    teacher.get_by_text("The drawing is in the scenario now").wait_for()
    expect(teacher.locator("svg.drawing")).to_contain_text("Court")
    assert broken_rules(teacher) == []

    draft = ScenarioDraft.objects.get()
    old, new = original.source_text.splitlines(), draft.source_text.splitlines()
    assert [(one.strip(), other.strip()) for one, other in zip(old[1:9], new[1:9], strict=True) if one != other] == [
        ("slug: pastebin", "slug: pastebin-2"),
        ("title: Pastebin", "title: Court files"),
    ]
    words = " ".join(draft.source_text.split())
    for kept in ("a court keeps its files", "value: 1.3 kB", "quantity: 99.75%", "label: Court service"):
        assert kept in words
    assert sum(line not in old for line in new) <= 7  # the weights stand on lines that are there already

    teacher.get_by_role("link", name="Check it and use it").click()
    teacher.get_by_role("button", name="Use it").click()
    teacher.get_by_text("It is a scenario now").wait_for()
    teacher.get_by_role("link", name="Give it to Systems").click()
    teacher.get_by_label("Title").fill("Court files, by Friday")
    teacher.get_by_role("button", name="Give it out").click()
    teacher.get_by_role("heading", name="Court files, by Friday").wait_for()

    student = somebody(refused_is_fine=True, **PHONE)
    sign_in(student, alan)
    student.goto("/classes/")
    student.get_by_role("link", name="Court files, by Friday").click()
    expect(student.get_by_text("in which a court keeps its files").first).to_be_visible()
    student.get_by_role("button", name="Begin").click()
    expect(student).to_have_url(DESIGN)
    assert Design.objects.filter(owner=alan).get().data()["meta"]["scenario"] == "pastebin-2"
    refused = student.goto("/scenarios/pastebin-2/reference/")
    assert refused is not None
    assert refused.status == 404

    teacher.goto(f"{draft.get_absolute_url()}versions/")
    assert broken_rules(teacher) == []
    teacher.goto(draft.get_absolute_url())
    with teacher.expect_download() as download:
        teacher.get_by_role("link", name="Download as YAML").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.read_text(encoding="utf-8") == draft.source_text
    call_command("load_scenarios", str(file), "--owner", "grace", verbosity=0)
    assert Scenario.objects.get(slug="pastebin-2").source_text == draft.source_text
