"""Reads a Mermaid sequence diagram: participants, messages, notes and the frames loop, alt, opt and par."""

from __future__ import annotations

import re
from dataclasses import dataclass

from web.charts.mermaid.errors import MermaidError
from web.charts.mermaid.source import label_text

MAX_LINES = 5_000
DECLARED = re.compile(r"(?:participant|actor)\s+(?=\S)")
ALIAS = re.compile(r"\sas\s")
ARROW = re.compile(r"<<--?>>|--?(?:>>|>|x|\))")
NOTE = re.compile(r"note\s+(?:over|left of|right of)\s+(?=[^\s:])", re.IGNORECASE)
FRAME = re.compile(r"(loop|alt|opt|par|critical|break|rect)\b\s*(.*)$")
DIVIDER = re.compile(r"(else|and|option)\b\s*(.*)$")
IGNORED = re.compile(r"(activate|deactivate|autonumber|title|accTitle|accDescr|create|destroy|box)\b")


@dataclass(frozen=True, kw_only=True)
class Message:
    source: str
    target: str
    text: str
    is_dotted: bool
    is_lost: bool


@dataclass(frozen=True, kw_only=True)
class Note:
    over: tuple[str, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class FrameStart:
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FrameDivider:
    text: str


@dataclass(frozen=True, kw_only=True)
class FrameEnd:
    pass


Event = Message | Note | FrameStart | FrameDivider | FrameEnd


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """Participants (id to label, in order) and what happens, from top to bottom."""

    participants: dict[str, str]
    events: tuple[Event, ...]


def parse_sequence(source: str) -> Sequence:
    """Raises MermaidError at the first line that is not a sequence diagram we understand."""
    lines = source.split("\n")
    if len(lines) > MAX_LINES:
        raise MermaidError(message=f"more than {MAX_LINES} lines", line=MAX_LINES)
    participants: dict[str, str] = {}
    events: list[Event] = []
    depth = 0
    for number, raw in enumerate(lines, start=1):
        text = raw.strip()
        if not text or text.startswith("%%") or text == "sequenceDiagram" or IGNORED.match(text):
            continue
        if declared := DECLARED.match(text):
            name, _, alias = ALIAS.sub("\0", text[declared.end() :], count=1).partition("\0")
            participants[name.strip()] = label_text(alias or name)
            continue
        event = _event(text, number)
        depth += isinstance(event, FrameStart) - isinstance(event, FrameEnd)
        if depth < 0:
            raise MermaidError(message="`end` without a loop, alt, opt or par", line=number)
        for name in _names(event):
            participants.setdefault(name, name)
        events.append(event)
    if depth:
        raise MermaidError(message="a loop, alt, opt or par has no `end`", line=len(lines))
    return Sequence(participants=participants, events=tuple(events))


def _event(text: str, number: int) -> Event:
    if text == "end":
        return FrameEnd()
    before, colon, said = text.partition(":")
    if colon and (note := NOTE.match(before)):
        return Note(over=tuple(name.strip() for name in before[note.end() :].split(",")), text=label_text(said))
    arrow = ARROW.search(before, 1)
    if colon and arrow and (target := before[arrow.end() :].strip().removeprefix("+").removeprefix("-").strip()):
        return Message(
            source=before[: arrow.start()].strip(),
            target=target,
            text=label_text(said),
            is_dotted=arrow[0].startswith(("--", "<<--")),
            is_lost=arrow[0].endswith("x"),
        )
    if frame := FRAME.match(text):
        return FrameStart(kind=frame.group(1), text=label_text(frame.group(2)))
    if divider := DIVIDER.match(text):
        return FrameDivider(text=label_text(divider.group(2)))
    raise MermaidError(message=f"expected a message such as A->>B: text, found {text[:40]!r}", line=number)


def _names(event: Event) -> tuple[str, ...]:
    if isinstance(event, Message):
        return event.source, event.target
    return event.over if isinstance(event, Note) else ()
