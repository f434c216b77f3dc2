"""The form of an import: a file or a pasted text becomes a checked document."""

from __future__ import annotations

from typing import Any

from django import forms

from designs.exchange.problems import MAX_BYTES, Imported, ImportFailedError
from designs.exchange.registry import IMPORTABLE, decoded, read

PLACEMENTS = (("beside", "Beside what is there"), ("in_place", "In place of what is there"))


class ImportForm(forms.Form):
    file = forms.FileField(label="A file", required=False)
    text = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 80, "spellcheck": "false", "class": "source"}),
    )
    source = forms.ChoiceField(
        label="Format",
        required=False,
        choices=[("", "Find out from the content"), *((each.slug, each.name) for each in IMPORTABLE)],
    )
    imported: Imported
    known: Imported | None = None
    """What this very text was read as before."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        upload = cleaned.get("file")
        field = "file" if upload else "text"
        try:
            text = decoded(upload.read(MAX_BYTES + 1)) if upload else cleaned.get("text", "").replace("\r\n", "\n")
            cleaned["text"] = text
            self.imported = self.known or read(text, cleaned.get("source", ""))
        except ImportFailedError as error:
            self.add_error(field, _sentence(str(error)))
        return cleaned


class MergeForm(ImportForm):
    """The same form, merging into an existing design."""

    placement = forms.ChoiceField(
        label="Where it goes", choices=PLACEMENTS, initial="beside", required=False, widget=forms.RadioSelect
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "…")) else ".")
