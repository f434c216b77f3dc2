from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

BATCH = 500


def put_into_deck(apps: Any, _editor: Any) -> None:
    """Backups without a state for each card left own cards outside the deck, where the queue had to search for them."""
    card, state = apps.get_model("studyguide", "Card"), apps.get_model("studyguide", "CardState")
    known = state.objects.filter(learner=OuterRef("owner"), card=OuterRef("pk"))
    outside = card.objects.exclude(owner=None).exclude(Exists(known)).values_list("owner", "pk")
    states = [state(learner_id=owner, card_id=pk) for owner, pk in outside.iterator()]
    state.objects.bulk_create(states, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("studyguide", "0015_free_days_and_prerequisites")]

    operations = [migrations.RunPython(put_into_deck, migrations.RunPython.noop)]
