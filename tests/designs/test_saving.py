from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designs.document.patches import ABSENT, Conflict
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.document.references import removal
from designs.models import SNAPSHOT_EVERY, Change, Design, Snapshot
from designs.selectors.designs import NoSuchVersionError, changes_after, document_at, history
from designs.services.saving import Edit, ReusedSequenceError, Saved, StaleEditError, UnknownVersionError, save_patch
from designs.services.versions import fork_design, name_version, restore_version
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete


def edit(patch, base_version=0, **facts) -> Edit:
    return Edit(patch=patch, base_version=base_version, **facts)


def title(text: str) -> dict:
    return {"meta": {"title": text}}


def label(component: str, text: str) -> dict:
    return {"diagram": {"components": {component: {"label": text}}}}


def saved_titles(design: Design, titles: list[str]) -> None:
    for version, each in enumerate(titles):
        design.refresh_from_db()
        save_patch(design, edit(title(each), version), author=None, at=NOON + timedelta(minutes=version))
    design.refresh_from_db()


def test_a_saved_edit_is_in_the_document_the_title_and_the_log(design, owner):
    saved = save_patch(
        design,
        edit(title("Chirper"), client_id="tab", sequence=7, step="scope", elapsed_seconds=90),
        author=owner,
        at=NOON,
    )

    design.refresh_from_db()
    [change] = changes_after(design, 0)
    assert saved == Saved(1, merged=False)
    assert (design.version, design.title, design.data()["meta"]["title"]) == (1, "Chirper", "Chirper")
    assert (change.version, change.patch, change.author, change.at) == (1, '{"meta":{"title":"Chirper"}}', owner, NOON)
    assert (change.client_id, change.sequence, change.step, change.elapsed_seconds) == ("tab", 7, "scope", 90)


def test_the_log_keeps_only_what_an_edit_changed(design):
    save_patch(design, edit({"meta": {"title": "Chirper", "scenario": "twitter"}}), author=None, at=NOON)
    assert Change.objects.get().patch == '{"meta":{"title":"Chirper"}}'


def test_an_edit_that_changes_nothing_is_saved_without_a_version(design):
    assert save_patch(design, edit(title("Twitter")), author=None, at=NOON) == Saved(0, merged=False)
    assert not Change.objects.exists()


def test_sent_twice_counts_once(design):
    """promise 8"""
    retried = edit(title("Chirper"), client_id="tab", sequence=1)
    first = save_patch(design, retried, author=None, at=NOON)
    save_patch(Design.objects.get(), edit(title("Twitter"), 1), author=None, at=NOON)

    assert save_patch(Design.objects.get(), retried, author=None, at=NOON) == first
    assert Design.objects.get().title == "Twitter"
    assert Change.objects.count() == 2


def test_sent_twice_at_once_counts_once(design):
    """promise 8: the second request looked the design up before the first one was done."""
    retried = edit(title("Chirper"), client_id="tab", sequence=1)
    early = Design.objects.get()
    first = save_patch(design, retried, author=None, at=NOON)

    assert save_patch(early, retried, author=None, at=NOON) == first
    assert Change.objects.count() == 1


@pytest.mark.parametrize("base_version", [0, 1])
def test_another_change_under_a_used_sequence_number_is_refused(design, base_version):
    save_patch(design, edit(title("A"), client_id="tab", sequence=1), author=None, at=NOON)
    with pytest.raises(ReusedSequenceError, match="sequence number 1 for another change"):
        save_patch(
            Design.objects.get(), edit(title("B"), base_version, client_id="tab", sequence=1), author=None, at=NOON
        )
    assert Design.objects.get().title == "A"


def test_an_edit_of_an_older_version_is_merged_when_nothing_overlaps(design):
    """promise 3"""
    save_patch(design, edit(label("api", "API")), author=None, at=NOON)
    saved = save_patch(Design.objects.get(), edit(label("cache", "Redis")), author=None, at=NOON)

    components = Design.objects.get().data()["diagram"]["components"]
    assert saved == Saved(2, merged=True)
    assert (components["api"]["label"], components["cache"]["label"]) == ("API", "Redis")


