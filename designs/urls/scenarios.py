from __future__ import annotations

from django.urls import path

from designs.views import interviews, scenarios

scenario_patterns = [
    path("", scenarios.scenario_list, name="scenario_list"),
    path("upload/", scenarios.scenario_upload, name="scenario_upload"),
    path("schema.json", scenarios.scenario_schema, name="scenario_schema"),
    path("<slug:slug>/", scenarios.scenario_detail, name="scenario_detail"),
    path("<slug:slug>/picture.png", scenarios.scenario_picture, name="scenario_picture"),
    path("<slug:slug>/start/", scenarios.scenario_start, name="scenario_start"),
    path("<slug:slug>/interview/", interviews.interview_start, name="interview_start"),
    path("<slug:slug>/reference/", scenarios.scenario_reference, name="scenario_reference"),
    path("<slug:slug>/source/", scenarios.scenario_source, name="scenario_source"),
    path("<slug:slug>/delete/", scenarios.scenario_delete, name="scenario_delete"),
    path("<slug:slug>/publish/", scenarios.scenario_publish, name="scenario_publish"),
]
