"""Forms of the drawing's outline and table: strings outside, fields of the document inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calculators.engine.quantities import QuantityError
from calculators.engine.readings import Kind, read_as
from designs.document.diagram_edits import name_of
from designs.document.diagram_fields import FIELDS, Collection, Field, default_of
from designs.document.kinds import by_group
from designs.document.limits import MAX_NAME, MAX_TEXT
from designs.document.patches import diff
from designs.document.placement import in_order

Choices = list[tuple[str, Any]]
Json = Mapping[str, Any]
NOWHERE = ("", "–")
KIND_CHOICES: Choices = [(name, [(kind.slug, kind.title) for kind in kinds]) for name, kinds in by_group()]
NOUNS: dict[Kind, tuple[str, str]] = {
    # By kind of quantity: its name in an error, and an example for fields that have none.
    "capacity": ("a rate", "5k/s"),
    "rate": ("a rate", "5k/s"),
    "time": ("a time", "20 ms"),
    "share": ("a share of 0 to 100 %", "80%"),
    "availability": ("a share of 0 to 100 %", "99.9%"),
    "money": ("a price", "120 USD"),
    "count": ("a number", "200"),
    "size": ("a size", "5 kB"),
}


class NameField(forms.CharField):
    """A name on one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": MAX_NAME, **options})
        self.widget.attrs.setdefault("autocomplete", "off")


class NoteField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}), **options)


class QuantityField(forms.CharField):
    """A typed quantity of one kind."""

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


class FlagField(forms.TypedChoiceField):
    """Yes or no as a choice, so that a form without this field leaves the value unchanged."""

    def __init__(self, **options: Any) -> None:
        choices = [("", "No"), ("yes", "Yes")]
        super().__init__(choices=choices, coerce=bool, required=False, **options)
        self.empty_value = False  # type: ignore[assignment]  # its stubs know texts only

    def prepare_value(self, value: Any) -> Any:
        return "yes" if value in (True, "yes") else ""


def component_choices(diagram: Json) -> Choices:
    return [(key, name_of(each, key)) for key, each in in_order(diagram.get("components", {}))]


def zone_choices(diagram: Json, *, without: Iterable[str] = ()) -> Choices:
    hidden = set(without)
    zones = in_order(diagram.get("zones", {}))
    return [NOWHERE, *((key, zone.get("label") or key) for key, zone in zones if key not in hidden)]


