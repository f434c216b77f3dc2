from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.models import User
from classrooms.models import Assignment, Return, Revision, Submission, Work
from classrooms.pages.marks_file import marks_csv
from classrooms.review.cohort import cohort_of
from classrooms.rosters.layouts import Person
from classrooms.selectors.classes import due_work, students_in_order
from classrooms.selectors.study import study_csv
from classrooms.selectors.works import queue_of, works_by_student
from classrooms.services import assignments, classes, marking, roster
from classrooms.services import work as working
from classrooms.services.classes import ClassError
from classrooms.services.summaries import refresh
from designs.document import text
from designs.document.schema import blank
from designs.models import Design, Interview, Scenario
from designs.scenarios.reference import reference_of
from designs.services.saving import Edit, save_patch
from designs.services.scenarios import SHIPPED_PACK, load_scenarios
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


def drawn(work: Work, key: str = "c", label: str = "Client") -> Work:
    """With a box of the student's own, so that there is something to hand in."""
    edit(work.design, {"diagram": {"components": {key: {"kind": "client", "label": label}}}})
    return work


def fresh(work: Work) -> Work:
    return Work.objects.select_related("design", "assignment__classroom", "student__user").get(pk=work.pk)


def test_handing_in_keeps_the_document_whatever_becomes_of_the_design(work):
    submission = working.submit(drawn(work), at=after(2))
    handed_in = submission.data()
    edit(work.design, {"diagram": {"components": {"later": {"kind": "cache", "label": "ADDED AFTER"}}}})
    work.design.delete()

    kept = Submission.objects.get(pk=submission.pk)
    assert kept.version == 1
    assert not kept.is_late
    assert kept.data() == handed_in
    assert set(kept.data()["diagram"]["components"]) == {"c"}


def test_what_is_still_as_it_was_given_cannot_be_handed_in(work):
    with pytest.raises(ClassError, match="nothing of yours"):
        working.submit(work, at=after(2))


def test_a_design_in_the_bin_is_handed_in_only_once_it_is_out(work):
    drawn(work)
    work.design.binned_at = after(2)
    with pytest.raises(ClassError, match="in the bin"):
        working.submit(work, at=after(2))


def test_after_the_cut_off_nothing_is_taken_but_an_extension_counts(classroom, scenario, member):
    work = drawn(working.begin_work(give(classroom, scenario, cut_off_at=after(8)), member, at=after(1)))
    with pytest.raises(ClassError, match="too late to hand in"):
        working.submit(work, at=after(9))

    extended = working.extend(work.assignment, member, after(10), at=after(2))
    extended = fresh(extended)
    assert not working.submit(extended, at=after(9)).is_late


def test_a_teacher_takes_a_draft_that_nobody_handed_in(work, teacher):
    taken = working.submit(drawn(work), at=after(9), taken_by=teacher)

    assert taken.taken_by == teacher
    assert taken.is_late


def test_handing_in_the_same_version_twice_counts_once(work):
    """promise 8"""
    drawn(work)
    working.submit(work, at=after(2))
    working.submit(work, at=after(3))

    assert Submission.objects.count() == 1


def test_late_is_marked_and_not_refused(work):
    assert working.submit(drawn(work), at=after(8)).is_late


def test_only_once_means_once(classroom, scenario, member):
    work = working.begin_work(give(classroom, scenario, may_resubmit=False), member, at=after(1))
    working.submit(drawn(work), at=after(2))

    with pytest.raises(ClassError, match="only once"):
        working.submit(work, at=after(3))


@pytest.mark.parametrize(
    ("element", "version", "message"),
    [("/diagram/components/none", None, "no such element"), ("", 99, "versions 0 to 0")],
)
def test_a_comment_names_something_that_is_there(work, teacher, element, version, message):
    with pytest.raises(ClassError, match=message):
        marking.comment(work, "Look here", author=teacher, element=element, version=version, at=after(2))


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
    load_scenarios([("twitter.yaml", raw)], pack=SHIPPED_PACK, now=after(2))
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


