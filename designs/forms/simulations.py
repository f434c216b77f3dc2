from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from designs.analysis.simulation import SEED, Loss

SHAPES = (
    ("constant", "Constant, at peak"),
    ("ramp", "A ramp, from a fifth of the peak to twice as much"),
    ("spike", "A spike, from half of the peak to two and a half times"),
    ("daily", "A day, compressed"),
)


class SimulationForm(forms.Form):
    """What traffic to simulate, and what to lose meanwhile."""

    shape = forms.ChoiceField(label="Traffic", choices=SHAPES)
    lose = forms.ChoiceField(label="Lose meanwhile", required=False)
    replicas = forms.IntegerField(label="How many replicas", min_value=1, max_value=1_000_000, required=False)
    seed = forms.IntegerField(label="Seed", min_value=0, max_value=10**9, required=False)

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lose"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [("", "Nothing"), *targets]

    def clean_seed(self) -> int:
        given = self.cleaned_data["seed"]
        return SEED if given is None else int(given)

    def losses(self) -> list[Loss]:
        lost = self.cleaned_data.get("lose")
        return [Loss(lost, self.cleaned_data.get("replicas") or 1)] if lost else []
