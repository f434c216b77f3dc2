"""PlantUML's component and deployment diagrams, and C4-PlantUML, as far as boxes and arrows go."""

from __future__ import annotations

import re

from designs.exchange.boxes import Boxes
from designs.exchange.c4 import BOUNDARY, RELATION, THING, read_macros
from designs.exchange.problems import Imported, ImportFailedError
from web.charts.mermaid.source import label_text

HOLDERS = (
    "package",
    "node",
    "folder",
    "frame",
    "cloud",
    "rectangle",
    "component",
    "database",
    "queue",
    "storage",
    "stack",
)
THINGS = (
    *HOLDERS,
    "actor",
    "interface",
    "artifact",
    "agent",
    "boundary",
    "card",
    "collections",
    "control",
    "entity",
    "file",
    "person",
    "usecase",
)
HINTS = {
    "database": "database",
    "queue": "queue",
    "storage": "object store",
    "actor": "client",
    "person": "client",
    "cloud": "",
}
NAME = r"(?:\"[^\"]*+\"|\[[^\]]*+\]|\([^()]*+\)|:[^:]*+:|[^\s\"\[\](){}:<>#]++)"
THING_LINE = re.compile(
    rf"(?P<what>{'|'.join(THINGS)})\s++(?P<name>{NAME})(?:\s++as\s++(?P<alias>{NAME}))?[^{{}}]*+"
    r"(?P<open>\{)?\s*+(?P<close>\})?$",
    re.IGNORECASE,
)
BARE = re.compile(rf"(?P<name>\[[^\]]*\]|:[^:]*:|\(\)\s*+{NAME})(?:\s++as\s++(?P<alias>{NAME}))?[^{{}}]*+$")
ARROW = re.compile(
    r"(?P<tail><\||[<*o#^+]?)(?P<line>(?<![-.=~])[-.=~]++(?:\[[^\[\]]*+\])?(?:left|right|up|down|[lrud])?"
    r"(?:\(0\)?|0\))?[-.=~]*+)(?P<head>\|>{1,2}|[>*o#^+]{0,2})(?=\s|$)"
)
IGNORED = re.compile(
    r"@startuml|@enduml|!|skinparam|hide|show|left to right|top to bottom|scale|header|footer|caption|legend|endlegend"
    r"|end |endheader|endfooter|allowmixing|allow_mixing|sprite|<style>|</style>|mainframe",
    re.IGNORECASE,
)
NOTE = re.compile(r"(?:floating )?note\b", re.IGNORECASE)
# `component pay [` with its description on lines of its own, up to `]`.
DESCRIBED = re.compile(
    rf"(?P<what>{'|'.join(THINGS)})\s++(?P<name>{NAME})(?:\s++as\s++(?P<alias>{NAME}))?[^\[\]{{}}]*+\[$", re.IGNORECASE
)
TOGETHER = ""  # a block that is drawn as one box and is no zone
MAX_LINE = 1_000


def read(text: str) -> Imported:
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip().lower().startswith("@startuml")), -1)
    if start < 0:
        raise ImportFailedError("a PlantUML diagram begins with @startuml", line=1)
    stop = next(
        (number for number in range(start + 1, len(lines)) if lines[number].strip().lower() == "@enduml"), len(lines)
    )
    body = [line if start < number < stop else "" for number, line in enumerate(lines)]
    if any(_is_macro(line) for line in body):
        return _c4(body)
    reader = _Reader()
    for number, line in enumerate(body, 1):
        reader.take(line.strip(), number)
    if any("@startuml" in line.lower() for line in lines[stop:]):
        reader.boxes.warnings.lost("diagram", "the first of the file was read")
    return reader.finished()


def _is_macro(line: str) -> bool:
    name = line.strip().partition("(")[0]
    return "(" in line and bool(THING.fullmatch(name) or RELATION.fullmatch(name) or BOUNDARY.fullmatch(name))


def _c4(body: list[str]) -> Imported:
    boxes = Boxes()
    kept = ["" if IGNORED.match(line.strip()) else line for line in body]
    read_macros("\n".join(kept), boxes)
    return boxes.imported(nothing="there is no Person, System or Container in the diagram")


