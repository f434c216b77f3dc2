"""The diagram as a workspace in Structurizr DSL: one software system, its containers in groups, and a container view.

Names there are unique within a system, ignoring case, so a repeated name gets a number. Some characters cannot be
written in a string of the language; they are replaced by similar ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from designs.document.basics import in_order
from designs.document.diagram import Component
from designs.document.kinds import BY_SLUG, CONNECTION_NAMES, KINDS, ZONE_NAMES, Form
from designs.document.schema import Document
from designs.document.servers import servers
from designs.exchange.names import ANYTHING, Names, one_line, snake

OUTSIDE = ("client", "third_party")
SYSTEM = "design"
SHAPES: dict[Form, str] = {"box": "RoundedBox", "drum": "Cylinder", "pipe": "Pipe", "round": "Box"}
# Words with a meaning at the place of an identifier.
RESERVED = frozenset(
    """
    workspace model views this system person softwaresystem container component group element relationship include
    exclude autolayout styles theme themes configuration deploymentenvironment properties tags description technology
    archetypes enterprise url perspectives instances deploymentnode infrastructurenode healthcheck custom image dynamic
    """.split()  # noqa: SIM905  a page of words reads better as words
)
SEPARATOR = "/"
# Properties that are read back, and their fields.
INSTANCES = "Instances"
FIGURES = {
    "Capacity of one": "capacity",
    "Latency": "latency",
    "Availability of one": "availability",
    "Cost of one a month": "cost",
}
STEP = "  "


def write(document: Document) -> str:
    known = _Identifiers(document)
    title = text(document.meta.title)
    lines = [
        f'workspace "{title}" {{' if title else "workspace {",
        *_indented(
            [
                "model {",
                *_indented(_model(document, known)),
                "}",
                "views {",
                *_indented(_views(document, known)),
                "}",
            ]
        ),
        "}",
    ]
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    """The text between double quotes: only quotes are escaped, and nothing is substituted."""
    return one_line(value.replace("\\", "⧵").replace('"', '\\"').replace("${", "$ {"))


class _Identifiers:
    """Identifiers and names of components, unique by the rules of Structurizr."""

    def __init__(self, document: Document) -> None:
        identifiers = Names(snake, fallback="part", reserved=[*RESERVED, SYSTEM])
        # Containers share a scope, and the system shares one with elements outside of it.
        inner, outer = (Names(text, fallback="part", length=200, starts=ANYTHING) for _ in range(2))
        self.of: dict[str, str] = {}
        self.named: dict[str, str] = {}
        for key, component in in_order(document.diagram.components):
            self.of[key] = identifiers.give(component.label or key)
            names = outer if is_outside(component.kind, component.zone, component.technology) else inner
            self.named[key] = names.give(component.label or BY_SLUG[component.kind].title)
        self.has_system = bool(document.diagram.zones) or any(
            not is_outside(each.kind, each.zone, each.technology) for each in document.diagram.components.values()
        )
        self.system = outer.give(document.meta.title or "Untitled design")


def is_outside(kind: str, zone: str, technology: str) -> bool:
    """Whether it is a person or a system of its own; an element with a group or a technology is a container."""
    return kind in OUTSIDE and not zone and not technology.strip()


def _model(document: Document, known: _Identifiers) -> Iterator[str]:
    if any(zone.parent for zone in document.diagram.zones.values()):
        yield "properties {"
        yield f'{STEP}"structurizr.groupSeparator" "{SEPARATOR}"'
        yield "}"
    for key, component in in_order(document.diagram.components):
        if is_outside(component.kind, component.zone, component.technology):
            word = "person" if component.kind == "client" else "softwareSystem"
            yield f'{known.of[key]} = {word} "{known.named[key]}" "{text(component.note)}" "{component.kind}"'
    if known.has_system:
        yield f'{SYSTEM} = softwareSystem "{known.system}" {{'
        yield from _indented(_zone("", document, known))
        yield "}"
    seen: dict[tuple[str, str], Names] = {}
    bare: set[tuple[str, str]] = set()
    for _, connection in in_order(document.diagram.connections):
        ends = known.of[connection.source], known.of[connection.target]
        described = seen.setdefault(ends, Names(text, fallback="Uses", length=200, starts=ANYTHING))
        # Two relations between the same ends need different words; one may have none.
        is_bare = not connection.label and ends not in bare
        bare.update([ends] if is_bare else [])
        label = "" if is_bare else described.give(connection.label)
        yield f'{ends[0]} -> {ends[1]} "{label}" "" "{CONNECTION_NAMES[connection.kind]}"'


def _zone(zone: str, document: Document, known: _Identifiers) -> Iterator[str]:
    for key, component in in_order(document.diagram.components):
        if component.zone == zone and not is_outside(component.kind, component.zone, component.technology):
            yield from _container(key, component, known)
    for key, inner in in_order(document.diagram.zones):
        if inner.parent == zone:
            name = text(inner.label).replace(SEPARATOR, "∕") or ZONE_NAMES[inner.kind].capitalize()
            yield f'group "{name}" {{'
            yield from _indented(_zone(key, document, known))
            yield "}"


def _container(key: str, component: Component, known: _Identifiers) -> Iterator[str]:
    words = [known.named[key], text(component.note), text(component.technology), component.kind]
    declared = f"{known.of[key]} = container " + " ".join(f'"{word}"' for word in words)
    figures = {INSTANCES: str(servers(component)) if servers(component) > 1 else ""}
    figures |= {name: getattr(component, field) for name, field in FIGURES.items()}
    said = [f'"{name}" "{text(value)}"' for name, value in figures.items() if value.strip()]
    if not said:
        yield declared
        return
    yield declared + " {"
    yield from _indented(["properties {", *_indented(said), "}"])
    yield "}"


def _views(document: Document, known: _Identifiers) -> Iterator[str]:
    views = [f'systemContext {SYSTEM} "context"', f'container {SYSTEM} "containers"']
    for view in views if known.has_system else ['systemLandscape "landscape"']:
        yield f"{view} {{"
        yield from _indented(["include *", "autoLayout lr"])
        yield "}"
    yield "styles {"
    used = {component.kind for component in document.diagram.components.values()}
    for kind in (each for each in KINDS if each.slug in used):
        shape = "Person" if kind.slug == "client" else SHAPES[kind.form]
        yield from _indented([f'element "{kind.slug}" {{', f"{STEP}shape {shape}", "}"])
    dashes = f'relationship "{CONNECTION_NAMES["async"]}" {{'
    yield from _indented([dashes, f"{STEP}style dashed", "}"])
    yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (STEP + line for line in lines)
