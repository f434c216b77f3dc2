from __future__ import annotations

from django.urls import path

from calculators import figure_views

app_name = "calculators"

urlpatterns = [
    path("calculators/figures/", figure_views.figure_list, name="figure_list"),
]
