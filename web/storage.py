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

# Of the folders of our own scripts and styles; what is in vendor/ comes minified.
MINIFIERS: Mapping[str, Callable[[bytes], bytes]] = {"js": jsmin, "css": cssmin}
# Styles that every page needs, and styles and scripts of texts with drawings: one request instead of several. A script
# in a bundle stands in its own block, so it imports nothing but by import() and exports nothing.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "css/base.css": ("vendor/pico.css", "css/theme.css", "css/site.css"),
    "css/reading.css": ("css/topic.css", "css/diagram.css"),
    "js/reading.js": ("js/topic.js", "js/preview.js"),
}


def bundle_parts(bundle: str) -> tuple[str, ...]:
    """The names that a page links to for a bundle: itself where static files have been collected, else its parts."""
    return (bundle,) if getattr(staticfiles_storage, "has_bundles", False) else BUNDLES[bundle]


def joined(bundle: str, parts: Sequence[bytes]) -> bytes:
    """The content of a bundle. Names that scripts declare stay in their own blocks."""
    return b"\n".join(b"{%b}" % part for part in parts) if bundle.endswith(".js") else b"\n".join(parts)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names files by a hash of their content, so that browsers can cache them for good; imports between ES modules are
    renamed too."""

    support_js_module_import_aggregation = True
    has_bundles = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        """Leaves comments and indentation out of our scripts and styles, and writes the bundles of these, first."""
        for name in () if dry_run else list(paths):
            if minify := MINIFIERS.get(name.partition("/")[0]):
                self._write(paths, name, minify(self._source(paths, name)))
        for name, parts in {} if dry_run else BUNDLES.items():
            self._write(paths, name, joined(name, [self._source(paths, part) for part in parts]))
        yield from super().post_process(paths, dry_run, **options)

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Brotli takes most of the time of collecting, and browsers ask for it over HTTPS: elsewhere gzip will do."""
        return Compressor(**kwargs, use_brotli=settings.SESSION_COOKIE_SECURE)

    def _write(self, paths: dict[str, Any], name: str, content: bytes) -> None:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        paths[name] = (self, name)

    def _source(self, paths: Mapping[str, Any], name: str) -> bytes:
        storage, path = paths[name]
        return Path(storage.path(path)).read_bytes()
