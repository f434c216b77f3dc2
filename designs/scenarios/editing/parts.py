"""The parts of the editor and their fields, based on the schema of a scenario; declared once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from designs.document.scope import Comparison, Metric, Priority
from designs.scenarios.schema import CHECK_WORDS, SECTIONS

Kind = Literal["line", "text", "lines", "number", "choice", "flag", "checks", "pairs", "listed", "patch"]
Choices = Sequence[tuple[str, str]]

SECTION_WORDS = {
    "scope": "Understand the question",
    "estimate": "Estimate",
    "ui": "Interface",
    "data_model": "Data model",
    "api": "API",
    "diagram": "Drawing",
    "decisions": "Decisions",
    "bottlenecks": "Bottlenecks",
}
SECTION_CHOICES: Choices = tuple((each, SECTION_WORDS[each]) for each in SECTIONS)
METRICS: Choices = tuple((each, each.replace("_", " ") or "in words only") for each in get_args(Metric))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value. `lines` is a list, one entry a line; `pairs` a map, one `name = value` a line, and `listed` a map of
    lists; `patch` a map of anything, as YAML. `default` applies when the file leaves the field out; None for a required
    field."""

    name: str
    label: str
    kind: Kind = "line"
    help: str = ""
    choices: Choices = ()
    default: str | None = ""
    rows: int = 3
    placeholder: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields of one map under `name`."""

    name: str
    title: str
    fields: Sequence[Node]
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Many:
    """A collection of entries with the same fields: a map by key, or a list. `named_by` is the field that names an
    entry."""

    name: str
    title: str
    one: str
    fields: Sequence[Node]
    named_by: str
    help: str = ""
    is_list: bool = False
    key_label: str = "Key"
    key_help: str = ""


Node = Field | Group | Many


@dataclass(frozen=True, kw_only=True)
class Part:
    """A page of the editor."""

    slug: str
    title: str
    lead: str
    fields: Sequence[Node]
    owns: Sequence[str] = ()

    @property
    def names(self) -> frozenset[str]:
        """The outermost keys of the file that the part covers; those that it `owns` have no fields."""
        return frozenset([*(each.name for each in self.fields), *self.owns])


PRIORITIES: Choices = tuple((each, each) for each in get_args(Priority))
COMPARISONS: Choices = tuple((each, each) for each in get_args(Comparison))
QUANTITY = "5 kB, 100M/day, 99.9%"

FUNCTIONAL = (
    Field(name="text", label="What the system does"),
    Field(name="actor", label="For whom", help="The key of an actor."),
    Field(name="priority", label="Priority", kind="choice", choices=PRIORITIES, default="must"),
    Field(name="in_scope", label="In scope", kind="flag", default="true"),
)
MEASURABLE = (
    Field(name="text", label="In words"),
    Field(name="metric", label="What is measured", kind="choice", choices=METRICS),
    Field(name="comparison", label="At most, or at least", kind="choice", choices=COMPARISONS, default="<="),
    Field(name="quantity", label="Target", placeholder="200 ms, 99.9%"),
    Field(name="operation", label="For the operation", help="The key of an operation of the reference; empty for all."),
    Field(name="priority", label="Priority", kind="choice", choices=PRIORITIES, default="must"),
)

TASK = Part(
    slug="task",
    title="Task",
    lead="What is to be designed, and what the interviewer says first.",
    fields=(
        Field(name="title", label="Title", default=None),
        Field(
            name="slug",
            label="Address",
            default=None,
            help="Small letters, digits and hyphens. Another one later makes another scenario.",
        ),
        Field(name="summary", label="In one sentence", kind="text", rows=2, default=None),
        Field(
            name="level",
            label="Level",
            kind="choice",
            choices=(("starter", "Starter"), ("core", "Core"), ("demanding", "Demanding")),
            default=None,
        ),
        Field(name="minutes", label="Minutes", kind="number", default="45"),
        Field(
            name="prompt",
            label="What the interviewer says first",
            kind="text",
            rows=8,
            default=None,
            help="An empty line begins a paragraph.",
        ),
        Field(
            name="trains", label="What one learns by it", kind="lines", rows=4, default=None, help="One on each line."
        ),
        Field(
            name="topics",
            label="Topics to read before",
            kind="lines",
            rows=4,
            help="The last part of a topic's address, one on each line, such as caching-basics.",
        ),
    ),
)
QUESTIONS = Part(
    slug="questions",
    title="Questions",
    lead="What the interviewer knows, and answers when asked.",
    fields=(
        Many(
            name="questions",
            title="Questions and answers",
            one="question",
            named_by="question",
            fields=(
                Field(name="question", label="Question", default=None),
                Field(
                    name="answer",
                    label="Answer",
                    kind="text",
                    rows=2,
                    default=None,
                    help="The key of a figure in braces stands for its value: {daily_users}.",
                ),
                Field(name="section", label="Worth asking at", kind="choice", choices=SECTION_CHOICES, default="scope"),
                Field(
                    name="synonyms", label="Other words to ask it in", kind="lines", rows=4, help="One on each line."
                ),
                Field(
                    name="stands_for",
                    label="Answers instead of the shared answer",
                    kind="lines",
                    rows=2,
                    help="Keys such as users_number, order, loss; one on each line.",
                ),
            ),
        ),
        Field(
            name="answers",
            label="Other answers to what every interviewer is asked",
            kind="pairs",
            rows=4,
            help="One on each line: auth = Everybody has an account already.",
        ),
    ),
)
FIGURES = Part(
    slug="figures",
    title="Figures",
    lead="What the interviewer gives, and what the estimate should come to.",
    fields=(
        Many(
            name="figures",
            title="Figures",
            one="figure",
            named_by="label",
            key_label="Name in formulas",
            key_help="Letters, digits and _: daily_users.",
            fields=(
                Field(name="label", label="In words", default=None),
                Field(
                    name="kind",
                    label="Kind",
                    kind="choice",
                    choices=(
                        ("given", "Given: the interviewer tells it"),
                        ("result", "Result: the estimate comes to it"),
                    ),
                    default="given",
                ),
                Field(name="value", label="Value", default=None, placeholder=QUANTITY),
                Field(name="unit", label="Shown in", placeholder="GB"),
                Field(
                    name="range",
                    label="Range of a given figure",
                    placeholder="50M..200M",
                    help="Each person can get a value of their own from it.",
                ),
                Field(name="tolerance", label="A result may differ by per cent", kind="number", default="10"),
                Field(name="source", label="Source"),
            ),
        ),
    ),
)
REQUIREMENTS = Part(
    slug="requirements",
    title="Requirements",
    lead="What the system does, and the targets that a design passes or fails.",
    fields=(
        Group(
            name="requirements",
            title="",
            fields=(
                Many(
                    name="actors",
                    title="Actors",
                    one="actor",
                    named_by="name",
                    fields=(Field(name="name", label="Name"), Field(name="note", label="Note")),
                ),
                Many(
                    name="functional",
                    title="What it does",
                    one="requirement",
                    named_by="text",
                    fields=FUNCTIONAL,
                ),
                Many(
                    name="measurable",
                    title="Targets",
                    one="target",
                    named_by="text",
                    fields=MEASURABLE,
                ),
            ),
        ),
    ),
)
RUBRIC = Part(
    slug="rubric",
    title="Rubric",
    lead="How an answer is marked. The weights together are 100.",
    fields=(
        Many(
            name="rubric",
            title="Lines of the rubric",
            one="line",
            named_by="title",
            fields=(
                Field(name="title", label="Title", default=None),
                Field(name="weight", label="Weight", kind="number", default=None),
                Field(
                    name="levels",
                    label="Levels, from the weakest to the strongest",
                    kind="lines",
                    rows=4,
                    default=None,
                    help="One on each line, two to six.",
                ),
                Field(
                    name="checks",
                    label="What a machine looks at",
                    kind="checks",
                    choices=tuple(CHECK_WORDS.items()),
                ),
            ),
        ),
    ),
)
DURING = Part(
    slug="during",
    title="Hints and changes",
    lead="What happens while somebody works on it: help, and news from the interviewer.",
    fields=(
        Many(
            name="hints",
            title="Hints",
            one="hint",
            named_by="",
            fields=(
                Field(name="section", label="Helps at", kind="choice", choices=SECTION_CHOICES, default=None),
                Many(
                    name="grades",
                    title="From a nudge to the answer",
                    one="grade",
                    is_list=True,
                    named_by="text",
                    fields=(
                        Field(name="text", label="What is said", default=None),
                        Field(name="cost", label="Costs points", kind="number", default=None),
                    ),
                ),
            ),
        ),
        Many(
            name="changes",
            title="Changes midway",
            one="change",
            named_by="text",
            fields=(
                Field(name="minute", label="At minute", kind="number", default=None),
                Field(name="text", label="What the interviewer says", kind="text", rows=2, default=None),
                Field(
                    name="figures",
                    label="Figures that change",
                    kind="pairs",
                    rows=2,
                    help="One on each line: daily_users = 300M",
                ),
                Many(
                    name="functional",
                    title="What it must do now",
                    one="requirement",
                    named_by="text",
                    fields=FUNCTIONAL,
                ),
                Many(name="measurable", title="New targets", one="target", named_by="text", fields=MEASURABLE),
            ),
        ),
        Many(
            name="traps",
            title="Traps",
            one="trap",
            named_by="claim",
            help="What is easily believed here and is wrong. They are read with the reference.",
            fields=(
                Field(name="claim", label="What is easily believed", kind="text", rows=2, default=None),
                Field(name="correction", label="What is so instead", kind="text", rows=3, default=None),
                Field(name="topic", label="Topic that explains it"),
                Field(name="source", label="Source"),
            ),
        ),
    ),
)
REFERENCE = Part(
    slug="reference",
    title="Reference",
    lead="A design that answers well. It is drawn and filled in as every design is.",
    owns=("reference",),
    fields=(
        Group(
            name="commentary",
            title="Why the reference is as it is",
            fields=tuple(Field(name=each, label=SECTION_WORDS[each], kind="text", rows=2) for each in SECTIONS),
        ),
    ),
)
FAULT: Sequence[Node] = (
    Field(name="title", label="The fault in a few words", default=None, placeholder="everything in one zone"),
    Field(name="text", label="What is wrong", kind="text", rows=3, default=None),
    Group(
        name="shows",
        title="What the analysis says about it",
        fields=(
            Field(
                name="requirements",
                label="Targets that it fails",
                kind="lines",
                rows=2,
                help="Their keys, one on each line.",
            ),
            Field(
                name="findings",
                label="Findings that it shows",
                kind="lines",
                rows=3,
                help="Rule and element, one on each line: saturated:api",
            ),
        ),
    ),
    Field(
        name="patch",
        label="What differs from the reference",
        kind="patch",
        rows=6,
        default=None,
        help="A merge patch. Drawing the fault on the canvas fills it in.",
    ),
)
WEAK = Part(
    slug="weak",
    title="Weak variant",
    lead="The reference with a fault put in, which the analysis must find. It may be left out.",
    fields=(
        Group(
            name="weak",
            title="",
            fields=FAULT,
        ),
        Many(
            name="faults",
            title="More faults",
            one="fault",
            named_by="title",
            help="Each is the reference with another fault put in.",
            fields=FAULT,
        ),
    ),
)
MORE = Part(
    slug="sources",
    title="Sources and words",
    lead="Where the figures come from, and other words in which people ask.",
    fields=(
        Many(
            name="sources",
            title="Sources",
            one="source",
            is_list=True,
            named_by="name",
            fields=(
                Field(name="name", label="Name", default=None),
                Field(name="section", label="Section"),
                Field(name="year", label="Year", kind="number"),
                Field(name="url", label="Address", placeholder="https://"),
            ),
        ),
        Field(
            name="asked_as",
            label="Other words for a requirement or a figure",
            kind="listed",
            rows=8,
            help="Its key and the words, one on each line: search = find a paste by its content",
        ),
    ),
)
PARTS: Sequence[Part] = (TASK, QUESTIONS, FIGURES, REQUIREMENTS, RUBRIC, REFERENCE, WEAK, DURING, MORE)
BY_SLUG = {each.slug: each for each in PARTS}
