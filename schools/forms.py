"""The form with which a teacher places content in a course of a platform."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from classrooms.forms import LOCAL_FORMAT
from classrooms.models import Assignment, Classroom
from designs.models import Scenario, ScenarioQuerySet
from studyguide.models import Topic

WHAT = [
    ("scenario", "A scenario to design, marked with a rubric"),
    ("assignment", "An assignment that this class has already"),
    ("topic", "A topic to read, without marks"),
]


class ChoiceForm(forms.Form):
    """What a link of the course is to lead to. The due time is typed in the class's time zone."""

    what = forms.ChoiceField(choices=WHAT, label="What to place", initial="scenario", widget=forms.RadioSelect)
    scenario = forms.ModelChoiceField(queryset=Scenario.objects.none(), required=False, empty_label="Choose a scenario")
    due_at = forms.DateTimeField(
        input_formats=[LOCAL_FORMAT],
        required=False,
        label="Due",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_FORMAT),
    )
    assignment = forms.ModelChoiceField(
        queryset=Assignment.objects.none(), required=False, empty_label="Choose an assignment"
    )
    topic = forms.ModelChoiceField(
        queryset=Topic.objects.none(), required=False, empty_label="Choose a topic", to_field_name="slug", label="Topic"
    )

    def __init__(self, data: Any = None, *, classroom: Classroom, scenarios: ScenarioQuerySet, **more: Any) -> None:
        super().__init__(data, **more)
        self.zone = ZoneInfo(classroom.time_zone)
        self.fields["due_at"].help_text = f"Of a scenario, in the time zone of the class, {classroom.time_zone}."
        choices = {
            "scenario": scenarios,
            "assignment": Assignment.objects.filter(classroom=classroom).defer("content"),
            "topic": Topic.objects.visible_to(None).readable().order_by("title"),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean_due_at(self) -> datetime | None:
        typed = self.cleaned_data["due_at"]
        if typed is None:
            return None
        return timezone.make_naive(typed, timezone.get_current_timezone()).replace(tzinfo=self.zone)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        what = clean.get("what")
        if what and not clean.get(what) and what not in self.errors:
            self.add_error(what, f"Choose the {what} that you want to place.")
        due = clean.get("due_at")
        if what == "scenario" and "due_at" not in self.errors and (due is None or due <= timezone.now()):
            self.add_error("due_at", "Say by when it is to be handed in, as a time to come.")
        return clean
