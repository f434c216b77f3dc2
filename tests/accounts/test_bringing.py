"""An export of everything, brought to an account that has nothing: equal, with pictures. promise 14"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from calculators.engine.own_rows import OwnRow
from calculators.engine.sheet_content import Content
from calculators.models import SavedSheet
from calculators.services import create_sheet
from designs.models import Design, NamedVersion
from designs.selectors.designs import document_at
from designs.services.saving import Edit, create_design, save_patch
from studyguide.memory.log import Grade
from studyguide.memory.schedule import Rules
from studyguide.models import Card, CardState, MarginNote, NoteBody, NotePicture, Progress, Review, StudySettings, Topic
from studyguide.notes.images import read_picture
from studyguide.services.cards import make_card
from studyguide.services.margin import add_note
from studyguide.services.marks import tag_card
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.own_notes import send_notes
from studyguide.services.pictures import keep_pictures, show_pictures_of
from studyguide.services.progress import mark_read
from studyguide.services.reviews import NewEntry, record_answer
from tests.designs.document.examples import complete
from tests.markup import squeezed
from tests.studyguide.conftest import HASHING, NOON, notes
from tests.studyguide.notes.test_foreign_notes import png

pytestmark = pytest.mark.django_db
MINE = (
    HASHING.replace("slug: hashing", "slug: mine").replace("hashing-", "mine-").replace("title: Hashing", "title: Mine")
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" onload="x()"/></svg>'


def bare(text: str) -> dict[str, str]:
    return {"quote": "", "before": "", "after": "", "anchor": "", "words": text}


def fill(user: User) -> None:
    """Something of everything that is brought."""
    import_notes(notes(HASHING), source=NoteSource(name="loadbearing"), now=NOON)
    files = [("v/Rings.md", b"# Rings\n\n![ring](ring.png)\n"), ("v/ring.png", png()), ("v/m.md", MINE.encode())]
    send_notes(user, "Vault", files, now=NOON)
    again = [(path, raw.replace(b"# Rings", b"# Circles")) for path, raw in files]
    send_notes(user, "Vault", again, now=NOON)  # the topic keeps the address of its first title
    shipped, own = Topic.objects.get(slug="hashing"), Topic.objects.get(title="Mine")
    for topic in (shipped, own):
        mark_read(user, topic, now=NOON)
    add_note(user, shipped, {**bare("Look"), "quote": "Two keys", "before": "x", "after": "y"}, now=NOON)
    mark_read(user, Topic.objects.get(title="Circles"), now=NOON)
    add_note(user, Topic.objects.get(title="Circles"), bare("Mine"), now=NOON)
    pictures = [read_picture(png()), read_picture(SVG)]
    keep_pictures(pictures)
    text = " ".join(f"![p]({each.address})" for each in pictures)
    card = make_card(user, content={"front": f"Which ring? {text}", "back": "This"}, topic=own)
    show_pictures_of([card])
    tag_card(user, card, ["rings"])
    CardState.objects.filter(card=card).update(is_flagged=True)
    of_notes = Card.objects.get(owner=user, source_id="mine-map")
    tag_card(user, of_notes, ["hard"])
    for number, each in enumerate([card, of_notes, Card.objects.get(owner=None, source_id="hashing-map")]):
        at = NOON + timedelta(hours=number)
        entry = NewEntry(uid=uuid.uuid4(), kind="answer", at=at, received_at=at, grade=Grade.GOOD)
        record_answer(user, each.pk, entry, rules=Rules())
    StudySettings.objects.create(learner=user, new_a_day=7, retention=0.85)
    design = create_design(owner=user, document=complete(), at=NOON)
    for version, title in enumerate(("One", "Two")):
        edit = Edit(patch={"meta": {"title": title}}, base_version=version, sequence=version, step="high-level")
        save_patch(design, edit, author=user, at=NOON + timedelta(minutes=version))
        design.refresh_from_db()
    NamedVersion.objects.create(design=design, version=1, name="First")
    rows = (OwnRow(name="mine", formula="daily_users * 2"),)
    create_sheet(owner=user, name="Mine", calculator="capacity", content=Content({"daily_users": "2M"}, rows), at=NOON)


def exported(user: User) -> bytes:
    client = Client()
    client.force_login(user)
    return client.post("/account/export/").getvalue()


def files(raw: bytes) -> dict[str, Any]:
    """What an export says, without what each site decides for itself: names of people and of their notes' sources, and
    ids of cards that came with the files of notes."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    found: dict[str, Any] = {name: archive.read(name) for name in archive.namelist() if name != "account.json"}
    found |= {name: json.loads(data) for name, data in found.items() if name.endswith(".json")}
    for name in [name for name in found if name.startswith("notes/") and name.endswith(".json")]:
        space = f"{found[name].pop('source_name')}-"
        at_home = {row["slug"]: f"own-{row['title']}" for row in found[name]["addresses"]}
        assert all(slug.startswith(space) for slug in at_home)
        for each in [each for each in found if each.endswith(".json")]:
            found[each] = renamed(found[each], at_home)
    names = {}
    for card in found["cards.json"]["cards"]:
        if card["source_name"].startswith("files-of-own-"):
            names[card["uid"]] = card["source_id"]
            del card["source_name"], card["created_at"], card["changed_at"]
    text = json.dumps(found["cards.json"])
    for uid, name in names.items():
        text = text.replace(uid, name)
    cards = json.loads(text)
    for section, key in (("cards", "uid"), ("states", "card")):
        cards[section].sort(key=lambda row, key=key: row[key])
    return {**found, "cards.json": cards}


