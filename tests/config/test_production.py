"""The production form starts: its static files can be collected, and Django's deployment checks find nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.node import command
from web.assets.storage import BUNDLES, MINIFIERS, SHARED, joined

ENVIRONMENT = {"PATH": os.environ["PATH"], "SECRET_KEY": "k7#" * 20, "ALLOWED_HOSTS": "example.org"}


def test_static_files_are_collected_under_names_of_their_content(tmp_path):
    """Every import between modules and every url() of a style leads to a file that exists."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "web.assets.storage.StaticStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)

    names = {path.name for path in tmp_path.rglob("*.js")}
    assert any(re.fullmatch(r"site\.[0-9a-f]{12}\.js", name) for name in names)
    for name, parts in BUNDLES.items():
        stem, kind = name.rsplit(".", 1)
        [bundle] = tmp_path.glob(f"{stem}.*.{kind}")
        sources = [(settings.BASE_DIR / "static" / part) for part in parts]
        sent = [
            each.read_bytes() if each.parent.name == "vendor" else MINIFIERS[kind](each.read_bytes())
            for each in sources
        ]
        assert without_hashes(bundle.read_bytes()) == joined(name, sent)

    # esbuild refuses a name that the other file does not export.
    [page] = tmp_path.glob("js/design/drawing-page.*.js")
    bundle = {"entryPoints": [str(page)], "outdir": str(tmp_path / "whole"), "bundle": True, "format": "esm"}
    subprocess.run(
        [*command("node"), "tests/bundle.mjs", json.dumps(bundle | {"target": "es2022", "splitting": True})],
        cwd=settings.BASE_DIR, check=True, capture_output=True,
    )  # fmt: skip
    assert len(re.findall(r"^import\b", page.read_text(), re.MULTILINE)) == len(SHARED)


def without_hashes(content: bytes) -> bytes:
    return re.sub(rb"\.[0-9a-f]{12}(?=\.js)", b"", content)


def test_scripts_of_a_bundle_keep_their_names_to_themselves():
    """Two modules may use one name, and neither exports."""
    assert joined("js/some.js", [b"const a=1;", b"const a=2;"]) == b"{const a=1;}\n{const a=2;}"
    scripts = [part for name, parts in BUNDLES.items() if name.endswith(".js") for part in parts]
    sources = {part: (settings.BASE_DIR / "static" / part).read_text() for part in scripts}
    assert [part for part, text in sources.items() if re.search(r"^(import|export)\b(?!\()", text, re.MULTILINE)] == []


def test_the_deployment_checks_find_nothing():
    """promise 45"""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = ENVIRONMENT | {"SECRET_KEY": "".join(chr(33 + (7 * n) % 90) for n in range(64))}
    checked = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", ["README.md", "compose.yaml", "Dockerfile"])
def test_what_the_files_name_exists(name):
    """Paths that README, Dockerfile and compose.yaml speak of are in the repository."""
    text = (settings.BASE_DIR / name).read_text(encoding="utf-8")
    named = re.findall(r"\]\(([\w./-]+)\)|COPY ([\w./-]+) ", text)

    assert [path for pair in named for path in pair if path and not (settings.BASE_DIR / path).exists()] == []


def test_readme_lists_every_variable_that_settings_read():
    sources = [path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "config").glob("*.py")]
    read = {name for each in sources for name in re.findall(r"env(?:\.\w+\(|, )\s*\"([A-Z_]+)\"", each)}
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (settings.BASE_DIR / "README.md").read_text(), re.MULTILINE))

    assert read == listed
