"""Imports designs and scenarios from an account's export, each with its original history."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services.packs import Brought, Pack, PackError, moment_until
from designs.document import text
from designs.document.checks import read
from designs.document.patches import apply, same
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.document.upgrade import upgrade
from designs.models import SNAPSHOT_EVERY, Change, Design, NamedVersion, ScenarioDraft, Snapshot
from designs.scenarios.problems import InvalidScenarioError
from designs.services.drafts import DraftError, begin
from designs.services.saving import MOST_LOG_BYTES, STEP, must_have_room
from designs.services.scenarios import upload_scenario

MOST_CHANGES = 100_000


class HistoryError(ValueError):
    """A log that does not lead to the document beside it."""


def bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    """A design that already exists here is left unchanged."""
    made = 0
    for name in pack.under("designs", ".json"):
        try:
            made += bring_design(user, pack.json(name), brought, now=now)
        except (PackError, InvalidDocumentError, DocumentTooLargeError, HistoryError) as error:
            brought.remarks.append(f"{name}: {error}")
    brought.count(made, "design", "with its history" if made == 1 else "with their histories")
    _bring_scenarios(user, pack, brought, now)
    _bring_drafts(user, pack, brought, now)


def bring_design(user: User, facts: Any, brought: Brought, *, now: datetime) -> bool:
    """Returns whether the design is new. Raises InvalidDocumentError, DocumentTooLargeError, HistoryError."""
    if not isinstance(facts, Mapping) or not isinstance(facts.get("document"), dict):
        raise HistoryError("it holds no design.")
    key = _key(facts.get("id"))
    there = Design.objects.filter(pk=key).first()
    if there is not None and there.owner_id == user.pk:
        return False
    document = upgrade(facts["document"])
    title = read(document).meta.title
    try:
        began, changes = _history(facts, document, now)
    except HistoryError as error:
        brought.remarks.append(f"{title or 'A design'}: it came without its history, since {error}")
        began, changes = document, []
    _store(user, key if there is None else uuid.uuid4(), title, began, document, changes, facts, now)
    return True


def _key(value: Any) -> uuid.UUID:
    """Keeps the original id when it is random. An id that is not random could be chosen to block one that is needed
    later."""
    try:
        found = uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    return found if found and found.version == 4 else uuid.uuid4()


def _history(facts: Mapping[str, Any], document: dict[str, Any], now: datetime) -> tuple[Any, list[Change]]:
    """The first document, and the changes that lead from it to the current one. Raises HistoryError."""
    began, listed = facts.get("began_as"), facts.get("changes")
    if not isinstance(began, dict) or not isinstance(listed, list):
        raise HistoryError("the export has none.")
    if len(listed) > MOST_CHANGES:
        raise HistoryError(f"it has more than {MOST_CHANGES:,} changes.")
    state: Any = began
    changes = []
    for version, entry in enumerate(listed, start=1):
        patch = entry.get("patch") if isinstance(entry, Mapping) else None
        if not isinstance(patch, dict) or entry.get("version") != version:
            raise HistoryError(f"version {version} of it is missing.")
        state = apply(state, patch)
        step = entry.get("step")
        changes.append(
            Change(
                version=version, patch=text.dump(patch), at=moment_until(entry.get("at"), now), client_id="brought",
                sequence=version, received="", step=step if isinstance(step, str) and STEP.fullmatch(step) else "",
            )
        )  # fmt: skip
    if not isinstance(state, dict) or not same(upgrade(state), document):
        raise HistoryError("its changes do not lead to it.")
    return began, changes


@transaction.atomic
def _store(
    user: User, key: uuid.UUID, title: str, began: Any, document: Any, changes: list[Change], facts: Any, now: datetime
) -> None:
    first, stored = text.dump(began), text.dump(document)
    size = len(first) + sum(len(change.patch) for change in changes)
    if size > MOST_LOG_BYTES:
        raise HistoryError(f"its history takes more than {MOST_LOG_BYTES // 1_000_000} MB.")
    must_have_room(user, size, designs=1)
    design = Design.objects.create(
        pk=key, owner=user, title=title, document=stored, version=len(changes), log_bytes=size,
        created_at=moment_until(facts.get("created_at"), now), updated_at=moment_until(facts.get("updated_at"), now),
        binned_at=moment_until(facts["binned_at"], now) if facts.get("binned_at") else None,
    )  # fmt: skip
    for change in changes:
        change.design, change.author = design, user
    Change.objects.bulk_create(changes, batch_size=200)
    Snapshot.objects.bulk_create(_snapshots(design, began, changes), batch_size=20)
    NamedVersion.objects.bulk_create(_named(design, facts.get("named_versions")))


def _snapshots(design: Design, began: Any, changes: Iterable[Change]) -> Iterable[Snapshot]:
    yield Snapshot(design=design, version=0, document=text.dump(began))
    state = began
    for change in changes:
        state = apply(state, text.load(change.patch))
        if change.version % SNAPSHOT_EVERY == 0:
            yield Snapshot(design=design, version=change.version, document=text.dump(state))


def _named(design: Design, rows: Any) -> list[NamedVersion]:
    most = NamedVersion._meta.get_field("name").max_length
    found = {
        row["version"]: NamedVersion(design=design, version=row["version"], name=row["name"].strip()[:most])
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
        and isinstance(row.get("version"), int)
        and 0 <= row["version"] <= design.version
        and isinstance(row.get("name"), str)
        and row["name"].strip()
        and "\x00" not in row["name"]
    }
    return list(found.values())


def _bring_scenarios(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    made = 0
    for name in pack.under("scenarios", ".json"):
        facts = pack.json(name)
        source = facts.get("yaml") if isinstance(facts, Mapping) else None
        try:
            upload_scenario(str(source).encode(), file=name.removesuffix(".json") + ".yaml", owner=user, now=now)
            made += 1
        except InvalidScenarioError as error:
            brought.remarks.append(f"{name}: {error}")
    brought.count(made, "scenario")


def _bring_drafts(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    """Imports the last text of each draft, unless a draft with the same text already exists."""
    made = earlier = 0
    for name in pack.under("scenario-drafts", ".json"):
        facts = pack.json(name)
        source = facts.get("yaml") if isinstance(facts, Mapping) else None
        if not isinstance(source, str) or "\x00" in source:
            brought.remarks.append(f"{name}: it holds no text of a scenario.")
            continue
        if ScenarioDraft.objects.filter(owner=user, source_text=source).exists():
            continue
        try:
            begin(owner=user, text=source, at=moment_until(facts.get("changed_at"), now), words="Brought in an export")
        except DraftError as error:
            brought.remarks.append(f"{name}: {error}")
            continue
        versions = facts.get("versions")
        made, earlier = made + 1, earlier + (max(0, len(versions) - 1) if isinstance(versions, list) else 0)
    brought.count(made, "draft", "of a scenario" if made == 1 else "of scenarios")
    if earlier:
        brought.remarks.append(f"Earlier versions of drafts: {earlier} stay in the export.")
