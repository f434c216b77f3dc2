"""The diagram as a Mermaid flowchart, which many tools draw: writes the text face of the document, and reads foreign
charts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from designs.document.basics import in_order
from designs.document.diagram_text import patch_from_chart, text_id
from designs.document.diagram_text import write as write_text
from designs.document.kinds import BY_SLUG
from designs.document.limits import MAX_NAME
from designs.document.patches import apply
from designs.document.schema import Document, blank
from designs.exchange.orders import nested
from designs.exchange.own_json import checked
from designs.exchange.problems import Imported, ImportFailedError, Warnings
from web.charts.mermaid import Edge, Flowchart, MermaidError, parse_flowchart

# A note that is only an address becomes a link of the box.
LINK = re.compile(r"(?:https?://|mailto:|[./#])[^\s\"<>`]{1,500}")


def write(document: Document) -> str:
    title = f"---\ntitle: {json.dumps(document.meta.title, ensure_ascii=False)}\n---\n" if document.meta.title else ""
    links = [
        f'  click {text_id(key)} href "{component.note}"\n'
        for key, component in in_order(document.diagram.components)
        if LINK.fullmatch(component.note)
    ]
    return "".join([title, write_text(document.model_dump()["diagram"]), *links])


def read(text: str) -> Imported:
    try:
        chart = _in_order(parse_flowchart(text))
        blank_document = blank(title=chart.title[:MAX_NAME])
        patch = patch_from_chart(blank_document, chart, is_foreign=True)
    except MermaidError as error:
        raise refused(error) from None
    if not patch.get("diagram", {}).get("components"):
        raise ImportFailedError("there is no box in the flowchart")
    document = checked(apply(blank_document, patch))
    guessed = frozenset(
        key
        for key, name in zip(document["diagram"]["components"], chart.nodes, strict=True)
        if not BY_SLUG.keys() & set(chart.nodes[name].classes)
    )
    warnings = _remarks(chart)
    return Imported(
        document=document, warnings=warnings.all(), guessed=guessed, is_placed=False, arrows=warnings.arrows()
    )


def _in_order(chart: Flowchart) -> Flowchart:
    """With its boxes in the order in which the text face writes them, zone by zone."""
    boxes = {key: node.subgraph or "" for key, node in chart.nodes.items()}
    zones = {key: subgraph.parent or "" for key, subgraph in chart.subgraphs.items()}
    nodes, subgraphs = nested(boxes, zones)
    return replace(
        chart,
        nodes={key: chart.nodes[key] for key in nodes},
        subgraphs={key: chart.subgraphs[key] for key in subgraphs},
    )


def refused(error: MermaidError) -> ImportFailedError:
    first, more = error.problems[0], len(error.problems) - 1
    words = first.message + (f" ({more} more lines cannot be read)" if more else "")
    return ImportFailedError(words, line=first.line)


def _remarks(chart: Flowchart) -> Warnings:
    """Remarks about content of the chart that the design cannot hold."""
    warnings = Warnings()
    names = {key: node.name for key, node in chart.nodes.items()}
    names |= {key: subgraph.name for key, subgraph in chart.subgraphs.items()}
    warnings.total("arrow", sum(each.stroke != "invisible" for each in chart.edges))
    for edge in chart.edges:
        _about_edge(edge, chart, names, warnings)
    for name in names.values():
        if len(name) > MAX_NAME:
            warnings.lost("label", f"a design's label has up to {MAX_NAME} characters", name=name, fate="cut")
    for node in chart.nodes.values():
        if node.link:
            warnings.lost("link", "a design's box has no link", name=node.name, fate="put into the note of the box")
    for keyword, count in chart.passed_over.items():
        why = "a design's box runs no script" if keyword == "click" else "a design has looks of its own"
        warnings.lost(f"`{keyword}` statement", why, count=count)
    for name in sorted(chart.styles):
        warnings.lost("class", "a design has looks of its own", name=name)
    return warnings


def _about_edge(edge: Edge, chart: Flowchart, names: Mapping[str, str], warnings: Warnings) -> None:
    ends = f"{names[edge.source]} – {names[edge.target]}"
    if edge.stroke == "invisible":
        warnings.lost("invisible line", "{they} only placed boxes", name=ends)
    elif at := {edge.source, edge.target} & chart.subgraphs.keys():
        warnings.lost("arrow", "{their} end is a zone", name=names[min(at)])
    elif edge.head == edge.tail == "arrow":
        warnings.lost("arrow", "{they} had a head at both ends", name=ends, fate="read as a call each way")
    elif "arrow" not in (edge.head, edge.tail):
        warnings.lost("arrow", "{they} had no arrowhead", name=ends, fate="read as a call from the first box")
