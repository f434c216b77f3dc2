from __future__ import annotations

import pytest

from classrooms.models import Assignment, Submission, Work
from classrooms.pages.marks_file import marks_csv
from classrooms.review.cohort import cohort_of
from classrooms.selectors import due_work, students_of, works_by_student
from classrooms.services import assignments, classes
from classrooms.services import work as working
from classrooms.services.classes import ClassError
from classrooms.services.summaries import refresh
from designs.document.schema import blank
from designs.models import Design, Interview
from designs.scenarios.reference import reference_of
from designs.services.saving import Edit, save_patch
from designs.services.scenarios import load_scenarios
from tests.classrooms.conftest import MONDAY, after, give
from tests.designs.interviews.shipped import FIXTURES


def edit(design: Design, patch: dict) -> None:
    design.refresh_from_db()
    save_patch(design, Edit(patch=patch, base_version=design.version), author=None, at=after(1))
    design.refresh_from_db()


def test_beginning_twice_is_one_design(assignment, member):
    first, second = (working.begin_work(assignment, member, at=after(1)) for _ in range(2))

    assert first.design_id == second.design_id
    assert Design.objects.count() == 1


def test_given_work_starts_with_requirements_and_figures(work):
    document = work.design.data()

    assert document["scope"]["functional_requirements"]
    assert document["estimate"]["rows"]
    assert "components" not in document.get("diagram", {})


def test_blank_work_starts_blank(classroom, scenario, member):
    work = working.begin_work(give(classroom, scenario, start="blank"), member, at=after(1))

    assert work.design.data() == blank(title=scenario.title, method=scenario.data.method, scenario="twitter")


def test_an_interview_as_work_has_a_clock_and_the_students_figures(classroom, scenario, member):
    assignment = give(classroom, scenario, start="interview", has_own_figures=True)
    work = working.begin_work(assignment, member, at=after(1))

    assert Interview.objects.get(design=work.design).figures == work.figures


def test_each_student_has_figures_of_their_own_that_stay(classroom, scenario, member):
    assignment = give(classroom, scenario, has_own_figures=True)
    work = working.begin_work(assignment, member, at=after(1))
    usual = {name: each.value for name, each in scenario.data.figures.items() if each.kind == "given"}

    assert work.figures != usual
    assert set(work.figures) == set(usual)
    rows = work.design.data()["estimate"]["rows"]
    assert {name: rows[name]["formula"] for name in work.figures} == work.figures


def test_nothing_begins_before_it_opens_or_in_an_archived_class(classroom, scenario, member):
    with pytest.raises(ClassError, match="not open yet"):
        working.begin_work(give(classroom, scenario, opens_at=after(2)), member, at=after(1))
    assignment = give(classroom, scenario)
    classes.set_archived(classroom, is_archived=True, at=MONDAY)
    with pytest.raises(ClassError, match="archived"):
        working.begin_work(Assignment.objects.get(pk=assignment.pk), member, at=after(1))


def test_handing_in_keeps_a_version_and_locks_nothing(work):
    submission = working.submit(work, at=after(2))
    edit(work.design, {"diagram": {"components": {"c": {"kind": "client", "label": "Client"}}}})

    assert submission.version == 0
    assert not submission.is_late
    assert work.design.version == 1


def test_handing_in_the_same_version_twice_counts_once(work):
    """promise 8"""
    working.submit(work, at=after(2))
    working.submit(work, at=after(3))

    assert Submission.objects.count() == 1


def test_late_is_marked_and_not_refused(work):
    assert working.submit(work, at=after(8)).is_late


def test_only_once_means_once(classroom, scenario, member):
    work = working.begin_work(give(classroom, scenario, may_resubmit=False), member, at=after(1))
    working.submit(work, at=after(2))

    with pytest.raises(ClassError, match="only once"):
        working.submit(work, at=after(3))


@pytest.mark.parametrize(
    ("element", "version", "message"),
    [("/diagram/components/none", None, "no such element"), ("", 99, "versions 0 to 0")],
)
def test_a_comment_names_something_that_is_there(work, teacher, element, version, message):
    with pytest.raises(ClassError, match=message):
        working.comment(work, "Look here", author=teacher, element=element, version=version, at=after(2))


