"""Django's `loaddata`, with a plain sentence for a row that refers to what is not on this site."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError

ABSENT = (
    "Nothing was loaded, because a row refers to what is neither on this site nor in the files: {error}. "
    "People who own uploaded scenarios come with "
    "`dumpdata --natural-primary --natural-foreign accounts.user designs.scenario`."
)


class Command(loaddata.Command):
    def handle(self, *labels: Any, **options: Any) -> None:
        try:
            super().handle(*labels, **options)
        except DeserializationError as error:
            if "does not exist" not in str(error):
                raise
            raise CommandError(ABSENT.format(error=error)) from error