def test_the_summary_that_misses_most_is_read_first(assignment, work):
    other_student = classes.join(
        assignment.classroom.join_code, user=User.objects.create_user("alan"), name="Alan", at=MONDAY
    )
    other = fresh(working.begin_work(assignment, other_student, at=after(1)))
    assert refresh([work, other]) == 0
    edit(work.design, {"meta": {"title": "Once"}})
    for title in ("One", "Two", "Three"):
        edit(Design.objects.get(pk=other.design_id), {"meta": {"title": title}})
    work, other = fresh(work), fresh(other)

    assert refresh([work, other], seconds=0) == 1

    assert (work.summary_version, other.summary_version) == (0, 3)
    assert refresh([work, other], seconds=0) == 0
    assert (work.summary_version, other.summary_version) == (1, 3)


def test_summaries_are_read_once_for_each_version(work):
    assert refresh([work]) == 0
    assert work.summary_version == 0
    assert work.shown_summary["components"] == 0

    patch = {key: value for key, value in reference_of(work.assignment.data).items() if key not in {"meta", "format"}}
    edit(work.design, patch)
    later = fresh(work)
    refresh([later])

    assert later.summary_version == 1
    assert later.shown_summary["checks"]["estimate_within_tolerance"] == "pass"
    assert "fail" not in later.shown_summary["checks"].values()
    assert all(abs(ratio - 1) < 0.2 for ratio in later.shown_summary["estimates"].values())


def test_marks_are_exported_for_everybody_and_run_nothing(assignment, work, classroom):
    """promise 35"""

    sly = User.objects.create_user("sly")
    classes.join(classroom.join_code, user=sly, name="=cmd|' /C calc'!A0", at=MONDAY)
    submission = working.submit(drawn(work), at=after(8))
    marking.mark(submission, best_levels(assignment), feedback="")

    students = students_in_order(classroom)
    text = marks_csv(assignment, students, works_by_student(assignment, [each.pk for each in students]))

    lines = text.splitlines()
    assert lines[0].startswith("name,number,email,user,state,submitted,late,version,")
    assert any(line.startswith("Ada Lovelace,,,ada,handed in,2026-03-10T10:00:00+01:00,yes,1,") for line in lines)
    assert any(line.startswith("Ada Lovelace") and ",100,100," in line for line in lines)
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


def best_levels(assignment: Assignment, less: int = 0) -> dict[str, tuple[int, str]]:
    return {key: (len(each.levels) - 1 - less, "") for key, each in assignment.data.rubric.items()}


def test_what_was_given_back_stays_as_it_was_whatever_is_kept_afterwards(work, assignment, teacher):
    submission = working.submit(drawn(work), at=after(2))
    marking.mark(submission, best_levels(assignment), feedback="Well done")
    marking.give_back(submission, by=teacher, at=after(3))
    marking.mark(submission, best_levels(assignment, less=1), feedback="CHANGED MIND")

    given = fresh(work).last_return
    assert (given.points, given.feedback) == (100, "Well done")
    assert [line["level"] for line in given.lines] == [level for level, _ in best_levels(assignment).values()]
    assert fresh(work).state == "given back"


def test_a_version_handed_in_after_the_return_waits_to_be_marked_and_keeps_the_old_marks_apart(
    work, assignment, teacher, classroom
):
    first = working.submit(drawn(work), at=after(2))
    marking.mark(first, best_levels(assignment), feedback="")
    marking.give_back(first, by=teacher, at=after(3))
    working.submit(drawn(fresh(work), "d"), at=after(4))

    row = queue_of(assignment).rows[0]
    assert row.state == "handed in again"
    assert (row.marked, row.points, row.given) == (0, None, 100)
    text = marks_csv(assignment, students_in_order(classroom), works_by_student(assignment))
    line = next(each for each in text.splitlines() if each.startswith("Ada Lovelace"))
    assert ",handed in again," in line
    assert ",no,2," in line
    assert line.endswith(",100,1,")


def test_the_evidence_is_that_of_the_version_handed_in(work):
    submission = working.submit(drawn(work), at=after(2))
    before = [line.evidence for line in marking.lines_of(submission)]
    patch = {key: value for key, value in reference_of(work.assignment.data).items() if key not in {"meta", "format"}}
    edit(work.design, patch)

    assert [line.evidence for line in marking.lines_of(Submission.objects.get(pk=submission.pk))] == before


