"""The diagram as a Mermaid flowchart, which many tools draw; the text face of the document, and what others wrote."""

from __future__ import annotations

from designs.document.diagram_text import DiagramTextError, patch_from_text
from designs.document.diagram_text import write as write_text
from designs.document.flowchart import parse
from designs.document.patches import apply
from designs.document.schema import Document, blank
from designs.exchange.own_json import checked
from designs.exchange.problems import MAX_WARNINGS, Imported, ImportFailedError


def write(document: Document) -> str:
    return write_text(document.model_dump()["diagram"])


def read(text: str) -> Imported:
    try:
        patch = patch_from_text(blank(), text, is_foreign=True)
    except DiagramTextError as error:
        first, more = error.problems[0], len(error.problems) - 1
        words = first.message + (f" ({more} more lines cannot be read)" if more else "")
        raise ImportFailedError(words, line=first.line) from None
    if not patch.get("diagram", {}).get("components"):
        raise ImportFailedError("there is no box in the flowchart")
    warnings = tuple(
        f"The arrow of line {line} begins or ends at a subgraph; it was left out."
        for line in dict.fromkeys(parse(text, is_foreign=True).left_out)
    )
    return Imported(document=checked(apply(blank(), patch)), warnings=warnings[:MAX_WARNINGS])
