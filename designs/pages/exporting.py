"""Designs as files: the output of the export pages and of the `convert` command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculators.engine.shipped import all_figures
from designs.analysis.markdown import as_markdown
from designs.analysis.report import analyse
from designs.exchange.names import ascii_words
from designs.exchange.registry import Format, UnknownFormatError

MAX_STEM = 60


def exported(document: Mapping[str, Any], chosen: Format) -> str:
    """The design in the format. The Markdown document ends with the results of the analysis of its drawing."""
    if chosen.write is None:
        raise UnknownFormatError(chosen.slug)
    written = chosen.write(document)
    if chosen.slug == "markdown" and document.get("diagram", {}).get("components"):
        written += "\n" + as_markdown(analyse(document, all_figures()))
    return written


def file_name(title: str, chosen: Format) -> str:
    return f"{file_stem(title)}.{chosen.extension}"


def file_stem(title: str) -> str:
    """Letters, digits and hyphens only, whatever the title contains: safe in every header and file system."""
    return "-".join(word.lower() for word in ascii_words(title))[:MAX_STEM].strip("-") or "design"
