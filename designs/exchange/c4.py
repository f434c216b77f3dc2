"""C4 in macros, as Mermaid and PlantUML share them: Container(api, "API", "Go"), Rel(web, api, "asks", "HTTPS")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from designs.document.diagram_fields import SERVERS
from designs.document.kinds import ComponentKind
from designs.exchange.boxes import Boxes, Token, Tokens, unquoted
from designs.exchange.problems import Imported, ImportFailedError
from web.charts.mermaid.source import label_text, read_source

TOKEN = re.compile(
    r"(?P<skip>[ \t\r]*+\n[ \t]*+(?:'[^\n]*)?|[ \t\r]+|//[^\n]*)|(?P<string>\"[^\"]*\"|'[^'\n]*')"
    r"|(?P<word>[^\s\"(){},=]+)|(?P<mark>[(){},=])"
)
HEADER = re.compile(r"\s*C4(?:Context|Container|Component|Dynamic|Deployment)\b")
THING = re.compile(r"(Person|System|Container|Component)(Db|Queue)?(_Ext)?")
BOUNDARY = re.compile(r"(?:Enterprise_|System_|Container_)?Boundary|Deployment_Node(?:_[LR])?|Node(?:_[LR])?")
RELATION = re.compile(r"(?:Bi)?Rel(?:_\w+|Index)?")
LOOKS = re.compile(r"Update\w+|Lay_\w+|LAYOUT_\w+|SHOW_\w+|HIDE_\w+|Add\w+|Set\w+")
KINDS: dict[str, ComponentKind] = {"Db": "sql", "Queue": "queue"}


def read(text: str) -> Imported:
    """A C4 chart of Mermaid."""
    source = read_source(text)
    header = HEADER.match(source.text)
    if header is None:
        raise ImportFailedError("a C4 chart begins with C4Context, C4Container or another kind", line=1)
    body = "\n" * source.text.count("\n", 0, header.end()) + source.text[header.end() :]
    boxes = Boxes()
    boxes.title = source.title
    read_macros(body, boxes)
    return boxes.imported(nothing="there is no Person, System or Container in the chart")


def read_macros(text: str, boxes: Boxes) -> None:
    tokens = Tokens(text, TOKEN, what="a C4 chart")
    around: list[str] = []
    numbered = 0
    while (token := tokens.take()).kind != "end":
        if token.text == "}":
            if not around:
                raise ImportFailedError("this } closes nothing", line=token.line)
            around.pop()
        elif token.text == "title":
            boxes.title = _line_of(tokens, token.line)
        elif token.text != "{" and tokens.peek().text == "(":
            numbered += 1
            arguments = _arguments(tokens)
            _macro(token, arguments, around, boxes, numbered)
            if BOUNDARY.fullmatch(token.text) and tokens.skip("{"):
                around.append(arguments[0][1] if arguments else "")
        elif token.text == "{":
            raise ImportFailedError("this { opens nothing", line=token.line)
        else:
            said = f"{token.text} {_line_of(tokens, token.line)}"
            boxes.warnings.lost("line", "no part of C4", name=said)
    if around:
        raise ImportFailedError(f"the boundary {around[-1]} is not closed", line=tokens.peek().line)


def _line_of(tokens: Tokens, line: int) -> str:
    said = []
    while tokens.peek().line == line and tokens.peek().kind != "end":
        said.append(unquoted(tokens.take().text))
    return " ".join(said)


def _arguments(tokens: Tokens) -> list[tuple[str, str]]:
    """Named arguments (`$techn="Go"`) and values; the name is empty where none is given."""
    line = tokens.expect("(").line
    found: list[tuple[str, str]] = []
    name, value = "", ""
    while (token := tokens.take()).text != ")" or token.kind == "string":
        if token.kind == "end":
            raise ImportFailedError("the ( of this line is not closed", line=line)
        if token.text == ",":
            found.append((name, value))
            name, value = "", ""
        elif token.text == "=":
            name, value = value.lstrip("$"), ""
        else:
            value = f"{value} {label_text(unquoted(token.text))}".strip()
    return [*found, (name, value)] if value or found else found


def _macro(token: Token, given: Sequence[tuple[str, str]], around: list[str], boxes: Boxes, number: int) -> None:
    zone = around[-1] if around else ""
    if found := THING.fullmatch(token.text):
        _thing(found, given, zone, boxes)
    elif BOUNDARY.fullmatch(token.text):
        key = _argument(given, 0, "alias") or f"boundary {number}"
        boxes.zone(key, _argument(given, 1, "label"), parent=zone)
    elif RELATION.fullmatch(token.text):
        _relation(token.text, given, boxes)
    elif LOOKS.fullmatch(token.text):
        boxes.warnings.lost("macro of looks", "a design has looks of its own", name=token.text)
    else:
        boxes.warnings.lost("macro", "it is not read", name=token.text)


def _argument(given: Sequence[tuple[str, str]], place: int, name: str) -> str:
    named = {key: value for key, value in given if key}
    plain = [value for key, value in given if not key]
    return named.get(name, plain[place] if place < len(plain) else "")


def _thing(found: re.Match[str], given: Sequence[tuple[str, str]], zone: str, boxes: Boxes) -> None:
    what, form, is_outside = found[1], found[2], found[3]
    has_technology = what in ("Container", "Component")
    technology = _argument(given, 2, "techn") if has_technology else ""
    about = _argument(given, 3 if has_technology else 2, "descr")
    kind: ComponentKind | None = None
    label = _argument(given, 1, "label")
    if what == "Person":
        kind = "client"
    elif form:
        guessed = boxes.guessed(label, technology)
        fits = guessed not in SERVERS | {"client", "third_party"} or guessed == "scheduler"
        kind = guessed if fits else KINDS[form]
    elif is_outside and what == "System":
        kind = "third_party"
    key = _argument(given, 0, "alias")
    boxes.box(
        key,
        label or key,
        kind=kind,
        hint=technology,
        zone=zone,
        is_server=has_technology,
        technology=technology[:200],
        note=about,
    )


def _relation(macro: str, given: Sequence[tuple[str, str]], boxes: Boxes) -> None:
    if macro.startswith("RelIndex"):
        given = given[1:]
    source, target = _argument(given, 0, "from"), _argument(given, 1, "to")
    if macro.startswith("Rel_Back"):
        source, target = target, source
    label, technology = _argument(given, 2, "label"), _argument(given, 3, "techn")
    said = f"{label} ({technology})" if label and technology else label or technology
    boxes.arrow(source, target, said)
    if macro.startswith("BiRel"):
        boxes.warnings.lost("arrow", "{they} led both ways", name=label, fate="read as a call each way")
        boxes.arrow(target, source, said)
