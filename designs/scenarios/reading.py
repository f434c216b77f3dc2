"""Reads scenarios from files: plain YAML becomes a checked scenario, or a list of all errors with file and line."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from designs.analysis.rules.registry import BY_ID
from designs.document.basics import Model
from designs.document.checks import problems_of
from designs.document.figures import unreadable
from designs.document.problems import NOT_PART_OF_A_DESIGN, REQUIRED, Problem, place_of, words_of_error
from designs.document.references import dangling
from designs.scenarios import schema
from designs.scenarios.problems import MAX_REPORTED, InvalidScenarioError, ScenarioProblem
from designs.scenarios.reference import (
    PLACEHOLDER,
    expected_results,
    reference_of,
    solved_reference,
    variant_of,
    variants_of,
)
from designs.scenarios.schema import Figure, Requirements, Scenario, Weak
from web.reading.safe_yaml import Attempt, Place, YamlDocument, YamlError, attempt_yaml

NOTHING = "Nothing stands here. Write a value behind the colon, or below it."
MAX_BYTES = 500_000
MAX_DEPTH = 20
CURLY = "\u201c\u201d\u201e\u2018\u2019\u201a"
# The parts that the reference is made of: if one of them cannot be read, the reference cannot be checked.
PARTS_OF_A_DESIGN = frozenset({"method", "questions", "figures", "requirements", "reference", "weak", "faults"})
# Pages of the site already use these addresses.
RESERVED_SLUGS = frozenset({"upload", "write", "drafts"})


FIELDS = frozenset(
    name
    for each in vars(schema).values()
    if isinstance(each, type) and issubclass(each, BaseModel)
    for name in each.model_fields
)


def _fields_below(model: type[BaseModel]) -> Iterator[str]:
    yield from model.model_fields
    for each in model.__subclasses__():
        yield from _fields_below(each)


FIELDS_OF_DESIGNS = frozenset(_fields_below(Model))
KEY = re.compile(r"[\w-]+")
NOT_ONE_OF = re.compile(r"'([^']*)' is not one of (.+)\.")


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario, the text that it was read from, and warnings about it."""

    scenario: Scenario
    source: str
    document: YamlDocument
    warnings: tuple[ScenarioProblem, ...] = ()

    def problem(self, place: Place, message: str) -> ScenarioProblem:
        """A problem that only the caller can detect, with its line."""
        return _problem(self.document, place, message)


