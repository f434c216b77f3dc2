"""Notes that readers bring: whole with their pictures, seen by nobody else, with a report, removed at will."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import User
from studyguide.models import Card, CardState, NoteBody, NoteImport, NotePicture, SearchEntry, Topic
from studyguide.search.results import search
from studyguide.services import own_notes, pieces
from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.own_notes import NotesRefusedError, read_notes, unpacked
from tests.studyguide.conftest import HASHING, NOON, notes
from tests.studyguide.notes.test_foreign_notes import png

pytestmark = pytest.mark.django_db
VAULT = {
    "vault/Sharding.md": b"---\ntags: [db]\n---\n# Sharding\n\nSee [[Deep/Rings]] and ![[ring.png]]. %%secret%%\n",
    "vault/Deep/Rings.md": b"# Rings of mine\n\nQuorumlessness is round.\n\n## Part\n\nx\n",
    "vault/Deep/ring.png": png(),
    "vault/bad.md": b"\x00\xff",
    "vault/.trash/gone.md": b"gone",
}


def zipped(files: dict[str, bytes] = VAULT) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, raw in files.items():
            archive.writestr(path, raw)
    return out.getvalue()


def bring(client: Client, raw: bytes, *, title: str = "Vault", name: str = "vault.zip") -> NoteBody:
    answer = client.post(reverse("studyguide:own_notes"), {"title": title, "files": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302, answer.content
    return NoteBody.objects.get(title=title)


@pytest.fixture
def reader(client, learner) -> Client:
    client.force_login(learner)
    return client


def test_a_vault_comes_in_and_its_report_sums_what_was_left_out(reader):
    body = bring(reader, zipped())
    page = reader.get(reverse("studyguide:own_notes_detail", args=[body.pk])).content.decode()

    assert {topic.title for topic in body.topics.all()} == {"Sharding", "Deep", "Rings of mine", "Part"}
    said = " ".join(page.split())
    assert "4 topics, 4 of them new, 1 link, 1 picture. </p>" in said, "nothing is counted of which there is none"
    assert "Left out: 1 file that cannot be read" in said
    assert "Left out: 1 comment (%%" in said
    assert "Left out: 1 file in a hidden folder" in said
    picture = NotePicture.objects.get()
    assert reader.get(f"/topics/images/{picture.digest}.png").content == png()
    html = reader.get(body.topics.get(title="Sharding").get_absolute_url()).content.decode()
    assert f"/topics/images/{picture.digest}.png" in html
    assert f'href="/topics/{body.topics.get(title="Rings of mine").slug}/"' in html
    assert "secret" not in html


@pytest.mark.parametrize(
    ("settings", "shown"), [("mkdocs.yml", "</ul>\n<p>two</p>"), ("other.yml", "<p>two</p>\n</li>\n</ul>")]
)
def test_the_settings_of_mkdocs_in_the_archive_say_how_notes_are_read(reader, settings, shown):
    """Python-Markdown wants four spaces before what belongs to an item; CommonMark two."""
    body = bring(reader, zipped({f"site/{settings}": b"site_name: S", "site/docs/a.md": b"# A\n\n- one\n\n  two\n"}))

    assert shown in body.topics.get(title="A").body_html


def test_addresses_tell_nothing_of_the_notes_of_others(reader):
    """Nor do they take an address that notes of the site may want."""
    stranger = Client()
    stranger.force_login(User.objects.create_user("grace"))
    bring(stranger, zipped({"a.md": b"---\ntitle: Merger\n---\nSecret."}))
    body = bring(reader, zipped({"a.md": b"---\ntitle: Merger\n---\nMine.", "b.md": b"B"}), title="Mine")

    assert body.latest_import.report["remarks"] == []
    assert set(body.topics.values_list("slug", flat=True)) == {f"own-{body.pk}-merger", f"own-{body.pk}-b"}
    import_notes(notes("---\nslug: merger\n---\nText."), source=NoteSource(name="loadbearing"), now=NOON)
    assert Topic.objects.get(slug="merger").body is None


def test_their_list_says_how_many_topics_each_has_and_how_many_are_read(reader):
    body = bring(reader, zipped())
    reader.post(f"/topics/{body.topics.get(title='Deep').slug}/read/")

    page = strip_tags(reader.get(reverse("studyguide:own_notes")).content.decode()).split()

    assert "4 topics" in " ".join(page)
    assert "1 read, brought" in " ".join(page)


def test_nobody_else_sees_them_anywhere(reader, cards):
    body = bring(reader, zipped({**VAULT, "vault/h.md": HASHING.encode()}))
    slugs = list(body.topics.values_list("slug", flat=True))
    stranger = Client()
    stranger.force_login(User.objects.create_user("grace"))
    for client in (stranger, Client()):
        for slug in slugs:
            for name in ("topic_detail", "topic_preview", "topic_proposals"):
                assert client.get(reverse(f"studyguide:{name}", args=[slug])).status_code == 404
        for address in ("/topics/", "/topics/map/", "/search/?q=quorumlessness", "/cards/all/", "/cards/export/"):
            assert "Rings of mine" not in client.get(address).content.decode()
        assert client.get(f"/topics/images/{NotePicture.objects.get().digest}.png").status_code == 404
    assert [result.title for result in search("quorumlessness", user_id=body.owner_id)] == ["Rings of mine"]
    assert search("quorumlessness") == []
    assert Card.objects.shared().count() == len(cards), "the cards of the notes are the reader's own"


def test_shipped_pages_do_not_change_and_no_other_notes_link_to_them(reader, learner):
    import_notes(notes("# Loose rings\n\nText on rings of mine.\n"), source=NoteSource(name="garden"), now=NOON)
    before = Topic.objects.get(source_name="garden").body_html
    bring(reader, zipped())
    report = import_notes(
        notes("# Loose rings\n\nText on rings of mine.\n"), source=NoteSource(name="garden"), now=NOON
    )

    assert report.updated == []
    assert Topic.objects.get(source_name="garden").body_html == before


def test_the_same_title_again_keeps_progress_and_takes_out_what_is_gone(reader, learner):
    body = bring(reader, zipped())
    topic = body.topics.get(title="Rings of mine")
    reader.post(reverse("studyguide:topic_read", args=[topic.slug]))
    renamed = VAULT | {"vault/Deep/Rings.md": VAULT["vault/Deep/Rings.md"].replace(b"Rings of mine", b"Circles")}
    bring(reader, zipped({path: raw for path, raw in renamed.items() if "Sharding" not in path}))

    assert NoteBody.objects.count() == 1
    assert body.topics.get(title="Circles").pk == topic.pk
    assert learner.topics_read.filter(topic=topic).exists()
    assert not body.topics.filter(title="Sharding").exists()


def test_single_files_of_a_folder_keep_their_paths(reader):
    files = [SimpleUploadedFile("a.md", b"# A\n\n[b](deep/b.md)"), SimpleUploadedFile("b.md", b"# B\n\nText")]
    paths = '["notes/a.md", "notes/deep/b.md"]'
    answer = reader.post(reverse("studyguide:own_notes"), {"title": "Two", "files": files, "paths": paths})

    assert answer.status_code == 302
    assert NoteBody.objects.get().topics.get(title="B").parent.title == "Deep"
    assert NoteImport.objects.get().report["remarks"] == []


@pytest.mark.parametrize(
    ("paths", "title"),
    [("[" * 50_000, "A"), ('["\\ud800.md"]', "A"), ("9" * 5_000, "A")],
    ids=["deep", "half a character", "digits"],
)
def test_paths_that_no_browser_sends_take_nothing_from_the_notes(reader, paths, title):
    sent = {"title": "Odd", "files": SimpleUploadedFile("a.md", b"# A\n\nText"), "paths": paths}

    assert reader.post(reverse("studyguide:own_notes"), sent).status_code == 302
    assert NoteBody.objects.get().topics.get().title == title


@pytest.mark.parametrize(
    ("path", "said"),
    [("a/" * 100 + "x.md", "more than 60 folders in each other"), ("a" * 1_001 + ".md", "has 1,004 characters")],
    ids=["folders", "a name"],
)
def test_paths_have_an_end_and_say_so(reader, path, said):
    for files in (zipped({path: b"# A"}), b"# A"):
        sent = {"title": "Far", "files": SimpleUploadedFile("a.md", files), "paths": f'["{path}"]'}
        answer = reader.post(reverse("studyguide:own_notes"), sent, follow=True)

        assert said in answer.content.decode()


def test_what_packs_small_is_judged_by_what_there_is_to_read(reader):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "# A\n" + "## same\n" * (own_notes.AT_ONCE_BYTES // 8))
    body = bring(reader, packed.getvalue())

    assert len(packed.getvalue()) < 1_000
    assert not body.topics.exists()


@pytest.mark.parametrize("heading", ["# a\n\n", "a\n=\n\n", "> ## a\n\n"])
def test_a_short_file_of_many_headings_is_read_by_the_worker(reader, heading):
    """A file of 48 kB with 12,000 headings kept a request busy for ten seconds."""
    body = bring(reader, zipped({"a.md": heading.encode() * (own_notes.AT_ONCE_HEADINGS + 1)}))

    assert not body.topics.exists()


def test_what_is_no_address_breaks_no_import(reader):
    """Python's own reader of addresses fails on these."""
    links = " ".join(f"[a]({each}) ![b]({each})" for each in ("http://[x", "//[x", "x://[", "http://\u2100.com/"))
    body = bring(reader, zipped({"a.md": f"# A\n\n{links}\n".encode()}))

    assert [topic.title for topic in body.topics.all()] == ["A"]


