"""The pages of export, import and print: who may, what they answer, and that a look keeps nothing."""

from __future__ import annotations

import html
import json
import struct
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from designs.exchange.problems import MAX_BYTES
from designs.exchange.registry import EXPORTABLE
from designs.models import Change, Design, ShareLink
from designs.services.saving import Edit, create_design, save_patch
from designs.services.sharing import create_link, revoke_link
from designs.services.versions import restore_version
from tests.browser import broken_rules, open_still, scrolls_sideways
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete
from tests.designs.exchange.examples import PAYLOAD_LABELS, hostile, with_labels

MERMAID = "flowchart LR\n  a[Phone app] --> b[API]\n"


@pytest.fixture
def mine(client, owner):
    client.force_login(owner)
    return client


def opened(client, design, access):
    """The client after opening a share link."""
    link = create_link(design, access, at=NOON)
    client.get(reverse("designs:open_link", args=[link.token]), follow=True)
    return client


def address(name, design, *more):
    return reverse(f"designs:{name}", args=[design.pk, *more])


READING = ["export", "print"]
slugs = pytest.mark.parametrize("slug", [each.slug for each in EXPORTABLE])


@slugs
def test_every_format_can_be_looked_at_and_downloaded(mine, design, slug):
    """promise 37"""
    page = mine.get(address("export", design), {"format": slug})
    assert page.status_code == 200
    response = mine.get(address("export_file", design, slug))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="twitter.')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response.content.decode()[:60].split("\n")[0] in page.context["preview"]


@slugs
def test_file_names_are_safe(mine, owner, slug):
    """promise 37: quotes, line breaks, paths and right-to-left marks."""
    for title in ['a"; filename="evil.exe', "../../etc/passwd", "invoice\u202egpj.exe", "订单", "CON", "x" * 200]:
        design = create_design(owner=owner, document={"format": 2, "meta": {"title": title}}, at=NOON)
        header = mine.get(address("export_file", design, slug))["Content-Disposition"]
        name = header.removeprefix('attachment; filename="').removesuffix('"')
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert len(name) < 80
        assert name.count(".") == 1


def test_the_json_download_is_the_design_and_imports_back_equal(mine, design):
    """promise 14"""
    first = mine.get(address("export_file", design, "json")).content
    upload = SimpleUploadedFile("twitter.json", first, "application/json")
    mine.post(reverse("designs:import"), {"file": upload, "action": "make"})
    copy = Design.objects.exclude(pk=design.pk).get()
    assert copy.data() == design.data()
    assert mine.get(address("export_file", copy, "json")).content == first


def test_unknown_formats_are_not_found(mine, design):
    assert mine.get(address("export_file", design, "docx")).status_code == 404
    assert mine.get(address("export", design), {"format": "docx"}).status_code == 404


def test_the_markdown_download_ends_with_the_analysis(mine, design):
    text = mine.get(address("export_file", design, "markdown")).content.decode()
    assert text.startswith("# Twitter\n")
    assert "\n## Analysis\n" in text


def everywhere(design):
    pages = [address(name, design) for name in ("export", "print", "import_into")]
    return pages + [address("export_file", design, each.slug) for each in EXPORTABLE]


def test_strangers_see_nothing(client, design, stranger):
    """promises 19, 20"""
    for url in everywhere(design):
        assert client.get(url).status_code in (302, 403)
    client.force_login(stranger)
    for url in everywhere(design):
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": MERMAID, "action": "merge"}).status_code in (404, 405)
    assert Design.objects.get(pk=design.pk).data() == complete()


def test_boxes_that_say_no_place_are_laid_out(mine, design):
    components = {key: {"kind": "service", "label": key.upper(), "order": at} for at, key in enumerate("abc")}
    text = json.dumps({"format": 2, "meta": {"title": "Flat"}, "diagram": {"components": components}})

    mine.post(reverse("designs:import"), {"text": text, "action": "make"})
    mine.post(address("import_into", design), {"text": text, "placement": "beside", "action": "merge"})

    design.refresh_from_db()
    for each in (Design.objects.get(title="Flat"), design):
        boxes = each.data()["diagram"]["components"].values()
        assert len({(box["x"], box["y"]) for box in boxes if box["label"] in {"A", "B", "C"}}) == 3


def test_a_link_to_view_lets_one_export_but_not_import(client, design):
    """promises 19, 20"""
    opened(client, design, ShareLink.Access.VIEW)
    for url in everywhere(design):
        expected = 403 if url.endswith("/import/") else 200
        assert client.get(url).status_code == expected, url
    assert client.post(address("import_into", design), {"text": MERMAID, "action": "merge"}).status_code == 403
    assert Change.objects.count() == 0


def test_a_link_to_edit_lets_one_import(client, design):
    opened(client, design, ShareLink.Access.EDIT)
    response = client.post(address("import_into", design), {"text": MERMAID, "action": "merge"})
    assert response.status_code == 302
    assert Change.objects.count() == 1


