"""The pages of scenarios: the list by level, and a refused file with its errors beside the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.db.models import Q

from designs.analysis.rules.registry import RULES
from designs.document import text
from designs.document.data_model import Entity
from designs.document.kinds import KIND_NAMES, ComponentKind
from designs.document.schema import Document
from designs.document.scope import MeasurableRequirement
from designs.document.servers import servers
from designs.exchange.sections import target_said
from designs.models import Scenario, ScenarioQuerySet
from designs.scenarios import brands
from designs.scenarios.problems import ScenarioProblem
from designs.scenarios.reading import MAX_BYTES
from designs.scenarios.reference import variants_of
from designs.scenarios.schema import Scenario as ScenarioFields
from studyguide.models import Topic

TIMES = (("30", "30 minutes or less"), ("45", "45 minutes or less"), ("60", "60 minutes or less"))
CONTEXT_LINES = 2


class ScenarioFilter(forms.Form):
    """Every field may be empty; an invalid value counts as empty."""

    q = forms.CharField(required=False, max_length=100, label="Words")
    level = forms.ChoiceField(required=False, choices=[("", "Any level"), *Scenario.Level.choices])
    minutes = forms.ChoiceField(required=False, choices=[("", "Any time"), *TIMES], label="Time")
    topic = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str] | None, *, topics: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["topic"].choices = [("", "Any topic"), *topics]  # type: ignore[attr-defined]

    def typed(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_used(self) -> bool:
        return any(self.typed(name) for name in self.fields)


@dataclass(frozen=True)
class LevelGroup:
    label: str
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class ScenarioList:
    filter: ScenarioFilter
    groups: tuple[LevelGroup, ...]
    total: int
    shown: int


def scenario_list_of(scenarios: ScenarioQuerySet, query: Mapping[str, str]) -> ScenarioList:
    """Two queries, whatever the number of scenarios."""
    everything = list(scenarios.brief())
    titles = dict(
        Topic.objects.filter(slug__in={slug for each in everything for slug in each.topics})
        .order_by("title")
        .values_list("slug", "title")
    )
    chosen = ScenarioFilter(query, topics=list(titles.items()))
    words = chosen.typed("q").casefold().split()
    prompts = _prompts(scenarios, words)
    found = [
        each
        for each in everything
        if chosen.typed("level") in ("", each.level)
        and each.minutes <= int(chosen.typed("minutes") or each.minutes)
        and (not chosen.typed("topic") or chosen.typed("topic") in each.topics)
        and all(word in f"{each.slug} {_said(each)} {prompts.get(each.pk, '')}".casefold() for word in words)
    ]
    groups = [
        LevelGroup(label, tuple(each for each in found if each.level == level))
        for level, label in Scenario.Level.choices
    ]
    return ScenarioList(chosen, tuple(group for group in groups if group.scenarios), len(everything), len(found))


def _said(each: Scenario) -> str:
    return f"{each.title} {each.summary} {' '.join(each.topics)} {brands.names(each.slug)}"


def _prompts(scenarios: ScenarioQuerySet, words: Sequence[str]) -> dict[int, str]:
    """The prompts of scenarios that may match all the words. Prompts name known services: like YouTube."""
    holding = scenarios
    for word in words:
        holding = holding.filter(source_text__icontains=word)
    read = holding.values_list("pk", "content") if words else ()
    return {pk: str(text.load(content).get("prompt", "")) for pk, content in read}


def topics_of(scenario: Scenario) -> list[Topic]:
    """Topics that exist, in the scenario's order."""
    known = {topic.slug: topic for topic in Topic.objects.brief().filter(slug__in=scenario.topics)}
    return [known[slug] for slug in scenario.topics if slug in known]


def other_scenarios(scenario: Scenario, scenarios: ScenarioQuerySet, *, most: int = 3) -> list[Scenario]:
    """The scenarios that share the most topics."""
    own = set(scenario.topics)
    others = scenarios.brief().filter(~Q(pk=scenario.pk))
    near = sorted(others, key=lambda each: (-len(own & set(each.topics)), each.title))
    return [each for each in near if own & set(each.topics)][:most]


@dataclass(frozen=True)
class DrawnComponent:
    """A component of the drawing, as a row of its table."""

    label: str
    kind: str
    servers: int
    asks: tuple[str, ...]
    note: str


