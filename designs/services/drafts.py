"""Scenarios in the editor: started, saved version by version, drawn on the canvas, and loaded when complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction

from accounts.models import User
from designs.document.patches import apply, diff
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.models import Design, DraftVersion, Scenario, ScenarioDraft
from designs.scenarios.editing.acting import acted, placed
from designs.scenarios.editing.beginnings import blank_text, named_text
from designs.scenarios.editing.canvas import from_design, loosely_read, with_reference, with_weak
from designs.scenarios.editing.filling import Posted, filled, renamed_keys
from designs.scenarios.editing.following import followed
from designs.scenarios.editing.merging import Clash, joined
from designs.scenarios.editing.parts import Part
from designs.scenarios.problems import ScenarioProblem
from designs.scenarios.reading import MAX_BYTES, MAX_DEPTH, RESERVED_SLUGS
from designs.scenarios.reference import reference_of, weak_of
from designs.scenarios.soundness import shown_by_weak
from designs.selectors.designs import document_at
from designs.services.saving import Edit, create_design, save_patch
from designs.services.scenarios import upload_scenario
from web.reading.safe_yaml import Place, YamlError, read_yaml
from web.reading.yaml_edits import edited, renamed

MAX_DRAFTS, MAX_VERSIONS = 50, 300
GIVES_WAY_FOR = timedelta(minutes=10)
Kind = Literal["reference", "weak"]
CANVAS_TITLES = {"reference": "Reference", "weak": "Weak variant"}


class DraftError(Exception):
    """The action is not possible now; the message says why, and what to do first."""


@dataclass(frozen=True)
class Outcome:
    """The result of a save. With `clashes`, or when the file is `unreadable`, nothing was saved, and `value` is the
    value that was not saved. `errors`, by place, are about input that a file cannot hold; `place` is where the page
    goes next."""

    value: Mapping[str, Any]
    is_saved: bool = False
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    place: str = ""
    unreadable: bool = False


def value_of(text: str) -> dict[str, Any] | None:
    """The parsed text, or None when it is not a YAML mapping."""
    try:
        value = read_yaml(text.encode(), file="", limit_bytes=MAX_BYTES, max_depth=MAX_DEPTH).value
    except YamlError:
        return None
    return value if isinstance(value, dict) else None


# Starting


@transaction.atomic
def begin(*, owner: User, text: str, at: datetime, words: str, scenario: Scenario | None = None) -> ScenarioDraft:
    """Raises DraftError when the person has too many drafts, or the file is too large."""
    if len(text.encode()) > MAX_BYTES:
        raise DraftError(f"The file is larger than {MAX_BYTES:,} bytes.")
    if ScenarioDraft.objects.owned_by(owner.pk).count() >= MAX_DRAFTS:
        raise DraftError(f"You have {MAX_DRAFTS} drafts already; delete some first.")
    draft = ScenarioDraft.objects.create(
        owner=owner, title=_title(text), source_text=text, scenario=scenario, created_at=at, changed_at=at
    )
    DraftVersion.objects.create(draft=draft, version=1, source_text=text, words=words, at=at)
    return draft


def begin_blank(*, owner: User, title: str, at: datetime) -> ScenarioDraft:
    text = blank_text(slug=free_slug(_slug(title), owner), title=title)
    return begin(owner=owner, text=text, at=at, words="begun")


def begin_from(scenario: Scenario, *, owner: User, at: datetime) -> ScenarioDraft:
    """For the person's own scenario, a draft that updates it when loaded; for any other, a copy with an address of its
    own."""
    if scenario.owner_id == owner.pk:
        known = ScenarioDraft.objects.owned_by(owner.pk).filter(scenario=scenario).first()
        if known is not None:
            return known
        return begin(owner=owner, text=scenario.source_text, at=at, words="opened", scenario=scenario)
    slug = free_slug(scenario.slug, owner)
    text = named_text(scenario.source_text, slug=slug, title=f"{scenario.title[:180]}, my version")
    return begin(owner=owner, text=text, at=at, words=f"begun from {scenario.title}"[:120])


def _title(text: str) -> str:
    value = value_of(text)
    title = value.get("title") if value else None
    return " ".join(title.split())[:200] if isinstance(title, str) else ""


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "my-scenario"


def free_slug(wanted: str, owner: User) -> str:
    """The slug, with a number added if a scenario or another draft of the person already uses it."""
    base, number = wanted[:70], 1
    mine = [
        value_of(text) or {} for text in ScenarioDraft.objects.owned_by(owner.pk).values_list("source_text", flat=True)
    ]
    taken = {value.get("slug") for value in mine} | RESERVED_SLUGS
    found = wanted
    while found in taken or Scenario.objects.filter(slug=found).exists():
        number += 1
        found = f"{base}-{number}"
    return found


# Saving


def save_part(
    draft: ScenarioDraft,
    part: Part,
    posted: Posted,
    *,
    base_version: int,
    at: datetime,
    do: str = "",
    window: str = "",
    is_automatic: bool = False,
) -> Outcome:
    """Saves the fields of a part and performs the button's action. Changes by others since `base_version` are kept."""
    with transaction.atomic():
        draft = ScenarioDraft.objects.select_for_update().get(pk=draft.pk)
        base_text, text = text_at(draft, base_version), draft.source_text
        base = value_of(base_text) or {}
        renames, errors = renamed_keys(part, base, posted)
        if is_automatic:  # the open page still uses the old keys
            errors |= {f"key:{'.'.join(map(str, place))}": ["Press Save to rename it."] for place, _ in renames}
            renames = []
        base_text, text = _renamed(base_text, renames), _renamed(text, renames)
        base, theirs = value_of(base_text) or {}, value_of(text)
        new_keys = {f"key:{'.'.join(map(str, place))}": new for place, new in renames}
        mine = filled(part, base, posted, new_keys)
        whole = {
            **{key: each for key, each in base.items() if key not in part.names or key in mine.value},
            **mine.value,
        }
        for old, new_key in renames:
            whole = followed(whole, old, new_key)
        whole, place = acted(part, placed(whole), do)
        if do == "shows" and isinstance(whole.get("weak"), dict):
            whole = named_by_analysis(whole)
        errors |= mine.errors
        if theirs is None:
            return Outcome(whole, errors=errors, unreadable=True)
        merged, clashes = joined(base, whole, theirs)
        if clashes and not _is_alone(draft, base_version, window):
            return Outcome(merged, errors=errors, clashes=tuple(clashes))
        new = edited(text, placed(merged))
        words = _words(part, do)
        is_saved = _stored(draft, new, words=words, window=window, is_automatic=is_automatic, at=at)
    return Outcome(merged, is_saved, errors, place=place)