def test_two_tabs_that_change_one_field_differently_conflict_and_nothing_is_lost(design):
    """promise 3"""
    save_patch(design, edit(label("api", "API")), author=None, at=NOON)
    with pytest.raises(StaleEditError) as refused:
        save_patch(Design.objects.get(), edit(label("api", "Gateway")), author=None, at=NOON)

    assert refused.value.version == 1
    assert refused.value.conflicts == [Conflict(("diagram", "components", "api", "label"), "Gateway", "API")]
    assert Design.objects.get().data()["diagram"]["components"]["api"]["label"] == "API"


def test_two_tabs_that_change_one_field_alike_agree(design):
    save_patch(design, edit(label("api", "API")), author=None, at=NOON)
    assert save_patch(Design.objects.get(), edit(label("api", "API")), author=None, at=NOON) == Saved(1, merged=True)


def test_changing_what_another_tab_deleted_conflicts(design):
    save_patch(design, edit(removal(complete(), ("diagram", "components", "cache"))), author=None, at=NOON)
    with pytest.raises(StaleEditError) as refused:
        save_patch(Design.objects.get(), edit(label("cache", "Redis")), author=None, at=NOON)
    [conflict] = refused.value.conflicts
    assert (conflict.path, conflict.theirs) == (("diagram", "components", "cache"), ABSENT)
    assert conflict.ours["label"] == "Redis"


def test_pointing_at_what_another_tab_deleted_conflicts(design):
    """The two patches touch different things, yet the result would not fit together."""
    save_patch(design, edit(removal(complete(), ("diagram", "components", "cache"))), author=None, at=NOON)
    arrow = {"diagram": {"connections": {"new": {"source": "lb", "target": "cache"}}}}
    with pytest.raises(StaleEditError) as refused:
        save_patch(Design.objects.get(), edit(arrow), author=None, at=NOON)
    assert [problem.path for problem in refused.value.problems] == ["/diagram/connections/new/target"]


def test_a_patch_that_was_wrong_from_the_start_is_no_conflict(design):
    save_patch(design, edit(title("Chirper")), author=None, at=NOON)
    with pytest.raises(InvalidDocumentError, match="/diagram/boxes: This field is not part of a design"):
        save_patch(Design.objects.get(), edit({"diagram": {"boxes": {}}}), author=None, at=NOON)


def test_a_version_that_does_not_exist_yet_is_refused(design):
    with pytest.raises(UnknownVersionError, match="no version 3 yet; the latest is 0"):
        save_patch(design, edit(title("Chirper"), 3), author=None, at=NOON)


def test_what_is_too_large_is_refused_and_drops_nothing(design):
    """promise 12"""
    notes = {f"q{number}": {"answer": "x" * 10_000} for number in range(101)}
    with pytest.raises(DocumentTooLargeError):
        save_patch(design, edit({"scope": {"questions": notes}}), author=None, at=NOON)
    assert Design.objects.get().data() == complete()


@pytest.mark.parametrize(
    "facts",
    [
        {"client_id": ""},
        {"client_id": "a b"},
        {"sequence": -1},
        {"sequence": 2**53},
        {"step": "Scope"},
        {"elapsed_seconds": -1},
    ],
)
def test_an_edit_out_of_form_is_refused_in_words(facts):
    with pytest.raises(ValueError, match=r"client id|sequence number|slug of a step|elapsed seconds"):
        edit({}, **facts)


