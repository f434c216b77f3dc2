"""Plays a lab as the page does, with the rest of its parameters at their defaults."""

from __future__ import annotations

from typing import Any

from calculators.labs.lab import Lab, play


def played(lab: Lab, *done: str, seed: int = 1, **values: int | str) -> Any:
    run, _ = play(lab, {**lab.defaults(), **values}, seed=seed, done=done)
    return run
