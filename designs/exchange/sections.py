"""The whole design as sections of plain paragraphs, lists and tables, for the Markdown export and the print page.

Only filled fields are included; an empty section is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from designs.analysis.estimate import FormulaError, SolvedEstimate, solved
from designs.analysis.requirements import METRIC_NAMES
from designs.document.api import Operation
from designs.document.basics import in_order
from designs.document.data_model import Entity
from designs.document.kinds import BY_SLUG, CONNECTION_NAMES, KIND_NAMES, ZONE_NAMES
from designs.document.schema import Document
from designs.document.scope import MeasurableRequirement
from designs.document.servers import servers
from designs.exchange.worked import worked_rows

COMPARISONS = {"<=": "≤", ">=": "≥"}
KEYS = {
    "primary": "primary key",
    "partition": "partition key",
    "sort": "sort key",
    "unique": "unique",
    "index": "index",
}
REPEATS = {
    "idempotent": "idempotent",
    "idempotency_key": "idempotent by key",
    "not_idempotent": "not idempotent",
}


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Items:
    items_shown: tuple[str, ...]  # in a template, `items` would be the method of a mapping


@dataclass(frozen=True)
class Table:
    """Cells are plain texts; columns that are empty in every row are left out when it is made by `table`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Drawing:
    """The place of the diagram."""

    is_drawing: bool = True


Block = Paragraph | Items | Table | Drawing


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.parts


def report(document: Document) -> list[Section]:
    """The sections in the order of the method's steps."""
    estimate = solved(document.estimate)
    sections = [
        _requirements(document),
        _estimate(document, estimate),
        _interface(document),
        _data_model(document, estimate),
        _api(document, estimate),
        _diagram(document),
        _flows(document),
        _decisions(document),
        _bottlenecks(document),
        _notes(document),
    ]
    return [section for section in sections if not section.is_empty]


def target_said(wanted: MeasurableRequirement) -> str:
    """`99th percentile of latency ≤ 300 ms`."""
    return (
        f"{METRIC_NAMES.get(wanted.metric, wanted.metric)} {COMPARISONS[wanted.comparison]} {wanted.quantity}".strip()
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str = "") -> Iterator[Table]:
    """The table without its empty columns; none without rows."""
    names, cells = tuple(head), [tuple(row) for row in rows]
    if not cells:
        return
    shown = [number for number in range(len(names)) if number == 0 or any(row[number].strip() for row in cells)]
    rows_shown = tuple(tuple(row[number] for number in shown) for row in cells)
    yield Table(tuple(names[number] for number in shown), rows_shown, caption)


def _items(texts: Iterable[str]) -> Iterator[Items]:
    said = tuple(text for text in texts if text.strip())
    if said:
        yield Items(said)


def _paragraphs(*texts: str) -> Iterator[Paragraph]:
    for text in texts:
        yield from (Paragraph(part.strip()) for part in text.split("\n\n") if part.strip())


def _parts(*parts: tuple[str, Iterable[Block]]) -> tuple[Section, ...]:
    made = [Section(title, tuple(blocks)) for title, blocks in parts]
    return tuple(section for section in made if not section.is_empty)


def _requirements(document: Document) -> Section:
    scope, operations = document.scope, document.api.operations
    actors = {key: actor.name or key for key, actor in scope.actors.items()}
    inside = [each for _, each in in_order(scope.functional_requirements) if each.in_scope]
    outside = [each.text for _, each in in_order(scope.functional_requirements) if not each.in_scope]
    measured = [
        (
            METRIC_NAMES.get(each.metric, each.metric),
            f"{COMPARISONS[each.comparison]} {each.quantity}" if each.quantity else "",
            operations[each.operation].name or each.operation if each.operation else "the system",
            each.priority,
            each.text,
        )
        for _, each in in_order(scope.measurable_requirements)
    ]
    return Section(
        "Requirements",
        parts=_parts(
            ("Questions", table(("Question", "Answer"), [(q.text, q.answer) for _, q in in_order(scope.questions)])),
            ("Actors", table(("Actor", "Note"), [(each.name, each.note) for _, each in in_order(scope.actors)])),
            (
                "What it does",
                table(
                    ("Requirement", "For", "Priority"),
                    [(each.text, actors.get(each.actor, ""), each.priority) for each in inside],
                ),
            ),
            ("What it leaves to others", _items(outside)),
            ("What it must reach", table(("Measure", "Target", "Of", "Priority", "In words"), measured)),
        ),
    )


