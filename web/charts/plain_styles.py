"""The site's styles as a renderer without a browser reads them: for drawings that leave the page as pictures.

resvg understands type, class and descendant selectors and plain values. So `:is()` is written out, variables and
`light-dark()` become their light values, `color-mix()` is computed, and what it cannot read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
AT_RULE = re.compile(r"@[^{};@]*+(?:;|\{(?:[^{}]++|\{[^{}]*+\})*+\})")
RULE = re.compile(r"(?<![^{}])([^{}]++)\{([^{}]*+)\}")
VARIABLE = re.compile(r"var\((--[\w-]+)\)")
LIGHT = re.compile(r"light-dark\(([^,()]++(?:\([^()]*+\)\s*+)?),[^,()]++(?:\([^()]*+\)\s*+)?\)")
MIXED = re.compile(r"color-mix\(in srgb, (#[0-9a-f]{6}) (\d+)%, (#[0-9a-f]{6})\)")
ONE_OF = re.compile(r":is\(([^()]*)\)")
SELECTOR = re.compile(r"(?:[^,()]++|\([^()]*+\)?|\))++")
DRAWN = (
    "fill", "stroke", "opacity", "font-size", "font-weight", "font-family", "font-style", "text-anchor", "paint-order",
    "display", "dominant-baseline",
)  # fmt: skip
DEEPEST = 8  # variables that stand for variables


def plain_styles(sheets: Sequence[str]) -> str:
    """The rules of these style sheets that colour and set drawings, in the light theme."""
    rules = [rule for sheet in sheets for rule in RULE.findall(AT_RULE.sub("", COMMENT.sub("", sheet)))]
    variables = {name: value for _, body in reversed(rules) for name, value in _declared(body) if name.startswith("--")}
    lines = []
    for selectors, body in rules:
        kept = [f"{name}:{plain(value, variables)}" for name, value in _declared(body) if name.startswith(DRAWN)]
        shown = [each for part in SELECTOR.findall(selectors) for each in _written_out(part.strip()) if _is_read(each)]
        if kept and shown:
            lines.append(f"{','.join(shown)}{{{';'.join(kept)}}}")
    return "\n".join(lines)


def plain(value: str, variables: Mapping[str, str]) -> str:
    """A value without variables and functions that only browsers know."""
    for _ in range(DEEPEST):
        told = VARIABLE.sub(lambda found: variables.get(found[1], "none"), value)
        if told == value:
            break
        value = told
    return MIXED.sub(_mix, LIGHT.sub(lambda found: found[1].strip(), value))


def _declared(body: str) -> Iterator[tuple[str, str]]:
    for each in body.split(";"):
        name, colon, value = each.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _written_out(selector: str) -> list[str]:
    """`.a :is(b, c)` as `.a b` and `.a c`."""
    found = ONE_OF.search(selector)
    if found is None:
        return [selector]
    return [
        each
        for part in found[1].split(",")
        for each in _written_out(_joined(selector[: found.start()], part.strip(), selector[found.end() :]))
    ]


def _joined(before: str, part: str, after: str) -> str:
    """A type stands before the classes of the same element: `.a:is(b)` is `b.a`."""
    head, space, last = before.rpartition(" ")
    return f"{head}{space}{part}{last}{after}" if last and part[:1].isalpha() else f"{before}{part}{after}"


def _is_read(selector: str) -> bool:
    return not re.search(r"[:+~>\[*]", selector) and "." in selector


def _mix(found: re.Match[str]) -> str:
    share = int(found[2]) / 100
    pairs = zip(*(bytes.fromhex(each[1:]) for each in (found[1], found[3])), strict=True)
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)
