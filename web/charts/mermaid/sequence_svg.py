"""Draws a sequence diagram: a column for each participant, time downwards."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from web.charts.mermaid.sequence import FrameDivider, FrameEnd, FrameStart, Message, Note, Sequence
from web.charts.svg import (
    LINE_HEIGHT,
    Drawing,
    arrow_svg,
    escaped,
    polygon_svg,
    rect_svg,
    text_svg,
    text_width,
    words_wrapped,
    zone_svg,
)

MARGIN = 12
ROW_GAP = 16
# A word's letters reach this far above and below the middle of its lines.
HALF_LETTER = 2


@dataclass(frozen=True, kw_only=True)
class Look:
    """How wide a sequence may spread: characters of a line, and pixels."""

    head_characters: int = 16
    characters: int = 30
    head_padding: float = 28
    gap: float = 36
    label_gap: float = 24  # more than its words have; less than 0 where words may reach over the lifelines beside


def sequence_drawing(sequence: Sequence, *, title: str, look: Look = Look()) -> Drawing:
    """Draws a sequence diagram. A lifeline is interrupted where words stand, so that it does not cross them out."""
    heads = {
        name: words_wrapped(label, characters=look.head_characters) for name, label in sequence.participants.items()
    }
    head_height = 22 + LINE_HEIGHT * max((len(lines) for lines in heads.values()), default=1)
    columns = _columns(sequence, heads, look)
    rows = _Rows(columns, look, top=MARGIN + head_height + ROW_GAP)
    for event in sequence.events:
        rows.add(event)
    bottom = rows.y + ROW_GAP
    last = list(heads)[-1:]
    width = max((columns[name] + _head_width(heads[name], look) / 2 + MARGIN for name in last), default=0.0)
    width = max(width, rows.right + MARGIN)
    parts = [*rows.frames_drawn]
    for name, lines in heads.items():
        x = columns[name]
        parts.append(_lifeline(x, MARGIN + head_height, bottom, rows.covered(x)))
        parts.append(_participant(lines, x, head_height, look))
    parts += rows.parts
    return Drawing(
        width=width, height=bottom + MARGIN, title=title, description=_in_words(sequence), inside="".join(parts)
    )


def _head_width(lines: list[str], look: Look) -> float:
    return text_width(lines) + look.head_padding


def _columns(sequence: Sequence, heads: dict[str, list[str]], look: Look) -> dict[str, float]:
    """Centres of the columns, far enough apart for the heads and for the messages between neighbours."""
    names = list(sequence.participants)
    place = {name: index for index, name in enumerate(names)}
    gaps = [
        (_head_width(heads[a], look) + _head_width(heads[b], look)) / 2 + look.gap for a, b in itertools.pairwise(names)
    ]
    for event in sequence.events:
        if not isinstance(event, Message):
            continue
        low, high = sorted((place[event.source], place[event.target]))
        needed = text_width(words_wrapped(event.text, characters=look.characters)) + look.label_gap
        missing = needed - sum(gaps[low:high])
        if high > low and missing > 0:
            for index in range(low, high):
                gaps[index] += missing / (high - low)
    x = MARGIN + _head_width(heads[names[0]], look) / 2 + look.gap / 2 if names else 0.0
    columns = {}
    for name, gap in zip(names, [*gaps, 0.0], strict=True):
        columns[name] = x
        x += gap
    return columns


class _Rows:
    """What happens, from top to bottom; `taken` are the boxes of words: left, right, top, bottom."""

    def __init__(self, columns: dict[str, float], look: Look, *, top: float) -> None:
        self.columns = columns
        self.look = look
        self.y = top
        self.right = 0.0
        self.parts: list[str] = []
        self.frames_drawn: list[str] = []
        self.frames: list[tuple[float, FrameStart]] = []
        self.taken: list[tuple[float, float, float, float]] = []

    def covered(self, x: float) -> list[tuple[float, float]]:
        """From where to where there are words at x, from top to bottom, none twice."""
        found: list[tuple[float, float]] = []
        for top, bottom in sorted((top, bottom) for left, right, top, bottom in self.taken if left < x < right):
            if found and top <= found[-1][1]:
                found[-1] = (found[-1][0], max(bottom, found[-1][1]))
            else:
                found.append((top, bottom))
        return found

    def _words(self, lines: list[str], x: float, y: float, css_class: str) -> str:
        """Lines centred on (x, y), moved to the right as far as the drawing's edge asks."""
        half = text_width(lines) / 2
        x = max(x, half + MARGIN / 2)
        self.right = max(self.right, x + half - MARGIN / 2)
        height = len(lines) * LINE_HEIGHT / 2 + HALF_LETTER
        if any(lines):
            self.taken.append((x - half - 3, x + half + 3, y - height, y + height))
        return text_svg(lines, x, y, css_class)

    def add(self, event: object) -> None:
        if isinstance(event, Message):
            self._loop(event) if event.source == event.target else self._message(event)
        elif isinstance(event, Note):
            self._note(event)
        elif isinstance(event, FrameStart):
            self.frames.append((self.y, event))
            left, _ = self._sides()
            lines = self._frame_words(f"{event.kind} {event.text}".strip(), left, self.y)
            self.y += lines * LINE_HEIGHT + ROW_GAP
        elif isinstance(event, FrameDivider):
            self._divider(event)
        elif isinstance(event, FrameEnd):
            self._frame()

    def _message(self, message: Message) -> None:
        lines = words_wrapped(message.text, characters=self.look.characters)
        start, end = self.columns[message.source], self.columns[message.target]
        middle = self.y + len(lines) * LINE_HEIGHT / 2
        self.parts.append(self._words(lines, (start + end) / 2, middle, "flow-edge-label"))
        self.y += len(lines) * LINE_HEIGHT + 6
        way = 1 if end > start else -1
        cross = f'<path class="flow-line" d="M{end - 12 * way:.1f} {self.y - 5:.1f}l10 10m0 -10l-10 10"/>'
        tip = cross if message.is_lost else _head(end, self.y, way)
        self.parts.append(arrow_svg(f"M{start:.1f} {self.y:.1f}H{end:.1f}", tip, _stroke(message)))
        self.y += ROW_GAP

    def _loop(self, message: Message) -> None:
        lines = words_wrapped(message.text, characters=self.look.characters)
        x = self.columns[message.source]
        width = text_width(lines)
        height = max(len(lines) * LINE_HEIGHT, 22)
        self.parts.append(self._words(lines, x + 36 + width / 2, self.y + height / 2, "flow-edge-label"))
        path = f"M{x:.1f} {self.y + 2:.1f}h28v{height - 4:.1f}h-28"
        self.parts.append(arrow_svg(path, _head(x, self.y + height - 2, -1), _stroke(message)))
        self.y += height + ROW_GAP

    def _note(self, note: Note) -> None:
        lines = words_wrapped(note.text, characters=self.look.characters)
        centres = [self.columns[name] for name in note.over]
        middle = (min(centres) + max(centres)) / 2
        width = max(text_width(lines) + 20, max(centres) - min(centres) + 40)
        middle = max(middle, width / 2 + 4)
        self.right = max(self.right, middle + width / 2)
        height = len(lines) * LINE_HEIGHT + 12
        paper = rect_svg(middle - width / 2, self.y, width, height, radius=3)
        self.taken.append((middle - width / 2, middle + width / 2, self.y, self.y + height))
        text = text_svg(lines, middle, self.y + height / 2, "flow-label")
        self.parts.append(f'<g class="flow-note">{paper}{text}</g>')
        self.y += height + ROW_GAP

    def _divider(self, divider: FrameDivider) -> None:
        left, right = self._sides()
        lines = self._frame_words(divider.text, left, self.y)
        self.parts.append(arrow_svg(f"M{left:.1f} {self.y:.1f}H{right:.1f}", "", "dotted"))
        self.y += lines * LINE_HEIGHT + ROW_GAP

    def _frame(self) -> None:
        left, right = self._sides()
        top, _ = self.frames.pop()
        self.right = max(self.right, right)
        self.frames_drawn.insert(0, zone_svg(left, top, right - left, self.y - top, ""))
        self.y += ROW_GAP

    def _frame_words(self, words: str, left: float, top: float) -> int:
        """The name of a frame or of its next part in the corner; how many lines it takes."""
        lines = words_wrapped(words, characters=self.look.characters)
        for index, line in enumerate(lines):
            y = top + 17 + index * LINE_HEIGHT
            self.parts.append(f'<text class="flow-zone-label" x="{left + 10:.1f}" y="{y:.1f}">{escaped(line)}</text>')
        right = left + 10 + text_width(lines)
        self.right = max(self.right, right)
        self.taken.append((left + 7, right + 3, top + 1, top + 6 + len(lines) * LINE_HEIGHT))
        return len(lines)

    def _sides(self) -> tuple[float, float]:
        inset = 8 * (len(self.frames) - 1)
        columns = self.columns.values()
        return max(min(columns) - 30, MARGIN / 2) + inset, max(max(columns) + 40, self.right + 8) - inset


def _lifeline(x: float, top: float, bottom: float, covered: list[tuple[float, float]]) -> str:
    path = ""
    for begin, end in [*covered, (bottom, bottom)]:
        if begin > top:
            path += f"M{x:.1f} {top:.1f}V{begin:.1f}"
        top = max(top, end)
    return f'<path class="flow-line lifeline" d="{path}"/>'


def _participant(lines: list[str], x: float, height: float, look: Look) -> str:
    width = _head_width(lines, look)
    head = rect_svg(x - width / 2, MARGIN, width, height, radius=4)
    return f'<g class="flow-node">{head}{text_svg(lines, x, MARGIN + height / 2, "flow-label")}</g>'


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
