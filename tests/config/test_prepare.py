from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.running.stamps import digest_of
from studyguide.models import SearchEntry, Topic

pytestmark = pytest.mark.django_db(transaction=True)
QUIET = "no content changed"


@pytest.fixture
def site(settings, tmp_path) -> Path:
    """Folders of its own, with a category of topics and one scenario."""
    fixtures = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURES_DIR / "topics" / "hashing", fixtures / "topics" / "hashing")
    (fixtures / "scenarios").mkdir()
    (fixtures / "paths").mkdir()
    shutil.copy(settings.FIXTURES_DIR / "figures.yaml", fixtures)
    shutil.copy(settings.FIXTURES_DIR / "scenarios" / "url-shortener.yaml", fixtures / "scenarios")
    settings.FIXTURES_DIR, settings.VAR_DIR, settings.DEBUG = fixtures, tmp_path / "var", True
    return fixtures


def prepare(*arguments: str) -> str:
    out = StringIO()
    call_command("prepare", *arguments, stdout=out)
    return out.getvalue()


def test_a_second_start_loads_nothing_again(site):
    assert "topics and 1 scenarios changed" in prepare()
    count = Topic.objects.count()

    assert QUIET in prepare()
    assert QUIET not in prepare("--all")
    assert Topic.objects.count() == count
    assert SearchEntry.objects.filter(kind="calculator").exists()


def test_a_changed_file_is_loaded(site):
    prepare()
    path = site / "topics" / "hashing" / "virtual-nodes.md"
    path.write_text(path.read_text().replace("title: ", "title: Brand-new ", 1))

    assert "topics and 0 scenarios changed" in prepare()
    assert Topic.objects.get(slug="virtual-nodes").title.startswith("Brand-new")


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        (
            "topics/hashing/virtual-nodes.md",
            "\norder: ",
            "\norder: [",
            r"hashing/virtual-nodes\.md:5: front matter: the \[ that opens on line 5 is not closed",
        ),
        (
            "scenarios/url-shortener.yaml",
            "\nlevel: ",
            "\nlevel: very-",
            r"url-shortener\.yaml:\d+: level: .* is not one of",
        ),
        ("figures.yaml", "\n  title: ", "\n  titel: ", "figure 'l1-cache-reference': unknown key titel"),
    ],
    ids=["topic", "scenario", "figure"],
)
def test_content_that_cannot_be_read_ends_the_start_with_its_file_and_place(site, file, right, wrong, said):
    path = site / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(CommandError, match=said):
        prepare()


def test_a_database_that_is_empty_again_is_filled_again(site):
    prepare()
    call_command("flush", interactive=False, verbosity=0)

    assert QUIET not in prepare()
    assert Topic.objects.filter(slug="virtual-nodes").exists()


def test_a_digest_changes_with_names_and_contents(tmp_path):
    (tmp_path / "a.md").write_text("one")
    first = digest_of([tmp_path])
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    second = digest_of([tmp_path])
    (tmp_path / "b.md").write_text("longer")

    assert len({first, second, digest_of([tmp_path])}) == 3
