"""Structurizr: the model of a workspace, from its DSL or its JSON. Views and styles are looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from designs.document.kinds import BY_SLUG, CONNECTION_NAMES, ComponentKind
from designs.document.limits import MAX_NAME
from designs.exchange.boxes import Boxes, Tokens, copies_of, unquoted
from designs.exchange.orders import nested
from designs.exchange.own_json import parse
from designs.exchange.problems import Imported, ImportFailedError
from designs.exchange.structurizr import FIGURES, INSTANCES, SYSTEM, is_outside

TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|\\\n|//[^\n]*|#[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)|(?P<string>\"(?:[^\"\\]|\\(?:.|\n))*\")"
    r"|(?P<break>\n)|(?P<arrow>->)|(?P<mark>[{}=])|(?P<word>[^\s\"{}=]+)"
)
THINGS = ("person", "softwaresystem", "container", "component", "element")
SEPARATOR = "structurizr.groupSeparator"
MAX_DEPTH = 50
MAX_JSON_DEPTH = 60
MOST = 1_000_000
SKIPPED = ("styles", "views", "configuration", "documentation", "branding", "terminology", "perspectives")


def read(text: str) -> Imported:
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _read_json(text)
    reader = _Reader(text)
    reader.body("", "", 0)
    _lift(reader.boxes, reader.inside)
    _count(reader.deployed, reader.boxes, key=reader.key)
    _without_wrapper(reader.boxes)
    _in_order(reader.boxes)
    nothing = "there is no person, system or container in the model"
    if reader.elsewhere:
        nothing += f"; it is in another file, which is not read ({', '.join(reader.elsewhere[:3])})"
    return reader.boxes.imported(nothing=nothing)


def _without_wrapper(boxes: Boxes) -> None:
    """The system that contains the whole workspace is the drawing itself, not a zone in it."""
    roots = {key: each["label"] for key, each in boxes.zones.items() if not each.get("parent")}
    outer = [SYSTEM] if SYSTEM in roots else [key for key, label in roots.items() if label == boxes.title]
    if len(outer) == 1:
        del boxes.zones[outer[0]]
        for each in boxes.zones.values():
            if each.get("parent") == outer[0]:
                del each["parent"]
        for each in boxes.components.values():
            if each.get("zone") == outer[0]:
                del each["zone"]


def _in_order(boxes: Boxes) -> None:
    """In the order in which our own export nests them."""
    around = {key: each.get("zone", "") for key, each in boxes.components.items()}
    parents = {key: each.get("parent", "") for key, each in boxes.zones.items()}

    def outside(key: str) -> bool:
        each = boxes.components[key]
        return is_outside(each["kind"], around[key], each.get("technology", ""))

    components, zones = nested(around, parents, outside=outside)
    boxes.components = {key: boxes.components[key] for key in components}
    boxes.zones = {key: boxes.zones[key] for key in zones}


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text, TOKEN, what="a Structurizr workspace")
        self.boxes = Boxes()
        self.names: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.count = 0
        self.inside: dict[str, str] = {}
        self.deployed: list[tuple[str, dict[str, int]]] = []
        self.separator = ""
        self.elsewhere: list[str] = []

    def body(self, around: str, thing: str, depth: int) -> None:
        """Statements up to the closing bracket. `around` is the zone, `thing` the element that contains them."""
        if depth > MAX_DEPTH:
            raise ImportFailedError(f"blocks are nested deeper than {MAX_DEPTH}", line=self.tokens.peek().line)
        while (token := self.tokens.peek()).kind != "end":
            if token.kind == "break":
                self.tokens.take()
            elif token.text == "}" and token.kind == "mark":
                self.tokens.take()
                if not depth:
                    raise ImportFailedError("this } closes nothing", line=token.line)
                return
            else:
                self._statement(around, thing, depth)
        if depth:
            raise ImportFailedError("a { is not closed", line=self.tokens.peek().line)

    def _line(self) -> list[str]:
        words = []
        while (token := self.tokens.peek()).kind not in ("break", "end") and not (
            token.kind == "mark" and token.text in "{}"
        ):
            words.append(self.tokens.take().text)
        return words

    def _statement(self, around: str, thing: str, depth: int) -> None:  # noqa: C901  one branch a keyword
        words = self._line()
        opens = self.tokens.skip("{")
        name = ""
        if len(words) > 2 and words[1] == "=":
            name, words = words[0], words[2:]
        keyword = words[0].lower() if words else ""
        said = [unquoted(word) for word in words[1:]]
        if "->" in words:
            begin = self.tokens.at
            self._skip(opens)
            self._relation(words, thing, [token.text for token in self.tokens.tokens[begin : self.tokens.at]])
        elif keyword in THINGS:
            self._thing(keyword, name, said, around, depth, opens=opens)
        elif keyword == "group" and around in self.boxes.components:
            self.body(around, thing, depth + 1) if opens else None
        elif keyword == "group":
            self._group(said, around, thing, depth, opens=opens)
        elif keyword in SKIPPED:
            self._skip(opens)
        elif keyword == "deploymentenvironment" and opens:
            self.tokens.at -= 1
            self.deployed.append((said[0] if said else "", running(self.tokens)))
        elif keyword in ("workspace", "model", "enterprise"):
            if keyword == "workspace" and said[:1] == ["extends"]:
                self.elsewhere.append(" ".join(said)[:100])
            elif keyword == "workspace" and said:
                self.boxes.title = said[0]
            if opens:
                self.body(around, "", depth + 1)
        elif keyword == "properties" and opens:
            self._properties(thing)
        else:
            self._field(keyword, said, thing)
            self._skip(opens)

    def _skip(self, opens: bool) -> None:  # noqa: FBT001
        if opens:
            self.tokens.at -= 1
            self.tokens.skip_block()

    def _field(self, keyword: str, said: list[str], thing: str) -> None:
        if thing in self.boxes.components and keyword in ("description", "technology") and said:
            field = "note" if keyword == "description" else "technology"
            self.boxes.components[thing][field] = said[0][:200] if field == "technology" else said[0]
        elif thing in self.boxes.components and keyword == "tags":
            kind = _kind(self.kinds.get(thing, ""), ",".join(said))
            if kind is not None:
                self.boxes.box(thing, kind=kind)
        elif keyword == "!identifiers":
            return
        elif keyword.startswith("!"):
            self.boxes.warnings.lost("instruction", "another file is not read", name=" ".join([keyword, *said]))
            if keyword == "!include":
                self.elsewhere.append(" ".join([keyword, *said])[:100])

    def _properties(self, thing: str) -> None:
        """Properties of our own export are read back; `kind` is the kind of a box."""
        while (token := self.tokens.take()).text != "}" and token.kind != "end":
            if token.kind == "break":
                continue
            value = unquoted(self.tokens.take().text)
            name = unquoted(token.text)
            if name == SEPARATOR and not thing:
                self.separator = value
            if thing not in self.boxes.components:
                continue
            if name == "kind" and value in BY_SLUG:
                kind: Any = value
                self.boxes.box(thing, kind=kind)
            elif name in FIGURES:
                self.boxes.components[thing][FIGURES[name]] = value[:MAX_NAME]
            elif name == INSTANCES and value.isdecimal() and len(value) < 8:
                self.boxes.components[thing] |= copies_of(self.boxes.components[thing]["kind"], int(value))

    def _thing(self, keyword: str, name: str, said: list[str], around: str, depth: int, *, opens: bool) -> None:
        self.count += 1
        key = name or f"element {self.count}"
        label = said[0] if said else key
        has_technology = keyword in ("container", "component")
        about = said[1] if len(said) > 1 else ""
        technology = said[2] if has_technology and len(said) > 2 else ""
        tags = said[3] if has_technology and len(said) > 3 else said[2] if not has_technology and len(said) > 2 else ""
        self.names.setdefault(label, key)
        self.kinds[key] = keyword
        kind = _kind(keyword, tags)
        if around in self.boxes.components:
            self.inside[key] = around
            self.boxes.warnings.lost("component", "{their} container is the box", name=label, fate="read as a part")
            if opens:
                self.body(around, key, depth + 1)
            return
        if opens and keyword != "container" and self._has_things():
            self.boxes.zone(key, label, parent=around)
            self.body(key, key, depth + 1)
            return
        hint = f"{technology} {'database' if 'database' in tags.lower() else ''}"
        self.boxes.box(
            key,
            label,
            kind=kind,
            hint=hint,
            zone=around,
            is_server=has_technology,
            technology=technology[:200],
            note=about,
        )
        if opens:
            self.body(key if keyword == "container" else around, key, depth + 1)

    def _has_things(self) -> bool:
        """Whether the block that was just opened holds elements, which makes the element a zone."""
        depth = 1
        for ahead in range(100_000):
            token = self.tokens.peek(ahead)
            if token.kind == "end":
                return False
            if token.kind == "mark":
                depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return False
            before = self.tokens.peek(ahead - 1) if ahead else None
            starts = before is None or before.kind == "break" or before.text in ("{", "=")
            if token.kind == "word" and token.text.lower() in THINGS and starts:
                return True
        return False

    def _group(self, said: list[str], around: str, thing: str, depth: int, *, opens: bool) -> None:
        name = said[0] if said else "Group"
        if self.separator:
            key = _grouped(name, around, self.boxes, self.separator)
        else:
            self.count += 1
            key = f"group {self.count}"
            self.boxes.zone(key, name, parent=around)
        if opens:
            self.body(key, thing, depth + 1)

    def _relation(self, words: list[str], thing: str, block: list[str]) -> None:
        """`block` are the words between the brackets of a relation, which may include its tags."""
        at = words.index("->")
        source = unquoted(words[at - 1]) if at else "this"
        target = unquoted(words[at + 1]) if len(words) > at + 1 else ""
        said = [unquoted(word) for word in words[at + 2 :]]
        label, technology = [*said, "", ""][:2]
        full = f"{label} ({technology})" if label and technology else label or technology
        self.boxes.arrow(self.key(source, thing), self.key(target, thing), full, kind=_line_kind([*said[2:], *block]))

    def key(self, name: str, thing: str = "") -> str:
        """An identifier, also a hierarchical one: `shop.api`."""
        if name == "this":
            return thing
        last = name.rpartition(".")[2]
        is_known = any(name in known for known in (self.boxes.components, self.boxes.zones, self.inside))
        return name if is_known else last


def _grouped(name: str, around: str, boxes: Boxes, separator: str) -> str:
    """The zone of a group; groups of the same name in one place are the same, and a separator in the name nests
    groups.
    """
    key = around
    for part in [each.strip() for each in name.split(separator)] if separator else [name]:
        parent, key = key, f"group {key}\n{part}"
        if key not in boxes.zones:
            boxes.zone(key, part, parent=parent)
    return key


def _kind(keyword: str, tags: str) -> ComponentKind | None:
    """The kind from the tags of our own export; None where it has to be guessed."""
    said = [tag.strip() for tag in tags.split(",")]
    own: Any = next((tag for tag in said if tag in BY_SLUG), None)
    if own is not None or keyword == "person":
        return own or "client"
    return "third_party" if "external" in tags.lower() else None


INSTANCE = ("containerinstance", "softwaresysteminstance", "instanceof")


def _lift(boxes: Boxes, inside: Mapping[str, str]) -> None:
    """Arrows of components become arrows of their containers, as in Structurizr; those within one container are
    dropped.
    """
    arrows, boxes.arrows = boxes.arrows, []
    known = {(source, target) for source, target, _ in arrows}
    for source, target, item in arrows:
        one, other = inside.get(source, source), inside.get(target, target)
        is_lifted = (one, other) != (source, target)
        if is_lifted and one == other:
            boxes.warnings.lost("relation", "both ends are in one container", name=boxes.components[one]["label"])
        elif not is_lifted or (one, other) not in known:
            boxes.arrows.append((one, other, item))
        known.add((one, other))


def running(tokens: Tokens) -> dict[str, int]:
    """How many instances of each container run in a deployment environment, whose block is next: nested nodes multiply.

    A node may give its number of instances before or after its content.
    """
    words: list[str] = []
    times, found = [1], [dict[str, int]()]
    while (token := tokens.take()).kind != "end":
        if token.text == "=" or token.kind in ("string", "word"):
            words.append(token.text)
            continue
        said = [unquoted(word) for word in (words[2:] if words[1:2] == ["="] else words)]
        keyword, own, words = said[0].lower() if said else "", 1, []
        if keyword == "deploymentnode" and len(said) > 5:
            own = _whole(said[5])
        elif keyword == "instances" and len(said) > 1:
            times[-1] = _whole(said[1])
        elif keyword in INSTANCE and len(said) > 1:
            found[-1][said[1]] = found[-1].get(said[1], 0) + 1
        if token.text == "{":
            if len(times) > MAX_DEPTH:
                raise ImportFailedError(f"nodes are nested deeper than {MAX_DEPTH}", line=token.line)
            times.append(own)
            found.append({})
        elif token.text == "}" and len(times) > 1:
            _add_up(found, times.pop())
            if len(times) == 1:
                break
    return found[0]


def _add_up(found: list[dict[str, int]], times: int) -> None:
    """The instances of the innermost node, as many times as it runs, count for the node around it."""
    for key, count in found.pop().items():
        found[-1][key] = min(MOST, found[-1].get(key, 0) + count * times)


def _whole(text: str) -> int:
    """`3`, or the lower end of `1..3`, which is certain; 1 for any other value."""
    least = text.partition("..")[0]
    return min(MOST, max(1, int(least))) if least.isdecimal() and len(least) < 8 else 1


def _count(deployed: list[tuple[str, dict[str, int]]], boxes: Boxes, *, key: Callable[[str], str]) -> None:
    """The number of instances of each container, from the only environment; with several environments none is used."""
    if len(deployed) > 1:
        for name, _ in deployed:
            boxes.warnings.lost("deployment environment", "a design is of one environment", name=name)
        return
    for name, found in deployed:
        boxes.warnings.lost(
            "deployment environment", "nodes have no place in a design", name=name, fate="read as numbers"
        )
        for container, times in found.items():
            item = boxes.components.get(key(container))
            if item is not None and times > 1:
                item |= copies_of(item["kind"], times)


def _line_kind(tags: list[str]) -> Any:
    words = set(re.findall(r"\w+", " ".join(tags).lower()))
    return next((kind for kind in CONNECTION_NAMES if kind in words), "async" if "asynchronous" in words else "sync")


def _read_json(text: str) -> Imported:
    workspace = parse(text, max_depth=MAX_JSON_DEPTH)
    model = workspace.get("model")
    if not isinstance(model, dict):
        raise ImportFailedError("a Structurizr workspace has a model")
    boxes = Boxes()
    boxes.title = str(workspace.get("name") or "")
    said = model.get("properties")
    separator = str(said.get(SEPARATOR) or "") if isinstance(said, dict) else ""
    relations: list[Mapping[str, Any]] = []
    inside: dict[str, str] = {}
    for each in _objects(model, "people"):
        _element(each, "client", "", boxes, relations, separator)
    for each in _objects(model, "softwareSystems"):
        _element(each, None, "", boxes, relations, separator)
        for container in _objects(each, "containers"):
            for component in _objects(container, "components"):
                name = str(component.get("name") or "")
                inside[str(component.get("id"))] = str(container.get("id"))
                relations += _objects(component, "relationships")
                boxes.warnings.lost("component", "{their} container is the box", name=name, fate="read as a part")
    deployed: dict[str, dict[str, int]] = {}
    for each in _objects(model, "deploymentNodes"):
        _running(each, deployed.setdefault(str(each.get("environment") or "Default"), {}), 1)
    _count(list(deployed.items()), boxes, key=str)
    for each in relations:
        label, technology = str(each.get("description") or ""), str(each.get("technology") or "")
        said = f"{label} ({technology})" if label and technology else label or technology
        is_async = each.get("interactionStyle") == "Asynchronous"
        if not each.get("linkedRelationshipId"):
            boxes.arrow(
                str(each.get("sourceId")), str(each.get("destinationId")), said, kind="async" if is_async else "sync"
            )
    _lift(boxes, inside)
    return boxes.imported(nothing="there is no person, system or container in the model")


def _running(node: Mapping[str, Any], found: dict[str, int], times: int) -> None:
    times = min(MOST, times * _whole(str(node.get("instances") or 1)))
    for each in _objects(node, "containerInstances"):
        found[str(each.get("containerId"))] = found.get(str(each.get("containerId")), 0) + times
    for each in _objects(node, "children"):
        _running(each, found, times)


def _objects(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = holder.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _element(
    each: Mapping[str, Any],
    kind: ComponentKind | None,
    zone: str,
    boxes: Boxes,
    relations: list[Mapping[str, Any]],
    separator: str,
) -> None:
    key, label = str(each.get("id")), str(each.get("name") or "")
    inner = _objects(each, "containers")
    relations += _objects(each, "relationships")
    if group := str(each.get("group") or ""):
        zone = _grouped(group, zone, boxes, separator)
    if inner:
        boxes.zone(key, label, parent=zone)
        for one in inner:
            _element(one, None, key, boxes, relations, separator)
        return
    technology, tags = str(each.get("technology") or ""), str(each.get("tags") or "")
    is_outside = each.get("location") == "External" or "external" in tags.lower()
    hint = f"{technology} {'database' if 'database' in tags.lower() else ''}"
    chosen = "third_party" if is_outside and kind is None else kind
    about = str(each.get("description") or "")
    boxes.box(
        key,
        label,
        kind=chosen,
        hint=hint,
        zone=zone,
        is_server=bool(technology),
        technology=technology[:200],
        note=about,
    )