def renamed(data: Any, names: dict[str, str]) -> Any:
    text = json.dumps(data)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return json.loads(text)


@pytest.fixture
def export(ada) -> bytes:
    fill(ada)
    return exported(ada)


@pytest.fixture
def emptied(ada, export) -> User:
    """Another person on a site on which nothing of the first is left."""
    ada.delete()
    NotePicture.objects.all().delete()
    return User.objects.create_user("grace")


def bring(user: User, raw: bytes, *, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("accounts:account_bring"), {"file": SimpleUploadedFile("export.zip", raw)})
    assert answer.status_code == status
    return squeezed(answer)


def test_what_was_exported_comes_back_equal(export, emptied):
    """promises 14 and 53"""
    page = bring(emptied, export)

    for said in (
        "3 topics of Vault", "3 topics read", "2 notes beside topics", "1 card of your own", "3 answers in your log",
        "2 pictures of cards", "1 design with its history", "1 saved sheet",
    ):  # fmt: skip
        assert said in page, said
    assert "Not taken" not in page
    assert files(exported(emptied)) == files(export)
    assert MarginNote.objects.get(words="Mine").topic.title == "Circles"
    assert Card.objects.get(owner=emptied, source_name="").topic.title == "Mine"


def test_pictures_of_notes_and_cards_are_shown_again(export, emptied):
    bring(emptied, export)
    client = Client()
    client.force_login(emptied)
    card = Card.objects.get(owner=emptied, source_name="")
    addresses = {picture.digest: picture for picture in card.pictures.all()}

    assert len(addresses) == 2
    assert Topic.objects.get(title="Circles").pictures.count() == 1
    for digest, picture in addresses.items():
        answer = client.get(f"/topics/images/{digest}.{picture.kind.partition('+')[0]}")
        assert answer.content == bytes(picture.content)
    assert b"onload" not in b"".join(bytes(each.content) for each in addresses.values())


def test_a_second_time_adds_nothing(export, emptied):
    bring(emptied, export)
    before = {
        model: model.objects.count() for model in (Card, Review, CardState, MarginNote, Design, SavedSheet, NoteBody)
    }
    page = bring(emptied, export)

    assert {model: model.objects.count() for model in before} == before
    assert "1 design " not in page
    assert "answers" not in page.partition("brings in notes with their pictures")[0]


def test_a_design_comes_with_its_history_or_says_why_not(export, emptied):
    bring(emptied, export)
    design = Design.objects.get()
    assert [document_at(design, version)["meta"]["title"] for version in (1, 2)] == ["One", "Two"]
    assert design.named_versions.get().name == "First"

    design.delete()
    page = bring(emptied, changed(export, "designs/", lambda facts: facts["changes"].pop()))
    assert "came without its history, since its changes do not lead to it." in page
    assert Design.objects.get().data()["meta"]["title"] == "Two"


