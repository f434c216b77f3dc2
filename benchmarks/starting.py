"""Budget 21: the first start of a fresh clone, against `migrate` of a bare project with allauth."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.server import ROOT
from benchmarks.table import Row, cpu_seconds_of

ROUNDS = 3
# The applications of Django's own `startproject`, and allauth.
BARE_SETTINGS = """
SECRET_KEY = "benchmarks-only"
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "allauth", "allauth.account", "allauth.socialaccount",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "bare.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""


def run() -> list[Row]:
    pairs = [(_ours(), _bare()) for _ in range(ROUNDS)]
    ours, yardstick = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    return [
        Row(
            number=21,
            name="first start of a fresh clone, against migrate of a bare project",
            ours=ours,
            yardstick=yardstick,
            unit="s",
            budget=8,
        )
    ]


def _ours() -> float:
    """Migrations, content and static files of a copy without a database, with compiled modules as after an earlier
    run."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "clone")
        shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".git", ".venv", "node_modules", "var", ".*_cache"))
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DEBUG", "SECRET_KEY")}
        env["DJANGO_SETTINGS_MODULE"] = "config.settings"
        Path(clone, "var").mkdir()
        Path(clone, "var", "secret_key").write_text("benchmarks-only-" * 4)
        command = [sys.executable, "-m", "config.own_machine", sys.executable, "manage.py", "prepare"]
        return cpu_seconds_of(command, cwd=clone, env=env)


def _bare() -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bare.py").write_text(BARE_SETTINGS)
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bare", "PYTHONPATH": folder}
        return cpu_seconds_of([sys.executable, "-m", "django", "migrate"], cwd=Path(folder), env=env)