def test_cards_of_the_notes_are_in_the_deck(reader, learner):
    bring(reader, zipped({"h.md": HASHING.encode(), "x/y.md": b"# Y\n\nText"}))

    assert CardState.objects.filter(learner=learner).count() == Card.objects.filter(owner=learner).count() == 6


def test_many_files_are_read_by_the_worker(reader, monkeypatch, learner):
    monkeypatch.setattr(own_notes, "AT_ONCE_BYTES", 10)
    body = bring(reader, zipped())
    page = reader.get(reverse("studyguide:own_notes_detail", args=[body.pk])).content.decode()
    assert "wait to be read" in page
    assert not body.topics.exists()
    read_notes.func(body.latest_import.pk)

    assert body.topics.count() == 4
    assert "4 topics" in reader.get(reverse("studyguide:own_notes_detail", args=[body.pk])).content.decode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04 broken", "no Markdown file"),
        (zipped({"a.txt": b"x"}), "no Markdown file"),
        (zipped({}), "no Markdown"),
        (zipped({"Part-1.zip": zipped()}), "another ZIP: unpack it"),
    ],
    ids=["a broken archive", "no Markdown in it", "an empty archive", "an archive in the archive, as of Notion"],
)
def test_what_holds_no_notes_is_refused_in_words(reader, raw, said):
    body = bring(reader, raw)

    assert said in reader.get(reverse("studyguide:own_notes_detail", args=[body.pk])).content.decode()


