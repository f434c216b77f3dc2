"""Scenarios from files: plain YAML in, a checked scenario out, or everything that is wrong with file and line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError, create_model
from pydantic_core import ErrorDetails

from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from designs.analysis.rules.registry import BY_ID
from designs.document.checks import problems_of
from designs.document.figures import unreadable
from designs.document.problems import Problem, place_of, words_of_error
from designs.scenarios.problems import InvalidScenarioError, ScenarioProblem
from designs.scenarios.reference import PLACEHOLDER, expected_results, reference_of, solved_reference, weak_of
from designs.scenarios.schema import Figure, Requirements, Scenario
from web.safe_yaml import Place, YamlDocument, YamlError, read_yaml

MAX_BYTES = 500_000
MAX_DEPTH = 20
# A page of the site has this address already.
CURLY = "\u201c\u201d\u201e\u2018\u2019\u201a"
RESERVED_SLUGS = frozenset({"upload"})


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario, the text that it was read from, and what is odd in it without being wrong."""

    scenario: Scenario
    source: str
    document: YamlDocument
    warnings: tuple[ScenarioProblem, ...] = ()

    def problem(self, place: Place, message: str) -> ScenarioProblem:
        """Something that only others can know to be wrong, at its line."""
        return _problem(self.document, place, message)