def test_a_correction_changes_no_marks_and_says_who_made_it(assignment, work, teacher):
    """A rubric with another number of levels, and a figure that was corrected after handing in."""
    submission = working.submit(drawn(work), at=after(2))
    marking.mark(submission, best_levels(assignment, less=1), feedback="")
    marking.give_back(submission, by=teacher, at=after(3))
    expected = next(each for each in marking.lines_of(submission) if each.key == "estimate").evidence[0]
    raw = corrected(
        ("      - Starts drawing without asking for a number.\n", "      - Nothing.\n      - Starts drawing.\n"),
        ("value: 200M/day", "value: 400M/day") if "value: 200M/day" in TWITTER else ("minutes: 45", "minutes: 50"),
    )
    load_scenarios([("twitter.yaml", raw)], pack=SHIPPED_PACK, now=after(4))
    assignments.push_correction(Assignment.objects.get(pk=assignment.pk), by=teacher, at=after(4))

    given = Return.objects.get(work=work)
    assert given.points == 67
    later = Submission.objects.get(pk=submission.pk)
    again = next(each for each in marking.lines_of(later) if each.key == "estimate").evidence[0]
    assert again == expected
    assert queue_of(Assignment.objects.get(pk=assignment.pk)).rows[0].given == 67
    assert Revision.objects.get(assignment=assignment, number=2).by == teacher
    assert fresh(work).state == "given back"


TWITTER = (FIXTURES / "scenarios" / "twitter.yaml").read_text()


def test_a_corrected_figure_reaches_designs_with_figures_of_their_own(classroom, scenario, member, teacher):
    assignment = give(classroom, scenario, has_own_figures=True)
    work = working.begin_work(assignment, member, at=after(1))
    fixed = next(name for name, each in scenario.data.figures.items() if each.kind == "given" and not each.range)
    drawn_for = {name: value for name, value in work.figures.items() if scenario.data.figures[name].range}
    value = scenario.data.figures[fixed].value
    content = text.load(scenario.content)
    content["figures"][fixed]["value"] = f"9{value}"
    Scenario.objects.filter(pk=scenario.pk).update(content=text.dump(content))
    assignment = Assignment.objects.get(pk=assignment.pk)
    preview = assignments.preview_correction(assignment)
    assert fresh(work).design.version == 0
    assignments.push_correction(assignment, by=teacher, at=after(2))

    later = fresh(work)
    assert later.figures[fixed] == f"9{value}"
    assert later.design.data()["estimate"]["rows"][fixed]["formula"] == later.figures[fixed]
    assert {name: later.figures[name] for name in drawn_for} == drawn_for
    assert any(value in words for words in preview.changes)
    assert later.design.changes.get().author == teacher


def test_comments_on_a_draft_are_read_at_once_and_others_with_the_return(work, teacher):
    drawn(work)
    marking.comment(work, "Now", author=teacher, element="/diagram/components/c", at=after(2))
    submission = working.submit(work, at=after(2))
    later = marking.comment(work, "Later", author=teacher, at=after(3), submission=submission, is_shown=False)
    assert [each.words for each in work.comments.exclude(shown_at=None)] == ["Now"]

    marking.give_back(submission, by=teacher, at=after(4))
    later.refresh_from_db()
    assert later.shown_at == after(4)
    edit(work.design, {"diagram": {"components": {"c": None}}})
    assert work.comments.first().about == "Component: Client"


def test_what_is_said_of_a_finding_reaches_all_who_share_it(work, assignment, teacher):
    submission = working.submit(drawn(work), at=after(2))
    marking.remark(assignment, "decisions_have_because", "See the lecture of week 3.")
    given = marking.give_back(submission, by=teacher, at=after(3))
    said = [each["remark"] for line in given.lines for each in line["evidence"] if each["remark"]]

    assert said == ["See the lecture of week 3."]


def test_remarks_are_offered_only_where_something_is_missing(client, work, teacher):
    """The targets are given and no clock runs: of both nothing is asked, so nobody can lack it."""
    submission = working.submit(drawn(work), at=after(2))
    client.force_login(teacher)
    page = client.get(work.get_absolute_url()).content.decode()
    lines = marking.lines_of(submission)
    short = {each.check for line in lines for each in line.evidence if each.falls_short}
    unasked = {each.check for line in lines for each in line.evidence if each.share is None}

    assert unasked == {"requirements_are_measurable", "time_per_stage"}
    assert set(re.findall(r'name="remark-([a-z_]+)"', page)) == short
    # The words of a level say more than the checks, so the page does not put them into the mouth of the evidence.
    assert "The checks know nothing of the words of a level" in page
    assert page.count("nearest by the checks") == sum(each.suggested is not None for each in lines)


