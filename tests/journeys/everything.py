"""A site with something of everything, for the walk over its forms."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from calculators.engine.sheet_content import Content
from calculators.services import create_sheet
from classrooms.models import Assignment, Membership, PeerReview
from classrooms.rosters.layouts import Person
from classrooms.services import classes, comments, marking, notes, peers, regrades, roster
from classrooms.services import work as working
from designs.models import Design, Scenario, ShareLink
from designs.scenarios.editing.parts import BY_SLUG
from designs.scenarios.reference import reference_of
from designs.services import drafts, interviews
from designs.services.bin import bin_design
from designs.services.comments import comment
from designs.services.saving import Edit, create_design, save_patch
from designs.services.scenarios import upload_scenario
from designs.services.sharing import create_link
from studyguide.memory.log import Grade
from studyguide.memory.schedule import Rules
from studyguide.models import Topic
from studyguide.services.cards import make_card
from studyguide.services.margin import add_note
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.own_notes import send_notes
from studyguide.services.reviews import NewEntry, record_answer
from tests.classrooms.conftest import give
from tests.designs.conftest import loaded
from tests.designs.document.examples import complete
from tests.designs.interviews.shipped import FIXTURES
from tests.designs.studies import repaired
from tests.studyguide.build import make_topic

PASSWORD = "correct horse battery"
MAIL = "ada@example.com"
LEASES = (
    b"# Leases\n\n- Lease: a lock that ends by itself after a while\n- Fence: a number that grows with every holder\n"
)
MINE = (FIXTURES / "scenarios" / "pastebin.yaml").read_bytes().replace(b"slug: pastebin", b"slug: mine")


@dataclass(frozen=True)
class World:
    """Where each person begins to walk, and the design whose forms need something done before."""

    starts: dict[str, list[str]]
    design: Design


def everything() -> World:
    now = timezone.now()
    grace = User.objects.create_user("grace", password=PASSWORD, is_staff=True)
    ada = User.objects.create_user("ada", password=PASSWORD)
    alan = User.objects.create_user("alan")  # has no password
    User.objects.create_user("tutor", password=PASSWORD)
    User.objects.create_user("lost", password=PASSWORD, email=MAIL)
    scenario = loaded(at=now)
    upload_scenario(MINE, file="mine.yaml", owner=grace, now=now)
    design, own = _designs(ada, scenario, now)
    taught, attended = _a_class(grace, [ada, alan], scenario, now)
    return World(
        {
            "ada": [*attended, *own, *_notes_and_cards(ada, now), "/", "/designs/", "/interviews/", "/classes/",
                    reverse("calculators:saved_sheet_list"), "/scenarios/", "/accounts/", "/search/?q=cache"],
            "grace": [*taught, "/scenarios/upload/", "/scenarios/mine/", "/scenarios/write/", "/classes/new/",
                      *_a_draft(grace, now)],
            "newcomer": [],
            "alan": [reverse("account_change_password")],
            "nobody": ["/", _watched(scenario, ada, now), "/accounts/login/", "/accounts/signup/",
                       "/accounts/password/reset/", "/classes/join/", "/designs/", "/designs/import/"],
        },
        design,
    )  # fmt: skip


def _designs(ada: User, scenario: Scenario, now: datetime) -> tuple[Design, list[str]]:
    """One with a link, a version and one in the bin; an interview that runs, one that is paused, one that is over."""
    design = create_design(owner=ada, document=complete(), at=now)
    save_patch(design, Edit(patch={"meta": {"title": "Renamed"}}, base_version=0), author=ada, at=now)
    create_link(design, ShareLink.Access.EDIT, at=now)
    comment(design, "Why two?", element="", author=ada, at=now)
    bin_design(create_design(owner=ada, document=complete(), at=now), at=now)
    running, paused, over = (interviews.start_interview(scenario, owner=ada, at=now) for _ in range(3))
    interviews.ask(running, "How many messages are posted?", meant="question:tweets", author=ada, at=now)
    interviews.announce_change(running, "event", author=ada, at=now)
    interviews.pause(paused, author=ada, at=now)
    save_patch(over.design, Edit(patch=reference_of(scenario.data), base_version=0), author=ada, at=now)
    interviews.finish(over, author=ada, at=now)
    repaired(design, at=now)
    page = f"/designs/{design.pk}/"
    return design, [
        f"/designs/{running.design_id}/understand/", f"/designs/{paused.design_id}/understand/", page,
        f"{page}analysis/", f"{page}high-level/", f"{page}history/", f"{page}export/", f"{page}share/",
        f"{page}studies/", f"{page}comments/",
        f"{page}drill/?random=1", f"{page}diagram/?face=outline", f"{page}levels/", f"/interviews/{over.pk}/",
    ]  # fmt: skip


def _a_draft(grace: User, now: datetime) -> list[str]:
    """One that is whole, to be used and deleted; and one that was changed on the canvas, whose forms are sent."""
    whole = drafts.begin_from(Scenario.objects.get(slug="twitter"), owner=grace, at=now)
    draft = drafts.begin_from(Scenario.objects.get(slug="mine"), owner=grace, at=now)
    drafts.save_part(draft, BY_SLUG["task"], {"title": ["Mine, rewritten"]}, base_version=1, at=now)
    draft.refresh_from_db()
    canvas = drafts.open_canvas(draft, "reference", at=now)
    patch = {"diagram": {"components": {"api": {"label": "Pastes"}}}}
    save_patch(canvas, Edit(patch=patch, base_version=canvas.version), author=grace, at=now)
    home = draft.get_absolute_url()
    return [
        whole.get_absolute_url(),
        home,
        f"{home}part/figures/",
        f"{home}part/reference/",
        f"{home}yaml/",
        f"{home}versions/",
    ]


def _watched(scenario: Scenario, ada: User, now: datetime) -> str:
    token = interviews.open_to_interviewer(interviews.start_interview(scenario, owner=ada, at=now))
    return f"/interviews/watch/{token}/"


def _notes_and_cards(ada: User, now: datetime) -> list[str]:
    """A card that was answered, notes of which cards could be made, and notes of her own."""
    topic = make_topic("caching-basics", kind="topic")
    cards = [make_card(ada, content={"front": why, "back": "So."}, topic=topic) for why in ("Why?", "How?")]
    answer = NewEntry(uid=uuid.uuid4(), kind="answer", at=now, received_at=now, grade=Grade.GOOD)
    record_answer(ada, cards[0].pk, answer, rules=Rules())
    import_notes([("leases.md", LEASES)], source=NoteSource(name="own", is_strict=True), now=now)
    beside = {"quote": "", "before": "", "after": "", "anchor": "", "words": "Ask about this."}
    note = add_note(ada, topic, beside, now=now)
    vault = send_notes(ada, "Vault", [("leases.md", LEASES)], now=now)
    notes.share(vault.body, classes.create_classroom("Seminar", owner=ada, time_zone="UTC", at=now), at=now)
    create_sheet(owner=ada, name="Mine", calculator="capacity", content=Content({"daily_users": "2M"}, ()), at=now)
    return [
        note.get_absolute_url(), "/plan/", "/cards/plan/",
        cards[0].get_absolute_url(), "/cards/", "/cards/review/", topic.get_absolute_url(),
        Topic.objects.get(slug="leases").get_absolute_url(), f"/topics/own/{vault.body_id}/",
    ]  # fmt: skip


def _a_class(grace: User, students: list[User], scenario: Scenario, now: datetime) -> tuple[list[str], list[str]]:
    """Assignments in every state: marked, begun, open, and one whose scenario was corrected since."""
    ada, alan = students
    room = classes.create_classroom("Systems", owner=grace, time_zone="Europe/Berlin", at=now)
    roster.add_people(room, [Person(2, name="Ada Lovelace")], file_name="all.csv", by=grace, at=now)
    member = classes.join(room.join_code, user=ada, name="Ada Lovelace", at=now)
    other = classes.join(room.join_code, user=alan, name="Alan", at=now)
    gone = classes.join(room.join_code, user=User.objects.create_user("bob"), name="Bob", at=now)
    classes.remove(gone, at=now)
    times = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(days=7)}
    marked, begun = give(room, scenario, **times), give(room, scenario, title="Begun", **times)
    not_begun = give(room, scenario, title="Not begun yet", **times)
    unwanted = give(room, scenario, title="Given by mistake", **times)
    outdated = give(room, Scenario.objects.get(slug="mine"), title="Corrected", **times)
    work = working.begin_work(marked, member, at=now)
    submission = working.submit(work, at=now, taken_by=grace)
    marking.comment(work, "Look", author=grace, at=now)
    marking.mark(submission, dict.fromkeys(marked.data.rubric, (1, "")), feedback="")
    working.begin_work(marked, other, at=now)
    working.begin_work(begun, member, at=now)
    interview = working.begin_work(give(room, scenario, title="Interview", start="interview", **times), other, at=now)
    upload_scenario(MINE.replace(b"title: ", b"title: New ", 1), file="mine.yaml", owner=grace, now=now)
    to_answer, to_read = _over(give(room, scenario, title="Over", **_long_ago(now)), [member, other], grace, now)
    page, task = room.get_absolute_url(), marked.get_absolute_url()
    return [
        f"{unwanted.get_absolute_url()}edit/", page, f"{page}settings/", to_answer, interview.get_absolute_url(),
        work.get_absolute_url(), f"{task}times/", f"{task}queue/",
        outdated.get_absolute_url(), f"{outdated.get_absolute_url()}push/", f"{page}assign/",
    ], [not_begun.get_absolute_url(), *to_read, begun.get_absolute_url(), task]  # fmt: skip


def _long_ago(now: datetime) -> dict[str, datetime]:
    return {"opens_at": now - timedelta(days=9), "due_at": now - timedelta(days=2)}


def _over(assignment: Assignment, members: list[Membership], grace: User, now: datetime) -> tuple[str, list[str]]:
    """Both were given marks back, the second asks for another look; and the first has reviewed the second's design."""
    works = [working.begin_work(assignment, each, at=now) for each in members]
    for work in works:
        submission = working.submit(work, at=now, taken_by=grace)
        marking.mark(submission, dict.fromkeys(assignment.data.rubric, (1, "")), feedback="")
        marking.give_back(submission, by=grace, at=now)
    regrades.ask_again(works[1], "Look again", at=now)
    peers.hand_out(assignment, count=1, due_at=now + timedelta(days=1), at=now)
    comments.save_comment(assignment.classroom, "Say why.", author=grace, at=now)
    written = PeerReview.objects.filter(submission__work=works[1])
    written.update(done_at=now, levels=json.dumps(dict.fromkeys(assignment.data.rubric, 1)), words="Good")
    first = PeerReview.objects.get(submission=None, reviewer=members[0])
    working.extend(assignment, members[1], now + timedelta(days=1), at=now)
    return works[1].get_absolute_url(), [works[0].get_absolute_url(), first.get_absolute_url()]
