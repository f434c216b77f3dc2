"""Forms of the drawing's outline and table: strings outside, fields of the document inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from calculators.engine.quantities import QuantityError
from calculators.engine.readings import Kind, read_as
from designs.analysis.graph import CACHES, QUEUES, SERVERS, STORES
from designs.document.diagram_edits import name_of
from designs.document.kinds import by_group
from designs.document.limits import MAX_NAME, MAX_TEXT
from designs.document.placement import in_order

Choices = list[tuple[str, Any]]
Json = Mapping[str, Any]
NOWHERE = ("", "–")
KIND_CHOICES: Choices = [(name, [(kind.slug, kind.title) for kind in kinds]) for name, kinds in by_group()]
CONNECTION_CHOICES: Choices = [
    ("sync", "call, waits for the answer"),
    ("async", "asynchronous, does not wait"),
    ("replication", "replication, leader to follower"),
]
INVALIDATION_CHOICES: Choices = [
    NOWHERE,
    ("ttl", "they expire"),
    ("on_write", "deleted when the data is written"),
    ("write_through", "written through the cache"),
    ("write_behind", "written to the cache, to the store later"),
]
# Fields that only some kinds of component have.
ONLY_FOR: dict[str, frozenset[str]] = {
    "cache_hit_ratio": CACHES,
    "invalidation": CACHES,
    "backup_every": STORES,
    "dead_letters": QUEUES,
    "stateful": SERVERS | STORES,
    "shards": STORES,
    "copies": STORES,
}
ZONE_CHOICES: Choices = [
    ("region", "region"),
    ("zone", "zone that fails together"),
    ("boundary", "boundary that only groups"),
]


class NameField(forms.CharField):
    """One line that people call something by."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": MAX_NAME, **options})
        self.widget.attrs.setdefault("autocomplete", "off")


class NoteField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}), **options)


