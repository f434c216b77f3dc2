"""Tags that every template may use without loading them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.contrib.staticfiles import finders
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from web.assets.storage import bundle_parts
from web.shown.typography import set_well, with_curved_quotes

register = template.Library()
SYMBOL = re.compile(r'<symbol id="([a-z0-9-]++)"[^<>]*+>([^<]*+(?:<(?!/?symbol\b)[^<]*+)*+)</symbol>')
BLANK_LINES = re.compile(r"\n\s*\n")

register.filter("curved", with_curved_quotes)
register.filter("set_well", set_well)


@register.filter
def unwrapped(text: str) -> str:
    """A text without the line breaks that its file has within a paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in BLANK_LINES.split(text))


@register.simple_tag
def bundled_styles(bundle: str) -> SafeString:
    """One link to the bundle where static files have been collected, else a link to each of its parts."""
    names = bundle_parts(bundle)
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


@register.simple_tag
def bundled_scripts(bundle: str) -> SafeString:
    """The same for modules."""
    names = bundle_parts(bundle)
    return format_html_join("\n  ", '<script type="module" src="{}"></script>', ((static(name),) for name in names))


@register.simple_tag(takes_context=True)
def list_picture(context: Context, name: str) -> str:
    """The absolute address of the picture of the home page or of a list."""
    address: str = context["request"].build_absolute_uri(reverse("list_picture", args=[name]))
    return address


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite, drawn in place so that it costs no request; with a label it speaks, without one it is
    decoration. KeyError when there is none of this name."""
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>', told, _shapes()[name])


@cache
def _shapes() -> Mapping[str, SafeString]:
    sprite = Path(str(finders.find("icons.svg"))).read_text(encoding="utf-8")
    return {name: SafeString(inner) for name, inner in SYMBOL.findall(sprite)}


@register.filter
def at(values: Mapping[Any, Any], key: object) -> object:
    """What stands under a key; None where there is nothing."""
    return values.get(key)


@register.simple_tag
def own_clock(moment: datetime) -> SafeString:
    """A moment that the page's script puts on the reader's own clock; without scripts it is in UTC, and says so."""
    utc = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-own-clock>{} UTC</time>',
        utc.isoformat(timespec="seconds"),
        f"{utc.day} {utc:%b %Y, %H:%M:%S}",
    )


@register.simple_tag
def local_time(moment: datetime, zone: str) -> SafeString:
    """A moment as it is on the clocks of a time zone, which is said. The site's script adds it on the reader's own
    clock where that differs; for that `datetime` has the zone's offset."""
    local = moment.astimezone(ZoneInfo(zone))
    words = f"{local.day} {local:%B %Y, %H:%M}"
    return format_html(
        '<time datetime="{}" data-beside-own-clock>{} <span class="muted">{}</span></time>',
        local.isoformat(timespec="seconds"),
        words,
        zone,
    )
