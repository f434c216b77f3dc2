"""The site's statements about itself: which personal data it keeps, and how accessible it is.

The first is made from what each app registers with the account (`accounts.work`). A kind of data without a description
here is listed by its name, so nothing is hidden. The second is made from the tests that run axe on pages, by `python -m
scripts.accessibility_statement`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from accounts.work import parts
from designs.models.designs import BIN_DAYS
from designs.services.presence import FORGOTTEN_AFTER

ACCESSIBILITY = Path(__file__).with_name("accessibility.json")
TITLES = {
    "calculators": "Calculators",
    "classes": "Classes",
    "designs": "Designs and interviews",
    "schools": "Your school",
    "studyguide": "Reading and cards",
}
WHILE_ACCOUNT = "as long as the account"
# The data that is kept, and for how long, by model.
WORDS = {
    "calculators.SavedSheet": ("Calculations that you saved, with their figures", WHILE_ACCOUNT),
    "classrooms.Membership": (
        "Which classes you are in, by which name and number; your works there, what was handed in and given back, "
        "notices, and reviews that you wrote",
        "as long as the account, also after you leave: marks stay with the class",
    ),
    "classrooms.Comment": ("Comments that you wrote on work", "as long as the work; without your name after you go"),
    "classrooms.Return": ("Marks that you gave", "as long as the work; without your name after you go"),
    "classrooms.Submission": ("Drafts that you took as handed in", "as long as the work; without your name then"),
    "classrooms.Revision": ("Corrections of tasks that you brought in", "as long as the assignment"),
    "classrooms.RosterImport": (
        "Lists of students that you loaded: names, numbers, addresses and groups, as the file said",
        "until they are taken back, or as long as the class",
    ),
    "classrooms.SavedComment": ("Words that you put into a comment bank", "as long as the class"),
    "classrooms.RegradeRequest": ("Answers that you gave to students", "as long as the work"),
    "classrooms.Opinion": ("Levels that you gave as one of two markers", "as long as the work"),
    "classrooms.NoticeSwitch": ("What you want to be told, and how", WHILE_ACCOUNT),
    "designs.Design": (
        "Designs, with every version of them",
        f"as long as the account; in the bin {BIN_DAYS} days. A group's design passes on to the others",
    ),
    "designs.Change": ("Which changes of a design were yours, and when", "as long as the design"),
    "designs.Scenario": ("Scenarios that you wrote", WHILE_ACCOUNT),
    "designs.ScenarioDraft": ("Scenarios that you have begun", WHILE_ACCOUNT),
    "designs.InterviewEvent": ("What was asked and said in mock interviews, and when", "as long as the design"),
    "designs.DrillRecord": ("Your answers in drills", WHILE_ACCOUNT),
    "designs.SimulationRun": ("Simulations that you ran", WHILE_ACCOUNT),
    "designs.Study": ("Questions that you asked about designs, with their answers", WHILE_ACCOUNT),
    "designs.Presence": (
        "Which design you have open, and where on it",
        f"{FORGOTTEN_AFTER.seconds // 60} minutes after you leave it",
    ),
    "schools.Person": ("Who you are in your school's own system, so that it can send you here", WHILE_ACCOUNT),
    "studyguide.Progress": ("Which topics you have read", WHILE_ACCOUNT),
    "studyguide.Card": ("Cards that you made", WHILE_ACCOUNT),
    "studyguide.CardState": ("When each card is due for you", WHILE_ACCOUNT),
    "studyguide.OwnText": ("Your wording of cards", WHILE_ACCOUNT),
    "studyguide.Review": ("Every answer to a card, with its time", WHILE_ACCOUNT),
    "studyguide.StudySettings": ("How you study: limits, days, your plan", WHILE_ACCOUNT),
    "studyguide.ProposalDropped": ("Proposed cards that you did not want", WHILE_ACCOUNT),
    "studyguide.DeckImport": ("Decks that you imported, while they are read", "until they are read or dropped"),
    "studyguide.NoteBody": ("Notes of your own, and with which classes you share them", WHILE_ACCOUNT),
    "studyguide.MarginNote": ("What you marked and noted beside the words of topics", WHILE_ACCOUNT),
    "studyguide.SearchEntry": ("What the search knows of your own notes and cards", WHILE_ACCOUNT),
}


@dataclass(frozen=True)
class Kept:
    what: str
    how_long: str


@dataclass(frozen=True)
class Part:
    title: str
    kept: tuple[Kept, ...]


def kept_of_people() -> list[Part]:
    """Each app's part, with all that it keeps."""
    return [Part(TITLES.get(part.name, part.name.capitalize()), tuple(_kept(part.models))) for part in parts()]


def _kept(models: tuple[str, ...]) -> Iterator[Kept]:
    for name in models:
        plain = str(apps.get_model(name)._meta.verbose_name_plural).capitalize()
        what, how_long = WORDS.get(name, (plain, WHILE_ACCOUNT))
        yield Kept(what, how_long)


def session_days() -> int:
    return settings.SESSION_COOKIE_AGE // (24 * 3600)


@cache
def accessibility() -> dict[str, Any]:
    """`axe` is the version that the tests run; `pages` are sentences about the pages that they run it on."""
    found: dict[str, Any] = json.loads(ACCESSIBILITY.read_text(encoding="utf-8"))
    return found
