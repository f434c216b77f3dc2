"""The preview picture of a shared address: 1,200 by 630 pixels, as chat programs and social sites show it.

They take PNG and no SVG (Open Graph protocol, `og:image`), so resvg, a Rust library in a wheel, renders ours. It reads
only what we wrote, loads nothing, and takes fonts from the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from web.charts.markup import escaped

WIDTH, HEIGHT = 1200, 630
MARGIN = 48
TITLE_SIZE, TEXT_SIZE, LARGE_SIZE = 46, 25, 36
# Width of a letter as a share of its size, generous, so that a line ends before the margin.
WIDE, CAPITAL, LETTER = 1.15, 0.85, 0.7
PLAIN = 0.87  # of what a bold letter takes
FIRST_FULL_WIDTH = "\u2e80"
TOP, FOOT = 156, 60
BESIDE_TOP, BESIDE_FOOT, WIDEST_BESIDE = 112, 24, 560
MOST_FIGURES = 4
PAPER, INK, MUTED, ACCENT = "#ffffff", "#1b232e", "#545e6d", "#a84a06"
FONT = "'DejaVu Sans', 'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
OPENING = re.compile(r"<svg\b[^<>]*>")
VIEW_BOX = re.compile(r'<svg\b[^<>]*\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
SIZE = re.compile(r'\b(?:width|height)="[^"]*"')


def card(title: str, text: str = "", drawing: str = "", *, site: str = "Loadbearing", styles: str = "") -> str:
    """An SVG with a title, a line of text, and a drawing (an SVG with a `viewBox`) as large as there is room for; a
    drawing that is not wide stands beside the text. Without a drawing, the text in large letters.
    `styles` are CSS for the classes of the drawing."""
    room = WIDTH - 2 * MARGIN
    lines = [
        f"<style>{styles}</style>" if styles else "",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="10" fill="{ACCENT}"/>',
        _line(_cut(title, room, TITLE_SIZE), 84, TITLE_SIZE, INK, "bold"),
        _line(site, HEIGHT - 24, 22, ACCENT, "bold"),
    ]
    beside = _width_beside(drawing)
    if beside:
        lines += _large(text, room - beside - MARGIN)
        lines.append(_placed(drawing, WIDTH - MARGIN - beside, BESIDE_TOP, beside, HEIGHT - BESIDE_TOP - BESIDE_FOOT))
    elif drawing:
        lines.append(_line(_cut(text, room, TEXT_SIZE, PLAIN), 128, TEXT_SIZE, MUTED))
        lines.append(_placed(drawing, MARGIN, TOP, room, HEIGHT - TOP - FOOT))
    else:
        lines += _large(text, room)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="{FONT}">{"".join(lines)}</svg>'
    )


def figures_drawn(figures: Sequence[tuple[str, str]]) -> str:
    """Up to four figures with what they are, two in a row, each with a line above it as in the results of the site."""
    shown = figures[:MOST_FIGURES]
    width, height = 540, 150
    parts = []
    for number, (figure, label) in enumerate(shown):
        x, y = (number % 2) * (width + 24), number // 2 * (height + 20)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="4" fill="{ACCENT}"/>'
            f'<text x="{x}" y="{y + 44}" font-size="23" fill="{MUTED}">{escaped(_cut(label, width, 23, PLAIN))}</text>'
            f'<text x="{x}" y="{y + 106}" font-size="38" font-weight="bold" fill="{INK}">'
            f"{escaped(_cut(figure, width, 38))}</text>"
        )
    rows = (len(shown) + 1) // 2
    size = f"{2 * width + 24} {rows * height + (rows - 1) * 20}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}">{"".join(parts)}</svg>' if shown else ""


def png(svg: str) -> bytes:
    """The picture of an SVG that we wrote. Raises ValueError when it is none."""
    from resvg_py import svg_to_bytes  # 4 MB that only previews need

    return bytes(svg_to_bytes(svg_string=svg, sans_serif_family="DejaVu Sans"))


def _large(text: str, room: float) -> list[str]:
    return [
        _line(each, 190 + number * 56, LARGE_SIZE, MUTED)
        for number, each in enumerate(_broken(text, room, LARGE_SIZE, most=6))
    ]


def _width_beside(drawing: str) -> int:
    """The width of a drawing that is as high as the card; 0 for one that is better placed below the text."""
    found = VIEW_BOX.search(drawing)
    width, height = (float(each) for each in found.groups()) if found else (0.0, 0.0)
    fitting = round((HEIGHT - BESIDE_TOP - BESIDE_FOOT) * width / height) if width > 0 and height > 0 else 0
    return fitting if fitting <= WIDEST_BESIDE else 0


def _line(words: str, y: int, size: int, colour: str, weight: str = "normal") -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{MARGIN}" y="{y}" {look}>{escaped(words)}</text>' if words else ""


def _cut(words: str, room: float, size: int, weight: float = 1.0) -> str:
    words, taken = " ".join(words.split()), 0.0
    for place, letter in enumerate(words):
        taken += size * weight * _share(letter)
        if taken > room - size:
            return words[:place].rstrip() + "…"
    return words


def _broken(words: str, room: float, size: int, *, most: int) -> list[str]:
    """The words in at most so many lines of this room; an ellipsis says that more follow."""
    lines: list[str] = []
    for word in words.split():
        wider = f"{lines[-1]} {word}" if lines else word
        if lines and _cut(wider, room, size, PLAIN) == wider:
            lines[-1] = wider
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]}…"]


def _share(letter: str) -> float:
    if letter in "MW@%" or letter >= FIRST_FULL_WIDTH:
        return WIDE
    return CAPITAL if letter.isupper() else LETTER


def _placed(drawing: str, x: int, y: int, width: int, height: int) -> str:
    """The drawing inside of another, scaled to the room and in its middle."""
    opening = OPENING.search(drawing)
    if opening is None or "viewBox" not in opening[0]:
        return ""
    plain = SIZE.sub("", opening[0]).replace("<svg", f'<svg x="{x}" y="{y}" width="{width}" height="{height}"', 1)
    return plain + drawing[opening.end() :]
