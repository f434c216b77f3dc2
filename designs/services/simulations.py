"""Long simulations: run by the task worker, which stores their progress in the database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from calculators.engine.shipped import all_figures
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.model import Model
from designs.analysis.outcomes import Simulation
from designs.analysis.plans import Loss, Partition
from designs.analysis.settling import model_of
from designs.analysis.simulation import simulate
from designs.document.checks import read
from designs.models import Design, SimulationRun
from designs.selectors.designs import document_at
from web.tasks import long_task

SHORT_VISITS = 150_000
LONG_VISITS = 3_000_000
MOST_AT_ONCE = 2
MOST_WAITING = 100
MOST_SECONDS = 120
MOST_MEGABYTES = 600
SIGN_OF_LIFE = timedelta(seconds=60)
# A restarted worker takes up waiting runs, but none older than this.
PATIENCE = timedelta(hours=1)
SAVE_EVERY_S = 0.5


class TooManyRunsError(ValueError):
    """The person already has as many runs as are allowed at one time."""


@transaction.atomic
def start_run(
    design: Design,
    *,
    learner: User,
    at: datetime,
    shape: str,
    seed: int,
    losses: Sequence[Loss],
    partitions: Sequence[Partition] = (),
    duration_s: float | None = None,
    event_s: float | None = None,
) -> SimulationRun:
    """Queues a run for the task worker. Raises TooManyRunsError."""
    User.objects.select_for_update().get(pk=learner.pk)  # requests of one person are counted one after the other
    alive = SimulationRun.objects.alive(at, sign_of_life=SIGN_OF_LIFE, patience=PATIENCE)
    if alive.filter(learner=learner).count() >= MOST_AT_ONCE:
        raise TooManyRunsError(f"{MOST_AT_ONCE} long runs are going on already; wait until one is done.")
    if alive.count() >= MOST_WAITING:
        raise TooManyRunsError("Many long runs of others wait already; try again in some minutes.")
    run = SimulationRun.objects.create(
        design=design,
        learner=learner,
        version=design.version,
        shape=shape,
        seed=seed,
        duration_s=duration_s,
        event_s=event_s,
        lost=[
            *({"component": loss.component, "replicas": loss.replicas} for loss in losses),
            *({"zones": each.zones} for each in partitions),
        ],
        at=at,
    )
    do_run.enqueue(run.pk)
    return run


def note_stopped(reason: str, run_id: int) -> None:
    SimulationRun.objects.filter(pk=run_id, result__isnull=True).update(refusal=reason[:1000], at=timezone.now())


@long_task(seconds=MOST_SECONDS, megabytes=MOST_MEGABYTES, when_stopped=note_stopped)
def do_run(run_id: int) -> None:
    """Does nothing when the run was deleted in the meantime."""
    if run := SimulationRun.objects.select_related("design").filter(pk=run_id).first():
        complete_run(run, visits=LONG_VISITS)


def complete_run(run: SimulationRun, *, visits: int) -> None:
    """Simulates and stores the result, or the reason why there is none."""
    SimulationRun.objects.filter(pk=run.pk).update(begun=True, at=timezone.now())
    saved = [time.monotonic()]

    def save_progress(share: float) -> None:
        if time.monotonic() - saved[0] >= SAVE_EVERY_S:
            saved[0] = time.monotonic()
            SimulationRun.objects.filter(pk=run.pk).update(progress=min(share, 1.0), at=timezone.now())

    model = model_of(read(document_at(run.design, run.version)), all_figures())
    losses = [Loss(each["component"], each["replicas"]) for each in run.lost if "component" in each]
    partitions = [Partition(tuple(each["zones"])) for each in run.lost if "zones" in each]
    try:
        found = simulate(
            model,
            shape=run.shape,
            seed=run.seed,
            visits=visits,
            duration_s=run.duration_s,
            event_s=run.event_s,
            losses=losses,
            partitions=partitions,
            progress=save_progress,
        )
    except NotSimulatedError as error:
        SimulationRun.objects.filter(pk=run.pk).update(refusal=str(error)[:1000], progress=1.0, at=timezone.now())
        return
    SimulationRun.objects.filter(pk=run.pk).update(result=facts_of(found, model), progress=1.0, at=timezone.now())


def facts_of(found: Simulation, model: Model) -> dict[str, Any]:
    """A result as JSON, with the names of components and operations at that time."""
    components = {each.component: model.graph.name(each.component) for each in found.stations}
    operations = {key: model.operation_name(key) for key in (*found.operations, *found.failed)}
    connections = {
        key: model.graph.name(key) for key in (*found.timed_out, *found.retried, *found.hedged, *found.stopped)
    }
    return asdict(found) | {
        "component_names": components, "operation_names": operations, "connection_names": connections,
    }  # fmt: skip
