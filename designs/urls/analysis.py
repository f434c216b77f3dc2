"""Results computed for one design: its analysis, drills and simulations."""

from __future__ import annotations

from django.urls import path

from designs.views import analysis, drills, playing, simulations, storms, studies

analysis_patterns = [
    path("analysis/", analysis.analysis, name="analysis"),
    path("analysis.json", analysis.analysis_json, name="analysis_json"),
    path("drill/", drills.drill, name="drill"),
    path("play/", playing.play, name="play"),
    path("simulation/", simulations.simulation, name="simulation"),
    path("simulation/<int:run_id>/", simulations.run, name="simulation_run"),
    path("storms/", storms.storms, name="storms"),
    path("studies/", studies.studies, name="studies"),
    path("studies/<int:study_id>/", studies.study, name="study"),
    path("studies/<int:study_id>/csv/", studies.study_csv, name="study_csv"),
    path("findings/", analysis.findings, name="findings"),
]
