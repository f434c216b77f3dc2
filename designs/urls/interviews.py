from __future__ import annotations

from django.urls import path

from designs.views import interviews, watching

interview_patterns = [
    path("", interviews.interview_list, name="interview_list"),
    path("watch/<slug:token>/", watching.watch, name="interview_watch"),
    path("watch/<slug:token>/live/", watching.watch_live, name="interview_watch_live"),
    path("watch/<slug:token>/do/", watching.watch_do, name="interview_watch_do"),
    path("<uuid:interview_id>/", interviews.interview_result, name="interview_result"),
    path("<uuid:interview_id>/panel/", interviews.interview_panel, name="interview_panel"),
    path("<uuid:interview_id>/ask/", interviews.interview_ask, name="interview_ask"),
    path("<uuid:interview_id>/take-back/", interviews.interview_take_back, name="interview_take_back"),
    path("<uuid:interview_id>/take-figures/", interviews.interview_take_figures, name="interview_take_figures"),
    path("<uuid:interview_id>/hint/", interviews.interview_hint, name="interview_hint"),
    path("<uuid:interview_id>/change/", interviews.interview_change, name="interview_change"),
    path("<uuid:interview_id>/pause/", interviews.interview_pause, name="interview_pause"),
    path("<uuid:interview_id>/resume/", interviews.interview_resume, name="interview_resume"),
    path("<uuid:interview_id>/moment/", interviews.interview_moment, name="interview_moment"),
    path("<uuid:interview_id>/finish/", interviews.interview_finish, name="interview_finish"),
    path("<uuid:interview_id>/score/", interviews.interview_score, name="interview_score"),
    path("<uuid:interview_id>/answer/", interviews.interview_answer, name="interview_answer"),
    path("<uuid:interview_id>/cards/", interviews.interview_cards, name="interview_cards"),
    path("<uuid:interview_id>/open/", interviews.interview_open, name="interview_open"),
]