def _estimate(document: Document, estimate: SolvedEstimate) -> Section:
    rows = worked_rows(document.estimate, estimate)
    return Section(
        "Estimate",
        tuple(
            table(
                ("Quantity", "From", "With figures", "Result", "Source"),
                [(row.label, row.formula, row.figures, row.result, row.source) for row in rows],
            )
        ),
    )


def _interface(document: Document) -> Section:
    ui, operations = document.ui, document.api.operations
    screens = {key: screen.name or key for key, screen in ui.screens.items()}
    steps = [
        (
            each.text,
            screens.get(each.screen, ""),
            operations[each.operation].name or each.operation if each.operation else "",
        )
        for _, each in in_order(ui.transaction)
    ]
    shown = [
        (
            screen.name or key,
            screen.note,
            ", ".join(
                f"{each.kind.replace('_', ' ')} “{each.label}”" if each.label else each.kind.replace("_", " ")
                for _, each in in_order(screen.elements)
            ),
        )
        for key, screen in in_order(ui.screens)
    ]
    return Section(
        "User interface",
        parts=_parts(
            ("Screens", table(("Screen", "Note", "Elements"), shown)),
            ("One transaction", table(("Step", "On", "Calls"), steps)),
        ),
    )


def _data_model(document: Document, estimate: SolvedEstimate) -> Section:
    entities = document.data_model.entities
    names = {key: entity.name or key for key, entity in entities.items()}
    return Section(
        "Data model",
        parts=tuple(
            Section(names[key], tuple(_entity(document, entity, names, estimate))) for key, entity in in_order(entities)
        ),
    )


def _entity(document: Document, entity: Entity, names: Mapping[str, str], estimate: SolvedEstimate) -> Iterator[Block]:
    yield from _paragraphs(entity.note)
    store = KIND_NAMES[entity.store] if entity.store else ""
    facts = [
        f"Stored in: {store}" + (f", because: {entity.store_reason}" if entity.store_reason.strip() else "")
        if store
        else entity.store_reason,
        f"Rows a day: {entity.rows_per_day}{_reached(entity.rows_per_day, estimate)}" if entity.rows_per_day else "",
        f"Kept: {entity.retention}" if entity.retention else "",
    ]
    yield from _items(facts)
    yield from table(
        ("Field", "Type", "Size", "Key", "Refers to", "Optional", "Note"),
        [
            (
                field.name or key,
                field.type,
                field.size,
                KEYS.get(field.key, ""),
                names.get(field.references, ""),
                "yes" if field.optional else "",
                field.note,
            )
            for key, field in in_order(entity.fields)
        ],
    )
    yield from table(
        ("Index", "Fields", "Unique"),
        [
            (
                index.name or key,
                ", ".join(entity.fields[column.field].name or column.field for _, column in in_order(index.columns)),
                "yes" if index.unique else "",
            )
            for key, index in in_order(entity.indexes)
        ],
    )
    operations = document.api.operations
    yield from table(
        ("Access pattern", "By"),
        [
            (each.text, operations[each.operation].name or each.operation if each.operation else "")
            for _, each in in_order(entity.access_patterns)
        ],
    )


def _reached(formula: str, estimate: SolvedEstimate) -> str:
    try:
        found = estimate.read(formula)
    except FormulaError:
        return ""
    said = found.working.removeprefix(formula).strip()
    return f" ({said})" if said else ""


def _api(document: Document, estimate: SolvedEstimate) -> Section:
    operations = [
        Section(operation.name or key, tuple(_operation(document, operation, estimate)))
        for key, operation in in_order(document.api.operations)
    ]
    messages = [
        Section(
            message.name or key,
            (
                *_paragraphs(message.note),
                *table(
                    ("Field", "Type", "Optional", "Note"),
                    [
                        (each.name or inner, each.type, "" if each.required else "yes", each.note)
                        for inner, each in in_order(message.fields)
                    ],
                ),
            ),
        )
        for key, message in in_order(document.api.messages)
    ]
    return Section("API", parts=(*operations, *messages))


def signature(operation: Operation) -> str:
    """The usual short form: `postTweet(user_id, text?) -> Tweet`."""
    taken = ", ".join(
        (each.name or key) + ("" if each.required else "?") for key, each in in_order(operation.parameters)
    )
    return f"{operation.name}({taken})" + (f" → {operation.response}" if operation.response else "")


