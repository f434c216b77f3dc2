"""The scenario as a typed document. In its file a collection is a map from id to object, in the order of the file."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from designs.document.basics import Id, Model, Name, Quantity, Slug, Text, Variable
from designs.document.limits import MAX_ITEMS
from designs.document.schema import SCHEMA_URL, ClosedSchema
from designs.document.schema import json_schema as design_schema
from designs.document.scope import Actor, FunctionalRequirement, MeasurableRequirement
from designs.document.upgrade import needs_upgrade, upgrade, upgrade_patch

FORMAT: Literal[1] = 1
DESIGN_SCHEMA = "../document/schema.json"
BUNDLE_ID = "https://loadbearing.example/designs/scenarios/schema.json"  # a name to resolve against, not an address
DEFAULT_METHOD = "scope-sketch-bottleneck"
Level = Literal["starter", "core", "demanding"]
# The parts of a design, in the order of the eight steps.
Section = Literal["scope", "estimate", "ui", "data_model", "api", "diagram", "decisions", "bottlenecks"]
SECTIONS: tuple[Section, ...] = get_args(Section)
# The automatic checks of a design; the rest of a rubric is for people to judge.
Check = Literal[
    "requirements_have_operations",
    "requirements_are_measurable",
    "estimate_within_tolerance",
    "operations_reach_storage",
    "capacity_covers_peak",
    "no_single_point_on_a_must",
    "requirements_are_met",
    "decisions_have_because",
    "bottlenecks_are_answered",
    "time_per_stage",
]
CHECK_WORDS: dict[Check, str] = {
    "requirements_have_operations": "each functional requirement is served by an operation",
    "requirements_are_measurable": "the targets of this task stand with a number and a unit",
    "estimate_within_tolerance": "the expected results of the estimate are there, within their tolerance",
    "operations_reach_storage": "each operation has a path to the data that it reads or writes",
    "capacity_covers_peak": "nothing is loaded above its capacity at the peak",
    "no_single_point_on_a_must": "nothing that a must depends on exists only once",
    "requirements_are_met": "each measurable requirement passes",
    "decisions_have_because": "each decision says why",
    "bottlenecks_are_answered": "each bottleneck is mitigated or accepted in words",
    "time_per_stage": "each stage got time, and none more than its budget",
}

Words = Annotated[Text, Field(min_length=1)]
Title = Annotated[Name, Field(min_length=1)]
Https = Annotated[str, StringConstraints(max_length=500, pattern=r"^(https://\S+)?$")]
Percent = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Minute = Annotated[int, Field(ge=1, le=600)]


class Source(Model):
    name: Title
    section: Name = ""
    year: Annotated[int | None, Field(ge=1900, le=2100)] = None
    url: Https = ""


class Question(Model):
    """A question with its answer. `{daily_users}` in the answer stands for the figure of that name."""

    question: Words
    synonyms: Annotated[
        list[Title],
        Field(max_length=50, description="Other words that people ask it in: whole questions or key words."),
    ] = []
    stands_for: Annotated[
        list[Id],
        Field(
            max_length=20,
            description="Keys of shared answers (users_number, order, loss ...) that this question answers instead.",
        ),
    ] = []
    answer: Words
    section: Annotated[Section, Field(description="The step at which it is worth asking.")] = "scope"


class Figure(Model):
    """A quantity of the scenario. The interviewer tells a given figure, which becomes a row of the estimate. A result
    is the value that the estimate should give, and the reference's row of the same name must give it."""

    label: Title
    kind: Literal["given", "result"] = "given"
    value: Annotated[Quantity, Field(min_length=1)]
    unit: Annotated[Name, Field(description="The unit to show it in.")] = ""
    tolerance: Annotated[Percent, Field(description="By how many per cent an answer may differ.")] = 10
    range: Annotated[
        Quantity, Field(description="Given figures: `100M..400M`, from which everybody can get a value of their own.")
    ] = ""
    source: Text = ""


class Requirements(Model):
    """The same as in a design's scope."""

    actors: Annotated[dict[Id, Actor], Field(max_length=MAX_ITEMS)] = {}
    functional: Annotated[dict[Id, FunctionalRequirement], Field(min_length=1, max_length=MAX_ITEMS)]
    measurable: Annotated[dict[Id, MeasurableRequirement], Field(max_length=MAX_ITEMS)] = {}


class Trap(Model):
    """A common misconception about this scenario, and its correction."""

    claim: Words
    correction: Words
    topic: Annotated[Slug | None, Field(description="The topic that explains it.")] = None
    source: Text = ""


class Change(Model):
    """A change of the task that the interviewer announces after some minutes."""

    minute: Minute
    text: Words
    figures: Annotated[dict[Variable, Quantity], Field(max_length=50)] = {}
    functional: Annotated[dict[Id, FunctionalRequirement], Field(max_length=50)] = {}
    measurable: Annotated[dict[Id, MeasurableRequirement], Field(max_length=50)] = {}


class HintGrade(Model):
    text: Words
    cost: Annotated[int, Field(ge=0, le=100, description="Points that it takes from the score.")]


