"""Data written by a test with its own transactions is deleted before the next test starts."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from designs.services.saving import create_design
from studyguide.services.notes import NoteSource, import_notes
from tests.conftest import empty_what_was_written
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete
from tests.studyguide.conftest import notes


@pytest.mark.django_db(transaction=True)
def test_what_was_written_goes_and_what_migrate_made_stays(client, django_user_model):
    ada = django_user_model.objects.create_user("ada")
    client.force_login(ada)
    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    create_design(owner=ada, document=complete(), at=NOON)
    made = {model: model.objects.count() for model in (ContentType, Permission)}

    empty_what_was_written()

    assert {model: count for model in apps.get_models() if (count := model._base_manager.count())} == made
