from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from designs.document.elements import named_elements, words_for
from designs.models.comments import MAX_WORDS


class CommentForm(forms.Form):
    """A comment on an element of the design; the form lists the elements by name."""

    element = forms.ChoiceField(label="On", required=False)
    words = forms.CharField(
        label="Comment", max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_WORDS})
    )

    def __init__(self, *args: Any, document: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = dict(named_elements(document))
        asked = str(self.data.get("element", "") if self.is_bound else self.initial.get("element", ""))
        if asked not in listed and (words := words_for(document, asked)):
            listed[asked] = words
        field = cast("forms.ChoiceField", self.fields["element"])
        field.choices = [("", "The whole design"), *listed.items()]
        field.error_messages["invalid_choice"] = "The design has no such element any more. Choose another one."
