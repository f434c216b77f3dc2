from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from classrooms.management.commands.load_scenarios import Command
from designs.models import Scenario
from designs.scenarios.problems import InvalidScenarioError
from designs.services.scenarios import (
    delete_scenario,
    load_scenarios,
    load_shipped_scenarios,
    publish_scenario,
    start_design,
    upload_scenario,
)
from studyguide.models import SearchEntry
from studyguide.search.results import search
from tests.designs.conftest import NOON
from tests.designs.scenarios.examples import changed, example, line_of

pytestmark = pytest.mark.django_db
OTHER = (("slug: guest-book", "slug: visitors-book"), ("title: Guest book", "title: Visitors' book"))

FIELDS = ("slug", "title", "level", "minutes", "topics", "source_text", "content", "sha", "pack", "is_published")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack of two scenarios, outside of the site's folders."""
    pack = tmp_path / "museum"
    (pack / "deeper").mkdir(parents=True)
    (pack / "a.yaml").write_bytes(changed())
    (pack / "deeper" / "b.yml").write_bytes(changed(*OTHER))
    (pack / "README.md").write_text("not a scenario")
    return pack


def run(*arguments: str | Path, command: object = "load_scenarios") -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


def slugs() -> list[str]:
    return sorted(Scenario.objects.values_list("slug", flat=True))


def test_a_pack_from_another_folder_loads_without_code_and_again_without_change(folder):
    first, second = run(folder), run(folder)

    assert slugs() == ["guest-book", "visitors-book"]
    assert "created     2: guest-book, visitors-book" in first
    assert "unchanged     2" in second
    assert "Done: scenarios 'museum'." in second
    scenario = Scenario.objects.get(slug="guest-book")
    assert (scenario.is_published, scenario.pack, scenario.owner) == (True, "museum", None)
    assert scenario.source_text == example()
    assert list(scenario.data.questions) == ["lines", "readers"]


def test_a_changed_file_updates_its_scenario(folder):
    run(folder)
    before = Scenario.objects.get(slug="guest-book").pk
    (folder / "a.yaml").write_bytes(changed(("minutes: 30", "minutes: 40")))

    assert "updated     1: guest-book" in run(folder)
    assert Scenario.objects.get(pk=before).data.minutes == 40


def test_nothing_is_loaded_when_one_file_is_wrong(folder):
    """promise 15"""
    (folder / "c.yaml").write_bytes(changed(("level: starter", "level: easy"), ("weight: 40", "weight: forty")))
    (folder / "d.yaml").write_text("a: &a 1")

    with pytest.raises(CommandError) as caught:
        run(folder)

    lines = str(caught.value).splitlines()
    assert [line.partition(" ")[0] for line in lines[:3]] == [
        "c.yaml:6:",
        f"c.yaml:{line_of('weight: 40')}:",
        "d.yaml:1:",
    ]
    assert lines[-1] == "Nothing was loaded: 3 errors."
    assert slugs() == []


def test_two_files_with_one_slug_are_refused(folder):
    (folder / "c.yaml").write_bytes(changed())

    with pytest.raises(CommandError, match=r"c\.yaml:3: slug: The slug 'guest-book' is already that of a\.yaml\."):
        run(folder)


@pytest.mark.parametrize("missing", ["nowhere", "empty"])
def test_a_path_without_scenarios_is_an_error(tmp_path, missing):
    (tmp_path / "empty").mkdir()

    with pytest.raises(CommandError, match=missing):
        run(tmp_path / missing)


def test_a_dry_run_says_the_same_and_changes_nothing(folder):
    said = run(folder, "--dry-run")

    assert "created     2" in said
    assert "Nothing was changed (dry run)" in said
    assert slugs() == []
    assert not SearchEntry.objects.filter(kind="scenario").exists()


def test_prune_removes_what_is_gone_from_the_pack_and_nothing_else(folder, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_bytes(changed(("slug: guest-book", "slug: third")))
    run(folder)
    run(other)
    (folder / "a.yaml").unlink()

    assert "missing     1: guest-book" in run(folder)
    assert slugs() == ["guest-book", "third", "visitors-book"]
    assert "removed     1: guest-book" in run(folder, "--prune")
    assert slugs() == ["third", "visitors-book"]
    assert {result.url for result in search("guest")} == {"/scenarios/third/", "/scenarios/visitors-book/"}


def test_an_app_above_may_attach_what_was_loaded_or_refuse_it_all(folder):
    class Refusing(Command):
        def attach(self, scenarios, options):
            raise CommandError(f"no class for {len(scenarios)}")

    with pytest.raises(CommandError, match="no class for 2"):
        run(folder, command=Refusing())
    assert slugs() == []


def test_topics_that_do_not_exist_are_warnings_with_their_line(folder):
    (folder / "a.yaml").write_bytes(changed(("topics: [throughput-estimation]", "topics: [astrology]")))

    assert "warning: a.yaml:14: topics.0: There is no topic 'astrology'." in run(folder)


def test_dumpdata_and_loaddata_know_a_scenario_by_its_slug(folder, tmp_path):
    run(folder)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "designs.scenario", "--natural-primary", "--natural-foreign", output=str(dump))
    assert "pk" not in json.loads(dump.read_text())[0]
    before = list(Scenario.objects.order_by("slug").values(*FIELDS))
    Scenario.objects.filter(slug="visitors-book").delete()
    Scenario.objects.update(title="Scribbled over")

    call_command("loaddata", str(dump), verbosity=0)

    assert list(Scenario.objects.order_by("slug").values(*FIELDS)) == before


