from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Styles that every page needs, one request instead of three.
BUNDLES: Mapping[str, tuple[str, ...]] = {"css/base.css": ("vendor/pico.css", "css/theme.css", "css/site.css")}


def bundle_parts(bundle: str) -> tuple[str, ...]:
    """The names that a page links to for a bundle: itself where static files have been collected, else its parts."""
    return (bundle,) if getattr(staticfiles_storage, "has_bundles", False) else BUNDLES[bundle]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Files named by their content, so that browsers keep them for good; imports between ES modules are renamed too."""

    support_js_module_import_aggregation = True
    has_bundles = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002
        """Writes the bundles first, as if they were files of ours."""
        for name, parts in {} if dry_run else BUNDLES.items():
            bundle = Path(self.path(name))
            bundle.parent.mkdir(parents=True, exist_ok=True)
            bundle.write_bytes(b"\n".join(self._source(paths, part) for part in parts))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def _source(self, paths: Mapping[str, Any], name: str) -> bytes:
        storage, path = paths[name]
        return Path(storage.path(path)).read_bytes()