def with_files(raw: bytes, more: dict[str, Any]) -> bytes:
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a") as archive:
        for name, data in more.items():
            archive.writestr(name, json.dumps(data))
    return out.getvalue()


def test_drafts_come_along_and_what_stays_in_the_export_is_counted(export, emptied):
    """promise 53"""
    draft = {"yaml": "title: Mine", "changed_at": NOON.isoformat(), "versions": [{}, {}, {}]}
    more = {
        "scenario-drafts/a.json": draft, "interviews/a.json": {}, "classes/a.json": {}, "classes/b.json": {},
        "drills.json": [{}, {}], "simulations.json": [{}], "design-comments.json": [{}],
    }  # fmt: skip
    page = bring(emptied, with_files(export, more))

    assert "1 draft of a scenario" in page
    stays = " not taken: the export is the only place that has them."
    for said in ("1 interview", "2 classes", "2 answers in drills", "1 simulation", "1 comment on a design"):
        assert said + stays in page, said
    assert "Earlier versions of drafts: 2 stay in the export." in page
    assert emptied.scenario_drafts.get().source_text == "title: Mine"

    bring(emptied, with_files(export, more))
    assert emptied.scenario_drafts.count() == 1


def test_an_export_that_does_not_name_files_leads_to_topics_by_their_plain_addresses(export, emptied):
    """As those did of the time when own notes had no addresses of their own."""

    def plain(rows) -> None:
        for row in rows:
            row["slug"] = row["slug"].removeprefix("own-").lstrip("0123456789-")

    raw = changed(changed(export, "notes/", lambda facts: facts.pop("addresses")), "topics-read", plain)
    page = bring(emptied, raw)

    assert set(Progress.objects.filter(user=emptied).values_list("topic__title", flat=True)) == {"Hashing", "Mine"}
    assert "Topics read: 1 of them is not here." in page


def changed(raw: bytes, prefix: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith(prefix) and name.endswith(".json"):
                facts = json.loads(data)
                change(facts)
                data = json.dumps(facts).encode()
            new.writestr(name, data)
    return out.getvalue()


def test_one_broken_part_never_stops_the_others(export, emptied):
    """promise 60"""
    raw = changed(export, "designs/", lambda facts: facts.update(document={"format": 9}))
    raw = changed(raw, "sheets/", lambda facts: facts.update(rows="none"))
    raw = changed(raw, "margin-notes", lambda rows: rows[0].update(quote="x" * 2_000))
    page = bring(emptied, raw)

    assert "sheets/0001.json: it has no inputs and rows." in page
    assert "Notes beside topics: 1 cannot be read." in page
    assert not Design.objects.exists()
    assert Progress.objects.filter(user=emptied).count() == 3
    assert Review.objects.filter(learner=emptied).count() == 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"PK nothing", "not a readable ZIP archive"), (None, "has no account.json")],
    ids=["no archive", "another archive"],
)
def test_what_is_no_export_is_refused_beside_the_field(ada, raw, said):
    if raw is None:
        out = io.BytesIO()
        zipfile.ZipFile(out, "w").close()
        raw = out.getvalue()

    assert said in bring(ada, raw, status=422)


def test_an_export_of_somebody_else_takes_nothing_of_theirs(export, ada):
    """promise 21: the first person is still here."""
    grace = User.objects.create_user("grace")
    bring(grace, export)

    assert Design.objects.filter(owner=ada).count() == Design.objects.filter(owner=grace).count() == 1
    assert Card.objects.filter(owner=ada).count() == Card.objects.filter(owner=grace).count()
    assert MarginNote.objects.filter(reader=ada).count() == MarginNote.objects.filter(reader=grace).count() == 2


def test_the_command_brings_one_of_any_size(export, emptied, tmp_path: Path, capsys):
    file = tmp_path / "export.zip"
    file.write_bytes(export)
    call_command("bring_export", file, "--user", "grace")

    assert "1 design with its history" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no user"):
        call_command("bring_export", file, "--user", "nobody")
