from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Files named by their content, so that browsers keep them for good; imports between ES modules are renamed too."""

    support_js_module_import_aggregation = True