class Hint(Model):
    """Help with one thing, from a nudge to the answer."""

    section: Section
    grades: Annotated[list[HintGrade], Field(min_length=1, max_length=5)]


class Dimension(Model):
    """One line of the rubric. Levels go from the weakest to the strongest."""

    title: Title
    weight: Annotated[int, Field(ge=1, le=100)]
    levels: Annotated[list[Words], Field(min_length=2, max_length=6)]
    checks: Annotated[list[Check], Field(max_length=10, description="What a machine can say about it.")] = []


class Shows(Model):
    """What the analysis must say about the weak variant."""

    requirements: Annotated[list[Id], Field(max_length=50, description="Measurable requirements that fail.")] = []
    findings: Annotated[
        list[Title],
        Field(max_length=50, description="Findings that appear, as rule and element: `saturated:api`."),
    ] = []


class Weak(Model):
    """The reference with a seeded fault, which the analysis must find."""

    title: Title
    text: Words
    patch: Annotated[dict[str, Any], Field(min_length=1, description="A merge patch on the reference.")]
    shows: Shows


def in_format_2(written: Any) -> Any:
    """Upgrades the designs of scenarios that were written, stored or begun in format 1."""
    reference = written.get("reference") if isinstance(written, dict) else None
    if not isinstance(reference, dict) or not needs_upgrade(reference):
        return written
    upgraded = upgrade(reference)
    result = {**written, "reference": upgraded}
    if "weak" in written:
        result["weak"] = _variant_in_format_2(written["weak"], upgraded)
    if isinstance(faults := written.get("faults"), dict):
        result["faults"] = {key: _variant_in_format_2(each, upgraded) for key, each in faults.items()}
    return result


def _variant_in_format_2(weak: Any, reference: dict[str, Any]) -> Any:
    if isinstance(weak, dict) and isinstance(weak.get("patch"), dict):
        return {**weak, "patch": upgrade_patch(weak["patch"], reference)}
    return weak


class Scenario(Model):
    format: Literal[1] = FORMAT
    slug: Slug
    title: Title
    summary: Annotated[Words, Field(max_length=300, description="One sentence for the list.")]
    level: Level
    minutes: Annotated[int, Field(ge=5, le=600)] = 45
    method: Slug = DEFAULT_METHOD
    prompt: Annotated[Words, Field(description="What the interviewer says first; paragraphs are split by empty lines.")]
    trains: Annotated[list[Title], Field(min_length=1, max_length=10, description="What one learns by it.")]
    topics: Annotated[list[Slug], Field(max_length=30, description="Topics of the study guide.")] = []
    questions: Annotated[dict[Id, Question], Field(max_length=100)] = {}
    figures: Annotated[dict[Variable, Figure], Field(max_length=100)] = {}
    requirements: Requirements
    asked_as: Annotated[
        dict[Id, Annotated[list[Title], Field(max_length=50)]],
        Field(
            max_length=100,
            description="Other words in which people ask for a requirement or a figure, by its id.",
        ),
    ] = {}
    answers: Annotated[
        dict[Id, Words],
        Field(
            max_length=100,
            description="What this interviewer says to what every interviewer is asked (auth, geography, budget ...), "
            "in place of the shared answer of that key.",
        ),
    ] = {}
    traps: Annotated[dict[Id, Trap], Field(max_length=50)] = {}
    changes: Annotated[dict[Id, Change], Field(max_length=20)] = {}
    hints: Annotated[dict[Id, Hint], Field(max_length=50)] = {}
    rubric: Annotated[dict[Id, Dimension], Field(min_length=1, max_length=20)]
    reference: Annotated[
        dict[str, Any],
        Field(
            description="A design that answers well, without what stands elsewhere in this file; see docs/document.md."
        ),
    ] = {}
    commentary: Annotated[dict[Section, Words], Field(description="Why the reference is as it is.")] = {}
    weak: Weak | None = None
    faults: Annotated[
        dict[Id, Weak], Field(max_length=10, description="More faults, each a variant as `weak` is.")
    ] = {}
    sources: Annotated[list[Source], Field(max_length=50)] = []

    @model_validator(mode="before")
    @classmethod
    def _in_format_2(cls, written: Any) -> Any:
        return in_format_2(written)

    @property
    def prompt_paragraphs(self) -> list[str]:
        """The prompt without the line breaks of the file."""
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", self.prompt) if part.strip()]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, as published. The schema of a design is a separate file beside it."""
    written = {"$schema": SCHEMA_URL, **Scenario.model_json_schema(schema_generator=ClosedSchema)}
    written["properties"]["reference"] |= {"$ref": DESIGN_SCHEMA}
    for shared in (Actor, FunctionalRequirement, MeasurableRequirement):
        written["$defs"][shared.__name__] = {"$ref": f"{DESIGN_SCHEMA}#/$defs/{shared.__name__}"}
    return written


def bundled_schema() -> dict[str, Any]:
    """The same as one file: the schema of a design is included under the name by which it is referred to."""
    written = json_schema()
    design = {"$id": DESIGN_SCHEMA, **design_schema()}
    return {"$id": BUNDLE_ID, **written, "$defs": {**written["$defs"], "Design": design}}
