from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.org"}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Starts Django in a process of its own with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        pytest.param({"SECRET_KEY": ""}, "SECRET_KEY", id="no secret"),
        pytest.param({"SECRET_KEY": "short"}, "SECRET_KEY", id="short secret"),
        pytest.param({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS", id="no host"),
        pytest.param({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", id="any host"),
        pytest.param({"ALLOWED_HOSTS": "a.example,*.example"}, "ALLOWED_HOSTS", id="a wildcard among hosts"),
    ],
)
def test_production_refuses_to_start_and_names_the_variable(change, variable):
    """promise 48"""
    answer = start(**{**GOOD, **change})

    assert answer.returncode != 0
    assert f"ImproperlyConfigured: {variable}" in answer.stderr


def test_production_starts_with_a_secret_and_hosts():
    assert start(**GOOD).returncode == 0
