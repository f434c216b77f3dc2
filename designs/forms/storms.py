from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

LEAST, MOST = 5, 1000  # per cent of today's peak


class StormForm(forms.Form):
    """Which component, at which traffic, and in which state it was before."""

    component = forms.ChoiceField(label="Component", required=False)
    at = forms.IntegerField(label="Traffic, per cent of today’s peak", min_value=LEAST, max_value=MOST, required=False)
    was = forms.ChoiceField(
        label="Before that it was", choices=(("healthy", "healthy"), ("collapsed", "collapsed")), required=False
    )

    def __init__(self, *args: Any, components: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["component"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = list(components)

    guess = forms.ChoiceField(
        label="Then it",
        choices=(("stays", "stays collapsed"), ("recovers", "recovers by itself")),
        required=False,
        widget=forms.RadioSelect,
    )

    @property
    def percent(self) -> int:
        return int(self.cleaned_data.get("at") or 100)

    @property
    def was_collapsed(self) -> bool:
        return self.cleaned_data.get("was") == "collapsed"