def test_an_uploaded_scenario_moves_to_another_site_with_its_owner(owner, tmp_path):
    upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)
    dump = tmp_path / "dump.json"
    natural = ["--natural-primary", "--natural-foreign"]
    call_command("dumpdata", "accounts.user", "designs.scenario", *natural, output=str(dump))
    Scenario.objects.all().delete()
    User.objects.all().delete()

    call_command("loaddata", str(dump), verbosity=0)

    assert Scenario.objects.get().owner.username == owner.username


def test_a_scenario_whose_owner_is_not_on_the_site_is_refused_in_one_sentence(owner, tmp_path):
    upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "designs.scenario", "--natural-primary", "--natural-foreign", output=str(dump))
    Scenario.objects.all().delete()
    User.objects.all().delete()

    with pytest.raises(CommandError, match=f"Nothing was loaded.*{owner.username}.*accounts.user designs.scenario"):
        call_command("loaddata", str(dump), verbosity=0)
    assert slugs() == []


def test_everything_shipped_loads_and_is_found():
    report = load_shipped_scenarios(settings.FIXTURES_DIR, now=NOON)

    assert len(report.created) == len(list((settings.FIXTURES_DIR / "scenarios").glob("*.yaml")))
    assert search("short addresses")[0].url == "/scenarios/url-shortener/"
    assert load_shipped_scenarios(settings.FIXTURES_DIR, now=NOON).created == ()


def test_an_upload_with_the_slug_of_a_shipped_scenario_stays_and_stops_nothing(owner):
    mine, _ = upload_scenario(changed(("slug: guest-book", "slug: twitter")), file="a.yaml", owner=owner, now=NOON)

    report = load_shipped_scenarios(settings.FIXTURES_DIR, now=NOON)

    assert [str(warning) for warning in report.warnings if "taken" in warning.message] == [
        "twitter.yaml:3: slug: The slug 'twitter' is taken by somebody else's scenario."
    ]
    assert len(report.created) == len(list((settings.FIXTURES_DIR / "scenarios").glob("*.yaml"))) - 1
    mine.refresh_from_db()
    assert (mine.title, mine.owner) == ("Guest book", owner)


def test_search_knows_the_prompt_and_no_answers(folder):
    run(folder)

    assert [result.title for result in search("museum newest")] != []
    assert search("opening hours") == []


def test_an_upload_is_private_to_its_owner_until_it_is_published(owner, stranger):
    scenario, warnings = upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)

    assert [warning.message for warning in warnings] == [
        "There is no topic 'throughput-estimation'.",
        "There is no topic 'throughput-estimation'.",
    ]
    assert list(Scenario.objects.viewable_by(owner.pk)) == [scenario]
    assert not Scenario.objects.viewable_by(stranger.pk).exists()
    assert not Scenario.objects.viewable_by(None).exists()
    assert not search("guest")

    publish_scenario(scenario, is_published=True)
    assert list(Scenario.objects.viewable_by(None)) == [scenario]
    assert len(search("guest")) == 1

    publish_scenario(scenario, is_published=False)
    assert not search("guest")


def test_a_published_upload_that_its_owner_changes_is_private_again(owner):
    """Whoever publishes has read it; what they have not read is not public."""
    scenario, _ = upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)
    publish_scenario(scenario, is_published=True)

    upload_scenario(changed(("minutes: 30", "minutes: 40")), file="a.yaml", owner=owner, now=NOON)

    assert not Scenario.objects.published().exists()
    assert not search("guest")


def test_a_slug_belongs_to_whoever_had_it_first(owner, stranger, folder):
    upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)

    with pytest.raises(InvalidScenarioError, match=r"a\.yaml:3: slug: The slug 'guest-book' is taken"):
        upload_scenario(changed(), file="a.yaml", owner=stranger, now=NOON)
    with pytest.raises(CommandError, match="is taken"):
        run(folder)
    assert Scenario.objects.get().owner == owner


def test_a_deleted_account_leaves_its_scenario_without_a_name(owner):
    scenario, _ = upload_scenario(changed(), file="a.yaml", owner=owner, now=NOON)
    User.objects.filter(pk=owner.pk).delete()

    scenario.refresh_from_db()
    assert scenario.owner is None
    delete_scenario(scenario)
    assert slugs() == []


def test_a_design_begins_with_the_scenario_and_an_empty_scope(owner):
    load_scenarios([("a.yaml", changed())], pack="p", now=NOON)

    design = start_design(Scenario.objects.get(), owner=owner, at=NOON)

    assert design.data() == {
        "format": 2,
        "meta": {"title": "Guest book", "method": "scope-sketch-bottleneck", "scenario": "guest-book"},
    }


def test_a_reference_that_breaks_its_own_targets_is_a_warning_and_with_strict_an_error(tmp_path):
    library = (Path(__file__).parent / "scenarios" / "library.yaml").read_text(encoding="utf-8")
    path = tmp_path / "library.yaml"
    path.write_text(library.replace("y: 60, replicas: 3", "y: 60, replicas: 1"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"library\.yaml:.*The reference does not keep this target itself"):
        call_command("load_scenarios", str(path), "--strict", stdout=StringIO())
    assert not Scenario.objects.exists()
    out = StringIO()
    call_command("load_scenarios", str(path), stdout=out)
    assert "does not keep this target itself" in out.getvalue()
    assert Scenario.objects.get().slug == "city-library"