def drawn_components(document: Document) -> list[DrawnComponent]:
    boxes = document.diagram.components

    def name(key: str) -> str:
        return boxes[key].label or key

    def kind(each: ComponentKind) -> str:
        return KIND_NAMES[each]

    return [
        DrawnComponent(
            name(key),
            kind(box.kind),
            servers(box),
            tuple(name(arrow.target) for arrow in document.diagram.connections.values() if arrow.source == key),
            box.note,
        )
        for key, box in sorted(boxes.items(), key=lambda pair: pair[1].order)
    ]


def targets_told(wanted: Mapping[str, MeasurableRequirement]) -> list[tuple[str, str]]:
    """(text, `99th percentile of latency ≤ 300 ms`) of each."""
    return [(each.text, target_said(each)) for each in wanted.values()]


def entities_told(document: Document) -> list[tuple[Entity, str]]:
    """Each entity, with the store and the reason for it: `SQL database: transactions`, or as much as is said."""
    return [
        (each, ": ".join(filter(None, (KIND_NAMES[each.store] if each.store else "", each.store_reason))))
        for each in document.data_model.entities.values()
    ]


@dataclass(frozen=True)
class SeededFault:
    """A fault of the reference: the targets that fail, and the findings of the analysis, in words."""

    title: str
    text: str
    targets: tuple[str, ...]
    findings: tuple[str, ...]


def seeded_faults(scenario: ScenarioFields, document: Document) -> list[SeededFault]:
    """`document` is the reference, whose names the findings use."""
    rules = {rule.id: rule.title for rule in RULES}
    targets = scenario.requirements.measurable

    def finding(key: str) -> str:
        rule, _, elements = key.partition(":")
        names = ", ".join(_element_name(document, each) for each in elements.split(","))
        return f"{names}: {rules.get(rule, rule)}"

    return [
        SeededFault(
            each.title,
            each.text,
            tuple(targets[key].text or target_said(targets[key]) for key in each.shows.requirements if key in targets),
            tuple(finding(key) for key in each.shows.findings),
        )
        for each in variants_of(scenario).values()
    ]


def _element_name(document: Document, key: str) -> str:
    diagram, entities = document.diagram, document.data_model.entities
    if key in diagram.connections:
        arrow = diagram.connections[key]
        return f"{_element_name(document, arrow.source)} → {_element_name(document, arrow.target)}"
    named = diagram.components.get(key) or diagram.zones.get(key)
    return (named.label if named else entities[key].name if key in entities else "") or key


class UploadForm(forms.Form):
    """A file or its text; if both are given, the file is used."""

    file = forms.FileField(required=False, label="YAML file", allow_empty_file=True)
    source = forms.CharField(required=False, widget=forms.Textarea, label="Or its text", strip=False)

    def raw(self) -> tuple[bytes, str]:
        """Bytes, at most as many as a scenario may have, and the name to use for them in errors."""
        uploaded = self.cleaned_data.get("file")
        if uploaded is not None:
            return uploaded.read(MAX_BYTES + 1), uploaded.name
        return self.cleaned_data["source"].replace("\r\n", "\n").encode(), "the text"


@dataclass(frozen=True)
class SourceLine:
    number: int
    text: str
    problems: tuple[ScenarioProblem, ...] = ()


def marked_lines(raw: bytes, problems: Sequence[ScenarioProblem]) -> list[list[SourceLine]]:
    """The lines around each problem, as passages in the order of the file."""
    lines = raw[:MAX_BYTES].decode(errors="replace").splitlines() or [""]
    by_line: dict[int, list[ScenarioProblem]] = {}
    for problem in problems:
        by_line.setdefault(min(max(problem.line, 1), len(lines)), []).append(problem)
    passages: list[list[SourceLine]] = []
    last = 0
    for number in sorted({near for line in by_line for near in range(line - CONTEXT_LINES, line + CONTEXT_LINES + 1)}):
        if 1 <= number <= len(lines):
            if not passages or number != last + 1:
                passages.append([])
            passages[-1].append(SourceLine(number, lines[number - 1][:300], tuple(by_line.get(number, ()))))
            last = number
    return passages
