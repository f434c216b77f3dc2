"""Dockerfile and compose.yaml: what is written in them holds, and their steps run in a clean folder.

Containers cannot be started where the tests run, so the steps that need none are done in a folder of what `COPY . .`
copies; hadolint finds nothing in the Dockerfile (docs/security.md).
"""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import free_port, wait_until
from web.reading.safe_yaml import own_yaml

pytestmark = pytest.mark.one_database
DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = own_yaml((settings.BASE_DIR / "compose.yaml").read_text(encoding="utf-8"))


def steps() -> list[tuple[str, str]]:
    lines = DOCKERFILE.replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line.strip()) if word != "#"]


def tracked(*below: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *below], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if (settings.BASE_DIR / name).is_file()]


def without_most_of_the_content(folder: Path) -> None:
    """Reading all topics and scenarios takes most of a start; tests/studyguide/search/test_natural_queries.py does
    it."""
    kept = {"topics": "hashing", "scenarios": "url-shortener.yaml"}
    for name in ("topics", "scenarios", "paths"):
        for each in (folder / "fixtures" / name).iterdir():
            if each.name != kept.get(name):
                shutil.rmtree(each) if each.is_dir() else each.unlink()


def copied(folder: Path) -> None:
    """What Docker would copy: tracked files that `.dockerignore` does not name."""
    ignored = (settings.BASE_DIR / ".dockerignore").read_text(encoding="utf-8").split()
    for name in tracked():
        parts = [name, *map(str, Path(name).parents)]
        if any(fnmatch.fnmatch(part, pattern.removeprefix("**/")) for part in parts for pattern in ignored):
            continue
        _copy(settings.BASE_DIR / name, folder / name)
        if name.endswith(".py") and (bytecode := Path(cache_from_source(settings.BASE_DIR / name))).exists():
            _copy(bytecode, Path(cache_from_source(folder / name)))  # or each process would compile all of it


def _copy(source: Path, target: Path) -> None:
    """With the time of its last change, which tells whether bytecode is that of a source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def test_the_steps_stand_in_the_order_that_a_build_needs():
    words = [word for word, _ in steps()]
    runs = [rest for word, rest in steps() if word == "RUN"]

    assert words[0] == "FROM"
    assert words.count("CMD") == 1
    [image] = [rest for word, rest in steps() if word == "FROM"]
    assert re.fullmatch(r"python:3\.\d+-slim", image)
    assert any("--require-hashes" in run and "--no-cache-dir" in run for run in runs)
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in ("RUN", "COPY"))
    [user] = [rest for word, rest in steps() if word == "USER"]
    assert user.isdigit()
    assert int(user) != 0
    assert "sudo" not in DOCKERFILE
    assert "ADD" not in words


def test_no_secret_gets_into_the_image():
    ignored = set((settings.BASE_DIR / ".dockerignore").read_text(encoding="utf-8").split())

    assert {".git", ".env", "var"} <= ignored
    assert not re.search(r"SECRET_KEY|PASSWORD|TOKEN|DSN", DOCKERFILE)


def test_every_service_comes_back_and_is_bounded():
    for name, service in COMPOSE["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert "stop_grace_period" in service, name
        assert "build" in service or ":" in service["image"], name
    assert {"site", "worker"} <= {name for name, service in COMPOSE["services"].items() if "mem_limit" in service}
    assert {"site", "database"} <= {name for name, service in COMPOSE["services"].items() if "healthcheck" in service}


def test_compose_names_only_variables_that_the_site_reads():
    settings_text = (settings.BASE_DIR / "config" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings_text))

    assert set(COMPOSE["services"]["site"]["environment"]) <= read
    for value in COMPOSE["services"]["site"]["environment"].values():
        assert "SECRET_KEY" not in value or ":?" in value  # the start is refused without one


def test_two_containers_prepare_one_clean_folder_at_once_and_one_serves_it(tmp_path):
    """`prepare` and the server, as the image runs them: nothing but what is copied, plain HTTP for the test alone.

    One prepares the database, and the other waits (promise 57); tests/test_two_servers.py does it on PostgreSQL.
    """
    folder = tmp_path / "app"
    copied(folder)
    assert [each for each in tracked("fixtures") if not (folder / each).exists()] == []
    without_most_of_the_content(folder)
    (folder / "var").mkdir()
    assert not (folder / ".env").exists()
    [command] = [rest for word, rest in steps() if word == "CMD"]
    line = own_yaml(command)[-1]
    prepare, serve = line.split(" && exec ")
    port = free_port()
    variables = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "".join(chr(33 + (7 * n) % 90) for n in range(64)),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "WEB_WORKERS": "1",
    }

    def ran(part: str, *more: str) -> list[str]:
        return [sys.executable, *shlex.split(part)[1:], *more]

    started = [
        subprocess.Popen(ran(prepare), cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=900)[0] for each in started]
    assert [each.returncode for each in started] == [0, 0], said
    [database] = (folder / "var").glob("*.sqlite3")
    with closing(sqlite3.connect(database)) as beside:
        made = beside.execute("SELECT app, name FROM django_migrations").fetchall()
        topics = beside.execute("SELECT slug FROM studyguide_topic").fetchall()
    assert len(made) > 50
    assert len(set(made)) == len(made)
    assert topics.count(("virtual-nodes",)) == 1

    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(ran(serve, "--port", str(port)), cwd=folder, env=variables, stdout=log, stderr=log)
        probe = [sys.executable, "-m", "config.probe", f"http://127.0.0.1:{port}/ready/"]
        try:
            wait_until(
                lambda: subprocess.run(probe, cwd=folder, env=variables, capture_output=True).returncode == 0,
                (tmp_path / "log").read_text(),
            )
        finally:
            process.terminate()
            process.wait()