def _words(part: Part, do: str) -> str:
    verb = do.partition(":")[0]
    done = {"add": "added", "remove": "removed", "up": "moved", "down": "moved"}.get(verb)
    return f"{part.title}: {done} {do.partition(':')[2]}"[:120] if done else part.title


def _renamed(text: str, renames: list[tuple[Place, str]]) -> str:
    for place, new in renames:
        try:
            text = renamed(text, place, new)
        except (YamlError, LookupError, ValueError):  # removed in the meantime
            continue
    return text


def _is_alone(draft: ScenarioDraft, version: int, window: str) -> bool:
    """Whether all versions since then come from the same open page."""
    later = draft.versions.filter(version__gt=version).values_list("window", flat=True)
    return bool(window) and all(each == window for each in later)


def text_at(draft: ScenarioDraft, version: int) -> str:
    """The text at a version, or at the last stored version before it."""
    if version >= draft.version:
        return draft.source_text
    found = draft.versions.filter(version__lte=version).first() or draft.versions.last()
    return found.source_text if found else draft.source_text


def save_text(draft: ScenarioDraft, text: str, *, base_version: int, at: datetime, words: str) -> bool:
    """Replaces the whole file with the typed text. Returns False and saves nothing when it changed since
    `base_version`."""
    if len(text.encode()) > MAX_BYTES:
        raise DraftError(f"The file is larger than {MAX_BYTES:,} bytes.")
    with transaction.atomic():
        draft = ScenarioDraft.objects.select_for_update().get(pk=draft.pk)
        if "\r\n" in draft.source_text and "\r\n" not in text:
            text = text.replace("\n", "\r\n")
        if base_version < draft.version and text != draft.source_text:
            return False
        _stored(draft, text, words=words, at=at)
    return True


def _stored(
    draft: ScenarioDraft, text: str, *, words: str, at: datetime, window: str = "", is_automatic: bool = False
) -> bool:
    if text == draft.source_text:
        return False
    if len(text.encode()) > MAX_BYTES:
        raise DraftError(f"The file would be larger than {MAX_BYTES:,} bytes.")
    draft.source_text, draft.title, draft.changed_at = text, _title(text) or draft.title, at
    last = draft.versions.filter(version=draft.version).first()
    draft.version += 1
    draft.save()
    DraftVersion.objects.create(
        draft=draft, version=draft.version, source_text=text, words=words[:120],
        is_automatic=is_automatic, window=window[:40], at=at,
    )  # fmt: skip
    if last is not None and last.is_automatic and last.window == window and last.at > at - GIVES_WAY_FOR:
        last.delete()
    oldest = draft.versions.values_list("version", flat=True)[MAX_VERSIONS : MAX_VERSIONS + 1]
    draft.versions.filter(version__lte=oldest[0]).delete() if oldest else None
    return True


def restore(draft: ScenarioDraft, version: int, *, at: datetime) -> bool:
    """Makes an earlier text the newest version; returns False when no version has that number."""
    found = draft.versions.filter(version=version).first()
    if found is None:
        return False
    with transaction.atomic():
        draft = ScenarioDraft.objects.select_for_update().get(pk=draft.pk)
        _stored(draft, found.source_text, words=f"as in version {version}", at=at)
    return True


