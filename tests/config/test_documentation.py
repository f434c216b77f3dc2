"""Commands, files, functions and pages that the documentation names exist; its commands can be typed as they are."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pkgutil import resolve_name

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULE = re.compile(r"python (?:-P )?-m ([\w.]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
# A path with a folder of the project in front; one with capitals or signs in it stands for many.
FILE = re.compile(
    r"`((?:accounts|calculators|classrooms|config|designs|docs|fixtures|schools|scripts|static|studyguide|templates"
    r"|tests|web)/[a-z0-9_./-]+)`"
)
NAME = re.compile(r"`((?:accounts|calculators|classrooms|config|designs|schools|studyguide|tests|web)\.[\w.]+)`")
LINK = re.compile(r"\]\(((?!http)[^)#]+\.md)(?:#[^)]*)?\)")
BARE = re.compile(r"(?<![\w/])python (?:-P )?(?:-m|manage\.py)")
# Its commands are for the container, whose only Python has all that the site needs.
FOR_THE_CONTAINER = ("README.md", "operations.md")

MODEL_LABELS = {model._meta.label_lower for model in apps.get_models()}

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


@each_document
def test_what_a_document_names_exists(path):
    text = path.read_text(encoding="utf-8")

    assert {name for name in MODULE.findall(text) if find_spec(name) is None} == set()
    assert set(COMMAND.findall(text)) - set(get_commands()) == set()
    assert {name for name in FILE.findall(text) if not (ROOT / name).exists()} == set()
    assert {name for name in NAME.findall(text) if name not in MODEL_LABELS and not _exists(name)} == set()
    # An example of a link in somebody's notes is written as code.
    prose = re.sub(r"`[^`\n]*`", "", text)
    assert {name for name in LINK.findall(prose) if not (path.parent / name).exists()} == set()


def _exists(name: str) -> bool:
    """Whether it is a module, or what a module defines."""
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize(
    "path", [each for each in DOCUMENTS if each.name not in FOR_THE_CONTAINER], ids=lambda path: path.stem
)
def test_a_command_names_the_python_that_has_the_packages(path):
    assert BARE.findall(path.read_text(encoding="utf-8")) == [], "write .venv/bin/python"