class _Reader:
    def __init__(self) -> None:
        self.boxes = Boxes()
        self.around: list[str] = []
        self.holders: dict[str, tuple[str, str, str]] = {}
        self.comment = ""
        self.skipped = 0
        self.notes: set[str] = set()
        self.described: tuple[str, list[str]] | None = None

    def take(self, line: str, number: int) -> None:
        if len(line) > MAX_LINE:
            raise ImportFailedError(f"the line is longer than {MAX_LINE:,} characters", line=number)
        if self._is_passed(line):
            return
        if NOTE.match(line):
            self._note(line)
        elif IGNORED.match(line):
            self.skipped = max(0, line.count("{") - line.count("}"))
        elif line.startswith("title "):
            self.boxes.title = label_text(line[6:])
        elif line == "}":
            if self.around:
                self.around.pop()
            else:
                self.boxes.warnings.lost("bracket", "{they} closed nothing", name=f"line {number}")
        elif not self._arrow(line) and not self._thing(line):
            self.boxes.warnings.lost("line", "{they} named no box and no arrow", name=f"line {number}: {line}")
            if line.endswith("{"):
                self.around.append(self._zone() or TOGETHER)

    def _is_passed(self, line: str) -> bool:
        """Whether the line is empty, or part of a comment, of a block about looks, or of a description."""
        if not line or line.startswith("'"):
            return True
        if self.comment:
            self.comment = "" if self.comment in line.lower() else self.comment
        elif self.described is not None:
            self._description(line)
        elif self.skipped:
            self.skipped += line.count("{") - line.count("}")
        elif line.startswith("/'"):
            self.comment = "" if "'/" in line else "'/"
        else:
            return False
        return True

    def _note(self, line: str) -> None:
        """A note beside a box, or a floating one with a name to which arrows lead."""
        self.boxes.warnings.lost("note", "a design's box has its own")
        self.comment = "" if ":" in line or '"' in line else "end note"
        if named := re.search(r"\bas\s+(\w+)\s*$", line):
            self.notes.add(named[1])

    def _description(self, line: str) -> None:
        key, said = self.described or ("", [])
        said.append(line.removesuffix("]").strip())
        if line.endswith("]"):
            self.described = None
            words = " ".join(each for each in said if each)
            if words:
                self.boxes.box(key, label_text(words))

    def _thing(self, line: str) -> bool:
        if re.fullmatch(r"together\s*\{", line, re.IGNORECASE):
            self.around.append(self._zone() or TOGETHER)
            return True
        if described := DESCRIBED.match(line):
            key = _bare(described["alias"] or described["name"])
            hint = HINTS.get(described["what"].lower(), "")
            self.boxes.box(key, _bare(described["name"]), hint=hint, zone=self._zone())
            self.described = (key, [])
            return True
        found = THING_LINE.match(line)
        if found and found["open"] and not found["close"]:
            key = _bare(found["alias"] or found["name"])
            label = _bare(found["name"])
            self.boxes.zone(key, label, parent=self._zone())
            self.around.append(key)
            return True
        found = found or BARE.match(line)
        if found is None:
            return False
        what = found.groupdict().get("what") or ("actor" if found["name"].startswith(":") else "")
        name, alias = _bare(found["name"]), _bare(found["alias"] or "")
        if alias and found["alias"].startswith('"'):
            name, alias = alias, name
        self.boxes.box(alias or name, name, hint=HINTS.get(what.lower(), ""), zone=self._zone())
        return True

    def _zone(self) -> str:
        return self.around[-1] if self.around else ""

    def _arrow(self, line: str) -> bool:
        said, _, label = line.partition(" : ")
        found = next((each for each in ARROW.finditer(said) if len(each["line"]) > 1 or each["head"]), None)
        if found is None or not said[: found.start()].strip() or not said[found.end() :].strip():
            return False
        left, right = said[: found.start()].strip(), said[found.end() :].strip()
        if not re.fullmatch(NAME, left.split('"')[0].strip() or left) or not re.fullmatch(
            NAME, right.split(' "')[-1].strip() or right
        ):
            return False
        if "[hidden]" in found["line"]:
            return True
        ends = left.partition(' "')[0], right.rpartition('" ')[2]
        if self.notes.intersection(map(_bare, ends)):
            return True
        one, other = map(self._end, ends)
        kind = "async" if "." in found["line"] else "sync"
        if found["tail"].startswith("<") and ">" in found["head"]:
            self.boxes.warnings.lost(
                "arrow", "{they} had a head at both ends", name=label or said, fate="read as a call each way"
            )
        if not found["tail"].startswith("<") and ">" not in found["head"]:
            self.boxes.warnings.lost(
                "arrow", "{they} had no arrowhead", name=label or said, fate="read as a call from the first"
            )
        if not found["tail"].startswith("<") or ">" in found["head"]:
            self.boxes.arrow(one, other, label_text(label), kind="async" if kind == "async" else "sync")
        if found["tail"].startswith("<"):
            self.boxes.arrow(other, one, label_text(label), kind="async" if kind == "async" else "sync")
        return True

    def _end(self, name: str) -> str:
        key = _bare(name)
        if key not in self.boxes.components and key not in self.boxes.zones:
            self.boxes.box(key, hint="client" if name.startswith(":") else "", zone=self._zone())
        return key

    def finished(self) -> Imported:
        for key in self.around:
            label = self.boxes.zones[key]["label"] if key in self.boxes.zones else ""
            self.boxes.warnings.lost("group", "no } closed {them}", name=label, fate="ended with the diagram")
        self._empty_zones()
        return self.boxes.imported(nothing="there is no component in the diagram")

    def _empty_zones(self) -> None:
        """`node web { }` is empty, so it is a box."""
        used = {item.get("zone") for item in self.boxes.components.values()}
        used |= {item.get("parent") for item in self.boxes.zones.values()}
        for key in [key for key in self.boxes.zones if key not in used]:
            item = self.boxes.zones.pop(key)
            self.boxes.box(key, item["label"], zone=item.get("parent", ""))


def _bare(name: str) -> str:
    text = name.strip().removeprefix("()").strip()
    if len(text) > 1 and text[0] + text[-1] in ('""', "[]", "()", "::"):
        text = text[1:-1]
    return label_text(text).replace("\n", " ").strip()
