"""What `manage.py scaffold` writes passes the gates that CONTRIBUTING names, before anybody has filled it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings

from config.scaffolding import first_versions
from config.scaffolding.first_versions import ScaffoldError

DAY = date(2026, 11, 29)
GATES = (
    "tests/studyguide/test_content.py",
    "tests/studyguide/test_prose.py",
    "tests/calculators/engine/catalogue",
    "tests/calculators/labs",
    "tests/calculators/test_live_calculator.py",
    "tests/calculators/test_own_charts.py",
    "tests/test_shipped_topics.py",
    "tests/designs/scenarios/test_shipped.py",
    "tests/designs/test_scenario_pages.py",
)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A copy of what the project keeps, and nothing that it makes, for tests that write nothing."""
    made = {".git", ".venv", "var", "node_modules", "__pycache__", "vendor", ".mypy_cache", ".ruff_cache"}
    copy = tmp_path_factory.mktemp("project") / "copy"
    return shutil.copytree(settings.BASE_DIR, copy, ignore=lambda _folder, names: made & set(names))


def test_first_versions_pass_the_gates_of_their_kind(untouched, tmp_path):
    root = shutil.copytree(untouched, tmp_path / "copy")
    first_versions.topic(root, "scaffolded-topic", category="databases", today=DAY)
    first_versions.calculator(root, "scaffolded-sheet", topic="scaffolded-topic")
    first_versions.lab(root, "scaffolded-lab", topic="scaffolded-topic")
    first_versions.scenario(root, "scaffolded-scenario", like="pastebin")

    (root / "var").mkdir()
    ours = (
        "scaffolded or names_only or every_calculator_and_every_lab or stands_alone or order_each or alias"
        " or by_which_services"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", ours, *GATES]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3_000:]
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "calculators", "tests"], cwd=root, capture_output=True, check=False
    )
    assert ruff.returncode == 0, ruff.stdout.decode()[-1_000:]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda root: first_versions.topic(root, "Write Skew", category="databases", today=DAY), "no name"),
        (lambda root: first_versions.topic(root, "x", category="nowhere", today=DAY), "no category 'nowhere'"),
        (
            lambda root: first_versions.topic(root, "indexing", category="databases", today=DAY),
            "exists already",
        ),
        (
            lambda root: first_versions.topic(root, "write-skew", category="databases", today=DAY),
            "'write skew' is already the title or an alias of transactions-and-isolation",
        ),
        (lambda root: first_versions.lab(root, "new", topic="nowhere"), "no topic 'nowhere'"),
        (lambda root: first_versions.scenario(root, "new", like="nowhere"), "no scenario 'nowhere'"),
    ],
    ids=["name", "category", "taken", "alias", "topic", "scenario"],
)
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(untouched, make, said):
    before = sorted(path for path in untouched.rglob("*") if path.is_file())

    with pytest.raises(ScaffoldError, match=said):
        make(untouched)

    assert sorted(path for path in untouched.rglob("*") if path.is_file()) == before