def test_an_archive_is_kept_in_pieces_and_as_it_was_sent(reader, monkeypatch):
    """A large one would stand in memory several times. Sent again, it takes the place of the first."""
    monkeypatch.setattr(pieces, "PIECE", 100)
    bring(reader, zipped({"a.md": b"# A"}))
    body = bring(reader, zipped())

    sizes = [len(piece.content) for piece in body.latest_import.pieces.all()]
    assert sizes[:-1] == [100] * (len(sizes) - 1)
    assert 0 < sizes[-1] <= 100
    with pieces.joined(body.latest_import.pieces) as archive:
        assert archive.read() == zipped()


def test_an_archive_never_reaches_outside_of_itself_and_says_what_it_left_out():
    """promises 38 and 60"""
    found = unpacked(
        io.BytesIO(zipped({"../../etc/a.md": b"x", "/root/b.md": b"x", "/etc/passwd": b"x", "c/d.md": b"# D"}))
    )

    assert [(each.kind, each.path) for each in found.warnings] == [
        ("outside", "../../etc/a.md"),
        ("outside", "/root/b.md"),
    ]

    assert [path for path, _ in found.notes] in (["c/d.md"], ["d.md"])
    with pytest.raises(NotesRefusedError, match="not a readable ZIP"):
        unpacked(io.BytesIO(b"PK nothing"))


@pytest.mark.one_database
def test_names_from_macs_and_info_zip_are_read_as_they_were_written():
    """They are UTF-8 without the mark that says so. promise 58"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Überlast.md", "# A")
        archive.writestr("負荷.md", "# B")
    raw = bytearray(out.getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(sign)
        while place >= 0:
            raw[place + at + 1] &= ~0x08
            place = raw.find(sign, place + 4)

    assert [path for path, _ in unpacked(io.BytesIO(raw)).notes] == ["Überlast.md", "負荷.md"]


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "gb18030"])
def test_names_in_encodings_of_windows_are_read(encoding):
    """No mark says which it is."""
    name = "笔记\\一致性.md" if encoding == "gb18030" else "Ordner\\Größe.md"
    plain = "x" * len(name.encode(encoding))
    raw = zipped({plain: b"# A", "z.md": b"# B"}).replace(plain.encode(), name.encode(encoding))

    assert (name.replace("\\", "/"), b"# A") in unpacked(io.BytesIO(raw)).notes


def test_removing_takes_topics_pictures_and_search_entries(reader):
    body = bring(reader, zipped())
    reader.post(reverse("studyguide:own_notes_remove", args=[body.pk]))

    assert not Topic.objects.exists()
    assert not NotePicture.objects.exists()
    assert not SearchEntry.objects.exists()
    assert not NoteBody.objects.exists()


def test_the_command_lists_and_removes_bodies(reader, capsys):
    import_notes(notes(), source=NoteSource(name="garden"), now=NOON)
    bring(reader, zipped())
    call_command("notes", "list")
    listed = capsys.readouterr().out
    assert "garden" in listed
    assert "'Vault' of ada" in listed

    call_command("notes", "remove", "garden")
    assert set(Topic.objects.values_list("source_name", flat=True)) == {NoteBody.objects.get().source_name}
    with pytest.raises(CommandError, match="stay"):
        call_command("notes", "remove", "loadbearing")
    with pytest.raises(CommandError, match="no notes called"):
        call_command("notes", "remove", "nothing")
