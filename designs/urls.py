from __future__ import annotations

from django.urls import include, path

from designs.scenario_urls import scenario_patterns
from designs.views import designs, diagrams, documents, forms, steps

app_name = "designs"
urlpatterns = [
    path("", designs.design_list, name="design_list"),
    path("<uuid:design_id>/diagram/", diagrams.diagram, name="diagram"),
    path("<uuid:design_id>/document", documents.document, name="document"),
    path("<uuid:design_id>/versions/<int:version>", documents.version, name="version"),
    path("<uuid:design_id>/changes", documents.changes, name="changes"),
    path("<uuid:design_id>/", designs.design_detail, name="design_detail"),
    path("<uuid:design_id>/settle/", forms.settle, name="settle"),
    path("<uuid:design_id>/delete/", designs.delete_design, name="delete"),
    path("<uuid:design_id>/take-back/", designs.restore_design, name="take_back"),
    # Last: any word may be a step.
    path("<uuid:design_id>/<slug:area>/", steps.step, name="step"),
]
# Scenarios stand beside designs, under one name space.
urlpatterns = [path("designs/", include(urlpatterns)), path("scenarios/", include(scenario_patterns))]
