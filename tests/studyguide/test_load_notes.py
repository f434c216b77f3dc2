"""The command that imports notes: its report, all or nothing, and a second run that changes nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from studyguide.models import ContentRevision, Link, Progress, SearchEntry, Topic

pytestmark = pytest.mark.django_db
GARDEN = """# Soil
Dig it over before the first frost of winter comes.
## Heavy clay
It holds water. Mix in sand, see [[Sandy soil]].
## Sandy soil
Water runs through.
# Seeds
## Sowing
Sow on sandy soil in rows.
"""


@pytest.fixture
def garden(tmp_path) -> Path:
    path = tmp_path / "garden.md"
    path.write_text(GARDEN)
    return path


def load(*paths: Path, **options: object) -> str:
    out = StringIO()
    call_command("load_notes", *map(str, paths), stdout=out, no_color=True, **options)
    return out.getvalue()


def everything() -> list[object]:
    """All rows that an import writes, with their keys."""
    return [list(model.objects.order_by("pk").values()) for model in (Topic, Link, SearchEntry, ContentRevision)]


def test_the_report_says_what_was_done(garden):
    assert load(garden).splitlines() == [
        "   created     5",
        "   updated     0",
        " unchanged     0",
        "   removed     0",
        "     links     2",
        "     cards     0",
        "Done: notes 'garden'.",
    ]
    assert list(Topic.objects.values_list("slug", "parent__slug", "kind")) == [
        ("soil", None, "topic"),
        ("heavy-clay", "soil", "topic"),
        ("sandy-soil", "soil", "topic"),
        ("seeds", None, "category"),
        ("sowing", "seeds", "topic"),
    ]
    assert set(Link.objects.values_list("source__slug", "target__slug", "kind")) == {
        ("heavy-clay", "sandy-soil", "wiki"),
        ("sowing", "sandy-soil", "automatic"),
    }


def test_a_second_run_changes_nothing_and_writes_nothing(garden):
    load(garden)
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        report = load(garden)

    assert " unchanged     5" in report
    assert everything() == before
    assert not [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_dry_run_reports_and_changes_nothing(garden):
    report = load(garden, dry_run=True)

    assert "   created     5" in report
    assert "Nothing was changed (dry run)" in report
    assert everything() == [[], [], [], everything()[3]]
    assert not Topic.objects.exists()


def test_only_what_changed_is_updated(garden):
    load(garden)
    garden.write_text(GARDEN.replace("Water runs through.", "Water runs through at once."))

    report = load(garden)

    assert "   updated     1: sandy-soil" in report
    assert " unchanged     4" in report


def test_what_is_gone_stays_until_it_is_pruned(garden):
    load(garden)
    garden.write_text(GARDEN.replace("## Sowing\nSow on sandy soil in rows.\n", ""))

    report = load(garden)
    assert "   missing     1: sowing" in report
    assert "--prune removes them" in report
    assert Topic.objects.filter(slug="sowing").exists()

    assert "   removed     1: sowing" in load(garden, prune=True)
    assert not Topic.objects.filter(slug="sowing").exists()
    assert not SearchEntry.objects.filter(key="sowing").exists()


def test_a_renamed_heading_keeps_its_address_its_links_and_its_readers(garden):
    load(garden)
    reader = User.objects.create_user("ada")
    Progress.objects.create(user=reader, topic=Topic.objects.get(slug="soil"), read_at=timezone.now())
    garden.write_text(GARDEN.replace("# Soil\n", "# The ground\n"))

    report = load(garden, prune=True)

    assert "   updated     1: soil" in report
    assert Topic.objects.get(slug="soil").title == "The ground"
    assert reader.topics_read.get().topic.slug == "soil"
    assert set(Topic.objects.filter(parent__slug="soil").values_list("slug", flat=True)) == {"heavy-clay", "sandy-soil"}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"# B\n\xff", "bad.md:2: expected UTF-8"),
        (b"---\ntitle: B\nslug: [\n---\n", "bad.md:"),
        (b"# B\n```\nopen", "bad.md:2: the fence is never closed"),
        (b"---\ntitle: B\nslug: soil\n---\n", "bad.md:2: slug 'soil' is taken by garden.md:1"),
    ],
)
def test_strictly_read_one_bad_file_is_one_clear_error_and_nothing_is_imported(garden, tmp_path, raw, message):
    load(garden)
    before = everything()
    garden.write_text(GARDEN.replace("Dig", "Do not dig"))
    bad = tmp_path / "bad.md"
    bad.write_bytes(raw)

    with pytest.raises(CommandError) as caught:
        load(garden, bad, strict=True)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert everything() == before
    assert message in load(garden, bad)
    assert Topic.objects.get(slug="soil").source_text.startswith("Do not dig"), "the good file came in"


def test_an_error_in_the_middle_of_writing_leaves_everything_as_it_was(garden, monkeypatch):
    """promise 15"""
    load(garden)
    before = everything()
    garden.write_text(GARDEN.replace("Dig", "Do not dig").replace("Sow on", "Never sow on"))
    monkeypatch.setattr(ContentRevision, "advance", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load(garden)

    assert everything() == before


def test_files_and_folders_that_are_not_there_or_empty_are_named(tmp_path):
    with pytest.raises(CommandError, match="there is no such file or folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="expected at least one Markdown file"):
        load(tmp_path)


def test_a_folder_is_read_with_all_below_it_and_links_between_files_hold(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "one.md").write_text("---\ntitle: One\n---\nSee [two](deep/er/two.markdown).")
    (tmp_path / "deep" / "er" / "two.markdown").write_text("---\ntitle: Two\n---\nBack to [one](../../one.md).")
    (tmp_path / "ignored.txt").write_text("no Markdown")

    said = load(tmp_path)
    assert "     links     2" in said
    assert "broken" not in said
    assert [*Topic.objects.values_list("slug", "parent__slug").order_by("order")] == [
        ("deep", None), ("er", "deep"), ("two", "er"), ("one", None),
    ]  # fmt: skip


def test_notes_of_another_name_do_not_touch_each_other(garden, tmp_path):
    load(garden)
    other = tmp_path / "other.md"
    other.write_text("# Soil\nAnother soil. See [[heavy-clay]].")

    report = load(other, prune=True, source="others")

    assert "   removed     0" in report
    assert Topic.objects.filter(source_name="garden").count() == 5
    assert Topic.objects.get(source_name="others").slug == "other-soil"
    assert Link.objects.filter(source__slug="other-soil", target__slug="heavy-clay").exists()
