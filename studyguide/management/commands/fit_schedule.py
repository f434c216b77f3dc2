from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from studyguide.services.fitting import CannotFitError, fitted_parameters
from studyguide.services.study_settings import save_parameters


class Command(BaseCommand):
    help = "Fits the scheduler's parameters to how a learner remembers (needs 400 reviews and fsrs[optimizer])."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        learner = User.objects.filter(username__iexact=options["user"]).first()
        if learner is None:
            raise CommandError(f"There is nobody called {options['user']!r}.")
        try:
            parameters = fitted_parameters(learner)
        except CannotFitError as error:
            raise CommandError(str(error)) from error
        save_parameters(learner, parameters, now=timezone.now())
        self.stdout.write(f"Fitted to {learner.get_username()}: {', '.join(f'{each:.4f}' for each in parameters)}")
