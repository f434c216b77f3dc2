from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

Choices = Sequence[tuple[str, str]]


class StudyForm(forms.Form):
    """One question: `kind` says which, and the other fields are the parameters of that kind."""

    should = forms.BooleanField(label="Also what should hold, not only what must", required=False)
    no_assumed = forms.BooleanField(label="Without remedies that rest on an assumed figure", required=False)
    requirement = forms.ChoiceField(label="Requirement", required=False)
    turned = forms.ChoiceField(label="Input", required=False)
    across = forms.ChoiceField(label="Second input", required=False)
    USED = {
        "repair": ("should", "no_assumed"),
        "attack": ("should",),
        "frontier": (),
        "seek": ("turned", "requirement"),
        "table": ("turned", "across", "requirement"),
        "worlds": (),
    }

    def __init__(self, *args: Any, kind: str, inputs: Choices, requirements: Choices, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_{kind}_%s"
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in self.USED[kind]:
                del self.fields[name]
        for name, choices in (("turned", inputs), ("across", inputs), ("requirement", requirements)):
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
                field.choices = list(choices)
                field.required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("across") and cleaned.get("across") == cleaned.get("turned"):
            self.add_error("across", "Choose another input than the first.")
        return cleaned
