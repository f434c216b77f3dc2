"""First versions of a topic, a calculator, a lab and a scenario, each with every entry that the suite asks for.

Everything is plain files: `root` is the folder of the project. Each function answers with the files that it has
written or changed. It raises ScaffoldError, and writes nothing, when a name cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import yaml

HERE = Path(__file__).parent
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
CATALOGUE = "calculators/engine/catalogue"
LABS = "calculators/labs"
# What the fence of calculator.py.txt asks for and what it answers, as every fence of a topic says.
SHOWN = "requests: 10M/day\npeak_factor: 3\ncapacity: 500/s\nshow: [mean_rate, peak_rate, servers, spare]"
Texts = dict[Path, str]  # the future content of each file


class ScaffoldError(Exception):
    """A name that cannot be used, or a place that does not exist; the text says which, and what was expected."""


def topic(root: Path, slug: str, *, category: str, today: date) -> list[Path]:
    """A page of notes with all its parts, last in its category."""
    _checked(slug)
    folder = root / "fixtures" / "topics" / category
    if not folder.is_dir():
        known = sorted(path.name for path in folder.parent.iterdir() if path.is_dir())
        raise ScaffoldError(f"there is no category {category!r}; expected one of {', '.join(known)}")
    _unclaimed(folder.parent, slug.replace("-", " "))
    others = {path.stem: _order_of(path) for path in folder.glob("*.md") if path.stem != "_category"}
    order = max(others.values(), default=0) + 1
    related = min(others, key=others.__getitem__) if others else "high-level-design"
    values = {"slug": slug, "title": _title(slug), "category": category, "order": order, "related": related}
    return _written({_free(folder / f"{slug}.md"): _filled("topic.md.txt", {**values, "year": today.year})})


def calculator(root: Path, slug: str, *, topic: str) -> list[Path]:
    """A sheet, its entry in the first theme, its picture, its place in a topic, and a test worked out by hand."""
    module = _module(slug)
    values = {"slug": slug, "title": _title(slug), "module": module, "topic": topic}
    catalogue = root / CATALOGUE
    texts: Texts = {
        _free(catalogue / f"{module}.py"): _filled("calculator.py.txt", values),
        _free(root / "tests" / CATALOGUE / f"test_{module}.py"): _filled("test_calculator.py.txt", values),
    }
    _register(texts, catalogue / "registry.py", module, "SHEET", end="\n        ),\n    ),", indent=12)
    _add_picture(texts, root / "calculators/charts/own.py", slug)
    _embed(texts, root, topic, "calculator", f"slug: {slug}\n{SHOWN}")
    return _written(texts)


def lab(root: Path, slug: str, *, topic: str) -> list[Path]:
    """A lab, its registry entry, its place in a topic, and a test."""
    module = _module(slug)
    values = {"slug": slug, "title": _title(slug), "module": module, "topic": topic}
    texts: Texts = {
        _free(root / LABS / f"{module}.py"): _filled("lab.py.txt", values),
        _free(root / "tests" / LABS / f"test_{module}.py"): _filled("test_lab.py.txt", values),
    }
    _register(texts, root / LABS / "registry.py", module, "LAB", end="\n)\nBY_SLUG", indent=4)
    _embed(texts, root, topic, "lab", f"slug: {slug}")
    return _written(texts)


def scenario(root: Path, slug: str, *, like: str) -> list[Path]:
    """A copy of a shipped scenario under a name of its own, and its line, still empty, among the services that people
    know: it passes as it is, and is changed part by part."""
    _checked(slug)
    folder = root / "fixtures" / "scenarios"
    source = folder / f"{like}.yaml"
    if not source.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        raise ScaffoldError(f"there is no scenario {like!r} to start from; expected one of {known}")
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^slug: .*$", f"slug: {slug}", text, count=1)
    text = re.sub(r"(?m)^title: .*$", f"title: {_title(slug)}", text, count=1)
    texts: Texts = {_free(folder / f"{slug}.yaml"): text}
    _insert(texts, root / "designs" / "scenarios" / "brands.py", "\n}\n", f'\n    "{slug}": (),\n}}\n')
    return _written(texts)


def _checked(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise ScaffoldError(f"{slug!r} is no name for an address; expected small letters, digits and single hyphens")


def _module(slug: str) -> str:
    _checked(slug)
    return slug.replace("-", "_")


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _front_matter(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
    return read


def _order_of(path: Path) -> int:
    return int(_front_matter(path)["order"])


def _unclaimed(topics: Path, name: str) -> None:
    """Refuses a name that is the title or an alias of another topic: a link by it would have two ends."""
    for path in sorted(topics.glob("*/*.md")):
        written = _front_matter(path)
        if name in {each.casefold() for each in (written["title"], *written.get("aliases", []))}:
            raise ScaffoldError(
                f"{name!r} is already the title or an alias of {path.stem}; expected a name that no topic has"
            )


def _filled(template: str, values: Mapping[str, object]) -> str:
    return Template((HERE / template).read_text(encoding="utf-8")).substitute(values)


def _free(path: Path) -> Path:
    if path.exists():
        raise ScaffoldError(f"{path} exists already; expected a name that is free")
    return path


def _written(texts: Texts) -> list[Path]:
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _insert(texts: Texts, path: Path, before: str, after: str) -> None:
    text = texts[path] if path in texts else path.read_text(encoding="utf-8")
    if before not in text:
        raise ScaffoldError(f"{path} has no {before!r}, where the new entry belongs")
    texts[path] = text.replace(before, after, 1)


def _register(texts: Texts, path: Path, module: str, constant: str, *, end: str, indent: int) -> None:
    """Adds the module to the sorted imports of a registry, and its constant before the first `end`."""
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"(?m)^    (\w+),$", text[: text.index(")")])
    before = next((name for name in names if name > module), None)
    if before is None:
        _insert(texts, path, f"    {names[-1]},\n", f"    {names[-1]},\n    {module},\n")
    else:
        _insert(texts, path, f"    {before},\n", f"    {module},\n    {before},\n")
    _insert(texts, path, end, f"\n{' ' * indent}{module}.{constant},{end}")


def _add_picture(texts: Texts, path: Path, slug: str) -> None:
    text = path.read_text(encoding="utf-8").rstrip()
    bars = 'bars("Requests a second", ("mean_rate", "peak_rate"), Heads("When", "A second"))'
    texts[path] = f'{text.removesuffix("}")}    "{slug}": ({bars},),\n}}\n'


def _embed(texts: Texts, root: Path, topic: str, language: str, inside: str) -> None:
    page = next((root / "fixtures" / "topics").glob(f"*/{topic}.md"), None)
    if page is None:
        raise ScaffoldError(f"there is no topic {topic!r}; each calculator and each lab stands in one")
    end = "\n## How it fails\n"
    _insert(texts, page, end, f"\n```{language}\n{inside}\n```\n{end}")
