from __future__ import annotations

from django.urls import path

from designs.views import diagrams, documents

app_name = "designs"
urlpatterns = [
    path("<uuid:design_id>/diagram/", diagrams.diagram, name="diagram"),
    path("<uuid:design_id>/document", documents.document, name="document"),
    path("<uuid:design_id>/versions/<int:version>", documents.version, name="version"),
    path("<uuid:design_id>/changes", documents.changes, name="changes"),
]
