"""Pictures of cards go to the real Anki and come back, to this site and to another person's deck."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

from accounts.models import User
from studyguide.memory.schedule import Rules
from studyguide.models import Card, NotePicture
from studyguide.notes.images import read_picture
from studyguide.selectors.topics import picture_seen_by
from studyguide.services.cards import make_card
from studyguide.services.deck_imports import hold, keep_held, read_file
from studyguide.services.decks import export_deck, plan
from studyguide.services.pictures import keep_pictures, show_pictures_of
from tests.studyguide.conftest import NOON
from tests.studyguide.decks.conftest import read
from tests.studyguide.decks.test_outgoing import collection, take_in  # noqa: F401  a fixture
from tests.studyguide.notes.test_foreign_notes import png

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def pictured(learner) -> Card:
    """A card of two pictures, which a learner sees."""
    pictures = [read_picture(png()), read_picture(SVG)]
    keep_pictures(pictures)
    front, back = (f"![ring]({each.address})" for each in pictures)
    card = make_card(learner, content={"front": f"Which?\n\n{front}", "back": f"This\n\n{back}"})
    show_pictures_of([card])
    return card


def out_of_anki(collection: Collection, folder: Path) -> bytes:  # noqa: F811
    path = folder / "back.apkg"
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False, with_media=True, legacy=False)
    (deck,) = [each for each in collection.decks.all_names_and_ids() if each.name.startswith("Loadbearing::")]
    collection.export_anki_package(out_path=str(path), options=options, limit=DeckIdLimit(deck.id))
    return path.read_bytes()


def test_covers_of_the_add_on_for_image_occlusion_lie_on_the_picture(tmp_path):
    """Beside each other, the picture would give its own answer away."""
    made = Collection(str(tmp_path / "made.anki2"))
    kind = made.models.new("Image Occlusion Enhanced")
    for name in ("Image", "Question Mask", "Answer Mask"):
        made.models.add_field(kind, made.models.new_field(name))
    template = made.models.new_template("IO Card")
    for side, mask in (("qfmt", "Question"), ("afmt", "Answer")):
        upper = f'<div id="io-overlay">{{{{{mask} Mask}}}}</div>'
        template[side] = (
            f'<div id="io-wrapper">{upper}<div id="io-original">{{{{Image}}}}</div></div><script>x()</script>'
        )
    made.models.add_template(kind, template)
    made.models.add(kind)
    note = made.new_note(made.models.by_name("Image Occlusion Enhanced"))
    names = [
        made.media.write_data(name, raw) for name, raw in (("a.png", png()), ("q.svg", SVG), ("b.svg", SVG + b" "))
    ]
    note.fields = [f'<img src="{name}" />' for name in names]
    made.add_note(note, made.decks.id("Pictures"))
    path = tmp_path / "made.apkg"
    options = ExportAnkiPackageOptions(with_scheduling=False, with_deck_configs=False, with_media=True, legacy=True)
    made.export_anki_package(out_path=str(path), options=options, limit=None)
    made.close()

    found = read(path.read_bytes())
    (card,) = found.cards
    shown = [picture for picture in found.pictures.values() if picture.address in card.content["front"]]
    assert card.content["front"].count("![") == 1
    assert shown[0].content.count(b"<image") == 2
    assert base64.b64encode(png()) in shown[0].content
    assert found.media_count == 0


def test_pictures_go_to_anki_and_come_back(pictured, learner, collection, tmp_path):  # noqa: F811
    raw = export_deck(Card.objects.filter(owner=learner), learner.pk, now=NOON)
    take_in(collection, raw, tmp_path)
    media = {path.name: path.read_bytes() for path in Path(collection.media.dir()).iterdir()}
    note = collection.get_note(collection.find_notes("")[0])
    assert len(media) == 2
    assert png() in media.values()
    assert collection.media.check().missing == []
    assert "/topics/images/" not in "".join(note.fields[:2])

    back = out_of_anki(collection, tmp_path)
    planned = plan(learner.pk, read(back))
    assert (len(planned.same), len(planned.fresh), len(planned.changed)) == (1, 0, 0)

    # On a site that has none of the pictures.
    digests = set(NotePicture.objects.values_list("digest", flat=True))
    Card.objects.all().delete()
    NotePicture.objects.all().delete()
    grace = User.objects.create_user("grace")
    (tmp_path / "again.apkg").write_bytes(back)
    with (tmp_path / "again.apkg").open("rb") as file:
        found, pictures = read_file(file)
    waiting = hold(grace, found, file_name="again.apkg", now=NOON, pictures=pictures)
    assert all(picture_seen_by(grace.pk, each) for each in digests), "the page that looks at the file shows them"
    assert not any(picture_seen_by(other, each) for other in (learner.pk, None) for each in digests)
    assert keep_held(grace.pk, waiting.uid, rules=Rules(), now=NOON) == 1
    card = Card.objects.get(owner=grace)
    assert card.content == pictured.content
    assert set(card.pictures.values_list("digest", flat=True)) == digests


def test_nobody_takes_a_picture_along_that_they_do_not_see(pictured, collection, tmp_path):  # noqa: F811
    """promise 20: a card that only names somebody's picture."""
    grace = User.objects.create_user("grace")
    make_card(grace, content=pictured.content)
    take_in(collection, export_deck(Card.objects.filter(owner=grace), grace.pk, now=NOON), tmp_path)

    assert list(Path(collection.media.dir()).iterdir()) == []
