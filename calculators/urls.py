from __future__ import annotations

from django.urls import path

from calculators.views import figures as figure_views
from calculators.views import labs as lab_views
from calculators.views import saved as saved_views
from calculators.views import sheets as sheet_views

app_name = "calculators"

urlpatterns = [
    path("calculators/", sheet_views.calculator_list, name="calculator_list"),
    path("calculators/figures/", figure_views.figure_list, name="figure_list"),
    path("calculators/result.schema.json", sheet_views.result_schema, name="result_schema"),
    path("calculators/<slug:slug>.json", sheet_views.sheet_json, name="sheet_json"),
    path("calculators/<slug:slug>.md", sheet_views.sheet_markdown, name="sheet_markdown"),
    path("calculators/<slug:slug>/", sheet_views.sheet_detail, name="sheet_detail"),
    path("calculators/<slug:slug>/picture.png", sheet_views.sheet_picture, name="sheet_picture"),
    path("calculators/<slug:slug>/inline/", sheet_views.sheet_inline, name="sheet_inline"),
    path("calculators/<slug:slug>/compare/", sheet_views.sheet_compare, name="sheet_compare"),
    path("calculators/<slug:slug>/table/", sheet_views.sheet_table, name="sheet_table"),
    path("labs/", lab_views.lab_list, name="lab_list"),
    path("labs/<slug:slug>/", lab_views.lab_detail, name="lab_detail"),
    path("labs/<slug:slug>/picture.png", lab_views.lab_picture_shared, name="lab_picture"),
    path("labs/<slug:slug>/frames/", lab_views.lab_states, name="lab_states"),
    path("sheets/", saved_views.saved_sheet_list, name="saved_sheet_list"),
    path("sheets/new/", saved_views.new_sheet, name="new_sheet"),
    path("sheets/new/<slug:calculator>/", saved_views.new_sheet, name="new_sheet_from"),
    path("sheets/<uuid:sheet_id>/", saved_views.saved_sheet_detail, name="saved_sheet_detail"),
    path("sheets/<uuid:sheet_id>.json", saved_views.saved_sheet_json, name="saved_sheet_json"),
    path("sheets/<uuid:sheet_id>.md", saved_views.saved_sheet_markdown, name="saved_sheet_markdown"),
    path("sheets/<uuid:sheet_id>/delete/", saved_views.remove_saved_sheet, name="remove_saved_sheet"),
]
