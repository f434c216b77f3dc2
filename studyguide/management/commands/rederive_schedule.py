from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.rederiving import rederive


class Command(BaseCommand):
    help = "Makes every card's schedule again from the log of reviews."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="NAME", help="only this learner")
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a schedule differs")

    def handle(self, *args: Any, **options: Any) -> None:
        learners = User.objects.filter(card_states__isnull=False).distinct().order_by("pk")
        if options["user"]:
            learners = User.objects.filter(username__iexact=options["user"])
            if not learners:
                raise CommandError(f"There is nobody called {options['user']!r}.")
        wrong = 0
        for learner in learners:
            differing = rederive(learner, rules_of(settings_of(learner.pk)), check=options["check"])
            wrong += len(differing)
            for card_id in differing if options["verbosity"] > 1 else []:
                self.stdout.write(f"{learner.get_username()}: card {card_id}")
        said = "differ from the log" if options["check"] else "differed from the log and are right now"
        self.stdout.write(f"{learners.count()} learners: {wrong} schedules {said}.")
        if wrong and options["check"]:
            raise CommandError("The schedule is not what the log says; run rederive_schedule without --check.")
