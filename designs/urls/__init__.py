from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from designs.urls.analysis import analysis_patterns
from designs.urls.drafts import draft_patterns
from designs.urls.interviews import interview_patterns
from designs.urls.scenarios import scenario_patterns
from designs.views import (
    comments,
    designs,
    diagrams,
    documents,
    exchange,
    history,
    levels,
    presence,
    replay,
    sharing,
    steps,
)
from designs.views import saving as forms

app_name = "designs"
design_patterns: list[URLPattern | URLResolver] = [
    path("", designs.design_list, name="design_list"),
    path("draw/", designs.just_draw, name="just_draw"),
    path("<uuid:design_id>/diagram/", diagrams.diagram, name="diagram"),
    path("<uuid:design_id>/document", documents.document, name="document"),
    path("<uuid:design_id>/versions/<int:version>", documents.version, name="version"),
    path("<uuid:design_id>/changes", documents.changes, name="changes"),
    path("<uuid:design_id>/levels/", levels.levels, name="levels"),
    path("<uuid:design_id>/comments/", comments.comments, name="comments"),
    path("<uuid:design_id>/comments/<int:comment_id>/", comments.comment_do, name="comment_do"),
    path("<uuid:design_id>/presence", presence.presence, name="presence"),
    path("<uuid:design_id>/", designs.design_detail, name="design_detail"),
    path("<uuid:design_id>/settle/", forms.settle, name="settle"),
    path("<uuid:design_id>/delete/", designs.delete_design, name="delete"),
    path("<uuid:design_id>/take-back/", designs.restore_design, name="take_back"),
    path("<uuid:design_id>/history/", history.history_page, name="history"),
    path("<uuid:design_id>/compare/", history.compare, name="compare"),
    path("<uuid:design_id>/versions/<int:version>/name/", history.name, name="name_version"),
    path("<uuid:design_id>/versions/<int:version>/restore/", history.restore, name="restore_version"),
    path("<uuid:design_id>/versions/<int:version>/fork/", history.fork, name="fork_version"),
    path("<uuid:design_id>/replay/", replay.replay, name="replay"),
    path("<uuid:design_id>/share/", sharing.share, name="share"),
    path("<uuid:design_id>/share/<int:link_id>/revoke/", sharing.revoke, name="revoke_link"),
    path("shared/<slug:token>/", sharing.open_link, name="open_link"),
    path("shared/<slug:token>/picture.png", sharing.shown_picture, name="shown_picture"),
    path("import/", exchange.import_new, name="import"),
    path("<uuid:design_id>/paste", exchange.pasted, name="paste"),
    path("<uuid:design_id>/import/", exchange.import_into, name="import_into"),
    path("<uuid:design_id>/export/", exchange.export_list, name="export"),
    path("<uuid:design_id>/export/<slug:slug>", exchange.export_file, name="export_file"),
    path("<uuid:design_id>/print/", exchange.print_design, name="print"),
    path("<uuid:design_id>/", include(analysis_patterns)),
    # Last, because it matches any word as a step.
    path("<uuid:design_id>/<slug:area>/", steps.step, name="step"),
]
# Scenarios have addresses beside those of designs, in the same URL namespace.
urlpatterns: list[URLPattern | URLResolver] = [
    path("designs/", include(design_patterns)),
    path("scenarios/", include(draft_patterns)),
    path("scenarios/", include(scenario_patterns)),
    path("interviews/", include(interview_patterns)),
]
