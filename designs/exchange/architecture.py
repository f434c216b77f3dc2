"""Mermaid's architecture-beta: groups, services, junctions, and edges between sides of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from designs.document.limits import MAX_CONNECTIONS
from designs.exchange.boxes import Boxes
from designs.exchange.problems import Imported, ImportFailedError
from web.charts.mermaid.source import label_text, read_source

HEADER = re.compile(r"\s*architecture(?:-beta)?(?=\s|$)")
THING = re.compile(
    r"(?P<what>group|service|junction)\s++(?P<id>[\w-]++)\s*+(?:\((?P<icon>[^()\n]*+)\))?\s*+"
    r"(?:\[(?P<label>\"[^\"\n]*+\"|[^\]\n]*+)\])?\s*+(?:in\s++(?P<group>[\w-]++))?$"
)
ID = r"\w++(?:-\w++)*+"  # two hyphens begin the edge
EDGE = re.compile(
    rf"(?P<left>{ID})(?P<left_group>\{{group\}})?(?::[LRTB])?\s*+(?P<tail><)?-(?:\[(?P<label>[^\]\n]*+)\])?-(?P<head>>)?"
    rf"\s*+(?:[LRTB]:)?(?P<right>{ID})(?P<right_group>\{{group\}})?$"
)
ICONS = {"database": "database", "disk": "object store", "internet": "client", "cloud": "", "server": ""}
MAX_LINE = 1_000
Arrow = tuple[str, str, dict[str, Any]]


def read(text: str) -> Imported:
    source = read_source(text)
    header = HEADER.match(source.text)
    if header is None:
        raise ImportFailedError("an architecture chart begins with architecture-beta", line=1)
    boxes, junctions = Boxes(), list[str]()
    boxes.title = source.title
    first = source.text.count("\n", 0, header.end()) + 1
    for number, raw in enumerate(source.text[header.end() :].split("\n"), first):
        line = raw.strip()
        if len(line) > MAX_LINE:
            raise ImportFailedError(f"the line is longer than {MAX_LINE:,} characters", line=number)
        if not line:
            continue
        if thing := THING.match(line):
            _thing(thing, boxes, number)
            if thing["what"] == "junction":
                junctions.append(thing["id"])
        elif edge := EDGE.match(line):
            _edge(edge, boxes)
        elif line.startswith(("title ", "accTitle", "accDescr")):
            boxes.title = line.partition(" ")[2] if line.startswith("title ") else boxes.title
        else:
            raise ImportFailedError(
                f"expected a group, a service, a junction or an edge, found {line[:40]!r}", line=number
            )
    _joined(boxes, junctions)
    return boxes.imported(nothing="there is no service in the chart")


def _joined(boxes: Boxes, junctions: Sequence[str]) -> None:
    """Arrows through junctions lead from each service on one side to each on the other: a junction is no box.

    A junction without incoming or without outgoing arrows stays a box, and all junctions do when they would make too
    many arrows.
    """
    ways = [(source, target) for source, target, _ in boxes.arrows]
    through = {target for _, target in ways} & {source for source, _ in ways} & set(junctions)
    found = _through(boxes.arrows, through)
    if found is None:
        through = set()
    else:
        boxes.arrows = found
    for key in junctions:
        if key in through:
            del boxes.components[key]
            boxes.warnings.lost("junction", "arrows go on to the other side", name=key, fate="dissolved")
        else:
            boxes.warnings.lost("junction", "a design has no crossings", name=key, fate="read as a box")


def _through(arrows: Sequence[Arrow], junctions: Collection[str]) -> list[Arrow] | None:
    """The arrows between boxes that are no junctions; None when they are too many."""
    leaving: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        leaving.setdefault(arrow[0], []).append(arrow)
    found: dict[tuple[str, str, str], Arrow] = {}
    steps = 0
    for begin, first, said in arrows:
        if begin in junctions:
            continue
        waiting, seen = [(first, said)], {first}
        while waiting:
            target, fields = waiting.pop()
            steps += 1
            if steps > MAX_CONNECTIONS:
                return None
            if target == begin and first in junctions:
                continue  # back where it began: the crossing was drawn both ways
            if target not in junctions:
                found[begin, target, fields.get("label", "")] = (begin, target, fields)
                continue
            for _, further, more in reversed(leaving.get(target, [])):
                if further not in seen:
                    seen.add(further)
                    waiting.append((further, {**fields, **more}))
    return list(found.values())


def _thing(found: re.Match[str], boxes: Boxes, number: int) -> None:
    label = label_text((found["label"] or "").strip('"'))
    group = found["group"] or ""
    if group and group not in boxes.zones:
        raise ImportFailedError(f"there is no group {group!r} before it", line=number)
    if found["what"] == "group":
        boxes.zone(found["id"], label, parent=group)
        return
    icon = (found["icon"] or "").rpartition(":")[2].replace("-", " ")
    boxes.box(found["id"], label, hint=ICONS.get(icon, icon), zone=group)


def _edge(found: re.Match[str], boxes: Boxes) -> None:
    left, right, label = found["left"], found["right"], label_text(found["label"] or "")
    if found["left_group"] or found["right_group"]:
        boxes.warnings.lost(
            "edge", "{their} end is a group", name=f"{left} – {right}", fate="read as one of the service"
        )
    if found["head"] or not found["tail"]:
        boxes.arrow(left, right, label)
    if found["tail"]:
        boxes.arrow(right, left, label)
    if found["head"] and found["tail"]:
        boxes.warnings.lost(
            "arrow", "{they} had a head at both ends", name=f"{left} – {right}", fate="read as a call each way"
        )
    elif not found["head"] and not found["tail"]:
        boxes.warnings.lost(
            "arrow", "{they} had no arrowhead", name=f"{left} – {right}", fate="read as a call from where it begins"
        )