def read_scenario(raw: bytes, *, file: str) -> ScenarioFile:
    """Raises InvalidScenarioError with all errors: of the YAML, of each value, and of how the values fit together."""
    attempt = attempt_yaml(raw, file=file, limit_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    document, told = attempt.document, _of_yaml(attempt)
    if document is None or not isinstance(document.value, dict):
        expected = ScenarioProblem(file, 1, "Expected `slug:`, `title:` and the rest of a scenario.")
        raise InvalidScenarioError(told or [expected])
    if told and not document.value.keys() & Scenario.model_fields.keys():
        raise InvalidScenarioError(told)
    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        found = [_of_type(document, detail, is_compared=at < MAX_REPORTED) for at, detail in enumerate(details)]
        found = [*found, *_of_the_rest(document, found)]
        raise InvalidScenarioError([*told, *_without_sequels(found, attempt)]) from None
    checks = _Checks(scenario, document)
    errors = list(checks.all())
    if told or errors:
        raise InvalidScenarioError([*told, *_without_sequels(errors, attempt)])
    checks.warnings += _curly_quotes(document)
    return ScenarioFile(scenario, raw.decode("utf-8-sig"), document, tuple(checks.warnings))


def _of_yaml(attempt: Attempt) -> list[ScenarioProblem]:
    """One error for each part of the file, because further errors in a part usually follow from the first."""
    damaged = _damaged(attempt)
    told: set[tuple[str, str]] = set()
    found: list[ScenarioProblem] = []
    for error in attempt.mistakes:
        part = _part_at(attempt, error.line)
        kind = "" if part in damaged else error.message
        if (part, kind) not in told or (error.line in attempt.lost and not _is_alike(error, found)):
            found.append(ScenarioProblem(error.file, error.line, f"{error.message[0].upper()}{error.message[1:]}."))
        told.add((part, kind))
    return found


def _is_alike(error: YamlError, found: Sequence[ScenarioProblem]) -> bool:
    return any(each.message[1:-1] == error.message[1:] for each in found)


def _part_at(attempt: Attempt, line: int) -> str:
    """The outermost key above a line."""
    if attempt.document is None or not isinstance(attempt.document.value, dict):
        return ""
    heads = [(at, place[0]) for place, at in attempt.document.lines.items() if len(place) == 1 and at <= line]
    return str(max(heads, default=(0, ""))[1])


def _damaged(attempt: Attempt) -> set[str]:
    """The parts of the file with a line that could not be read."""
    return {_part_at(attempt, line) for line in attempt.lost}


def _without_sequels(found: Sequence[ScenarioProblem], attempt: Attempt) -> list[ScenarioProblem]:
    """Errors that do not follow from others. Where a line could not be read, missing values of its part are not
    reported."""
    damaged = _damaged(attempt)
    if damaged & PARTS_OF_A_DESIGN:
        damaged |= {"reference", "weak", "faults"}
    return [
        each
        for each in found
        if each.line not in attempt.lost
        and not (each.message == REQUIRED and each.place.split(".")[-1] in attempt.lost_words)
        and (each.place.split(".")[0] not in damaged or (each.is_of_its_own and each.place not in damaged))
    ]


def _of_the_rest(document: YamlDocument, found: Sequence[ScenarioProblem]) -> list[ScenarioProblem]:
    """Errors apart from values of the wrong form, so that all errors of a file are reported at once."""
    valid: dict[str, Any] = {}
    written = schema.in_format_2(document.value)
    for name, field in Scenario.model_fields.items():
        valid[name] = _as_far_as_it_goes(name, written[name]) if name in written else None
        if valid[name] is None:
            empty: Any = {} if name in ("requirements", "rubric") else ""
            valid[name] = empty if field.is_required() else field.get_default(call_default_factory=True)
    if isinstance(valid["requirements"], dict):
        valid["requirements"] = Requirements.model_construct(functional={}, measurable={}, actors={})
    valid["minutes"] = valid["minutes"] or 45
    checks = _Checks(Scenario.model_construct(**valid), document)
    parts = {each.place.split(".")[0] for each in found}
    told = [*checks.own(), *checks.names_in_the_reference()] if parts & PARTS_OF_A_DESIGN else list(checks.all())
    broken = [f"{each.place}." for each in found]
    return [each for each in told if each.is_of_its_own or not any(_touch(f"{each.place}.", place) for place in broken)]


def _touch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


# Substitutes for a value whose form does not fit its field, tried in this order.
STAND_INS: tuple[Any, ...] = ("?", 1, ["?", "?"], {}, [{"text": "?", "cost": 0}], "scope", True)


def _as_far_as_it_goes(name: str, written: Any) -> Any:
    """A part of the file without its values of the wrong form; None when nothing is left of it."""
    part, tried = copy.deepcopy(written), Counter[Place]()
    for _ in range(len(STAND_INS) + 2):
        try:
            return getattr(_Part.model_validate_part(name, {name: part}), name)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False)
        for place in {tuple(detail["loc"][1:]) for detail in details}:
            if not place or not _stood_in(part, place, tried[place]):
                return None
            tried[place] += 1
    return None


def _stood_in(part: Any, place: Sequence[Any], round_: int) -> bool:
    """First without the value, then with one substitute after another in its place."""
    *outer, key = place
    if key == "[key]":
        *outer, key = outer
    for each in outer:
        try:
            part = part[each]
        except (LookupError, TypeError):
            return False
    if isinstance(part, dict) and round_ == 0 and key in part:
        del part[key]
        return True
    after = round_ if isinstance(part, list) else max(0, round_ - 1)
    has_place = isinstance(part, dict) or (isinstance(part, list) and isinstance(key, int) and key < len(part))
    if has_place and after < len(STAND_INS):
        part[key] = copy.deepcopy(STAND_INS[after])
        return True
    return False


def _curly_quotes(document: YamlDocument) -> list[ScenarioProblem]:
    """Texts that begin with a typographic quote, which YAML reads as an ordinary letter."""
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


def _of_type(document: YamlDocument, detail: ErrorDetails, *, is_compared: bool) -> ScenarioProblem:
    """`is_compared` looks for a known word like the unknown one."""
    place = tuple(part for part in detail["loc"] if part != "[key]")
    message = words_of_error(detail)
    if detail["type"] == "extra_forbidden":
        known = Scenario.model_fields if len(place) == 1 else FIELDS
        message = f"This field is not part of a scenario.{near_words(str(place[-1]), known) if is_compared else ''}"
    if detail["type"] == "literal_error" and is_compared:
        message += near_words(str(detail.get("input")), re.findall(r"'(\w+)'", detail["ctx"]["expected"]))
    if detail.get("input") is None and detail["type"] != "missing":
        message = _of_nothing(document, place)
    if place == ("slug",) and isinstance(detail.get("input"), str):
        message = f"A slug has small letters, digits and hyphens only: {_as_slug(detail['input'])!r} would do."
    return _problem(document, place, message, is_of_its_own=detail["type"] != "missing")


