"""The pages of the scenario editor: the parts with their errors, and how the reference scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from calculators.engine.shipped import all_figures
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.models import Scenario
from designs.pictures.diagram import draw
from designs.scenarios.editing.canvas import loosely_read
from designs.scenarios.editing.filling import Shown, ShownField, ShownGroup, ShownMany, shown_part
from designs.scenarios.editing.parts import PARTS, Part
from designs.scenarios.problems import InvalidScenarioError, ScenarioProblem
from designs.scenarios.reading import NOTHING, read_scenario
from designs.scenarios.reference import reference_of, weak_of
from designs.scenarios.soundness import Target, shown_by_weak, targets_of, unsound
from designs.services.drafts import value_of
from designs.services.scenarios import no_topic
from studyguide.models import Topic

Places = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Tab:
    part: Part
    problems: Sequence[ScenarioProblem]
    is_current: bool

    @property
    def errors(self) -> int:
        return len(self.problems)


@dataclass(frozen=True)
class Check:
    """The errors of a file, and whether it can be shown as forms."""

    errors: tuple[ScenarioProblem, ...]
    warnings: tuple[ScenarioProblem, ...] = ()
    more: int = 0
    is_readable: bool = True

    def of(self, part: Part) -> list[ScenarioProblem]:
        return [each for each in self.errors if each.place.split(".")[0] in part.names]

    @property
    def elsewhere(self) -> list[ScenarioProblem]:
        """Errors that belong to no part: unknown fields, and errors of the file as a whole."""
        known = {name for part in PARTS for name in part.names}
        return [each for each in self.errors if each.place.split(".")[0] not in known]

    def tabs(self, current: Part | None) -> list[Tab]:
        return [Tab(part, self.of(part), part is current) for part in PARTS]


def check(text: str, *, owner: User) -> Check:
    """Checks the file by its own rules and by what only this site knows: which topics exist, and who owns the
    address."""
    value = value_of(text)
    try:
        read = read_scenario(text.encode(), file="draft")
    except InvalidScenarioError as error:
        own = [] if value is None else _of_the_site(value, owner)
        return Check((*error.problems, *own), more=error.more, is_readable=value is not None)
    own = _of_the_site(value or {}, owner)
    return Check(tuple(each for each in own if each.place == "slug"), (*read.warnings, *own))


def _of_the_site(value: Mapping[str, Any], owner: User) -> list[ScenarioProblem]:
    found = []
    slug = value.get("slug")
    taken = Scenario.objects.filter(slug=slug).exclude(owner=owner).first() if isinstance(slug, str) else None
    if taken is not None:
        found.append(ScenarioProblem("draft", 1, "Another scenario has this address. Choose another one.", "slug"))
    wanted = _topics_in(value)
    known = set(Topic.objects.filter(slug__in={each for _, each in wanted}).values_list("slug", flat=True))
    unknown = [(place, each) for place, each in wanted if each not in known]
    everything = list(Topic.objects.values_list("slug", flat=True)) if unknown else []
    found += [ScenarioProblem("draft", 1, no_topic(each, everything), place) for place, each in unknown]
    return found


def _topics_in(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Places in the file that name a topic, each with the slug: the topics to read before, and those of misbeliefs."""
    topics, traps = value.get("topics"), value.get("traps")
    found = [("topics", each) for each in topics if isinstance(each, str)] if isinstance(topics, list) else []
    for key, trap in traps.items() if isinstance(traps, dict) else ():
        if isinstance(trap, dict) and isinstance(slug := trap.get("topic"), str) and slug:
            found.append((f"traps.{key}.topic", slug))
    return found


