"""A drawing inside a text: one for a column, one for a phone, and a link to see it large."""

from __future__ import annotations

from web.charts.mermaid.fitting import COLUMN, PHONE, SMALL_PHONE, Tries
from web.charts.mermaid.flowchart import Flowchart
from web.charts.mermaid.sequence import Sequence
from web.charts.svg import escaped


def figure_html(chart: Flowchart | Sequence, *, title: str, label: str = "Diagram", large: str = "") -> str:
    """A <figure>; `large` is the address where the drawing stands alone, none for a drawing that has none.

    What is wider than its column scrolls, and takes the focus so that keys can scroll it.
    """
    tries = Tries(chart, title=title)
    column = tries.fitting(COLUMN)
    if column.width <= SMALL_PHONE:
        return _figure(column.svg(), label, "", is_wide=False)
    phone = tries.fitting(SMALL_PHONE, PHONE)
    is_wide = phone.width > SMALL_PHONE or column.width > COLUMN
    link = f'<a class="enlarge" href="{escaped(large)}">Open large</a>' if large else ""
    return _figure(column.svg("for-column") + phone.svg("for-phone"), label, link, is_wide=is_wide)


def _figure(inside: str, label: str, link: str, *, is_wide: bool) -> str:
    focus = ' tabindex="0" role="group"' if is_wide else ""
    return f'<figure class="diagram"{focus} aria-label="{escaped(label)}">{inside}{link}</figure>'