def test_binned_and_unknown_designs_are_not_found(mine, design):
    Design.objects.filter(pk=design.pk).update(binned_at=NOON)
    for url in everywhere(design):
        assert mine.get(url).status_code == 404
    assert mine.get(reverse("designs:export", args=[uuid.uuid4()])).status_code == 404


def test_looking_at_an_import_keeps_nothing(client, db):
    """promise 46: a look creates neither a design nor a guest."""
    response = client.post(reverse("designs:import"), {"text": MERMAID, "action": "preview"})
    assert response.status_code == 200
    assert [each.words for each in response.context["differences"]] == [
        "Added client 'Phone app'",
        "Added service 'API'",
        "Connected 'Phone app' to 'API'",
    ]
    assert not Design.objects.exists()
    assert not User.objects.exists()
    assert MERMAID in html.unescape(response.content.decode())


def test_whoever_makes_a_design_becomes_a_guest(client, db):
    response = client.post(reverse("designs:import"), {"text": MERMAID, "action": "make"})
    design = Design.objects.get()
    assert response["Location"] == address("design_detail", design)
    assert design.owner.is_guest
    assert len(design.data()["diagram"]["components"]) == 2


def test_an_uploaded_file_is_shown_as_text_before_it_is_kept(mine):
    upload = SimpleUploadedFile("schema.sql", b"CREATE TABLE users (id bigint PRIMARY KEY);")
    response = mine.post(reverse("designs:import"), {"file": upload, "action": "preview"})
    assert "CREATE TABLE users" in response.content.decode()
    assert not Design.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing to read."),
        ("Dear all", "This is in none of the formats that can be read"),
        ("flowchart LR\n a --> b\n b --> --> c", "Line 3: "),
        ('{"format": 2, "meta": {"colour": 1}}', "/meta/colour: This field is not part of a design."),
        ("CREATE TABLE a (x int", "Line 1: "),
    ],
)
def test_a_bad_import_says_where_beside_its_field(mine, design, text, words):
    """promise 15: nothing is made, nothing is changed."""
    for url in (reverse("designs:import"), address("import_into", design)):
        for action in ("preview", "make", "merge"):
            response = mine.post(url, {"text": text, "action": action})
            assert response.status_code == 422
            assert words in response.context["form"].errors["text"][0]
    assert Design.objects.get().data() == complete()


def test_a_file_that_is_too_large_is_refused_beside_its_field(mine):
    upload = SimpleUploadedFile("a.json", b"{" * (MAX_BYTES + 1))
    response = mine.post(reverse("designs:import"), {"file": upload, "action": "make"})
    assert response.status_code == 422
    assert "larger than" in response.context["form"].errors["file"][0]


def test_a_design_that_would_get_too_large_is_refused(mine, design):
    """What fits by itself may not fit beside what is there."""
    note = "x" * 9_000
    entities = {f"e{n}": {"name": f"E{n}", "note": note} for n in range(108)}
    text = json.dumps({"format": 2, "data_model": {"entities": entities}})
    for number in range(2):
        response = mine.post(address("import_into", design), {"text": text, "action": "merge"})
        assert response.status_code == (302 if number == 0 and len(text) + 6_000 < 1_000_000 else 422)
    assert Change.objects.count() == 1


def test_putting_in_is_one_change_that_can_be_taken_back(mine, design, owner):
    """promise 13"""
    look = mine.post(address("import_into", design), {"text": MERMAID, "action": "preview", "placement": "beside"})
    assert look.context["difference_count"] == 3
    mine.post(address("import_into", design), {"text": MERMAID, "action": "merge", "placement": "beside"})
    design = Design.objects.get()
    assert design.version == 1
    assert len(design.data()["diagram"]["components"]) == 7
    restore_version(design, 0, author=owner, at=NOON)
    assert Design.objects.get().data() == complete()


def test_in_place_replaces_the_drawing_only(mine, design):
    mine.post(address("import_into", design), {"text": MERMAID, "action": "merge", "placement": "in_place"})
    document = Design.objects.get().data()
    assert {each["label"] for each in document["diagram"]["components"].values()} == {"Phone app", "API"}
    assert document["data_model"] == complete()["data_model"]


def test_imports_and_exports_are_in_the_log(mine, design, caplog):
    """promise 49"""
    caplog.set_level("INFO", "loadbearing.audit")
    mine.get(address("export_file", design, "json"))
    mine.post(reverse("designs:import"), {"text": MERMAID, "action": "make"})
    mine.post(address("import_into", design), {"text": MERMAID, "action": "merge"})
    events = [json.loads(each.message)["event"] for each in caplog.records]
    assert events == ["design exported", "design imported", "design imported into"]


def test_print_holds_every_section(mine, design):
    page = mine.get(address("print", design))
    assert [each.title for each in page.context["sections"]] == [
        "Requirements",
        "Estimate",
        "User interface",
        "Data model",
        "API",
        "High-level design",
        "Flows",
        "Decisions",
        "Bottlenecks",
        "Notes",
    ]
    assert "5,787/s" in page.content.decode()
    assert "<svg" in page.content.decode()