def test_a_marker_reads_at_once_only_what_does_not_pass(client, work, teacher):
    """What passes, and how the suggestion came about, is behind a fold."""
    patch = {key: value for key, value in reference_of(work.assignment.data).items() if key not in {"meta", "format"}}
    edit(work.design, {**patch, "decisions": {}})
    submission = working.submit(fresh(work), at=after(2))
    client.force_login(teacher)
    page = unescape(client.get(work.get_absolute_url()).content.decode())
    at_once = re.sub(r'<details class="seldom-read">.*?</details>', "", page, flags=re.DOTALL)
    lines = marking.lines_of(submission)
    verdicts = {each.words: each.verdict for line in lines for each in line.evidence}

    assert {"pass", "fail"} <= set(verdicts.values())
    assert all(words in page for words in verdicts)
    assert {words for words in verdicts if words in at_once} == {
        words for words, verdict in verdicts.items() if verdict != "pass"
    }


def test_an_archived_class_gives_nothing_back(work, teacher):
    submission = working.submit(drawn(work), at=after(2))
    classes.set_archived(work.assignment.classroom, is_archived=True, at=after(3))

    with pytest.raises(ClassError, match="archived"):
        marking.give_back(submission, by=teacher, at=after(3))


def test_a_cohort_names_who_and_calls_findings_by_their_kind():
    finding = {"rule": "single-point", "title": "Stuff is alone", "severity": "high", "topic": "node-failures"}
    summaries = [
        ("Ada", {"findings": [finding, finding], "checks": {"a": "fail"}, "estimates": {"rate": 1.0}}),
        ("Alan", {"findings": [finding], "checks": {"a": "pass"}, "estimates": {"rate": 0.5}}),
        ("Grace", {"findings": [], "checks": {"a": "partly"}, "estimates": {"rate": 3.0}}),
        ("Edsger", {"findings": [], "checks": {"a": "fail"}, "estimates": {"rate": None}}),
    ]

    cohort = cohort_of(
        summaries, checks={"a": "words"}, results={"rate": ("requests", 0.1)}, topics={"node-failures": "Node failures"}
    )

    found = cohort.findings[0]
    assert (found.title, found.names, found.share) == ("Single point", ("Ada", "Alan"), 0.5)
    check = cohort.checks[0]
    assert (check.title, check.names, check.partly) == ("words", ("Ada", "Edsger"), ("Grace",))
    assert [(each.title, each.topic) for each in cohort.topics] == [("Node failures", "node-failures")]
    spread = cohort.estimates[0]
    assert (spread.right, spread.low, spread.high, spread.missing) == (("Ada",), ("Alan",), ("Grace",), ("Edsger",))


def test_words_with_a_nul_are_kept_without_it_on_both_databases(work, teacher):
    marking.comment(work, "a\x00b", author=teacher, at=after(2))
    submission = working.submit(drawn(work), at=after(2))
    marking.mark(submission, {next(iter(work.assignment.data.rubric)): (0, "a\x00b")}, feedback="a\x00b")
    with pytest.raises(ClassError, match="'nobody'"):
        classes.add_instructor(work.assignment.classroom, "no\x00body", at=after(2))

    work.refresh_from_db()
    assert work.comments.get().words == work.marks.get().note == work.feedback == "ab"


def test_the_file_of_a_study_assignment_names_people_as_the_roster_does(classroom, teacher, member):
    person = Person(2, "Ada Lovelace", "1001", "ada@school.example")
    roster.add_people(classroom, [person], file_name="list.csv", by=teacher, at=MONDAY)
    study = give(classroom, None, topics=["hashing"])

    head, row = study_csv(study).splitlines()

    assert head == "name,number,email,user,topics read,topics,cards answered,cards"
    assert row == "Ada Lovelace,1001,ada@school.example,ada,0,0,0,0"
