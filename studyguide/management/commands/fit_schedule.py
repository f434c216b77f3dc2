from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from studyguide.services.fitting import FEWEST_ANSWERS, CannotFitError, fit_and_keep


class Command(BaseCommand):
    help = (
        f"Fits the scheduler's parameters to how a learner remembers, from {FEWEST_ANSWERS} answers on, and keeps them "
        "when they predict better what they have not seen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        learner = User.objects.filter(username__iexact=options["user"]).first()
        if learner is None:
            raise CommandError(f"There is nobody called {options['user']!r}.")
        try:
            found = fit_and_keep(learner, now=timezone.now())
        except CannotFitError as error:
            raise CommandError(str(error)) from error
        said = f"log loss {found.before:.4f} before, {found.after:.4f} fitted, over {found.tested} answers not seen"
        if not found.is_better:
            self.stdout.write(f"Fitting found none that predict better, so the parameters in use stay: {said}.")
            return
        self.stdout.write(f"Fitted to {learner.get_username()}: {said}.")
        self.stdout.write(", ".join(f"{each:.4f}" for each in found.parameters))