def corrected(*changes: tuple[str, str]) -> bytes:
    text = (FIXTURES / "scenarios" / "twitter.yaml").read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def test_a_correction_reaches_running_work_and_leaves_what_students_changed(assignment, work, scenario):
    """promise 4: merged three ways, and neither side's words are lost."""
    data = scenario.data
    first, second = list(data.requirements.functional)[:2]
    requirements = data.requirements.functional
    edit(work.design, {"scope": {"functional_requirements": {first: {"text": "Mine, in my words"}}}})
    edit(work.design, {"diagram": {"components": {"c": {"kind": "client", "label": "Client"}}}})
    raw = corrected(
        (requirements[first].text, "Corrected words one"), (requirements[second].text, "Corrected words two")
    )
    load_scenarios([("twitter.yaml", raw)], pack="tests", now=after(2))
    assignment = Assignment.objects.get(pk=assignment.pk)
    assert assignments.is_outdated(assignment)

    report = assignments.push_correction(assignment, at=after(2))

    now = Design.objects.get(pk=work.design_id).data()
    words = now["scope"]["functional_requirements"]
    assert words[first]["text"] == "Mine, in my words"
    assert words[second]["text"] == "Corrected words two"
    assert now["diagram"]["components"]["c"]["label"] == "Client"
    assert report.updated == 1
    assert report.kept == [("Ada Lovelace", f"scope › functional_requirements › {first} › text")]
    assert not assignments.is_outdated(Assignment.objects.get(pk=assignment.pk))


def test_pushing_what_is_not_corrected_changes_nothing(assignment, work):
    assert assignments.push_correction(assignment, at=after(2)).updated == 0
    assert Design.objects.get(pk=work.design_id).version == 0


def test_summaries_are_read_once_for_each_version(work):
    assert refresh([work]) == 0
    assert work.summary_version == 0
    assert work.shown_summary["components"] == 0

    patch = {key: value for key, value in reference_of(work.assignment.data).items() if key not in {"meta", "format"}}
    edit(work.design, patch)
    fresh = Work.objects.select_related("design", "assignment").get(pk=work.pk)
    refresh([fresh])

    assert fresh.summary_version == 1
    assert fresh.shown_summary["failed_checks"] == []
    assert all(abs(ratio - 1) < 0.2 for ratio in fresh.shown_summary["estimates"].values())


def test_marks_are_exported_for_everybody_and_run_nothing(assignment, work, classroom):
    """promise 35"""
    from accounts.models import User

    sly = User.objects.create_user("sly")
    classes.join(classroom.join_code, user=sly, name="=cmd|' /C calc'!A0", at=MONDAY)
    working.submit(work, at=after(8))
    for key, dimension in assignment.data.rubric.items():
        working.mark(work, dimension=key, level=len(dimension.levels) - 1, note="")

    students = list(students_of(classroom))
    text = marks_csv(assignment, students, works_by_student(assignment, [each.pk for each in students]))

    lines = text.splitlines()
    assert lines[0].startswith("name,number,user,submitted,late,version,")
    assert any(line.startswith("Ada Lovelace,,ada,") and ",yes,0," in line and ",100," in line for line in lines)
    assert any(line.startswith("'=cmd") for line in lines)


@pytest.mark.parametrize("count", [1, 4])
def test_what_is_due_takes_the_same_queries_for_one_class_and_for_four(
    student, teacher, scenario, django_assert_num_queries, count
):
    """promise 52"""
    for number in range(count):
        each = classes.create_classroom(f"Class {number}", owner=teacher, time_zone="UTC", at=MONDAY)
        classes.join(each.join_code, user=student, name="Ada", at=MONDAY)
        give(each, scenario)

    with django_assert_num_queries(3):
        due = due_work(student.pk, now=after(1))
    assert len(due) == count
    assert {each.state for each in due} == {"open"}


def test_a_cohort_counts_each_rule_once_a_design():
    finding = {"rule": "single-point", "title": "A single point", "severity": "high", "topic": "node-failures"}
    summaries = [
        {"findings": [finding, finding], "failed_checks": ["a"], "estimates": {"rate": 1.0}},
        {"findings": [finding], "failed_checks": [], "estimates": {"rate": 0.5}},
        {"findings": [], "failed_checks": ["a"], "estimates": {"rate": 3.0}},
        {"findings": [], "failed_checks": [], "estimates": {}},
    ]

    cohort = cohort_of(summaries, checks={"a": "words"}, results={"rate": ("requests", 0.1)})

    assert [(each.title, each.count, each.share) for each in cohort.findings] == [("A single point", 2, 0.5)]
    assert [(each.title, each.count) for each in cohort.checks] == [("words", 2)]
    assert [each.topic for each in cohort.topics] == ["node-failures"]
    spread = cohort.estimates[0]
    assert (spread.right, spread.low, spread.high, spread.missing) == (1, 1, 1, 1)


def test_words_with_a_nul_are_kept_without_it_on_both_databases(work, teacher):
    working.comment(work, "a\x00b", author=teacher, at=after(2))
    working.mark(work, dimension=next(iter(work.assignment.data.rubric)), level=0, note="a\x00b")
    working.keep_feedback(work, "a\x00b")
    with pytest.raises(ClassError, match="'nobody'"):
        classes.add_instructor(work.assignment.classroom, "no\x00body", at=after(2))

    work.refresh_from_db()
    assert work.comments.get().words == work.marks.get().note == work.feedback == "ab"