def test_an_empty_design_prints_a_word_of_help(mine, owner):
    design = create_design(owner=owner, document={"format": 2}, at=NOON)
    assert "There is nothing to print yet." in mine.get(address("print", design)).content.decode()


@pytest.mark.one_database
def test_reading_asks_the_database_no_more_for_larger_designs(mine, owner, design, django_assert_max_num_queries):
    """promise 52"""
    many = hostile()
    # Finding a way for each of its arrows takes seconds.
    many["diagram"]["connections"] = dict(list(many["diagram"]["connections"].items())[:3])
    other = create_design(owner=owner, document=many, at=NOON)
    for name in READING:
        mine.get(address(name, design))
        for each in (design, other):
            with django_assert_max_num_queries(10):
                mine.get(address(name, each))


@pytest.fixture
def signed_in(page, client, owner, live_server):
    client.force_login(owner)
    cookie = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


@pytest.mark.one_database
def test_hostile_names_stay_words_on_every_page(signed_in, owner, transactional_db):
    """promise 31: no dialog, no script, no broken policy, in previews, imports and print."""
    design = create_design(owner=owner, document=with_labels(PAYLOAD_LABELS), at=NOON)
    dialogs = []
    signed_in.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for slug in ("json", "markdown", "svg", "structurizr"):
        signed_in.goto(f"{address('export', design)}?format={slug}")
        expect(signed_in.locator("main script:not([type='application/json'])")).to_have_count(0)
        expect(signed_in.locator("#preview-text")).to_contain_text("alert")
    signed_in.goto(address("print", design))
    expect(signed_in.locator("main script")).to_have_count(0)
    assert dialogs == []


@pytest.mark.one_database
def test_the_picture_opens_inside_the_page_and_acts_on_nothing(signed_in, owner, transactional_db):
    """promise 33"""
    design = create_design(owner=owner, document=complete(), at=NOON)
    signed_in.goto(f"{address('export', design)}?format=svg")
    assert signed_in.evaluate("document.querySelector('.picture img').decode().then(() => true)")


@pytest.mark.one_database
def test_the_pages_are_accessible_and_fit(signed_in, owner, transactional_db):
    """promise 50: at 320 pixels, too, nothing scrolls sideways."""
    design = create_design(owner=owner, document=complete(), at=NOON)
    for url in (*(address(name, design) for name in ("export", "print", "import_into")), reverse("designs:import")):
        signed_in.goto(url)
        for width, scheme in ((1280, "light"), (390, "dark")):
            signed_in.set_viewport_size({"width": width, "height": 800})
            signed_in.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert broken_rules(signed_in) == [], (url, scheme)
        signed_in.set_viewport_size({"width": 320, "height": 800})
        assert not scrolls_sideways(signed_in), url


def test_an_import_from_look_to_design_without_scripts(plain_page, transactional_db):
    """promise 50"""
    plain_page.goto("/designs/import/")
    plain_page.fill("textarea", MERMAID)
    plain_page.click("text=See what it makes")
    expect(plain_page.locator("#look")).to_contain_text("Connected 'Phone app' to 'API'")
    plain_page.click("text=Make the design")
    expect(plain_page.locator("main")).to_contain_text("The design was made.")
    assert Design.objects.count() == 1


@pytest.mark.one_database
def test_copying_says_so(signed_in, owner, transactional_db):
    design = create_design(owner=owner, document=complete(), at=NOON)
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_still(signed_in, f"{address('export', design)}?format=mermaid")
    signed_in.click("[data-copy]")
    signed_in.wait_for_selector("text=Copied")
    assert signed_in.evaluate("navigator.clipboard.readText()").startswith('---\ntitle: "Twitter"\n---\nflowchart LR')


def test_the_picture_beside_a_shown_page_is_a_png_of_this_version_and_gone_with_the_link(client, owner):
    design = create_design(owner=owner, document={"meta": {"title": "A shop"}}, at=NOON)
    link = create_link(design, ShareLink.Access.SHOW, at=NOON)
    page = client.get(reverse("designs:open_link", args=[link.token])).content.decode()
    address = reverse("designs:shown_picture", args=[link.token])
    assert f'property="og:image" content="http://testserver{address}"' in page

    first = client.get(address)
    assert first["Content-Type"] == "image/png"
    assert struct.unpack(">II", first.content[16:24]) == (1200, 630)
    assert client.get(address).content == first.content
    save_patch(design, Edit(patch={"meta": {"title": "Another shop"}}, base_version=0), author=owner, at=NOON)
    assert client.get(address).content != first.content

    revoke_link(link)
    assert client.get(address).status_code == 404
    viewed = create_link(design, ShareLink.Access.VIEW, at=NOON)
    assert client.get(reverse("designs:shown_picture", args=[viewed.token])).status_code == 404