def by_place(problems: Iterable[ScenarioProblem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in problems:
        words = found.setdefault(each.place, [])
        message = "Nothing stands here yet." if each.message == NOTHING else each.message
        if message not in words:
            words.append(message)
    return found


@dataclass(frozen=True)
class PartPage:
    """`loose` are errors of the part that belong to none of its fields, such as those inside the reference."""

    part: Part
    nodes: Sequence[Shown]
    tabs: Sequence[Tab]
    loose: Sequence[ScenarioProblem]
    before: Part | None
    after: Part | None
    count: int

    @property
    def fields(self) -> list[ShownField | ShownMany | ShownGroup]:
        """All places that can show an error, for the answer to a live check."""
        return list(_all(self.nodes))


def part_page(part: Part, value: Mapping[str, Any], checked: Check, more: Places | None = None) -> PartPage:
    """`more` are errors in addition to those of the file: of what was typed, and of conflicting changes."""
    problems = [*checked.of(part), *(each for each in checked.warnings if each.place.split(".")[0] in part.names)]
    errors = by_place(problems)
    for place, words in (more or {}).items():
        errors[place] = [*errors.get(place, []), *words]
    at, nodes = PARTS.index(part), shown_part(part, value, errors)
    told = {words for node in _all(nodes) for words in _errors_of(node)}
    loose = by_place(problems)
    return PartPage(
        part,
        nodes,
        checked.tabs(part),
        [each for each in problems if not told.issuperset(loose[each.place])],
        PARTS[at - 1] if at else None,
        PARTS[at + 1] if at + 1 < len(PARTS) else None,
        len(checked.errors) + checked.more,
    )


def _errors_of(node: Shown) -> Iterable[str]:
    yield from node.errors
    if isinstance(node, ShownMany):
        for entry in node.entries:
            yield from entry.errors


def _all(nodes: Sequence[Shown]) -> Iterable[ShownField | ShownMany | ShownGroup]:
    for node in nodes:
        yield node
        if isinstance(node, ShownGroup):
            yield from _all(node.nodes)
        elif isinstance(node, ShownMany):
            for entry in node.entries:
                yield from _all(entry.nodes)


@dataclass(frozen=True)
class Standing:
    """How the reference scores by its own targets and rubric, and what the analysis finds in the weak variant."""

    targets: tuple[Target, ...]
    doubts: tuple[ScenarioProblem, ...]
    failing: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    has_weak: bool = False

    @property
    def kept(self) -> int:
        return sum(each.verdict == "pass" for each in self.targets)

    @property
    def is_sound(self) -> bool:
        return not self.doubts and self.kept == len(self.targets)


@lru_cache(maxsize=32)
def standing_of(text: str) -> Standing | None:
    """None while the reference cannot be read. An analysis takes up to two seconds, so the latest results are
    cached."""
    try:
        read = read_scenario(text.encode(), file="draft")
    except InvalidScenarioError:
        read = None
    scenario = read.scenario if read else loosely_read(value_of(text) or {})
    if scenario is None or not scenario.reference:
        return None
    try:
        reference = analyse(Document.model_validate(reference_of(scenario)), all_figures())
        targets = tuple(targets_of(scenario, reference))
        doubts = tuple(unsound(read).all) if read else ()
        failing, findings = shown_by_weak(scenario)
    except ValueError:  # the reference is not a valid design; the errors say where
        return None
    return Standing(targets, doubts, tuple(failing), tuple(findings), scenario.weak is not None)


def drawing_of(text: str, *, weak: bool = False) -> SafeString | None:
    """The reference, or its weak variant, as a picture; None when there is nothing to draw."""
    scenario = loosely_read(value_of(text) or {})
    document = (weak_of(scenario) if weak else reference_of(scenario)) if scenario else None
    diagram = (document or {}).get("diagram", {})
    if not isinstance(diagram, dict) or not diagram.get("components"):
        return None
    sprite = static("icons.svg")
    what = "Weak variant" if weak else "Reference"
    try:
        svg = draw(diagram, title=f"{what} as a drawing", icon_href=lambda symbol: f"{sprite}#{symbol}")
    except (ValueError, KeyError, TypeError):  # not a valid drawing yet; the errors say where
        return None
    return mark_safe(svg)  # noqa: S308 - ours, its words escaped
