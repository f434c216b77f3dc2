from __future__ import annotations

from django.urls import path

from designs.views import drafts

# Before the scenarios, whose addresses begin with any word.
draft_patterns = [
    path("write/", drafts.draft_list, name="draft_list"),
    path("<slug:slug>/make-own/", drafts.scenario_make_own, name="scenario_make_own"),
    path("drafts/<uuid:draft_id>/", drafts.draft_detail, name="draft_detail"),
    path("drafts/<uuid:draft_id>/part/<slug:part>/", drafts.draft_part, name="draft_part"),
    path("drafts/<uuid:draft_id>/standing/", drafts.draft_standing, name="draft_standing"),
    path("drafts/<uuid:draft_id>/yaml/", drafts.draft_yaml, name="draft_yaml"),
    path("drafts/<uuid:draft_id>/source/", drafts.draft_source, name="draft_source"),
    path("drafts/<uuid:draft_id>/versions/", drafts.draft_versions, name="draft_versions"),
    path("drafts/<uuid:draft_id>/canvas/<slug:drawing>/", drafts.draft_canvas, name="draft_canvas"),
    path("drafts/<uuid:draft_id>/take/<slug:drawing>/", drafts.draft_take, name="draft_take"),
    path("drafts/<uuid:draft_id>/use/", drafts.draft_use, name="draft_use"),
    path("drafts/<uuid:draft_id>/delete/", drafts.draft_delete, name="draft_delete"),
]