def _of_nothing(document: YamlDocument, place: Place) -> str:
    """Why a key has no value: a comment in its place, or a comma that ended the value early."""
    key = str(place[-1]) if place else ""
    if not KEY.fullmatch(key) or key[0].isdigit():
        why = f"In {{ }} a comma separates the entries, so {key!r} is a key here."
        return f"{why} Put a text with a comma in it in quotes."
    if document.line_of(place) in document.commented:
        return "What follows # is a comment, so nothing stands here. Put a text that begins with # in quotes."
    return NOTHING


def near_words(typed: str, known: Iterable[str]) -> str:
    """` Did you mean 'this'?` when one of the words is similar to what was typed; else empty."""
    near = get_close_matches(typed, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def _as_slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "my-scenario"


def _problem(document: YamlDocument, place: Place, message: str, *, is_of_its_own: bool = False) -> ScenarioProblem:
    where = ".".join(str(part) for part in place)
    return ScenarioProblem(document.file, document.line_of(place), message, where, is_of_its_own)


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
    """Checks that types cannot express: how the parts of a scenario fit together."""

    def __init__(self, scenario: Scenario, document: YamlDocument) -> None:
        self.scenario, self.document = scenario, document
        self.warnings: list[ScenarioProblem] = []
        self.has_sound_designs = True
        self.compared = 0

    def near(self, typed: str, known: Iterable[str]) -> str:
        """As near_words, for as many words as there are errors to be shown: comparing takes long."""
        self.compared += 1
        return near_words(typed, known) if self.compared <= MAX_REPORTED else ""

    def all(self) -> Iterator[ScenarioProblem]:
        """Errors of its parts, of the designs in it, and of the results of these designs."""
        errors = list(self.own())
        told = {each.place for each in errors}
        errors += [each for each in self.designs() if each.place not in told]
        yield from errors
        if self.has_sound_designs and not any(each.place.startswith("figures") for each in errors):
            yield from self.results()

    def own(self) -> Iterator[ScenarioProblem]:
        scenario = self.scenario
        if scenario.slug in RESERVED_SLUGS:
            yield self._error(("slug",), f"The slug {scenario.slug!r} is that of a page.")
        typed = self._weights_typed()
        total = sum(dimension.weight for dimension in scenario.rubric.values()) if typed is None else typed
        if total != 100:
            words = f"The weights of the rubric sum to {total}, and not to 100."
            yield _problem(self.document, ("rubric",), words, is_of_its_own=typed is not None)
        for name, figure in scenario.figures.items():
            yield from self._figure(name, figure)
        for key, question in scenario.questions.items():
            for name in PLACEHOLDER.findall(question.answer):
                if name not in scenario.figures:
                    yield self._error(
                        ("questions", key, "answer"),
                        f"There is no figure {{{name}}}.{self.near(name, scenario.figures)}",
                    )
        for key, change in scenario.changes.items():
            if change.minute >= scenario.minutes:
                words = f"Minute {change.minute} is not within the {scenario.minutes} minutes."
                yield self._error(("changes", key, "minute"), words)
            for name, value in change.figures.items():
                yield from self._changed_figure(("changes", key, "figures", name), name, value)

    def _weights_typed(self) -> int | None:
        """The sum of the weights in the file; None when one of them is missing or is no number."""
        typed = self.document.value.get("rubric")
        lines = list(typed.values()) if isinstance(typed, dict) else []
        weights = [each["weight"] for each in lines if isinstance(each, dict) and type(each.get("weight")) is int]
        return sum(weights) if weights and len(weights) == len(lines) else None

    def names_in_the_reference(self) -> Iterator[ScenarioProblem]:
        """Errors of the reference that do not depend on its figures: unknown kinds and unknown ids."""
        try:
            found = self._problems(reference_of(self.scenario))
        except (LookupError, TypeError, ValueError, AttributeError):  # parts of the wrong form, reported already
            return
        for each in found:
            problem = self._in_design(each)
            place = problem.place.split(".")
            is_figure = place[:2] == ["reference", "estimate"] or place[0] == "figures"
            if each.severity == "error" and not is_figure:
                yield problem

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
            yield self._error(place, f"There is no given figure {name!r}.{self.near(name, self.scenario.figures)}")
        elif value is None:
            yield self._error(place, problem)

    def designs(self) -> Iterator[ScenarioProblem]:
        """The reference and its weak variant must be valid designs."""
        for problem in self._problems(reference_of(self.scenario)):
            found = self._in_design(problem)
            if problem.severity == "error":
                self.has_sound_designs = False
                yield found
            else:
                self.warnings.append(found)
        if not self.scenario.reference:
            without = self._error((), "There is no `reference:`, the design that answers well.")
            if self.has_sound_designs:
                self.warnings.append(without)
            else:
                yield without
        if self.has_sound_designs:
            for place, weak in variants_of(self.scenario).items():
                yield from self._weak(place, weak)

    def _weak(self, place: Place, weak: Weak) -> Iterator[ScenarioProblem]:
        for problem in self._problems(variant_of(self.scenario, weak)):
            if problem.severity == "error":
                yield self._error((*place, "patch"), f"With the patch, {problem.path}: {problem.message}")
        for position, key in enumerate(weak.shows.findings):
            rule = key.partition(":")[0]
            if rule not in BY_ID:
                words = f"There is no rule {rule!r} of findings.{near_words(rule, BY_ID)}"
                yield self._error((*place, "shows", "findings", position), words)
        targets = self.scenario.requirements.measurable
        for position, key in enumerate(weak.shows.requirements):
            if key not in targets:
                words = f"There is no measurable requirement {key!r}.{near_words(key, targets)}"
                yield self._error((*place, "shows", "requirements", position), words)

    def results(self) -> Iterator[ScenarioProblem]:
        """The reference's estimate must give the scenario's results."""
        results = [name for name, figure in self.scenario.figures.items() if figure.kind == "result"]
        if not results:
            return
        estimate, expected = solved_reference(self.scenario), expected_results(self.scenario)
        place: Place
        for name in results:
            figure, place = self.scenario.figures[name], ("figures", name, "value")
            if name not in expected:
                why = estimate.errors.get(name, f"the reference's estimate has no row {name!r}")
                formula = ("reference", "estimate", "rows", name, "formula")
                place = formula if "there is no" in why and formula in self.document.lines else place
                yield self._error(place, f"This result cannot be derived: {why}.{self._slip(why)}")
                continue
            said, derived = parse_quantity(figure.value), expected[name]
            if said.dimension.measured != derived.quantity.dimension.measured:
                yield self._error(place, f"The estimate gives {derived.quantity.dimension}, not {said.dimension}.")
            elif not derived.allows(said.value):
                words = f"{figure.value} is more than {figure.tolerance:g} % away from it."
                yield self._error(place, f"The estimate comes to {estimate.shown[name]}; {words}")

    def _slip(self, why: str) -> str:
        """The name that a formula most likely meant, or the figure whose unit is most likely misspelt."""
        if unknown := re.search(r"there is no '(\w+)'", why):
            rows = self.scenario.reference.get("estimate", {}).get("rows", {})
            return near_words(unknown[1], [*self.scenario.figures, *rows])
        for name, figure in self.scenario.figures.items():
            words = set(re.findall(r"[a-z]{4,}", figure.value.casefold()))
            for unit in ("byte", "bytes", "bit", "bits"):
                if figure.kind == "given" and words and unit not in words and get_close_matches(unit, words, 1, 0.75):
                    line = self.document.line_of(("figures", name, "value"))
                    return f" Did you mean {unit} in {figure.value!r}, figure {name!r} on line {line}?"
        return ""

    def _problems(self, document: Mapping[str, Any]) -> list[Problem]:
        """Values of the wrong form do not stop these checks: ids are checked all the same."""
        found = [*problems_of(document), *unreadable(document)]
        told = {each.path for each in found}
        try:
            return [*found, *(each for each in dangling(document) if each.path not in told)]
        except (AttributeError, TypeError):  # an object of the wrong form
            return found

    def _in_design(self, problem: Problem) -> ScenarioProblem:
        place, message = self._place_of(problem.path), problem.message
        if message == NOT_PART_OF_A_DESIGN:
            message += self.near(str(place[-1]), FIELDS_OF_DESIGNS)
        if of_some := NOT_ONE_OF.fullmatch(message):
            message += self.near(of_some[1], re.findall(r"'(\w+)'", of_some[2]))
        return self._error(place, message)

    def _place_of(self, pointer: str) -> Place:
        """The place in the file of a place in the reference."""
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
            rest = path[2:]
            return (*home, rest[0], "value") if home == ("figures",) and rest[1:] == ("formula",) else (*home, *rest)
        replicas = ("reference", *path[:-1], "replicas")  # of format 1, which is read as instances, shards or copies
        return replicas if replicas in self.document.lines else ("reference", *path)

    def _error(self, place: Place, message: str) -> ScenarioProblem:
        return _problem(self.document, place, message)


def _quantity(text: Any) -> tuple[Quantity | None, str]:
    try:
        return parse_quantity(text), ""
    except QuantityError as error:
        words = f"{text!r} is no quantity: {error.message}"
        return None, words if words.endswith("?") else f"{words}."
