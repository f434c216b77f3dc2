from __future__ import annotations

from django.urls import path

from classrooms.views import assignments, classes, comments, marking, notes, people, regrades, students, times

app_name = "classrooms"
urlpatterns = [
    path("", classes.classroom_list, name="classroom_list"),
    path("new/", classes.classroom_new, name="classroom_new"),
    path("join/", classes.classroom_join, name="classroom_join"),
    path("<int:classroom_id>/", classes.classroom_detail, name="classroom_detail"),
    path("<int:classroom_id>/settings/", classes.classroom_settings, name="classroom_settings"),
    path("<int:classroom_id>/code.svg", classes.classroom_code, name="classroom_code"),
    path("<int:classroom_id>/roster/", people.classroom_roster, name="classroom_roster"),
    path("<int:classroom_id>/roster/add/", people.roster_add, name="roster_add"),
    path("<int:classroom_id>/roster/<int:import_id>/undo/", people.roster_undo, name="roster_undo"),
    path("<int:classroom_id>/people/", people.classroom_people, name="classroom_people"),
    path("<int:classroom_id>/gradebook/", classes.gradebook, name="gradebook"),
    path("<int:classroom_id>/gradebook/<slug:layout>.csv", classes.gradebook_file, name="gradebook_file"),
    path("<int:classroom_id>/copy/", classes.classroom_copy, name="classroom_copy"),
    path("<int:classroom_id>/comments/", comments.saved_comments, name="saved_comments"),
    path("<int:classroom_id>/do/", classes.classroom_do, name="classroom_do"),
    path("<int:classroom_id>/notes/", notes.notes_share, name="notes_share"),
    path("notes/<int:shared_id>/end/", notes.notes_end, name="notes_end"),
    path("<int:classroom_id>/leave/", classes.classroom_leave, name="classroom_leave"),
    path("<int:classroom_id>/assign/", assignments.assignment_new, name="assignment_new"),
    path("assignments/<int:assignment_id>/", assignments.assignment_detail, name="assignment_detail"),
    path("assignments/<int:assignment_id>/grid/", assignments.assignment_grid, name="assignment_grid"),
    path("assignments/<int:assignment_id>/edit/", assignments.assignment_edit, name="assignment_edit"),
    path("assignments/<int:assignment_id>/push/", assignments.assignment_push, name="assignment_push"),
    path("assignments/<int:assignment_id>/queue/", assignments.assignment_queue, name="assignment_queue"),
    path("assignments/<int:assignment_id>/return/", marking.assignment_return, name="assignment_return"),
    path("assignments/<int:assignment_id>/delete/", assignments.assignment_delete, name="assignment_delete"),
    path("assignments/<int:assignment_id>/times/", times.assignment_times, name="assignment_times"),
    path("assignments/<int:assignment_id>/cohort/", assignments.assignment_cohort, name="assignment_cohort"),
    path("assignments/<int:assignment_id>/marks.csv", assignments.assignment_marks, name="assignment_marks"),
    path("assignments/<int:assignment_id>/begin/", students.assignment_begin, name="assignment_begin"),
    path("work/<int:work_id>/", marking.work_detail, name="work_detail"),
    path("work/<int:work_id>/submit/", students.work_submit, name="work_submit"),
    path("work/<int:work_id>/comment/", marking.work_comment, name="work_comment"),
    path("work/<int:work_id>/comment/<int:comment_id>/delete/", marking.comment_delete, name="comment_delete"),
    path("work/<int:work_id>/sit-in/", marking.work_sit_in, name="work_sit_in"),
    path("work/<int:work_id>/take/", marking.work_take, name="work_take"),
    path("work/<int:work_id>/history/", regrades.work_history, name="work_history"),
    path("work/<int:work_id>/regrade/", regrades.work_regrade, name="work_regrade"),
    path("work/<int:work_id>/regrade/<int:regrade_id>/", regrades.regrade_answer, name="regrade_answer"),
    path("work/<int:work_id>/mark/", marking.work_mark, name="work_mark"),
]