class QuantityField(forms.CharField):
    """A quantity as typed, of one kind."""

    def __init__(self, kind: Kind, *, noun: str, example: str, **options: Any) -> None:
        super().__init__(max_length=80, required=False, **options)
        self.kind, self.noun, self.example = kind, noun, example
        self.widget.attrs.update({"placeholder": example, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        if typed:
            try:
                read_as(self.kind, typed)
            except QuantityError as error:
                words = f"“{typed}” is not {self.noun}; one is written {self.example}."
                if not error.message.startswith("expected"):
                    words = f"“{typed}”: {error.message}."
                raise forms.ValidationError(words) from error
        return typed


def capacity_field(**options: Any) -> QuantityField:
    return QuantityField("capacity", noun="a rate", example="5k/s", **options)


def latency_field(**options: Any) -> QuantityField:
    return QuantityField("time", noun="a time", example="20 ms", **options)


def share_field(example: str, **options: Any) -> QuantityField:
    return QuantityField("share", noun="a share of 0 to 100 %", example=example, **options)


def availability_field(example: str, **options: Any) -> QuantityField:
    return QuantityField("availability", noun="a share of 0 to 100 %", example=example, **options)


def cost_field(**options: Any) -> QuantityField:
    return QuantityField("money", noun="a price", example="120 USD", **options)


def time_field(example: str, **options: Any) -> QuantityField:
    return QuantityField("time", noun="a time", example=example, **options)


class FlagField(forms.TypedChoiceField):
    """Yes or no as a choice, so that a form which does not ask leaves it alone."""

    def __init__(self, **options: Any) -> None:
        choices = [("", "No"), ("yes", "Yes")]
        super().__init__(choices=choices, coerce=bool, empty_value=False, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return "yes" if value in (True, "yes") else ""


def component_choices(diagram: Json) -> Choices:
    return [(key, name_of(each, key)) for key, each in in_order(diagram.get("components", {}))]


def zone_choices(diagram: Json, *, without: Iterable[str] = ()) -> Choices:
    hidden = set(without)
    zones = in_order(diagram.get("zones", {}))
    return [NOWHERE, *((key, zone.get("label") or key) for key, zone in zones if key not in hidden)]


class DiagramForm(forms.Form):
    """Knows the drawing; its `fields_to_set` are what the document is to hold."""

    def __init__(self, diagram: Json, *args: Any, **options: Any) -> None:
        self.diagram = diagram
        super().__init__(*args, **options)
        self.set_choices()

    def set_choices(self) -> None:
        """Offers what the drawing holds."""

    def fields_to_set(self, current: Json) -> dict[str, Any]:
        """Only what differs from the object as it is; what is still left to its default stays out."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if current.get(name, self._default(name)) != value and self.add_prefix(name) in self.data
        }

    def _default(self, name: str) -> Any:
        flags = dict.fromkeys(("stateful", "monitored", "dead_letters", "synchronous"), False)
        return {"instances": 1, "shards": 1, "copies": 1, "retries": 0, **flags}.get(name, "")


class AddComponentForm(DiagramForm):
    kind = forms.ChoiceField(choices=KIND_CHOICES, label="Kind")
    label = NameField(label="Name")
    zone = forms.ChoiceField(required=False, label="In zone")
    called_by = forms.ChoiceField(required=False, label="Called by")

    def set_choices(self) -> None:
        self.fields["zone"].choices = zone_choices(self.diagram)
        self.fields["called_by"].choices = [NOWHERE, *component_choices(self.diagram)]


class AddZoneForm(DiagramForm):
    kind = forms.ChoiceField(choices=ZONE_CHOICES, label="Kind")
    label = NameField(label="Name", required=True)
    parent = forms.ChoiceField(required=False, label="Inside")

    def set_choices(self) -> None:
        self.fields["parent"].choices = zone_choices(self.diagram)


class ConnectForm(DiagramForm):
    source = forms.ChoiceField(label="From")
    target = forms.ChoiceField(label="To")
    kind = forms.ChoiceField(choices=CONNECTION_CHOICES, label="How")
    label = NameField(label="Says")

    def set_choices(self) -> None:
        self.fields["source"].choices = self.fields["target"].choices = component_choices(self.diagram)


class ComponentForm(DiagramForm):
    label = NameField(label="Name")
    kind = forms.ChoiceField(choices=KIND_CHOICES, label="Kind")
    zone = forms.ChoiceField(required=False, label="In zone")
    technology = NameField(label="Technology")
    instances = forms.IntegerField(min_value=1, max_value=1_000_000, label="Instances")
    shards = forms.IntegerField(min_value=1, max_value=1_000_000, label="Shards")
    copies = forms.IntegerField(min_value=1, max_value=1_000_000, label="Copies of each shard")
    capacity = capacity_field(label="Capacity of one")
    latency = latency_field(label="Latency")
    availability = availability_field("99.9%", label="Availability of one")
    cost = cost_field(label="Cost of one a month")
    recovery_time = time_field("10 min", label="Back after a loss in")
    monitored = FlagField(label="Somebody is alerted when it fails")
    stateful = FlagField(label="A lost instance loses something")
    cache_hit_ratio = share_field("80%", label="Hit ratio")
    invalidation = forms.ChoiceField(choices=INVALIDATION_CHOICES, required=False, label="How old entries go")
    backup_every = time_field("1 day", label="Backed up every")
    dead_letters = FlagField(label="Sets failing messages aside")
    note = NoteField(label="Note")

    def set_choices(self) -> None:
        self.fields["zone"].choices = zone_choices(self.diagram)
        kind = self.data.get("kind") or self.initial.get("kind", "")
        for name, kinds in ONLY_FOR.items():
            if kind not in kinds:
                del self.fields[name]


class ConnectionForm(ConnectForm):
    latency = latency_field(label="Latency of the network")
    retries = forms.IntegerField(min_value=0, max_value=100, label="Retries")
    retry_budget = share_field("10%", label="Retries are at most")
    synchronous = FlagField(label="Replication: writes wait for the follower")
    lag = time_field("1 s", label="Replication: the follower is behind by up to")
    note = NoteField(label="Note")


class ZoneForm(AddZoneForm):
    availability = availability_field("99.99%", label="Availability")
    note = NoteField(label="Note")

    def __init__(self, diagram: Json, *args: Any, zone: str, **options: Any) -> None:
        self.zone = zone
        super().__init__(diagram, *args, **options)

    def set_choices(self) -> None:
        """Never into itself, or into a zone inside it."""
        inside, zones = {self.zone}, self.diagram.get("zones", {})
        for _ in zones:
            inside |= {key for key, zone in zones.items() if zone.get("parent", "") in inside}
        self.fields["parent"].choices = zone_choices(self.diagram, without=inside)


class TextForm(forms.Form):
    text = forms.CharField(
        max_length=1_000_000,
        required=False,
        strip=False,
        label="The drawing as text",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off"}),
    )