class DiagramForm(forms.Form):
    """A form that knows the drawing; `fields_to_set` are the values that the document is to hold."""

    def __init__(self, diagram: Json, *args: Any, **options: Any) -> None:
        self.diagram = diagram
        super().__init__(*args, **options)
        self.set_choices()

    def set_choices(self) -> None:
        """Fills the choices from the drawing."""

    def offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class SetField(forms.MultipleChoiceField):
    """A set of ids as checkboxes. A hidden field says that the form includes the set, so that no ticked box means
    empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=SetWidget, **options)

    def clean(self, value: Any) -> dict[str, bool]:
        return dict.fromkeys(super().clean(value), True)

    def prepare_value(self, value: Any) -> list[str]:
        return list(value or [])


class SetWidget(forms.CheckboxSelectMultiple):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        asked = format_html('<input type="hidden" name="{}-asked" value="yes">', name)
        return asked + super().render(name, value, attrs, renderer)


def form_field(field: Field, *, label: str = "") -> forms.Field:
    """The form field for a line of the table of fields. Choices taken from the drawing are set later."""
    named: dict[str, Any] = {"label": label or field.label}
    named |= {"help_text": "Counts in simulations only."} if field.is_simulated else {}
    if field.quantity:
        noun, example = NOUNS[field.quantity]
        return QuantityField(field.quantity, noun=noun, example=field.example or example, **named)
    match field.entry:
        case "number":
            return forms.IntegerField(min_value=field.low, max_value=field.high, required=False, **named)
        case "flag":
            return FlagField(**named)
        case "note":
            return NoteField(**named)
        case "kind":
            return forms.ChoiceField(choices=KIND_CHOICES, **named)
        case "choice":
            return forms.ChoiceField(choices=choices_of(field), required=field.name == "kind", **named)
        case "zone" | "component":
            return forms.ChoiceField(required=field.entry == "component", **named)
        case "zones" | "entities":
            return SetField(**named)
    made = NameField(**named)
    if field.example:
        made.widget.attrs["placeholder"] = field.example
    return made


def choices_of(field: Field) -> Choices:
    found: Choices = list((field.choices or {}).items())
    return found if field.name == "kind" else [NOWHERE, *found]


def field_called(collection: Collection, name: str) -> Field:
    return next(field for field in FIELDS[collection] if field.name == name)


CONNECTION_CHOICES = choices_of(field_called("connections", "kind"))
ZONE_CHOICES = choices_of(field_called("zones", "kind"))


class ObjectForm(DiagramForm):
    """All fields of one object that its kind has in the table of fields."""

    collection: Collection

    def __init__(self, diagram: Json, *args: Any, entities: Json | None = None, **options: Any) -> None:
        self.entities = entities or {}
        given = {name: value for name, value in self._defaults().items() if value not in (None, "")}
        options["initial"] = {**given, **(options.get("initial") or {})}
        super().__init__(diagram, *args, **options)

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        return {field.name: default_of(cls.collection, field.name) for field in FIELDS[cls.collection]}

    def set_choices(self) -> None:
        kind = self.data.get("kind") or self.initial.get("kind", "")
        for field in FIELDS[self.collection]:
            if field.only_for and kind not in field.only_for:
                continue
            made = form_field(field)
            offered = self._offered(field)
            if field.entry in ("zones", "entities") and not offered:
                continue
            if isinstance(made, forms.ChoiceField) and offered:
                made.choices = offered
            self.fields[field.name] = made

    def _offered(self, field: Field) -> Choices:
        """The choices that the drawing gives for this field."""
        if field.entry == "component":
            return component_choices(self.diagram)
        if field.entry == "zone":
            return zone_choices(self.diagram)
        if field.entry == "zones":
            return zone_choices(self.diagram)[1:]
        if field.entry == "entities":
            return [(key, each.get("name") or key) for key, each in in_order(self.entities)]
        return []

    def fields_to_set(self, current: Json) -> dict[str, Any]:
        """Only what differs from the object as it is; fields left at their default stay out."""
        defaults, found = self._defaults(), {}
        for name, given in self.cleaned_data.items():
            value = defaults[name] if given is None else given
            was = current.get(name, defaults[name])
            if was == value or not self._is_asked(name):
                continue
            found[name] = diff(was or {}, value) if isinstance(value, dict) else value
        return found

    def _is_asked(self, name: str) -> bool:
        """A set without a ticked box sends only its hidden field."""
        prefixed = self.add_prefix(name)
        return prefixed in self.data or f"{prefixed}-asked" in self.data

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups: the main ones, those about failures, and the rest."""
        parts: dict[str, list[forms.BoundField]] = {"": [], "When something fails": [], "More": []}
        for field in FIELDS[self.collection]:
            if field.name in self.fields:
                part = {"failure": "When something fails", None: "More"}.get(field.view, "")
                parts["" if field.name == "note" else part].append(self[field.name])
        return [(title, found) for title, found in parts.items() if found]


class AddComponentForm(DiagramForm):
    kind = forms.ChoiceField(choices=KIND_CHOICES, label="Kind")
    label = NameField(label="Name")
    zone = forms.ChoiceField(required=False, label="In zone")
    called_by = forms.ChoiceField(required=False, label="Called by")

    def set_choices(self) -> None:
        self.offer("zone", zone_choices(self.diagram))
        self.offer("called_by", [NOWHERE, *component_choices(self.diagram)])


class AddZoneForm(DiagramForm):
    kind = forms.ChoiceField(choices=ZONE_CHOICES, label="Kind")
    label = NameField(label="Name", required=True)
    parent = forms.ChoiceField(required=False, label="Inside")

    def set_choices(self) -> None:
        self.offer("parent", zone_choices(self.diagram))


class ConnectForm(DiagramForm):
    source = forms.ChoiceField(label="From")
    target = forms.ChoiceField(label="To")
    kind = forms.ChoiceField(choices=CONNECTION_CHOICES, label="How")
    label = NameField(label="Says")

    def set_choices(self) -> None:
        self.offer("source", component_choices(self.diagram))
        self.offer("target", component_choices(self.diagram))


class ComponentForm(ObjectForm):
    collection = "components"


class ConnectionForm(ObjectForm):
    collection = "connections"


class ZoneForm(ObjectForm):
    collection = "zones"

    def __init__(self, diagram: Json, *args: Any, zone: str, **options: Any) -> None:
        self.zone = zone
        super().__init__(diagram, *args, **options)

    def _offered(self, field: Field) -> Choices:
        """All zones except the zone itself and those inside it."""
        if field.entry != "zone":
            return super()._offered(field)
        inside, zones = {self.zone}, self.diagram.get("zones", {})
        for _ in zones:
            inside |= {key for key, zone in zones.items() if zone.get("parent", "") in inside}
        return zone_choices(self.diagram, without=inside)


class TextForm(forms.Form):
    text = forms.CharField(
        max_length=1_000_000,
        required=False,
        strip=False,
        label="The drawing as text",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off"}),
    )
