"""Drawings of cards as image files. Anki has no style sheet of ours: each carries its colours and its ground."""

from __future__ import annotations

import hashlib
import re
from collections.abc import MutableMapping
from html import escape, unescape

# A drawing for a column, and where it is wide another for phones and the link to a page of its own.
DRAWING = r"<svg\b[^<]*+(?:<(?!/?svg\b)[^<]*+)*+</svg>"
LINK = r'<a class="enlarge"[^<>]*+>[^<>]*+</a>'
FIGURE = re.compile(rf'<figure class="diagram"[^<>]*+>\s*+({DRAWING})(?:{DRAWING})?+(?:{LINK})?+\s*+</figure>')
TITLE = re.compile(r"<title>([^<]*+)</title>")
DESCRIPTION = re.compile(r"<desc>([^<]*+)</desc>")
OPENING = re.compile(r"<svg\b[^>]*>")
STYLE = """<style>
text { font: 14px system-ui, "Segoe UI", Roboto, sans-serif; fill: #1b232e; }
.flow-node :is(rect, circle, polygon, path) { fill: #e4eefa; stroke: #0b57a4; stroke-width: 1.4; }
.flow-node.weak :is(rect, circle, polygon, path) { fill: #fce6e3; stroke: #b3261e; }
.hidden-part :is(rect, circle, polygon, path) { fill: #fcebd9; stroke: #a84a06; stroke-width: 2;
  stroke-dasharray: 5 4; }
.flow-line { fill: none; stroke: #8b8f94; stroke-width: 1.5; }
.flow-head { fill: #8b8f94; }
.flow-edge.dotted .flow-line { stroke-dasharray: 4 4; }
.flow-edge.thick .flow-line { stroke-width: 3; }
.flow-ground { fill: #fff; opacity: .92; }
.flow-edge-label, .flow-zone-label { fill: #545e6d; font-size: 13px; }
.flow-zone rect { fill: #f1efe8; stroke: #8b8f94; stroke-dasharray: 5 4; opacity: .7; }
.flow-note rect { fill: #fbf0d2; stroke: #855800; }
</style><rect width="100%" height="100%" fill="#fff"/>"""


def with_images(html: str, media: MutableMapping[str, bytes]) -> str:
    """The HTML with every drawing as an image, whose file is put into `media` under a name that follows from it."""

    def kept(figure: re.Match[str]) -> str:
        drawing = figure[1]
        opening = OPENING.match(drawing)
        end = opening.end() if opening else 0
        file = (drawing[:end] + STYLE + drawing[end:]).encode()
        name = f"loadbearing-{hashlib.sha256(file).hexdigest()[:20]}.svg"
        media[name] = file
        words = [unescape(found[1]) for found in (TITLE.search(drawing), DESCRIPTION.search(drawing)) if found]
        said = ". ".join(each.removesuffix(" of ") for each in words)
        return f'<img class="diagram" src="{name}" alt="{escape(said)}">'

    return FIGURE.sub(kept, html)