def _operation(document: Document, operation: Operation, estimate: SolvedEstimate) -> Iterator[Block]:
    requirements, entities = document.scope.functional_requirements, document.data_model.entities
    yield Paragraph(signature(operation))
    yield from _paragraphs(operation.note)
    address = f"{operation.method} {operation.path}".strip() if operation.style == "rest" else "called by name"
    yield from _items(
        [
            address,
            f"Rate: {operation.rate}{_reached(operation.rate, estimate)}" if operation.rate else "",
            f"Sent twice: {REPEATS[operation.idempotency]}" if operation.idempotency else "",
            f"When queues are full it matters: {operation.importance}" if operation.importance else "",
            _listed("Serves", (requirements[each].text or each for each in operation.serves)),
            _listed("Reads", (entities[each].name or each for each in operation.reads)),
            _listed("Writes", (entities[each].name or each for each in operation.writes)),
        ]
    )
    yield from table(
        ("Parameter", "In", "Type", "Optional", "Note"),
        [
            (each.name or key, each.location, each.type, "" if each.required else "yes", each.note)
            for key, each in in_order(operation.parameters)
        ],
    )


def _listed(word: str, things: Iterable[str]) -> str:
    said = ", ".join(things)
    return f"{word}: {said}" if said else ""


def _diagram(document: Document) -> Section:
    diagram = document.diagram
    if not diagram.components and not diagram.zones:
        return Section("High-level design")
    names = {key: each.label or BY_SLUG[each.kind].title for key, each in diagram.components.items()}
    zones = {key: zone.label or ZONE_NAMES[zone.kind] for key, zone in diagram.zones.items()}
    components = [
        (
            names[key],
            KIND_NAMES[each.kind],
            each.technology,
            zones.get(each.zone, ""),
            str(servers(each)) if servers(each) > 1 else "",
            each.capacity,
            each.latency,
            each.availability,
            each.note,
        )
        for key, each in in_order(diagram.components)
    ]
    head = ("Component", "Kind", "Technology", "Zone", "Replicas", "Capacity", "Latency", "Availability", "Note")
    connections = [
        (names[each.source], names[each.target], CONNECTION_NAMES[each.kind], each.label, each.latency, each.note)
        for _, each in in_order(diagram.connections)
    ]
    return Section(
        "High-level design",
        (Drawing(),),
        _parts(
            ("Components", table(head, components)),
            ("Connections", table(("From", "To", "How", "Label", "Latency", "Note"), connections)),
        ),
    )


def _flows(document: Document) -> Section:
    components, connections = document.diagram.components, document.diagram.connections
    names = {key: each.label or BY_SLUG[each.kind].title for key, each in components.items()}
    parts = []
    for key, flow in in_order(document.flows):
        operation = document.api.operations.get(flow.operation)
        title = ": ".join(word for word in (operation.name if operation else "", flow.name) if word) or key
        hops = [
            (
                names[connections[hop.connection].source],
                names[connections[hop.connection].target],
                hop.split,
                hop.multiplier,
            )
            for _, hop in in_order(flow.hops)
        ]
        blocks: tuple[Block, ...] = (*_paragraphs(flow.note), *table(("From", "To", "Share", "Calls each"), hops))
        parts.append(Section(title, blocks))
    return Section("Flows", parts=tuple(parts))


def _decisions(document: Document) -> Section:
    parts = []
    for key, decision in in_order(document.decisions):
        options = [
            (each.name or inner, each.pros, each.cons, "chosen" if decision.choice == inner else "")
            for inner, each in in_order(decision.options)
        ]
        component = document.diagram.components.get(decision.component)
        about = f"About: {component.label or BY_SLUG[component.kind].title}" if component else ""
        blocks: tuple[Block, ...] = (
            *_paragraphs(about),
            *table(("Option", "For it", "Against it", "Choice"), options),
            *_paragraphs(f"Because: {decision.because}" if decision.because.strip() else ""),
        )
        parts.append(Section(decision.question or key, blocks))
    return Section("Decisions", parts=tuple(parts))


def _bottlenecks(document: Document) -> Section:
    components = document.diagram.components
    rows = [
        (
            each.finding or each.rule,
            ", ".join(components[key].label or key for key in each.components),
            each.response,
            each.mitigation,
        )
        for _, each in in_order(document.bottlenecks)
    ]
    return Section("Bottlenecks", tuple(table(("Finding", "Where", "Answer", "What is done"), rows)))


def _notes(document: Document) -> Section:
    parts = [
        Section(slug.replace("_", " ").replace("-", " ").capitalize(), tuple(_paragraphs(step.note)))
        for slug, step in in_order(document.steps)
        if step.note.strip()
    ]
    return Section("Notes", parts=tuple(parts))
