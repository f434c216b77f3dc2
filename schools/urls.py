from __future__ import annotations

from django.urls import path

from schools.views import choosing, grades, joining, launches

app_name = "schools"
urlpatterns = [
    path("login/", launches.login, name="login"),
    path("launch/", launches.launch, name="launch"),
    path("join/", joining.join, name="join"),
    path("join/confirm/", joining.join_confirm, name="join_confirm"),
    path("keys.json", launches.key_set, name="keys"),
    path("canvas.json", launches.canvas_settings, name="canvas_settings"),
    path("choose/<slug:key>/", choosing.choose, name="choose"),
    path("assignments/<int:assignment_id>/", grades.assignment_grades, name="assignment_grades"),
    path("assignments/<int:assignment_id>/send/", grades.assignment_grades_send, name="assignment_grades_send"),
    path("classes/<int:classroom_id>/roster/<int:course_id>/", grades.course_roster, name="course_roster"),
]
