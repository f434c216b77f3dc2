"""Scenarios in and out: packs of files, uploads by people, publishing, and designs that start from a scenario."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from designs.document import text
from designs.document.schema import blank
from designs.grants import corrected_by
from designs.models import Design, Scenario
from designs.scenarios import brands
from designs.scenarios.problems import InvalidScenarioError, ScenarioProblem, UnsoundScenarioError
from designs.scenarios.reading import MAX_BYTES, ScenarioFile, read_scenario
from designs.scenarios.soundness import unsound
from designs.services.saving import create_design
from studyguide.models import SearchEntry, Topic
from studyguide.services.searching import index_entries
from web.reading.files import named_files

SUFFIXES = (".yaml", ".yml")
SEARCH_KIND = "scenario"
SHIPPED_PACK = "loadbearing"
MAX_OWN = 200


@dataclass(frozen=True, kw_only=True)
class Report:
    """Slugs by result; `missing` scenarios belong to the pack but have no file any more, and were kept."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[ScenarioProblem, ...] = ()


def scenario_files(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Contents of YAML files with their names; folders are read recursively. At most as much of a file is read as a
    scenario may have.

    Raises InvalidScenarioError when the file does not exist or a folder has no YAML files.
    """
    given = list(paths)
    try:
        found = named_files(given, SUFFIXES)
    except FileNotFoundError as error:
        problem = ScenarioProblem(str(error.filename), 1, "There is no such file or folder.")
        raise InvalidScenarioError([problem]) from error
    if not found:
        words = "Expected at least one scenario in a YAML file (.yaml)."
        raise InvalidScenarioError([ScenarioProblem(", ".join(map(str, given)), 1, words)])
    return [(name, _beginning(path)) for path, name in found.items()]


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def load_scenarios(
    files: Sequence[tuple[str, bytes]],
    *,
    pack: str,
    now: datetime,
    prune: bool = False,
    dry_run: bool = False,
    skip_taken: bool = False,
    owner: User | None = None,
    strict: bool = False,
    then: Callable[[list[Scenario]], None] | None = None,
) -> Report:
    """Publishes a pack of scenarios: all of them, or none with InvalidScenarioError that names everything wrong.

    With `owner` they belong to that person and are private, like uploads. `then` is called with the scenarios before
    the transaction ends, so that the caller can attach them to something of its own (a class, say) or refuse. A slug of
    another pack, or of another person's upload, is an error, or with `skip_taken` a warning. A scenario that
    contradicts itself gives warnings; with `strict` they are errors.
    """
    read = _read_all(files)
    warnings = [*(warning for each in read for warning in each.warnings), *_unknown_topics(read)]
    if strict or pack != SHIPPED_PACK:  # tests check the shipped pack, which is loaded at every start
        doubts = [unsound(each) for each in read]
        contradictions = [problem for each in doubts for problem in each.contradictions]
        if strict and contradictions:
            raise InvalidScenarioError(contradictions)
        warnings += [problem for each in doubts for problem in each.all]
    with transaction.atomic():
        known = {each.slug: each for each in Scenario.objects.filter(slug__in=[each.scenario.slug for each in read])}
        taken = {slug for slug, old in known.items() if not _is_of(old, pack, owner)}
        refused = [_taken(each, known[each.scenario.slug]) for each in read if each.scenario.slug in taken]
        if refused and not skip_taken:
            raise InvalidScenarioError(refused)
        fates: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
        loaded = []
        for each in (each for each in read if each.scenario.slug not in taken):
            old = known.get(each.scenario.slug)
            stays_public = owner is None or (old is not None and old.is_published)
            mine = {"pack": "", "owner": owner} if owner else {"pack": pack}
            scenario, fate = _store(each, old, now=now, is_published=stays_public, **mine)
            fates[fate].append(scenario.slug)
            loaded.append(scenario)
        gone = [] if owner else _gone(pack, {each.scenario.slug for each in read})
        if prune:
            Scenario.objects.filter(slug__in=gone).delete()
        index(loaded, removed=gone if prune else ())
        if then is not None:
            then(loaded)
        if dry_run:
            transaction.set_rollback(True)
    return Report(
        created=tuple(fates["created"]),
        updated=tuple(fates["updated"]),
        unchanged=tuple(fates["unchanged"]),
        removed=tuple(gone) if prune else (),
        missing=() if prune else tuple(gone),
        warnings=(*warnings, *refused),
    )


def load_shipped_scenarios(fixtures: Path, *, now: datetime) -> Report:
    """Loads the shipped pack; scenarios removed from the pack are removed from the site. A person's upload with the
    same slug does not block the load."""
    files = scenario_files([fixtures / "scenarios"])
    return load_scenarios(files, pack=SHIPPED_PACK, now=now, prune=True, skip_taken=True)


def _read_all(files: Sequence[tuple[str, bytes]]) -> list[ScenarioFile]:
    read: list[ScenarioFile] = []
    problems: list[ScenarioProblem] = []
    first: dict[str, str] = {}
    for name, raw in files:
        try:
            each = read_scenario(raw, file=name)
        except InvalidScenarioError as error:
            problems += error.problems
            continue
        slug = each.scenario.slug
        if slug in first:
            problems.append(each.problem(("slug",), f"The slug {slug!r} is already that of {first[slug]}."))
        first.setdefault(slug, name)
        read.append(each)
    if problems:
        raise InvalidScenarioError(problems)
    return read


def _unknown_topics(read: Sequence[ScenarioFile]) -> list[ScenarioProblem]:
    wanted: list[tuple[ScenarioFile, tuple[str | int, ...], str]]
    wanted = [(each, ("topics", place), slug) for each in read for place, slug in enumerate(each.scenario.topics)]
    wanted += [
        (each, ("traps", key, "topic"), trap.topic)
        for each in read
        for key, trap in each.scenario.traps.items()
        if trap.topic
    ]
    known = set(Topic.objects.filter(slug__in={slug for _, _, slug in wanted}).values_list("slug", flat=True))
    unknown = [(each, place, slug) for each, place, slug in wanted if slug not in known]
    everything = list(Topic.objects.values_list("slug", flat=True)) if unknown else []
    return [each.problem(place, no_topic(slug, everything)) for each, place, slug in unknown]


def no_topic(slug: str, everything: Sequence[str]) -> str:
    near = get_close_matches(slug, everything, n=1, cutoff=0.6)
    return f"There is no topic {slug!r}." + (f" Did you mean {near[0]!r}?" if near else "")


def _is_of(old: Scenario, pack: str, owner: User | None) -> bool:
    """Whether a load may update this scenario: it belongs to the same pack, or to the same person."""
    return old.owner_id == owner.pk if owner else old.owner_id is None and old.pack == pack


def _taken(each: ScenarioFile, old: Scenario) -> ScenarioProblem:
    if old.owner_id is None:
        words = f"The slug {each.scenario.slug!r} belongs to pack {old.pack!r}. Choose another slug."
    else:
        words = f"The slug {each.scenario.slug!r} is taken by somebody else's scenario."
    return each.problem(("slug",), words)


def _gone(pack: str, kept: Collection[str]) -> list[str]:
    return sorted(set(Scenario.objects.filter(pack=pack, owner=None).values_list("slug", flat=True)) - set(kept))


def _store(
    read: ScenarioFile,
    old: Scenario | None,
    *,
    now: datetime,
    pack: str = "",
    owner: User | None = None,
    is_published: bool,
) -> tuple[Scenario, str]:
    scenario, sha = read.scenario, hashlib.sha256(read.source.encode()).hexdigest()
    content = text.dump(scenario.model_dump(mode="json", exclude_unset=True))
    if old is not None and (old.sha, old.content, old.pack, old.is_published) == (sha, content, pack, is_published):
        return old, "unchanged"
    new = old or Scenario(slug=scenario.slug)
    new.title, new.summary, new.level, new.minutes = scenario.title, scenario.summary, scenario.level, scenario.minutes
    new.topics, new.source_text, new.content, new.sha = scenario.topics, read.source, content, sha
    new.pack, new.owner, new.is_published, new.changed_at = pack, owner, is_published, now
    new.__dict__.pop("data", None)
    new.save()
    return new, "created" if old is None else "updated"


@transaction.atomic
def upload_scenario(
    raw: bytes, *, file: str, owner: User, now: datetime, anyway: bool = True
) -> tuple[Scenario, list[ScenarioProblem]]:
    """Adds or updates a scenario of the person's own, and returns its warnings. After an update it stays published only
    if staff made the change, because other changes have not been reviewed. A scenario that somebody else handed over
    with a class is corrected, too, and stays that person's.

    InvalidScenarioError lists all errors, also a slug that belongs to somebody else. UnsoundScenarioError says that the
    scenario contradicts itself; with `anyway` it is kept all the same.
    """
    read = read_scenario(raw, file=file)
    old = Scenario.objects.select_for_update().filter(slug=read.scenario.slug).first()
    if old is not None and old.owner_id != owner.pk:
        if not Scenario.objects.filter(corrected_by(owner.pk), pk=old.pk, owner__isnull=False).exists():
            raise InvalidScenarioError([_taken(read, old)])
        owner = old.owner or owner
    if old is None and Scenario.objects.owned_by(owner.pk).count() >= MAX_OWN:
        words = f"You have {MAX_OWN} scenarios already; delete some first."
        raise InvalidScenarioError([read.problem(("slug",), words)])
    doubts = unsound(read)
    if doubts.contradictions and not anyway:
        raise UnsoundScenarioError(doubts.all)
    stays_published = old is not None and old.is_published and owner.is_staff
    scenario, _ = _store(read, old, now=now, owner=owner, is_published=stays_published)
    index([scenario])
    return scenario, [*read.warnings, *_unknown_topics([read]), *doubts.all]


@transaction.atomic
def publish_scenario(scenario: Scenario, *, is_published: bool) -> None:
    """Publishes the scenario to everybody, or withdraws it."""
    scenario.is_published = is_published
    scenario.save(update_fields=["is_published"])
    index([scenario])


@transaction.atomic
def delete_scenario(scenario: Scenario) -> None:
    slug = scenario.slug
    scenario.delete()
    index([], removed=[slug])


def start_design(scenario: Scenario, *, owner: User, at: datetime) -> Design:
    """A new design that knows its scenario and is otherwise empty."""
    document = blank(title=scenario.title, method=scenario.data.method, scenario=scenario.slug)
    return create_design(owner=owner, document=document, at=at)


def index(scenarios: Sequence[Scenario], *, removed: Iterable[str] = ()) -> None:
    """Adds published scenarios to the search index, and removes all others."""
    shown = [scenario for scenario in scenarios if scenario.is_published]
    hidden = [scenario.slug for scenario in scenarios if not scenario.is_published]
    index_entries(SEARCH_KIND, [_entry(scenario) for scenario in shown], removed=[*removed, *hidden])


def _entry(scenario: Scenario) -> SearchEntry:
    """Leaves questions and answers out, so that search does not reveal what candidates should ask."""
    data = scenario.data
    return SearchEntry(
        kind=SEARCH_KIND,
        key=scenario.slug,
        title=scenario.title,
        aliases=f"{scenario.slug.replace('-', ' ')}, {brands.names(scenario.slug)}".strip(", "),
        summary=scenario.summary,
        body="\n".join([scenario.summary, data.prompt, *data.trains]),
        url=reverse("designs:scenario_detail", args=[scenario.slug]),
    )
