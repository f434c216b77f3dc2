"""The border of classes: text outside, checked values inside."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone

from classrooms.models import Assignment, Group, Membership
from designs.models import Scenario, ScenarioQuerySet
from studyguide.models import Topic

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


class ClassForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name of the class")
    time_zone = forms.ChoiceField(choices=[(zone, zone) for zone in ZONES], label="Time zone", initial="UTC")


class NewClassForm(ClassForm):
    """Asks the browser for its time zone, because nobody has chosen one yet."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if data is None:
            self.fields["time_zone"].widget.attrs["data-own-zone"] = ""


class JoinForm(forms.Form):
    code = forms.CharField(max_length=20, label="Join code")
    name = forms.CharField(max_length=120, label="Your name, as your teacher knows it")
    number = forms.CharField(max_length=60, required=False, label="Your student number, if you have one")


class PeersForm(forms.Form):
    """Typed in the class's time zone."""

    count = forms.IntegerField(min_value=1, max_value=8, initial=3, label="Designs that each reviews")
    due_at = forms.DateTimeField(
        input_formats=[LOCAL_FORMAT, "%Y-%m-%d %H:%M"],
        label="Reviews are due",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_FORMAT),
        error_messages={"invalid": "Type a date and a time, such as 2026-12-01 18:00."},
    )

    def __init__(self, data: Any = None, *, zone: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.zone = ZoneInfo(zone)

    def clean_due_at(self) -> datetime:
        typed = self.cleaned_data["due_at"]
        return timezone.make_naive(typed, timezone.get_current_timezone()).replace(tzinfo=self.zone)


class GroupSizeForm(forms.Form):
    size = forms.IntegerField(min_value=2, max_value=20, initial=3, label="People in a group")


class CopyForm(forms.Form):
    """A class for another term."""

    name = forms.CharField(max_length=120, label="Name of the new class")
    first_day = forms.DateField(
        label="The first assignment opens on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Type a day, such as 2027-03-01."},
    )


class SavedCommentForm(forms.Form):
    words = forms.CharField(
        max_length=1_000,
        label="Words to say again",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "A comment needs words."},
    )


# The fields that only one kind of work has.
OF_KINDS = {
    "scenario": Assignment.Kind.DESIGN,
    "start": Assignment.Kind.DESIGN,
    "has_own_figures": Assignment.Kind.DESIGN,
    "topics": Assignment.Kind.STUDY,
    "is_anonymous": Assignment.Kind.DESIGN,
    "is_double_marked": Assignment.Kind.DESIGN,
}


class AssignmentForm(forms.Form):
    """Times are typed in the class's time zone."""

    kind = forms.ChoiceField(choices=Assignment.Kind.choices, label="What to do")
    title = forms.CharField(max_length=200)
    scenario = forms.ModelChoiceField(queryset=Scenario.objects.none(), required=False, empty_label="Choose a scenario")
    start = forms.ChoiceField(choices=Assignment.Start.choices, label="How students begin")
    has_own_figures = forms.BooleanField(required=False, label="Each student gets figures of their own")
    topics = forms.ModelMultipleChoiceField(queryset=Topic.objects.none(), required=False, label="Topics to learn")
    instructions = forms.CharField(
        required=False,
        max_length=5_000,
        label="Instructions (Markdown: **bold**, lists, links, tables)",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    points = forms.IntegerField(min_value=1, max_value=1_000, initial=100, label="Points for the best work")
    opens_at = forms.DateTimeField(input_formats=[LOCAL_FORMAT], label="Opens")
    due_at = forms.DateTimeField(input_formats=[LOCAL_FORMAT], label="Due")
    cut_off_at = forms.DateTimeField(
        input_formats=[LOCAL_FORMAT],
        required=False,
        label="Nothing can be handed in after (may stay empty: late work is taken and marked as late)",
    )
    may_resubmit = forms.BooleanField(required=False, label="May be handed in again", initial=True)
    is_anonymous = forms.BooleanField(
        required=False, label="Marked without names: they are shown once marks are given back"
    )
    is_double_marked = forms.BooleanField(
        required=False, label="Marked by two people, neither of whom sees the other's levels before both are done"
    )

    def __init__(self, data: Any = None, *, zone: str, scenarios: ScenarioQuerySet, **more: Any) -> None:
        super().__init__(data, **more)
        self.zone = ZoneInfo(zone)
        self.fields["scenario"].queryset = scenarios  # type: ignore[attr-defined]
        topics = Topic.objects.visible_to(None).filter(kind="topic")
        self.fields["topics"].queryset = topics.order_by("title")  # type: ignore[attr-defined]
        self.fields["kind"].widget.attrs["data-kind"] = ""
        for name, of_kind in OF_KINDS.items():
            self.fields[name].widget.attrs["data-of-kind"] = of_kind.value
        for name in ("opens_at", "due_at", "cut_off_at"):
            self.fields[name].widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_FORMAT)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        for name in ("opens_at", "due_at", "cut_off_at"):
            if clean.get(name):
                # Django reads it in the site's time zone; the teacher typed it in that of the class.
                clean[name] = timezone.make_naive(clean[name], timezone.get_current_timezone()).replace(
                    tzinfo=self.zone
                )
        if clean.get("opens_at") and clean.get("due_at") and clean["due_at"] <= clean["opens_at"]:
            self.add_error("due_at", "The work must be due after it opens.")
        if clean.get("cut_off_at") and clean.get("due_at") and clean["cut_off_at"] < clean["due_at"]:
            self.add_error("cut_off_at", "Work is due before it: choose a later moment.")
        if clean.get("kind") == Assignment.Kind.DESIGN and not clean.get("scenario"):
            self.add_error("scenario", "Choose what is to be designed.")
        if clean.get("kind") == Assignment.Kind.STUDY and not clean.get("topics"):
            self.add_error("topics", "Choose at least one topic.")
        return clean

    def values(self) -> dict[str, Any]:
        """The assignment's own fields."""
        names = ["kind", "title", "instructions", "start", "has_own_figures", "opens_at", "due_at"]
        names += ["cut_off_at", "may_resubmit", "points", "is_anonymous", "is_double_marked"]
        return {name: self.cleaned_data[name] for name in names}


