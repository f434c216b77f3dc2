"""What follows from one design: its analysis, drills and simulations."""

from __future__ import annotations

from django.urls import path

from designs.views import analysis, drills, playing, simulations, storms

analysis_patterns = [
    path("analysis/", analysis.analysis, name="analysis"),
    path("analysis.json", analysis.analysis_json, name="analysis_json"),
    path("drill/", drills.drill, name="drill"),
    path("play/", playing.play, name="play"),
    path("simulation/", simulations.simulation, name="simulation"),
    path("simulation/<int:run_id>/", simulations.run, name="simulation_run"),
    path("storms/", storms.storms, name="storms"),
    path("findings/", analysis.findings, name="findings"),
]
