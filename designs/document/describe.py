"""What changed between two documents, in words: "Added cache 'Timelines'", "Connected 'API' to 'Timelines'"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from designs.document.kinds import KIND_NAMES
from designs.document.patches import ABSENT, diff, look_up
from designs.document.problems import place_of, pointer
from designs.document.references import RULES
from designs.document.schema import Document

Path = tuple[str, ...]
Json = Mapping[str, Any]
MAX_SHOWN = 60
POSITION = {"x", "y"}
GEOMETRY = {"x", "y", "width", "height"}


@dataclass(frozen=True)
class Difference:
    """One change of an object of a collection, or of a field. `path` is its JSON Pointer, to show it on a drawing."""

    path: str
    kind: Literal["added", "removed", "changed"]
    words: str


@dataclass(frozen=True)
class Noun:
    """The word for an object of a collection, and the field that names the object; without one, its id does."""

    word: str
    named_by: str = ""


NOUNS: dict[Path, Noun] = {
    ("steps",): Noun("step"),
    ("scope", "questions"): Noun("question", "text"),
    ("scope", "actors"): Noun("actor", "name"),
    ("scope", "functional_requirements"): Noun("functional requirement", "text"),
    ("scope", "measurable_requirements"): Noun("measurable requirement", "text"),
    ("estimate", "inputs"): Noun("estimate input"),
    ("estimate", "rows"): Noun("estimate row", "label"),
    ("ui", "screens"): Noun("screen", "name"),
    ("ui", "screens", "*", "elements"): Noun("element", "label"),
    ("ui", "transaction"): Noun("step of the transaction", "text"),
    ("data_model", "entities"): Noun("entity", "name"),
    ("data_model", "entities", "*", "fields"): Noun("field", "name"),
    ("data_model", "entities", "*", "indexes"): Noun("index", "name"),
    ("data_model", "entities", "*", "indexes", "*", "columns"): Noun("column"),
    ("data_model", "entities", "*", "access_patterns"): Noun("access pattern", "text"),
    ("api", "operations"): Noun("operation", "name"),
    ("api", "operations", "*", "parameters"): Noun("parameter", "name"),
    ("api", "messages"): Noun("message", "name"),
    ("api", "messages", "*", "fields"): Noun("field", "name"),
    ("diagram", "components"): Noun("component", "label"),
    ("diagram", "connections"): Noun("connection"),
    ("diagram", "zones"): Noun("zone", "label"),
    ("flows",): Noun("flow", "name"),
    ("flows", "*", "hops"): Noun("hop"),
    ("decisions",): Noun("decision", "question"),
    ("decisions", "*", "options"): Noun("option", "name"),
    ("bottlenecks",): Noun("bottleneck", "finding"),
}
TARGETS = {rule.holder: rule.target for rule in RULES}
SECTIONS = list(Document.model_fields)


def place_words(document: Json, place: str) -> str:
    """The words for the place of a JSON Pointer: `data model, entity 'Tweet', rows per day`. Empty for the whole."""
    words: list[str] = []
    pattern: Path = ()
    found: Any = document
    for part in place_of(place) if place.startswith("/") else ():
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
        noun = NOUNS.get(pattern)
        if noun is not None:
            name = found.get(noun.named_by, "") if isinstance(found, Mapping) and noun.named_by else ""
            if pattern == ("estimate", "inputs"):  # inputs have no ids: their keys are names
                name = part.replace("_", " ")
            words[-1:] = [f"{noun.word} {str(name)[:MAX_SHOWN]!r}" if name else noun.word]
            pattern = (*pattern, "*")
        else:
            words.append(part.replace("_", " "))
            pattern = (*pattern, part)
    return ", ".join(words)


def describe(before: Json, after: Json) -> list[Difference]:
    """The changes from one document to the other, section by section."""
    patch = diff(before, after)
    ordered = {section: patch[section] for section in sorted(patch, key=SECTIONS.index)}
    return list(_inside(ordered, before, after, (), ()))


def _inside(patch: Json, before: Json, after: Json, path: Path, pattern: Path) -> Iterator[Difference]:
    for key, value in patch.items():
        here = (*path, key)
        if pattern in NOUNS:
            yield from _object(value, before, after, here, (*pattern, "*"))
        elif isinstance(value, dict) or (value is None and isinstance(look_up(before, here), dict)):
            # A section that was added or removed as a whole is described by its content.
            inner = diff(_mapping(before, here), _mapping(after, here))
            yield from _inside(inner, before, after, here, (*pattern, key))
        else:
            yield from _field(before, after, here, (*pattern, key), of="")


def _object(patch: Json | None, before: Json, after: Json, path: Path, pattern: Path) -> Iterator[Difference]:
    was_there, is_there = look_up(before, path) is not ABSENT, look_up(after, path) is not ABSENT
    if not was_there:
        yield Difference(pointer(path), "added", _coming(after, path, pattern))
    elif not is_there:
        yield Difference(pointer(path), "removed", _going(before, path, pattern))
    elif patch is not None:
        yield from _changed(patch, before, after, path, pattern)


def _coming(document: Json, path: Path, pattern: Path) -> str:
    if pattern == ("diagram", "connections", "*"):
        source, target = _ends(document, look_up(document, path))
        how = {"async": " asynchronously", "replication": " as its replica"}
        return f"Connected {source} to {target}" + how.get(look_up(document, path).get("kind", ""), "")
    return f"Added {_own_name(document, path, pattern)}" + _within(" to ", document, path, pattern)


def _going(document: Json, path: Path, pattern: Path) -> str:
    if pattern == ("diagram", "connections", "*"):
        source, target = _ends(document, look_up(document, path))
        return f"Disconnected {source} from {target}"
    return f"Removed {_own_name(document, path, pattern)}" + _within(" from ", document, path, pattern)


def _changed(patch: Json, before: Json, after: Json, path: Path, pattern: Path) -> Iterator[Difference]:
    fields = {key for key in patch if (*pattern, key) not in NOUNS}
    what = _own_name(before, path, pattern) + _within(" of ", before, path, pattern)
    here = pointer(path)
    named_by = NOUNS[pattern[:-1]].named_by
    if named_by in fields and (new := look_up(after, (*path, named_by))) not in (ABSENT, ""):
        yield Difference(here, "changed", f"Renamed {what} to {_quoted(new)}")
        fields.remove(named_by)
    if fields & GEOMETRY:
        verb = "Moved" if fields & GEOMETRY <= POSITION else "Resized"
        yield Difference(here, "changed", f"{verb} {what}")
        fields -= GEOMETRY
    if "order" in fields:
        yield Difference(here, "changed", f"Moved {what} in its list")
        fields.remove("order")
    for key in patch:
        if key in fields:
            yield from _field(before, after, (*path, key), (*pattern, key), of=f" of {what}")
        elif (*pattern, key) in NOUNS:
            inner = diff(_mapping(before, (*path, key)), _mapping(after, (*path, key)))
            yield from _inside(inner, before, after, (*path, key), (*pattern, key))


def _field(before: Json, after: Json, path: Path, pattern: Path, *, of: str) -> Iterator[Difference]:
    field = path[-1].replace("_", " ")
    old, new = look_up(before, path), look_up(after, path)
    if isinstance(old, dict) or isinstance(new, dict):
        words = _set_words(f"{field}{of}", before, after, path, pattern)
    elif isinstance(old, list) or isinstance(new, list):
        words = f"Changed {field}{of}"
    else:
        was, now = _shown(before, old, path, pattern), _shown(after, new, path, pattern)
        if not now:
            words = f"Cleared {field}{of} (was {was})"
        else:
            words = f"Set {field}{of} to {now}" + (f" (was {was})" if was else "")
    yield Difference(pointer(path), "changed", words)


def _set_words(what: str, before: Json, after: Json, path: Path, pattern: Path) -> str:
    old, new = _mapping(before, path), _mapping(after, path)
    added = [_named(after, key, path, (*pattern, "{}")) for key in new if key not in old]
    removed = [_named(before, key, path, (*pattern, "{}")) for key in old if key not in new]
    parts = [f"{verb} {', '.join(names)}" for verb, names in (("added", added), ("removed", removed)) if names]
    return f"Changed {what}: {'; '.join(parts)}"


def _shown(document: Json, value: Any, path: Path, pattern: Path) -> str:
    if value is ABSENT or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _named(document, value, path, pattern)
    return str(value)


def _named(document: Json, value: str, path: Path, pattern: Path) -> str:
    """The value quoted, or, where it is an id, the name of its object quoted."""
    target = TARGETS.get(pattern)
    if target is None or "*" in target:
        return _quoted(value)
    captured = [part for part, wanted in zip(path, pattern, strict=False) if wanted == "*"]
    collection = tuple(captured[0] if part == "$1" else part for part in target)
    return _quoted_name(document, (*collection, value), tuple("*" if part == "$1" else part for part in target))


def _own_name(document: Json, path: Path, pattern: Path) -> str:
    item = look_up(document, path)
    if pattern == ("diagram", "connections", "*"):
        source, target = _ends(document, item)
        return f"connection from {source} to {target}"
    if pattern == ("flows", "*", "hops", "*"):
        source, target = _ends(document, look_up(document, ("diagram", "connections", item["connection"])))
        return f"hop from {source} to {target}"
    word = NOUNS[pattern[:-1]].word
    if pattern == ("diagram", "components", "*"):
        word = KIND_NAMES[item["kind"]]
    return f"{word} {_quoted_name(document, path, pattern[:-1])}"


def _quoted_name(document: Json, path: Path, collection: Path) -> str:
    name = look_up(document, (*path, NOUNS[collection].named_by))
    return _quoted(path[-1] if name in (ABSENT, "") else name)


def _within(joint: str, document: Json, path: Path, pattern: Path) -> str:
    """The object that contains this one: ` to entity 'Tweet'`."""
    return joint + _own_name(document, path[:-2], pattern[:-2]) if pattern.count("*") > 1 else ""


def _ends(document: Json, connection: Json) -> tuple[str, str]:
    components = ("diagram", "components")
    source, target = (
        _quoted_name(document, (*components, connection[end]), components) for end in ("source", "target")
    )
    return source, target


def _mapping(document: Json, path: Path) -> Json:
    found = look_up(document, path)
    return {} if found is ABSENT else found


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line if len(line) <= MAX_SHOWN else line[: MAX_SHOWN - 1] + '…'}'"