class AssignmentEditForm(AssignmentForm):
    """What may change once students have begun: words and times, not what they were given."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("kind", "scenario", "start", "has_own_figures", "topics"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return super().clean() | {}

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in (
                *("title", "instructions", "points", "opens_at", "due_at", "cut_off_at", "may_resubmit"),
                *("is_anonymous", "is_double_marked"),
            )
        }


class TimesForm(forms.Form):
    """Other times for some students, typed in the class's time zone."""

    students = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(),
        label="For whom",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    groups = forms.ModelMultipleChoiceField(
        queryset=Group.objects.none(), label="For whole groups", widget=forms.CheckboxSelectMultiple, required=False
    )
    due_at = forms.DateTimeField(
        input_formats=[LOCAL_FORMAT, "%Y-%m-%d %H:%M"],
        label="Due for them",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_FORMAT),
        error_messages={"invalid": "Type a date and a time, such as 2026-12-01 18:00."},
    )
    cut_off_at = forms.DateTimeField(
        input_formats=[LOCAL_FORMAT, "%Y-%m-%d %H:%M"],
        required=False,
        label="Nothing can be handed in after (may stay empty: as for all, and never before it is due)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_FORMAT),
        error_messages={"invalid": "Type a date and a time, such as 2026-12-01 18:00, or leave it empty."},
    )

    def __init__(self, data: Any = None, *, assignment: Assignment, students: list[Membership], **more: Any) -> None:
        super().__init__(data, **more)
        self.assignment, self.zone = assignment, ZoneInfo(assignment.classroom.time_zone)
        field = self.fields["students"]
        field.queryset = Membership.objects.filter(pk__in=[each.pk for each in students])  # type: ignore[attr-defined]
        field.choices = [(each.pk, each.shown_name) for each in students]  # type: ignore[attr-defined]
        groups = assignment.groups.filter(works__isnull=False).distinct()
        self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        self.standing = students

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        for name in ("due_at", "cut_off_at"):
            if clean.get(name):
                clean[name] = timezone.make_naive(clean[name], timezone.get_current_timezone()).replace(
                    tzinfo=self.zone
                )
        in_groups = Membership.objects.filter(works__group__in=clean.get("groups") or [])
        ids = {each.pk for each in [*(clean.get("students") or []), *in_groups]}
        clean["students"] = [each for each in self.standing if each.pk in ids]
        if not clean["students"] and not self.errors:
            self.add_error("students", "Choose at least one student or group.")
        if clean.get("due_at") and clean["due_at"] <= self.assignment.opens_at:
            self.add_error("due_at", "The work must be due after it opens.")
        if clean.get("cut_off_at") and clean.get("due_at") and clean["cut_off_at"] < clean["due_at"]:
            self.add_error("cut_off_at", "Work is due before it: choose a later moment.")
        return clean


def suggested_times(now: datetime, zone: str) -> dict[str, str]:
    """From now until the evening in a week."""
    local = now.astimezone(ZoneInfo(zone))
    due = (local + timedelta(days=7)).replace(hour=23, minute=59)
    return {"opens_at": local.strftime(LOCAL_FORMAT), "due_at": due.strftime(LOCAL_FORMAT)}
