"""Analyses a design in a file, without a database: `python manage.py analyse design.json [--json]`.

Exit status: 0 when no requirement of priority `must` fails, 1 when one does (so that a pipeline can stop), and 2 when
the file holds no design, or a figure that cannot be read.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calculators.engine.shipped import all_figures
from designs.analysis.markdown import as_markdown
from designs.analysis.published import published
from designs.analysis.report import Analysis, analyse
from designs.document import text
from designs.document.figures import unreadable
from designs.document.limits import MAX_BYTES
from designs.document.problems import InvalidDocumentError
from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import decoded, read


class Command(BaseCommand):
    help = (
        "Analyses a design document in a file. Ends with 1 when a requirement of priority `must` fails, "
        "and with 2 when the file holds no design."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a design as JSON, or a file that `convert` reads; - for standard input"
        )
        parser.add_argument(
            "--json", action="store_true", help="print JSON as designs/analysis/schema.json describes it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        analysis = analysis_of(options["file"])
        if options["json"]:
            self.stdout.write(json.dumps(published(analysis), indent=1, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(as_markdown(analysis, level=1))
            if analysis.model.loads.peak_factor is None and analysis.model.loads.rates:
                self.stdout.write("The estimate has no row peak_factor, so the peak counts as the average.\n")
        if analysis.is_failing:
            failing = [each.requirement for each in analysis.requirements if each.verdict == "fail"]
            raise CommandError(f"These requirements fail: {', '.join(failing)}.", returncode=1)


def _document(path: Path) -> Any:
    """A design as JSON, or any format that `convert` reads, from a file or from standard input."""
    raw = sys.stdin.buffer.read(4 * MAX_BYTES) if str(path) == "-" else path.read_bytes()
    if raw.lstrip().startswith(b"{") and b'"format"' in raw:
        return text.parse(raw)
    try:
        return read(decoded(raw)).document
    except ImportFailedError as error:
        raise CommandError(f"{path} holds no design: {error}", returncode=2) from None


def analysis_of(path: Path) -> Analysis:
    try:
        if str(path) != "-" and path.stat().st_size > 4 * MAX_BYTES:
            raise CommandError(f"{path} is larger than any design.", returncode=2)
        document = _document(path)
        analysis = analyse(document, all_figures())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from None
    except text.MalformedJsonError as error:
        raise CommandError(f"{path} holds no design: {error}", returncode=2) from None
    except InvalidDocumentError as error:
        lines = [f"{problem.path or '/'}: {problem.message}" for problem in error.problems]
        raise CommandError("\n".join([f"{path} holds no design:", *lines]), returncode=2) from None
    if errors := unreadable(document):
        lines = [f"{problem.path}: {problem.message}" for problem in errors]
        raise CommandError("\n".join([f"{path} holds figures that cannot be read:", *lines]), returncode=2)
    return analysis
