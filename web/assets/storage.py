from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from web.assets.modules import join, rewritten

# Of the folders of our own scripts and styles; what is in vendor/ comes minified.
MINIFIERS: Mapping[str, Callable[[bytes], bytes]] = {"js": jsmin, "css": cssmin}
# Styles that every page needs, and styles and scripts of texts with drawings: one request instead of several. A script
# in a bundle stands in its own block, so it imports nothing but by import() and exports nothing.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "css/base.css": ("vendor/pico.css", "css/theme.css", "css/site.css"),
    "css/reading.css": ("css/topic.css", "css/diagram.css"),
    "css/calculator.css": ("css/charts.css", "css/calculators.css"),
    "css/scenario.css": ("css/charts.css", "css/scenarios.css"),
    "css/design.css": ("css/designs.css", "css/charts.css", "css/analysis.css", "css/drawing.css"),
    "css/design-faces.css": ("css/designs.css", "css/analysis.css", "css/faces.css", "css/face-forms.css"),
    "css/drawing-page.css": (
        "css/designs.css",
        "css/analysis.css",
        "css/faces.css",
        "vendor/diagram.css",
        "css/canvas.css",
        "css/workspace.css",
    ),
    "js/reading.js": ("js/topic.js", "js/preview.js"),
}


# Modules that are sent with all that they import. Shared ones hold a state or what several files import: what every
# page of a design runs, and what the drawing has in common with its parts that are imported later, by import().
SHARED = ("js/design/page.js", "js/design/canvas/basis.js")
JOINED = (*SHARED, "js/design/drawing-page.js", "js/design/spreadsheet.js", "js/lab.js")


def bundle_parts(bundle: str) -> tuple[str, ...]:
    """The names that a page links to for a bundle: itself where static files have been collected, else its parts."""
    return (bundle,) if getattr(staticfiles_storage, "has_bundles", False) else BUNDLES[bundle]


def joined(bundle: str, parts: Sequence[bytes]) -> bytes:
    """The content of a bundle. Names that scripts declare stay in their own blocks."""
    return b"\n".join(b"{%b}" % part for part in parts) if bundle.endswith(".js") else b"\n".join(parts)


def _tidied(path: str, body: str) -> str:
    minify = MINIFIERS.get(path.partition("/")[0])
    return minify(body.encode()).decode() if minify else body


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names files by a hash of their content, so that browsers can cache them for good; imports between ES modules are
    renamed too."""

    support_js_module_import_aggregation = True
    has_bundles = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        """Leaves comments and indentation out of our scripts and styles, and writes the bundles of these, first."""
        if not dry_run:
            self._write_modules(paths)
        for name in () if dry_run else [name for name in paths if name not in JOINED]:
            if minify := MINIFIERS.get(name.partition("/")[0]):
                self._write(paths, name, minify(self._source(paths, name)))
        for name, parts in {} if dry_run else BUNDLES.items():
            self._write(paths, name, joined(name, [self._source(paths, part) for part in parts]))
        yield from super().post_process(paths, dry_run, **options)

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Brotli takes most of the time of collecting, and browsers ask for it over HTTPS: elsewhere gzip will do."""
        return Compressor(**kwargs, use_brotli=settings.SESSION_COOKIE_SECURE)

    def _write_modules(self, paths: dict[str, Any]) -> None:
        """The joined modules, and in all others the imports of what is in these."""
        homes: dict[str, str] = {}
        sources = {name: self._source(paths, name).decode() for name in paths if name.endswith(".js")}
        for entry in JOINED:
            joined_up = join(entry, sources.__getitem__, homes, tidied=_tidied)
            self._write(paths, entry, joined_up.text.encode())
            homes |= dict.fromkeys(joined_up.members, entry) if entry in SHARED else {}
        for name in sources.keys() - homes.keys() - set(JOINED):
            if (text := rewritten(name, sources[name], homes)) != sources[name]:
                self._write(paths, name, text.encode())

    def _write(self, paths: dict[str, Any], name: str, content: bytes) -> None:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        paths[name] = (self, name)

    def _source(self, paths: Mapping[str, Any], name: str) -> bytes:
        storage, path = paths[name]
        return Path(storage.path(path)).read_bytes()