def test_the_database_itself_refuses_a_second_change_of_one_version(design):
    facts = {"design": design, "patch": "{}", "at": NOON, "received": ""}
    Change.objects.create(version=1, client_id="a", sequence=1, **facts)
    for again in ({"version": 1, "client_id": "b", "sequence": 1}, {"version": 2, "client_id": "a", "sequence": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.create(**again, **facts)


def test_any_version_is_the_snapshot_before_it_and_the_patches_after(design):
    """promise 13"""
    titles = [f"Title {number}" for number in range(2 * SNAPSHOT_EVERY + 3)]
    saved_titles(design, titles)

    assert list(Snapshot.objects.values_list("version", flat=True)) == [0, SNAPSHOT_EVERY, 2 * SNAPSHOT_EVERY]
    versions = [0, 1, SNAPSHOT_EVERY - 1, SNAPSHOT_EVERY, SNAPSHOT_EVERY + 1, len(titles) - 1, len(titles)]
    assert [document_at(design, version)["meta"]["title"] for version in versions] == [
        "Twitter" if version == 0 else titles[version - 1] for version in versions
    ]
    for missing in (-1, len(titles) + 1):
        with pytest.raises(NoSuchVersionError):
            document_at(design, missing)


def test_old_versions_cost_two_queries(design, django_assert_num_queries):
    saved_titles(design, [str(number) for number in range(SNAPSHOT_EVERY - 1)])
    with django_assert_num_queries(2):
        document_at(design, SNAPSHOT_EVERY - 2)


def test_restoring_is_a_change_that_can_be_undone(design, owner):
    """promise 13"""
    saved_titles(design, ["A", "B"])
    restore_version(design, 0, author=owner, at=NOON)
    design.refresh_from_db()
    assert (design.version, design.data()) == (3, complete())

    restore_version(design, 2, author=owner, at=NOON)
    design.refresh_from_db()
    assert (design.version, design.title) == (4, "B")
    assert document_at(design, 1)["meta"]["title"] == "A"


def test_a_fork_begins_as_the_version_and_goes_its_own_way(design, stranger):
    saved_titles(design, ["A", "B"])
    fork = fork_design(design, 1, owner=stranger, at=NOON)
    assert (fork.owner, fork.version, fork.title) == (stranger, 0, "A (copy)")

    save_patch(fork, edit(title("C")), author=stranger, at=NOON)
    design.refresh_from_db()
    assert design.title == "B"


def test_the_title_of_a_fork_fits(design, stranger):
    saved_titles(design, ["x" * 200])
    assert len(fork_design(design, 1, owner=stranger, at=NOON).title) == 200


def test_history_tells_each_version_newest_first(design, owner):
    save_patch(design, edit(label("api", "API"), step="high-level"), author=owner, at=NOON + timedelta(minutes=1))
    save_patch(Design.objects.get(), edit(title("Chirper"), 1), author=None, at=NOON + timedelta(minutes=2))
    design.refresh_from_db()
    name_version(design, 1, "Before the rename", at=NOON)

    told = [
        (each.version, each.author, each.step, each.name, [d.words for d in each.differences])
        for each in history(design)
    ]
    assert told == [
        (2, "", "", "", ["Set title to 'Chirper' (was 'Twitter')"]),
        (1, "ada", "high-level", "Before the rename", ["Renamed service 'Tweet service' to 'API'"]),
        (0, "", "", "", []),
    ]


def test_history_comes_in_pages(design, django_assert_max_num_queries):
    """promise 52"""
    saved_titles(design, [str(number) for number in range(7)])
    with django_assert_max_num_queries(4):
        page = history(design, limit=3)
    assert [entry.version for entry in page] == [7, 6, 5]
    assert [entry.version for entry in history(design, before=5, limit=3)] == [4, 3, 2]
    assert [entry.version for entry in history(design, before=2, limit=3)] == [1, 0]
    assert history(design, before=0) == []


def test_a_version_is_named_once(design):
    name_version(design, 0, "Start", at=NOON)
    name_version(design, 0, "Beginning", at=NOON)
    assert [named.name for named in design.named_versions.all()] == ["Beginning"]
    with pytest.raises(NoSuchVersionError):
        name_version(design, 1, "Later", at=NOON)


PATCHES = st.lists(
    st.tuples(st.sampled_from(["api", "lb", "cache"]), st.sampled_from(["A", "B"]), st.integers(0, 3)), max_size=6
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PATCHES)
def test_the_log_applied_to_the_beginning_is_the_document(design, patches):
    """Whatever was merged or refused on the way."""
    with transaction.atomic():
        for component, text, age in patches:
            current = Design.objects.get(pk=design.pk)
            made = edit(label(component, text), max(current.version - age, 0))
            try:
                save_patch(current, made, author=None, at=NOON)
            except StaleEditError:
                continue
        current = Design.objects.get(pk=design.pk)
        stored = current.data()
        Design.objects.filter(pk=design.pk).update(document="{}")
        latest = Design.objects.get(pk=design.pk)
        latest.version += 1
        assert document_at(latest, current.version) == stored
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_design_all_get_through(design):
    """promise 2: each writes its own component, from whatever version it saw first."""

    def add(number: int) -> Saved:
        try:
            component = {"diagram": {"components": {f"n{number}": {"kind": "service", "order": number}}}}
            return save_patch(Design.objects.get(pk=design.pk), edit(component), author=None, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        saved = list(pool.map(add, range(50)))

    design.refresh_from_db()
    assert sorted(each.version for each in saved) == list(range(1, 51))
    assert design.version == 50
    assert {f"n{number}" for number in range(50)} <= design.data()["diagram"]["components"].keys()
