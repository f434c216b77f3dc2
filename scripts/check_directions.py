"""Compares the arrows of imported drawings with those that each format's own tool finds:

    python -P scripts/check_directions.py FOLDER [--failures]

Mermaid is read by Mermaid's own parser in Chromium; D2 by its own compiler, which comes with
`npm install --no-save @terrastruct/d2`, and is left out without it (arrows of its tables are references, and are not
counted). The cells of draw.io and the elements of Excalidraw state both ends of an arrow and its heads.
Only arrows between two named boxes count, because others cannot be told apart. `same` arrows have the same direction in
the import, `turned` arrows the opposite one, `missing` arrows are not in the import, and `more` arrows are only in the
import. An arrow with a head at both ends counts twice, once in each direction.
"""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import read
from tests.browser import CHROMIUM_ARGS, chromium_path

Json = dict[str, Any]
Pairs = Counter[tuple[str, str]]
ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("files", "refused", "arrows", "same", "turned", "missing", "more")
LONGEST = 40
# Mermaid keeps `#9829;` as `ﬂ°°9829¶ß` between parsing and drawing.
MARKUP = re.compile(r"ﬂ°°?\w+¶ß|<[^>]*>|\b(?:fab?|fas|mdi|logos):[\w-]+|&nbsp;|\\n")
FENCE = re.compile(r"^[ \t]*```+ *mermaid(?:-example)?\b[^\n]*\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
PARSE = """async (text) => {
  mermaid.initialize({ startOnLoad: false, maxEdges: 10000, maxTextSize: 1000000 });
  try {
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (!diagram.type.startsWith("flowchart")) return null;
    const boxes = [...diagram.db.getVertices().values()].map((each) => [each.id, each.text ?? each.id]);
    return { boxes, edges: diagram.db.getEdges().filter((each) => each.stroke !== "invisible")
        .map((each) => [each.start, each.end, each.type]),
      zones: diagram.db.getSubGraphs().map((each) => each.id) };
  } catch { return null; }
}"""


D2_MODULE = ROOT / "node_modules" / "@terrastruct" / "d2"
COMPILE = """(async () => {
  const { D2 } = await import("@terrastruct/d2");
  let d2 = new D2();
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    let found = null;
    try {
      const slow = new Promise((_, refuse) => setTimeout(refuse, 20000));
      const { diagram } = await Promise.race([d2.compile(JSON.parse(line), { layout: "dagre" }), slow]);
      found = { shapes: diagram.shapes.map((each) => [each.id, each.label, each.type]),
        edges: diagram.connections.map((each) => [each.src, each.dst, each.srcArrow, each.dstArrow]) };
    } catch { d2 = new D2(); }
    console.log(JSON.stringify(found));
  }
  process.exit(0);
})();"""


OF_ENDING = {".xml": "drawio", ".dsl": "structurizr", ".puml": "plantuml"}
# Declarations and connections of Structurizr's DSL and of PlantUML, one a line.
DECLARED = re.compile(
    r'^[ \t]*(?:([\w.]+)[ \t]*=[ \t]*)?(?:person|softwareSystem|container)[ \t]+"([^"\n]*)"',
    re.IGNORECASE | re.MULTILINE,
)
CALLED = re.compile(r"^[ \t]*(?:[\w.]+[ \t]*=[ \t]*)?([\w.]+)[ \t]*->[ \t]*([\w.]+)", re.MULTILINE)
MACRO = re.compile(
    r'^[ \t]*(?:Person|System|Container|Component)\w*\([ \t]*(\w+)[ \t]*,[ \t]*"([^"\n]*)"', re.MULTILINE
)
RELATED = re.compile(r"^[ \t]*((?:Bi)?Rel(?:_[A-Z]\w*)?)\([ \t]*(\w+)[ \t]*,[ \t]*(\w+)", re.MULTILINE)
ALIASED = re.compile(
    r'^[ \t]*(?:component|database|node|queue|actor|rectangle|cloud)[ \t]+"([^"\n]*)"[ \t]+as[ \t]+(\w+)', re.MULTILINE
)
DRAWN = re.compile(r"^[ \t]*(\w+)[ \t]+(<)?[-.]+\w*[-.]*(>)?[ \t]+(\w+)", re.MULTILINE)


def plain(label: str) -> str:
    """The start of a name without markup, punctuation and case, so that only its words are compared."""
    return re.sub(r"[\W_]+", "", html.unescape(MARKUP.sub(" ", html.unescape(label)))).casefold()[:LONGEST]


def directed(source: str, target: str, *, at_start: bool, at_end: bool) -> list[tuple[str, str]]:
    """A line without heads counts as a call from its start to its end."""
    found = [(source, target)] if at_end or not at_start else []
    return [*found, (target, source)] if at_start else found


def of_mermaid(parse: Callable[[str], Json | None], text: str) -> Pairs | None:
    found = parse(text)
    if found is None:
        return None
    names = {key: plain(label) for key, label in found["boxes"] if key not in found["zones"]}
    pairs: Pairs = Counter()
    for source, target, kind in found["edges"]:
        if names.get(source) and names.get(target):
            pairs.update(directed(names[source], names[target], at_start=kind == "double_arrow_point", at_end=True))
    return pairs


@cache
def _compiler() -> subprocess.Popen[str]:
    """One compiler for all texts, because it takes seconds to start."""
    command = ["node", "--eval", COMPILE]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603


def of_d2(text: str) -> Pairs | None:
    if not D2_MODULE.exists():
        return None
    asked, answers = _compiler().stdin, _compiler().stdout
    if asked is None or answers is None:
        return None
    asked.write(json.dumps(text) + "\n")
    asked.flush()
    found = json.loads(answers.readline() or "null")
    if found is None:
        return None
    outer = {key.rpartition(".")[0] for key, _, _ in found["shapes"]}
    names = {
        key: plain(label or key.rpartition(".")[2])
        for key, label, kind in found["shapes"]
        if key not in outer and kind not in ("sql_table", "class")
    }
    pairs: Pairs = Counter()
    for source, target, start, end in found["edges"]:
        if names.get(source) and names.get(target):
            heads = {"at_start": start != "none", "at_end": end != "none"}
            pairs.update(directed(names[source], names[target], **heads))
    return pairs


def of_drawio(text: str) -> Pairs | None:
    """From the first page with a box, in draw.io's own XML."""
    root = ET.fromstring(text)  # noqa: S314 - files that somebody chose to measure with
    for page in [root] if root.tag == "mxGraphModel" else root.iter("diagram"):
        model = page if page.tag == "mxGraphModel" else page.find("mxGraphModel")
        if model is None and (page.text or "").strip():
            model = ET.fromstring(unquote(zlib.decompress(base64.b64decode(page.text or ""), -15).decode()))  # noqa: S314
        if model is not None and any(each.get("vertex") == "1" for each in model.iter("mxCell")):
            return _of_cells(model)
    return None


def _of_cells(model: ET.Element) -> Pairs:
    names: dict[str, str] = {}
    edges: list[ET.Element] = []
    for parent in model.iter():
        for child in parent:
            cell = child.find("mxCell") if child.tag in ("object", "UserObject") else child
            if cell is None or cell.tag != "mxCell" or parent.tag in ("object", "UserObject"):
                continue
            if cell.get("vertex") == "1":
                names[child.get("id", "")] = plain(child.get("label") or child.get("value") or "")
            elif cell.get("edge") == "1":
                edges.append(cell)
    pairs: Pairs = Counter()
    for cell in edges:
        source, target = names.get(cell.get("source", "")), names.get(cell.get("target", ""))
        if source and target:
            style = dict(each.partition("=")[::2] for each in cell.get("style", "").split(";"))
            start, end = style.get("startArrow", "none"), style.get("endArrow", "classic")
            pairs.update(directed(source, target, at_start=start != "none", at_end=end != "none"))
    return pairs


def of_excalidraw(text: str) -> Pairs | None:
    elements = [each for each in json.loads(text).get("elements", []) if not each.get("isDeleted")]
    texts = {each["containerId"]: each.get("text", "") for each in elements if each.get("containerId")}
    boxes = [each for each in elements if each["type"] in ("rectangle", "ellipse", "diamond")]
    names = {each["id"]: plain(texts.get(each["id"], "")) for each in boxes}
    pairs: Pairs = Counter()
    for each in elements:
        ends = [names.get((each.get(f"{end}Binding") or {}).get("elementId", "")) for end in ("start", "end")]
        if each["type"] == "arrow" and ends[0] and ends[1]:
            start, end = each.get("startArrowhead"), each.get("endArrowhead")
            pairs.update(directed(ends[0], ends[1], at_start=bool(start), at_end=bool(end)))
    return pairs


def of_structurizr(text: str) -> Pairs | None:
    """Read line by line, from declarations and calls by name: our own reading, because no parser is available here."""
    names = {found[1] or found[2]: plain(found[2]) for found in DECLARED.finditer(text)}
    ends = ((found[1].rpartition(".")[2], found[2].rpartition(".")[2]) for found in CALLED.finditer(text))
    return Counter((names[a], names[b]) for a, b in ends if names.get(a) and names.get(b)) if names else None


def of_plantuml(text: str) -> Pairs | None:
    """The same for C4 macros and for arrows between elements with a name and an alias."""
    names = {found[1]: plain(found[2]) for found in MACRO.finditer(text)}
    names |= {found[2]: plain(found[1]) for found in ALIASED.finditer(text)}
    pairs: Pairs = Counter()
    for found in RELATED.finditer(text):
        source, target = names.get(found[2]), names.get(found[3])
        if source and target:
            is_back, is_both = "Back" in found[1], found[1].startswith("Bi")
            pairs.update(directed(source, target, at_start=is_back or is_both, at_end=not is_back or is_both))
    for found in DRAWN.finditer(text):
        source, target = names.get(found[1]), names.get(found[4])
        if source and target:
            pairs.update(directed(source, target, at_start=bool(found[2]), at_end=bool(found[3])))
    return pairs if names else None


def imported(text: str) -> Pairs:
    diagram = read(text).document.get("diagram", {})
    names = {key: plain(each.get("label", "")) for key, each in diagram.get("components", {}).items()}
    arrows = diagram.get("connections", {}).values()
    return Counter((names[each["source"]], names[each["target"]]) for each in arrows)


def compared(theirs: Pairs, ours: Pairs) -> Counter[str]:
    """Arrows by result. A pair left over on both sides in opposite directions counts as turned."""
    names = {name for pair in theirs for name in pair}
    missing, more = theirs - ours, ours - theirs
    more = Counter({pair: count for pair, count in more.items() if set(pair) <= names})
    found = Counter(arrows=theirs.total(), same=theirs.total() - missing.total())
    for source, target in list(missing):
        turned = min(missing[source, target], more[target, source])
        found["turned"] += turned
        missing[source, target] -= turned
        more[target, source] -= turned
    found["missing"], found["more"] = missing.total(), more.total()
    return found


def pieces(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(format, name, text) of each drawing."""
    for path in sorted(folder.rglob("*")):
        ending = path.suffix.lower()
        if not path.is_file() or ending not in (
            ".md",
            ".mdx",
            ".mmd",
            ".drawio",
            ".xml",
            ".excalidraw",
            ".excalidrawlib",
            ".d2",
            ".dsl",
            ".puml",
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if ending in (".md", ".mdx"):
            yield from (("mermaid", f"{path}#{at}", each) for at, each in enumerate(FENCE.findall(text), 1))
        elif ending == ".mmd":
            yield "mermaid", str(path), text
        elif ending == ".excalidrawlib":
            library = json.loads(text) if text.strip() else {}
            items = [each["elements"] for each in library.get("libraryItems", [])] or library.get("library", [])
            for at, elements in enumerate(items, 1):
                yield (
                    "excalidraw",
                    f"{path}#{at}",
                    json.dumps({"type": "excalidraw", "version": 2, "elements": elements}),
                )
        else:
            yield OF_ENDING.get(ending, ending.strip(".")), str(path), text


def main(folder: Path, *, show: bool) -> int:
    from playwright.sync_api import sync_playwright

    counts: dict[str, Counter[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        page = browser.new_page()
        page.add_script_tag(path=ROOT / "node_modules" / "mermaid" / "dist" / "mermaid.min.js")
        oracles: dict[str, Callable[[str], Pairs | None]] = {
            "mermaid": lambda text: of_mermaid(lambda each: page.evaluate(PARSE, each), text),
            "drawio": of_drawio,
            "d2": of_d2,
            "structurizr": of_structurizr,
            "plantuml": of_plantuml,
            "excalidraw": of_excalidraw,
        }
        for kind, name, text in pieces(folder):
            counts.setdefault(kind, Counter()).update(_counted(oracles[kind], name, text, show=show))
        browser.close()
    print(f"{'format':12}" + "".join(f"{each:>9}" for each in COLUMNS))  # noqa: T201
    for kind, found in sorted(counts.items()):
        print(f"{kind:12}" + "".join(f"{found[each]:>9}" for each in COLUMNS))  # noqa: T201
    return 0


def _counted(oracle: Callable[[str], Pairs | None], name: str, text: str, *, show: bool) -> Counter[str]:
    try:
        theirs = oracle(text)
    except (ET.ParseError, ValueError, KeyError, zlib.error):
        return Counter()
    if not theirs:
        return Counter()
    try:
        ours = imported(text)
    except ImportFailedError as error:
        if show:
            print(f"refused: {name}: {error}")  # noqa: T201
        return Counter(files=1, refused=1)
    found = compared(theirs, ours)
    if show and found["same"] != found["arrows"]:
        print(f"{name}: {dict(found)}: {dict((theirs - ours).most_common(6))} / {dict((ours - theirs).most_common(6))}")  # noqa: T201
    return found + Counter(files=1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), show="--failures" in sys.argv))