def read_scenario(raw: bytes, *, file: str) -> ScenarioFile:
    """Raises InvalidScenarioError with all that is wrong."""
    try:
        document = read_yaml(raw, file=file, limit_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except YamlError as error:
        message = f"{error.message[0].upper()}{error.message[1:]}."
        raise InvalidScenarioError([ScenarioProblem(error.file, error.line, message)]) from None
    if not isinstance(document.value, dict):
        raise InvalidScenarioError([ScenarioProblem(file, 1, "Expected `slug:`, `title:` and the rest of a scenario.")])
    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        found = [_of_type(document, detail) for detail in details]
        raise InvalidScenarioError([*found, *_of_the_rest(document, found)]) from None
    checks = _Checks(scenario, document)
    errors = [*checks.own(), *checks.designs()]
    if checks.has_sound_designs and not any(each.place.startswith("figures") for each in errors):
        errors += checks.results()
    if errors:
        raise InvalidScenarioError(errors)
    checks.warnings += _curly_quotes(document)
    return ScenarioFile(scenario, raw.decode("utf-8-sig"), document, tuple(checks.warnings))


def _of_the_rest(document: YamlDocument, found: Sequence[ScenarioProblem]) -> list[ScenarioProblem]:
    """What is wrong in the parts that have the right form, so that all mistakes of a file are told at once."""
    valid: dict[str, Any] = {}
    for name, field in Scenario.model_fields.items():
        part = {name: document.value[name]} if name in document.value else {}
        try:
            valid[name] = getattr(_Part.model_validate_part(name, part), name)
        except ValidationError:
            empty: Any = {} if name in ("requirements", "rubric") else ""
            valid[name] = empty if field.is_required() else field.get_default(call_default_factory=True)
    if isinstance(valid["requirements"], dict):
        valid["requirements"] = Requirements.model_construct(functional={}, measurable={}, actors={})
    valid["minutes"] = valid["minutes"] or 45
    checks = _Checks(Scenario.model_construct(**valid), document)
    broken = {each.place.split(".")[0] for each in found}
    told = [each for each in checks.own() if each.place.split(".")[0] not in broken]
    return [each for each in told if "rubric" not in broken or not each.place.startswith("rubric")]


def _curly_quotes(document: YamlDocument) -> list[ScenarioProblem]:
    """Texts that begin with a quote of a word processor, which YAML takes for a letter."""
    found: list[ScenarioProblem] = []

    def look(value: Any, place: Place) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                look(each, (*place, key))
        elif isinstance(value, list):
            for position, each in enumerate(value):
                look(each, (*place, position))
        elif isinstance(value, str) and value and value[0] in CURLY:
            words = f"This text begins with {value[0]}, which YAML takes as part of it. Type a straight quote instead."
            found.append(_problem(document, place, words))

    look(document.value, ())
    return found


def _of_type(document: YamlDocument, detail: ErrorDetails) -> ScenarioProblem:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    message = words_of_error(detail)
    if detail["type"] == "extra_forbidden":
        message = "This field is not part of a scenario."
    if detail.get("input") is None and detail["type"] != "missing":
        message = "Nothing stands here. Write a value behind the colon, or below it."
    if place == ("slug",) and isinstance(detail.get("input"), str):
        message = f"A slug has small letters, digits and hyphens only: {_as_slug(detail['input'])!r} would do."
    return _problem(document, place, message)


def _as_slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "my-scenario"


def _problem(document: YamlDocument, place: Place, message: str) -> ScenarioProblem:
    return ScenarioProblem(document.file, document.line_of(place), message, ".".join(str(part) for part in place))


class _Part:
    """One field of a scenario, validated without the others."""

    @staticmethod
    @cache
    def _model(name: str) -> Any:
        field = Scenario.model_fields[name]
        parts: dict[str, Any] = {name: (field.annotation, field)}
        return create_model(f"Only_{name}", **parts)

    @classmethod
    def model_validate_part(cls, name: str, part: dict[str, Any]) -> Any:
        """Raises ValidationError."""
        return cls._model(name).model_validate(part)


class _Checks:
    """What types cannot say: how the parts of a scenario fit together."""

    def __init__(self, scenario: Scenario, document: YamlDocument) -> None:
        self.scenario, self.document = scenario, document
        self.warnings: list[ScenarioProblem] = []
        self.has_sound_designs = True

    def own(self) -> Iterator[ScenarioProblem]:
        scenario = self.scenario
        if scenario.slug in RESERVED_SLUGS:
            yield self._error(("slug",), f"The slug {scenario.slug!r} is that of a page.")
        total = sum(dimension.weight for dimension in scenario.rubric.values())
        if total != 100:
            yield self._error(("rubric",), f"The weights of the rubric sum to {total}, and not to 100.")
        for name, figure in scenario.figures.items():
            yield from self._figure(name, figure)
        for key, question in scenario.questions.items():
            for name in PLACEHOLDER.findall(question.answer):
                if name not in scenario.figures:
                    yield self._error(("questions", key, "answer"), f"There is no figure {{{name}}}.")
        for key, change in scenario.changes.items():
            if change.minute >= scenario.minutes:
                words = f"Minute {change.minute} is not within the {scenario.minutes} minutes."
                yield self._error(("changes", key, "minute"), words)
            for name, value in change.figures.items():
                yield from self._changed_figure(("changes", key, "figures", name), name, value)

    def _figure(self, name: str, figure: Figure) -> Iterator[ScenarioProblem]:
        place = ("figures", name)
        value, problem = _quantity(figure.value)
        if value is None:
            yield self._error((*place, "value"), problem)
            return
        if not figure.range:
            return
        if figure.kind == "result":
            yield self._error((*place, "range"), "Only a given figure has a range; results follow from them.")
            return
        spread, problem = _quantity(figure.range)
        if spread is None or spread.spread is None:
            yield self._error((*place, "range"), problem or f"{figure.range!r} is no range such as 50M..200M.")
        elif spread.dimension != value.dimension:
            words = f"The range is measured in {spread.dimension}, and the value in {value.dimension}."
            yield self._error((*place, "range"), words)
        elif not spread.spread.low <= value.value <= spread.spread.high:
            yield self._error((*place, "range"), f"{figure.value} is not within {figure.range}.")

    def _changed_figure(self, place: Place, name: str, text: str) -> Iterator[ScenarioProblem]:
        known = self.scenario.figures.get(name)
        value, problem = _quantity(text)
        if known is None or known.kind != "given":
            yield self._error(place, f"There is no given figure {name!r}.")
        elif value is None:
            yield self._error(place, problem)

    def designs(self) -> Iterator[ScenarioProblem]:
        """The reference and its weak variant must be designs, by the rules of designs."""
        for problem in self._problems(reference_of(self.scenario)):
            found = self._in_design(problem)
            if problem.severity == "error":
                self.has_sound_designs = False
                yield found
            else:
                self.warnings.append(found)
        weak = self.scenario.weak
        if weak is None or not self.has_sound_designs:
            return
        for problem in self._problems(weak_of(self.scenario) or {}):
            if problem.severity == "error":
                yield self._error(("weak", "patch"), f"With the patch, {problem.path}: {problem.message}")
        for position, key in enumerate(weak.shows.findings):
            rule = key.partition(":")[0]
            if rule not in BY_ID:
                yield self._error(("weak", "shows", "findings", position), f"There is no rule {rule!r} of findings.")
        for position, key in enumerate(weak.shows.requirements):
            if key not in self.scenario.requirements.measurable:
                place = ("weak", "shows", "requirements", position)
                yield self._error(place, f"There is no measurable requirement {key!r}.")

    def results(self) -> Iterator[ScenarioProblem]:
        """The reference's estimate must come to the scenario's results."""
        results = [name for name, figure in self.scenario.figures.items() if figure.kind == "result"]
        if not results:
            return
        estimate, expected = solved_reference(self.scenario), expected_results(self.scenario)
        for name in results:
            figure, place = self.scenario.figures[name], ("figures", name, "value")
            if name not in expected:
                why = estimate.errors.get(name, f"the reference's estimate has no row {name!r}")
                yield self._error(place, f"This result cannot be derived: {why}.")
                continue
            said, derived = parse_quantity(figure.value), expected[name]
            if said.dimension.measured != derived.quantity.dimension.measured:
                yield self._error(place, f"The estimate gives {derived.quantity.dimension}, not {said.dimension}.")
            elif not derived.allows(said.value):
                words = f"{figure.value} is more than {figure.tolerance:g} % away from it."
                yield self._error(place, f"The estimate comes to {estimate.shown[name]}; {words}")

    def _problems(self, document: Mapping[str, Any]) -> list[Problem]:
        return [*problems_of(document), *unreadable(document)]

    def _in_design(self, problem: Problem) -> ScenarioProblem:
        return self._error(self._place_of(problem.path), problem.message)

    def _place_of(self, pointer: str) -> Place:
        """Where in the file a place of the reference was written."""
        path: Place = place_of(pointer)
        if ("reference", *path) in self.document.lines:
            return ("reference", *path)
        moved: dict[Place, Place] = {
            ("scope", "functional_requirements"): ("requirements", "functional"),
            ("scope", "measurable_requirements"): ("requirements", "measurable"),
            ("scope", "actors"): ("requirements", "actors"),
            ("scope", "questions"): ("questions",),
            ("estimate", "rows"): ("figures",),
        }
        home = moved.get(path[:2])
        if home is not None and (*home, *path[2:3]) in self.document.lines:
            return (*home, *path[2:])
        return ("reference", *path)

    def _error(self, place: Place, message: str) -> ScenarioProblem:
        return _problem(self.document, place, message)


def _quantity(text: Any) -> tuple[Quantity | None, str]:
    try:
        return parse_quantity(text), ""
    except QuantityError as error:
        return None, f"{text!r} is no quantity: {error.message}."