def delete_draft(draft: ScenarioDraft) -> None:
    """Deletes the draft. Designs that were opened on the canvas stay."""
    draft.delete()


# The canvas


def open_canvas(draft: ScenarioDraft, kind: Kind, *, at: datetime) -> Design:
    """Opens the reference, or its weak variant, as a design of the person's own. A design with canvas changes that are
    not yet in the file opens as it is; otherwise it is first updated from the file. Raises DraftError."""
    document = _document(draft, kind)
    design: Design | None = getattr(draft, kind)
    if design is not None and design.binned_at is None:
        if design.version == getattr(draft, f"{kind}_taken"):
            _brought_up_to_date(draft, design, kind, document, at=at)
        return design
    title = f"{CANVAS_TITLES[kind]}: {draft.title}"[:200]
    document["meta"] = {**{key: each for key, each in document["meta"].items() if key != "scenario"}, "title": title}
    try:
        design = create_design(owner=draft.owner, document=document, at=at)
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        raise DraftError(f"The {CANVAS_TITLES[kind].lower()} cannot be drawn yet: {error}") from None
    setattr(draft, kind, design)
    setattr(draft, f"{kind}_taken", design.version)
    draft.save(update_fields=[kind, f"{kind}_taken"])
    return design


def _document(draft: ScenarioDraft, kind: Kind) -> dict[str, Any]:
    scenario = loosely_read(value_of(draft.source_text) or {})
    if scenario is None:
        raise DraftError("The figures, requirements and reference cannot be read yet: mend the errors there first.")
    return (weak_of(scenario) if kind == "weak" else None) or reference_of(scenario)


def _brought_up_to_date(
    draft: ScenarioDraft, design: Design, kind: Kind, document: Mapping[str, Any], *, at: datetime
) -> None:
    patch = {key: each for key, each in diff(design.data(), document).items() if key not in ("meta", "format")}
    if not patch:
        return
    try:
        saved = save_patch(design, Edit(patch=patch, base_version=design.version), author=draft.owner, at=at)
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        raise DraftError(f"The {CANVAS_TITLES[kind].lower()} cannot be drawn yet: {error}") from None
    setattr(draft, f"{kind}_taken", saved.version)
    draft.save(update_fields=[f"{kind}_taken"])


@transaction.atomic
def take_canvas(draft: ScenarioDraft, kind: Kind, *, at: datetime) -> bool:
    """Writes the changes made on the canvas into the file; returns False when there are none. Raises DraftError."""
    draft = ScenarioDraft.objects.select_for_update().get(pk=draft.pk)
    design: Design | None = getattr(draft, kind)
    value = value_of(draft.source_text)
    if design is None or value is None:
        raise DraftError("There is no design to take it from." if design is None else "Mend the file first.")
    before, after = document_at(design, getattr(draft, f"{kind}_taken")), design.data()
    if kind == "reference":
        value = with_reference(value, before, after)
    else:
        value = _with_weak(draft, value, before, after)
    setattr(draft, f"{kind}_taken", design.version)
    draft.save(update_fields=[f"{kind}_taken"])
    return _stored(draft, edited(draft.source_text, placed(value)), words=f"{CANVAS_TITLES[kind]} drawn", at=at)


def _with_weak(
    draft: ScenarioDraft, value: dict[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    reference, weak = _document(draft, "reference"), _document(draft, "weak")
    value = with_weak(value, reference, apply(weak, diff(before, after)))
    return named_by_analysis(value) if not value["weak"].get("shows") else value


def named_by_analysis(value: dict[str, Any]) -> dict[str, Any]:
    """The file, with its weak variant listing the findings of the analysis."""
    scenario = loosely_read({**value, "weak": {**value["weak"], "title": "-", "text": "-", "shows": {}}})
    if scenario is None or scenario.weak is None:
        return value
    try:
        requirements, findings = shown_by_weak(scenario)
    except ValueError:
        return value
    return {**value, "weak": {**value["weak"], "shows": {"requirements": requirements, "findings": findings}}}


@transaction.atomic
def take_design(draft: ScenarioDraft, design: Design, *, at: datetime) -> None:
    """Uses another design of the person's own as the reference. Raises DraftError."""
    draft = ScenarioDraft.objects.select_for_update().get(pk=draft.pk)
    value = value_of(draft.source_text)
    if value is None:
        raise DraftError("Mend the file first.")
    new = edited(draft.source_text, placed(from_design(value, design.data())))
    _stored(draft, new, words=f"reference taken from {design.title}", at=at)


@transaction.atomic
def use(draft: ScenarioDraft, *, at: datetime, anyway: bool = False) -> tuple[Scenario, list[ScenarioProblem]]:
    """Loads the draft as a scenario of the person's own, with the same errors as an upload."""
    raw = draft.source_text.encode()
    scenario, warnings = upload_scenario(
        raw, file=f"{draft.title or 'draft'}", owner=draft.owner, now=at, anyway=anyway
    )
    draft.scenario = scenario
    draft.save(update_fields=["scenario"])
    return scenario, warnings
