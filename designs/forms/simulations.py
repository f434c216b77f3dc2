from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from designs.analysis import values
from designs.analysis.plans import SEED, Loss, Partition
from designs.analysis.traffic import LONGEST_EVENT

SHAPES = (
    ("constant", "Constant, at peak"),
    ("ramp", "A ramp, from a fifth of the peak to twice as much"),
    ("spike", "A spike, from half of the peak to two and a half times"),
    ("daily", "A day, from its quietest hour to its peak and back"),
)
LONGEST_S = 30 * values.SECONDS_PER_DAY
USUAL_TIMES = {"constant": "1 min", "ramp": "10 min", "spike": "5 min", "daily": "1 day"}
USUAL_EVENT = "30 s"
BETWEEN = "|"  # two zones that cannot reach each other are one choice `a|b`


class SimulationForm(forms.Form):
    """Which traffic to simulate, and what to lose during it."""

    shape = forms.ChoiceField(label="Traffic", choices=SHAPES)
    duration = forms.CharField(
        label="Lasts",
        required=False,
        max_length=40,
        help_text="Such as 30 s, 10 min or 1 day. Empty: a minute, ten for a ramp, five for a spike, a day for a day.",
    )
    event = forms.CharField(
        label="A spike or a loss lasts", required=False, max_length=40, help_text="Such as 30 s or 5 min. Empty: 30 s."
    )
    lose = forms.ChoiceField(label="Lose during the run", required=False)
    replicas = forms.IntegerField(
        label="How many of its instances", min_value=1, max_value=1_000_000, required=False, help_text="Empty: one."
    )
    seed = forms.IntegerField(label="Seed", min_value=0, max_value=10**9, required=False)

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lose"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [("", "Nothing"), *targets]

    def clean_seed(self) -> int:
        given = self.cleaned_data["seed"]
        return SEED if given is None else int(given)

    def clean(self) -> dict[str, Any]:
        """Adds `duration_s` and `event_s`, the times in seconds; without a spike and a loss there is no event."""
        cleaned = super().clean() or {}
        shape = cleaned.get("shape", "constant")
        duration_s = self._seconds("duration", USUAL_TIMES.get(shape, "1 min"), LONGEST_S)
        event_s = self._seconds("event", USUAL_EVENT, LONGEST_S)
        if shape != "spike" and not cleaned.get("lose"):
            event_s = None
        if duration_s and event_s:
            longest = LONGEST_EVENT * duration_s
            if event_s > longest and not cleaned.get("event"):
                event_s = longest / 2
            elif event_s > longest:
                self.add_error("event", f"expected at most {values.said_seconds(longest)}, of the whole time")
        return cleaned | {"duration_s": duration_s, "event_s": event_s}

    def _seconds(self, name: str, usual: str, most: float) -> float | None:
        text = self.cleaned_data.get(name) or usual
        found = values.seconds(text)
        if found is None or not 1 <= found <= most:
            self.add_error(name, f"expected a time from 1 s to 30 days, such as 5 min; this was {text!r}")
            return None
        return found

    def losses(self) -> list[Loss]:
        lost = self.cleaned_data.get("lose")
        return [Loss(lost, self.cleaned_data.get("replicas") or 1)] if lost and BETWEEN not in lost else []

    def partitions(self) -> list[Partition]:
        one, is_between, other = (self.cleaned_data.get("lose") or "").partition(BETWEEN)
        return [Partition((one, other))] if is_between else []
