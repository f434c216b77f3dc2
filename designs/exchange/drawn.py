"""Assigns labels, icons, groups and loose ends of a foreign drawing to boxes, by their positions.

Drawing tools store shapes, not boxes with names. People see a text inside a box as its name, an icon in a card as part
of the card, and an arrow that touches a box as connected to it; this module converts the shapes accordingly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from designs.exchange.problems import Warnings
from designs.exchange.shapes import Line, Shape

NEAR = 20.0  # pixels between a loose end of an arrow and its box
BESIDE = 60.0  # pixels from an icon down to the name under it
MAX_PAIRS = 1_200_000


@dataclass
class Drawn:
    """Shapes and lines during the assignment. Shapes by id, in the order of the drawing."""

    shapes: dict[str, Shape]
    lines: list[Line]
    warnings: Warnings
    children: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    touched: set[str] = field(default_factory=set)


def settled(shapes: Sequence[Shape], lines: Sequence[Line], warnings: Warnings) -> tuple[list[Shape], list[Line]]:
    """Boxes with their names and kinds, and lines with their ends.

    Shapes that are left out are counted in the remarks.
    """
    drawn = Drawn({each.id: each for each in shapes}, list(lines), warnings)
    if len(shapes) * (len(shapes) + len(lines)) > MAX_PAIRS:
        return _plain(drawn)
    _count_touched(drawn)
    _join_groups(drawn)
    _fold_parts(drawn)
    _give_texts(drawn)
    _snap(drawn)
    _fold_icons(drawn)
    _drop_decoration(drawn)
    return list(drawn.shapes.values()), drawn.lines


def _plain(drawn: Drawn) -> tuple[list[Shape], list[Line]]:
    texts = [each for each in drawn.shapes.values() if each.is_text]
    for each in texts:
        drawn.warnings.lost("text", "the drawing is too large to find the box of each", name=each.label)
    return [each for each in drawn.shapes.values() if not each.is_text], drawn.lines


def _count_touched(drawn: Drawn) -> None:
    drawn.touched = {end for line in drawn.lines for end in (line.source, line.target) if end in drawn.shapes}
    drawn.children.clear()
    for each in drawn.shapes.values():
        if each.parent and each.parent in drawn.shapes:
            drawn.children[each.parent].append(each.id)


def _redirect(drawn: Drawn, into: dict[str, str]) -> None:
    """Lines that end at a part end at its whole; a line from a whole to itself is part of its picture and is
    dropped.
    """
    lines = []
    for line in drawn.lines:
        moved = replace(line, source=into.get(line.source, line.source), target=into.get(line.target, line.target))
        if moved.source == moved.target and line.source != line.target:
            continue
        lines.append(moved)
    drawn.lines = lines
    for key in into:
        drawn.shapes.pop(key, None)
    _count_touched(drawn)


def _join_groups(drawn: Drawn) -> None:
    """A group in which no shape has a name of its own is one box: a database drawn as three ellipses and a text."""
    groups: dict[str, list[Shape]] = defaultdict(list)
    for each in drawn.shapes.values():
        if each.group:
            groups[each.group].append(each)
    for members in groups.values():
        boxes = [each for each in members if not each.is_text]
        texts = [each for each in members if each.is_text]
        if not boxes or any(each.label or each.facts or each.is_zone for each in boxes) or len(texts) > 2:
            continue
        if sum(each.id in drawn.touched for each in boxes) > 1:
            continue
        texts = [each for each in texts if each.id not in drawn.touched or len(boxes) == 1]
        whole = _around(boxes[0], boxes)
        label = " ".join(each.label for each in sorted(texts, key=lambda each: (each.y, each.x)) if each.label)
        looks = next((each.looks_like for each in boxes if each.looks_like), "")
        if len(boxes) > 2 and all(each.is_round for each in boxes):
            looks = looks or "sql"
        drawn.shapes[whole.id] = replace(whole, label=label, looks_like=looks)
        _redirect(drawn, {each.id: whole.id for each in [*boxes[1:], *texts]})


def _around(first: Shape, shapes: Collection[Shape]) -> Shape:
    left, top = min(each.x for each in shapes), min(each.y for each in shapes)
    right, bottom = max(each.x + each.width for each in shapes), max(each.y + each.height for each in shapes)
    return replace(first, x=left, y=top, width=right - left, height=bottom - top)


def _fold_parts(drawn: Drawn) -> None:
    """Rows of a table and lines of a list belong to the box around them, and so do their arrows."""
    into: dict[str, str] = {}
    for key, inner in drawn.children.items():
        if parts := [each for each in inner if drawn.shapes[each].is_part]:
            _note(drawn, key, parts)
            into |= dict.fromkeys(parts, key)
    for key in list(into):
        while into[key] in into:
            into[key] = into[into[key]]
    if into:
        for key in set(into.values()):
            if len(drawn.children[key]) == sum(each in into for each in drawn.children[key]):
                drawn.shapes[key] = replace(drawn.shapes[key], is_zone=False)
        _redirect(drawn, into)


def _note(drawn: Drawn, key: str, parts: Iterable[str]) -> None:
    said = [drawn.shapes[each].label for each in parts if drawn.shapes[each].label]
    shape = drawn.shapes[key]
    if said:
        drawn.shapes[key] = replace(shape, note="\n".join([*([shape.note] if shape.note else []), *said]))


def _give_texts(drawn: Drawn) -> None:
    """A text is the name of the box that it is in or under; a text with an arrow of its own is a box, or the name of
    the icon above it.
    """
    into: dict[str, str] = {}
    for text in [each for each in drawn.shapes.values() if each.is_text]:
        if text.id in drawn.touched:
            icon = _icon_of(text, drawn)
            if icon is None:
                drawn.shapes[text.id] = replace(text, is_text=False)
            else:
                drawn.shapes[icon.id] = replace(icon, label=text.label)
                into[text.id] = icon.id
            continue
        holder = _holder_of(text, drawn)
        if holder is None:
            drawn.warnings.lost("text", "no box around or above", name=text.label)
        elif not holder.label:
            drawn.shapes[holder.id] = replace(holder, label=text.label)
        else:
            note = f"{holder.note}\n{text.label}".strip()
            drawn.shapes[holder.id] = replace(holder, note=note)
        del drawn.shapes[text.id]
    if into:
        _redirect(drawn, into)


def _icon_of(text: Shape, drawn: Drawn) -> Shape | None:
    """The icon without a name right above a text to which it has no arrow."""
    boxes = [each for each in drawn.shapes.values() if each.icon and not each.is_text and not each.facts]
    icon = _above(text, boxes)
    if icon is None or any({line.source, line.target} == {text.id, icon.id} for line in drawn.lines):
        return None
    return icon


def _holder_of(text: Shape, drawn: Drawn) -> Shape | None:
    """The box without a name that the text is in, else the one above it; or the smallest box with a name."""
    x, y = text.x + text.width / 2, text.y + text.height / 2
    boxes = [each for each in drawn.shapes.values() if not each.is_text and not each.facts]
    inside = sorted((each for each in boxes if _contains(each, x, y)), key=lambda each: each.width * each.height)
    if inside and (not inside[0].label or not inside[0].is_zone):
        # The name of a container is at its top; a text in its middle names nothing.
        return inside[0]
    if text.parent in drawn.shapes:
        return drawn.shapes[text.parent]
    return _above(text, boxes)


def _above(text: Shape, boxes: Sequence[Shape]) -> Shape | None:
    x = text.x + text.width / 2
    under = [
        each
        for each in boxes
        if not each.label
        and each.x - 40 <= x <= each.x + each.width + 40
        and -10 <= text.y - (each.y + each.height) <= BESIDE
    ]
    if under:
        return min(under, key=lambda each: (text.y - each.y - each.height, abs(x - each.x - each.width / 2)))
    return None


def _contains(box: Shape, x: float, y: float) -> bool:
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def _snap(drawn: Drawn) -> None:
    """Connects loose ends of arrows to the box that they touch."""
    boxes = list(drawn.shapes.values())
    lines = []
    for line in drawn.lines:
        source, target = line.source, line.target
        if source not in drawn.shapes and line.start is not None:
            source = _nearest(line.start, boxes) or source
        if target not in drawn.shapes and line.end is not None:
            target = _nearest(line.end, boxes) or target
        is_new = (source, target) != (line.source, line.target) and source == target
        lines.append(line if is_new else replace(line, source=source, target=target))
    drawn.lines = lines
    _count_touched(drawn)


def _nearest(point: tuple[float, float], boxes: Sequence[Shape]) -> str:
    """The box with the nearest border; among several that contain the point, the smallest."""
    best, found = (NEAR, math.inf), ""
    for each in boxes:
        across = max(each.x - point[0], 0, point[0] - each.x - each.width)
        down = max(each.y - point[1], 0, point[1] - each.y - each.height)
        rank = (math.hypot(across, down), each.width * each.height)
        if rank <= best:
            best, found = rank, each.id
    return found


def _fold_icons(drawn: Drawn) -> None:
    """A box and the icons in it are one component when nothing inside has a name or an arrow, or when an arrow ends at
    it.

    An arrow that ends at a box with named boxes inside refers to all of them, which no connection can express.
    """
    for key in sorted(drawn.children, key=lambda each: -_depth(each, drawn)):
        if key not in drawn.shapes or not drawn.children[key]:
            continue
        inner = [each for each in drawn.children[key] if each in drawn.shapes]
        shapes = [drawn.shapes[each] for each in inner]
        if any(each.facts or each.id in drawn.touched or each.is_zone for each in shapes):
            continue
        named = [each for each in shapes if each.label]
        if (named and key not in drawn.touched) or (len(named) > 1 and key in drawn.touched):
            continue
        holder = drawn.shapes[key]
        icon = next((each.icon for each in shapes if each.icon), "")
        looks = next((each.looks_like for each in shapes if each.looks_like), "")
        label = holder.label or " ".join(each.label for each in named)
        drawn.shapes[key] = replace(
            holder, is_zone=False, icon=holder.icon or icon, looks_like=holder.looks_like or looks, label=label
        )
        if holder.label:
            _note(drawn, key, [each.id for each in named])
        _redirect(drawn, dict.fromkeys(inner, key))


def _depth(key: str, drawn: Drawn) -> int:
    depth = 0
    while depth < 50 and (shape := drawn.shapes.get(key)) and shape.parent:
        depth, key = depth + 1, shape.parent
    return depth


def _drop_decoration(drawn: Drawn) -> None:
    """Drops shapes with no name, icon, arrow or content: a design has no place for them."""
    meant = [each for each in drawn.shapes.values() if _is_meant(each, drawn)]
    if not meant:
        return
    kept = {each.id for each in meant}
    for key, each in list(drawn.shapes.items()):
        if key not in kept and not any(_encloses(each, other) for other in meant):
            drawn.warnings.lost("shape", "{they} had neither a name nor an arrow")
            del drawn.shapes[key]


def _is_meant(shape: Shape, drawn: Drawn) -> bool:
    named = bool(shape.label or shape.icon or shape.facts)
    return named or shape.id in drawn.touched or bool(drawn.children.get(shape.id)) or shape.is_zone


def _encloses(outer: Shape, inner: Shape) -> bool:
    return (
        outer.x < inner.x
        and outer.y < inner.y
        and inner.x + inner.width < outer.x + outer.width
        and inner.y + inner.height < outer.y + outer.height
    )
