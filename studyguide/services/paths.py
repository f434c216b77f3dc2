"""Loads learning paths: one YAML file each, with a reason for every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from django.db import transaction

from studyguide.models import ContentRevision, LearningPath, PathStep, Topic
from studyguide.notes.errors import NoteError
from studyguide.notes.source import read_text
from web.reading.safe_yaml import own_yaml


@dataclass(frozen=True, kw_only=True)
class PathFile:
    slug: str
    title: str
    summary: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """`evening` names the evening that begins with this step, and `scenario` what to design at its end."""

    topic: str
    because: str
    evening: str = ""
    scenario: str = ""


def read_path(raw: bytes, *, path: str) -> PathFile:
    """One path; NoteError names what is missing and the line of the step."""
    try:
        text = read_text(raw, path=path)
        node, values = yaml.compose(text, Loader=yaml.SafeLoader), own_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NoteError(f"expected YAML: {error}", path=path, line=(mark.line if mark else 0) + 1) from error
    if not isinstance(node, yaml.MappingNode):
        raise NoteError("expected slug, title, summary and steps", path=path, line=1)
    for name in ("slug", "title", "summary"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            raise NoteError(f"a learning path needs a {name}", path=path, line=1)
    lines = next((_item_lines(value) for key, value in node.value if key.value == "steps"), [])
    steps = values.get("steps")
    if not isinstance(steps, list) or not steps:
        raise NoteError("a learning path needs steps, each with a topic and because", path=path, line=1)
    found = tuple(_step(step, path, line) for step, line in zip(steps, lines, strict=True))
    return PathFile(
        slug=values["slug"], title=values["title"], summary=" ".join(values["summary"].split()), steps=found
    )


def _item_lines(node: Any) -> list[int]:
    return [item.start_mark.line + 1 for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _step(step: Any, path: str, line: int) -> Step:
    if not isinstance(step, dict) or not isinstance(step.get("topic"), str):
        raise NoteError("each step needs `topic:` with a slug", path=path, line=line)
    if not isinstance(step.get("because"), str):
        raise NoteError(f"step {step['topic']!r} needs `because:` with its reason", path=path, line=line)
    evening, scenario = step.get("evening", ""), step.get("scenario", "")
    if not isinstance(evening, str) or not isinstance(scenario, str) or (scenario and not evening):
        raise NoteError(
            "`evening:` names the evening that begins; `scenario:` is a slug beside it", path=path, line=line
        )
    return Step(topic=step["topic"], because=" ".join(step["because"].split()), evening=evening, scenario=scenario)


@transaction.atomic
def load_paths(files: Sequence[tuple[str, bytes]]) -> list[LearningPath]:
    """Creates or replaces the paths; NoteError when a step names a topic that does not exist."""
    topics = dict(Topic.objects.values_list("slug", "pk"))
    loaded = []
    for name, raw in files:
        found = read_path(raw, path=name)
        if unknown := [step.topic for step in found.steps if step.topic not in topics]:
            raise NoteError(f"there is no topic {unknown[0]!r}", path=name, line=1)
        loaded.append(_stored(found, topics))
    return loaded


def _stored(found: PathFile, topics: dict[str, int]) -> LearningPath:
    path, is_new = LearningPath.objects.get_or_create(slug=found.slug)
    steps = [(topics[step.topic], step.because, step.evening, step.scenario) for step in found.steps]
    is_same = (path.title, path.summary) == (found.title, found.summary)
    if not is_new and is_same and steps == list(path.steps.values_list("topic_id", "because", "evening", "scenario")):
        return path
    path.title, path.summary = found.title, found.summary
    path.save()
    path.steps.all().delete()
    PathStep.objects.bulk_create(
        [
            PathStep(path=path, topic_id=pk, order=place, because=because, evening=evening, scenario=scenario)
            for place, (pk, because, evening, scenario) in enumerate(steps, start=1)
        ]
    )
    ContentRevision.advance()
    return path
