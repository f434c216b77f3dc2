"""Draws a sequence diagram: a column for each participant, time downwards."""

from __future__ import annotations

import itertools

from web.charts.mermaid.sequence import FrameDivider, FrameEnd, FrameStart, Message, Note, Sequence
from web.charts.svg import (
    LINE_HEIGHT,
    arrow_svg,
    escaped,
    polygon_svg,
    rect_svg,
    svg_element,
    text_svg,
    text_width,
    wrapped,
    zone_svg,
)

HEAD_CHARACTERS = 16
TEXT_CHARACTERS = 30
MARGIN = 12
HEAD_HEIGHT = 40
COLUMN_GAP = 36
ROW_GAP = 16


def sequence_svg(sequence: Sequence, *, title: str) -> str:
    columns = _columns(sequence)
    drawing = _Drawing(columns, top=MARGIN + HEAD_HEIGHT + ROW_GAP)
    for event in sequence.events:
        drawing.add(event)
    bottom = drawing.y + ROW_GAP
    width = max(columns.values(), default=0) + _head_width(list(sequence.participants.values())[-1:]) / 2 + MARGIN
    width = max(width, drawing.right + MARGIN)
    heads = "".join(_participant(label, columns[name], bottom) for name, label in sequence.participants.items())
    inside = heads + "".join(drawing.parts)
    return svg_element(width, bottom + MARGIN, title=title, description=_in_words(sequence), inside=inside)


def _head_width(labels: list[str]) -> float:
    return max((text_width(wrapped(label, characters=HEAD_CHARACTERS)) + 28 for label in labels), default=0)


def _columns(sequence: Sequence) -> dict[str, float]:
    """Centres of the columns, far enough apart for the heads and for the messages between neighbours."""
    names = list(sequence.participants)
    place = {name: index for index, name in enumerate(names)}
    gaps = [
        (_head_width([sequence.participants[a]]) + _head_width([sequence.participants[b]])) / 2 + COLUMN_GAP
        for a, b in itertools.pairwise(names)
    ]
    for event in sequence.events:
        if not isinstance(event, Message):
            continue
        low, high = sorted((place[event.source], place[event.target]))
        needed = text_width(wrapped(event.text, characters=TEXT_CHARACTERS)) + 24
        missing = needed - sum(gaps[low:high])
        if high > low and missing > 0:
            for index in range(low, high):
                gaps[index] += missing / (high - low)
    x = MARGIN + _head_width([sequence.participants[names[0]]]) / 2 + 20 if names else 0.0
    columns = {}
    for name, gap in zip(names, [*gaps, 0.0], strict=True):
        columns[name] = x
        x += gap
    return columns


class _Drawing:
    def __init__(self, columns: dict[str, float], *, top: float) -> None:
        self.columns = columns
        self.y = top
        self.right = 0.0
        self.parts: list[str] = []
        self.frames: list[tuple[float, FrameStart]] = []

    def add(self, event: object) -> None:
        if isinstance(event, Message):
            self._loop(event) if event.source == event.target else self._message(event)
        elif isinstance(event, Note):
            self._note(event)
        elif isinstance(event, FrameStart):
            self.frames.append((self.y, event))
            self.y += LINE_HEIGHT + ROW_GAP
        elif isinstance(event, FrameDivider):
            self._divider(event)
        elif isinstance(event, FrameEnd):
            self._frame()

    def _message(self, message: Message) -> None:
        lines = wrapped(message.text, characters=TEXT_CHARACTERS)
        start, end = self.columns[message.source], self.columns[message.target]
        self.parts.append(text_svg(lines, (start + end) / 2, self.y + len(lines) * LINE_HEIGHT / 2, "flow-edge-label"))
        self.y += len(lines) * LINE_HEIGHT + 6
        way = 1 if end > start else -1
        cross = f'<path class="flow-line" d="M{end - 12 * way:.1f} {self.y - 5:.1f}l10 10m0 -10l-10 10"/>'
        tip = cross if message.is_lost else _head(end, self.y, way)
        self.parts.append(arrow_svg(f"M{start:.1f} {self.y:.1f}H{end:.1f}", tip, _stroke(message)))
        self.y += ROW_GAP

    def _loop(self, message: Message) -> None:
        lines = wrapped(message.text, characters=TEXT_CHARACTERS)
        x = self.columns[message.source]
        width = text_width(lines)
        self.right = max(self.right, x + 44 + width)
        height = max(len(lines) * LINE_HEIGHT, 22)
        self.parts.append(text_svg(lines, x + 40 + width / 2, self.y + height / 2, "flow-edge-label"))
        path = f"M{x:.1f} {self.y + 2:.1f}h28v{height - 4:.1f}h-28"
        self.parts.append(arrow_svg(path, _head(x, self.y + height - 2, -1), _stroke(message)))
        self.y += height + ROW_GAP

    def _note(self, note: Note) -> None:
        lines = wrapped(note.text, characters=TEXT_CHARACTERS)
        centres = [self.columns[name] for name in note.over]
        middle = (min(centres) + max(centres)) / 2
        width = max(text_width(lines) + 20, max(centres) - min(centres) + 40)
        middle = max(middle, width / 2 + 4)
        self.right = max(self.right, middle + width / 2)
        height = len(lines) * LINE_HEIGHT + 12
        paper = rect_svg(middle - width / 2, self.y, width, height, radius=3)
        text = text_svg(lines, middle, self.y + height / 2, "flow-label")
        self.parts.append(f'<g class="flow-note">{paper}{text}</g>')
        self.y += height + ROW_GAP

    def _divider(self, divider: FrameDivider) -> None:
        left, right = self._sides()
        name = f'<text class="flow-zone-label" x="{left + 10:.1f}" y="{self.y + 17:.1f}">{escaped(divider.text)}</text>'
        self.parts.append(arrow_svg(f"M{left:.1f} {self.y:.1f}H{right:.1f}", name, "dotted"))
        self.y += LINE_HEIGHT + ROW_GAP

    def _frame(self) -> None:
        top, start = self.frames.pop()
        left, right = self._sides()
        text = f"{start.kind} {start.text}".strip()
        self.parts.insert(0, zone_svg(left, top, right - left, self.y - top, text))
        self.y += ROW_GAP

    def _sides(self) -> tuple[float, float]:
        inset = 8 * len(self.frames)
        return min(self.columns.values()) - 30 + inset, max(self.columns.values()) + 40 - inset


def _participant(label: str, x: float, bottom: float) -> str:
    lines = wrapped(label, characters=HEAD_CHARACTERS)
    width = text_width(lines) + 28
    lifeline = arrow_svg(f"M{x:.1f} {MARGIN + HEAD_HEIGHT}V{bottom:.1f}", "", "dotted")
    head = rect_svg(x - width / 2, MARGIN, width, HEAD_HEIGHT, radius=4)
    text = text_svg(lines, x, MARGIN + HEAD_HEIGHT / 2, "flow-label")
    return f'{lifeline}<g class="flow-node">{head}{text}</g>'


def _head(x: float, y: float, way: int) -> str:
    return polygon_svg([(x, y), (x - 9 * way, y - 4.5), (x - 9 * way, y + 4.5)], css_class="flow-head")


def _stroke(message: Message) -> str:
    return "dotted" if message.is_dotted else "solid"


def _in_words(sequence: Sequence) -> str:
    names = sequence.participants
    return "; ".join(
        f"{names[event.source]} to {names[event.target]}: {event.text}" if isinstance(event, Message) else event.text
        for event in sequence.events
        if isinstance(event, Message | Note)
    )
