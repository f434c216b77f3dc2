"""Scenarios in the editor: begun, saved part by part, told what is wrong, drawn, and used. Without scripts, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from classrooms.services import classes
from designs.models import Design, Scenario, ScenarioDraft
from designs.scenarios.editing.parts import BY_SLUG
from designs.services import drafts
from designs.services.saving import Edit, save_patch
from designs.services.scenarios import load_scenarios, upload_scenario
from studyguide.models import Topic
from tests.classrooms.conftest import give
from tests.designs.conftest import NOON, loaded
from tests.designs.interviews.shipped import FIXTURES
from tests.designs.scenarios.examples import changed, example
from tests.designs.scenarios.test_editing import as_posted
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
PASTEBIN = (FIXTURES / "scenarios" / "pastebin.yaml").read_text(encoding="utf-8")


@pytest.fixture
def member(client, owner) -> Client:
    client.force_login(owner)
    Topic.objects.create(slug="throughput-estimation", title="Throughput", changed_at=NOON)
    return client


@pytest.fixture
def draft(member, owner) -> ScenarioDraft:
    return drafts.begin(owner=owner, text=example(), at=NOON, words="begun")


def posted(draft: ScenarioDraft, part: str, **changes: object) -> dict[str, object]:
    """The form of a part as it is shown, with changes; in names a dot is written as two underscores."""
    fields: dict[str, object] = dict(as_posted(BY_SLUG[part], drafts.value_of(draft.source_text)))
    fields["base"] = str(draft.version)
    return fields | {name.replace("__", "."): value for name, value in changes.items()}


def page(draft: ScenarioDraft, part: str) -> str:
    return f"{draft.get_absolute_url()}part/{part}/"


def diff_of(draft: ScenarioDraft) -> list[tuple[str, str]]:
    draft.refresh_from_db()
    old, new = example().splitlines(), draft.source_text.splitlines()
    return [(one, other) for one, other in zip(old, new, strict=True) if one != other]


def test_a_teacher_makes_their_own_from_a_scenario_of_the_site(member):
    loaded("pastebin", at=NOON)

    answer = member.post("/scenarios/pastebin/make-own/")

    draft = ScenarioDraft.objects.get()
    assert answer["Location"] == draft.get_absolute_url()
    assert draft.source_text == PASTEBIN.replace("slug: pastebin", "slug: pastebin-2").replace(
        "title: Pastebin", 'title: "Pastebin, my version"', 1
    ).replace('"Pastebin, my version"', "Pastebin, my version")
    member.post("/scenarios/pastebin/make-own/")
    assert "slug: pastebin-3" in ScenarioDraft.objects.first().source_text


def test_ones_own_scenario_opens_as_its_draft_each_time_the_same(member, owner):
    upload_scenario(changed(), file="own.yaml", owner=owner, now=NOON)

    first = member.post("/scenarios/guest-book/make-own/")
    again = member.post("/scenarios/guest-book/make-own/")

    assert first["Location"] == again["Location"]
    assert ScenarioDraft.objects.get().source_text == example()


def test_who_works_on_it_for_a_class_makes_nothing_from_it_while_it_is_open(client, owner):
    scenario = loaded("pastebin", at=NOON)
    now = timezone.now()
    room = classes.create_classroom("Systems", owner=owner, time_zone="UTC", at=now)
    student = User.objects.create_user("alan")
    classes.join(room.join_code, user=student, name="Alan", at=now)
    give(room, scenario, opens_at=now - timedelta(days=1), due_at=now + timedelta(days=1))
    client.force_login(student)

    assert client.post("/scenarios/pastebin/make-own/")["Location"] == "/scenarios/pastebin/"
    assert not ScenarioDraft.objects.exists()


def test_an_empty_one_is_begun_by_its_title(member):
    assert member.post("/scenarios/write/", {"title": " "}).status_code == 422
    member.post("/scenarios/write/", {"title": "Chess server"})

    draft = ScenarioDraft.objects.get()
    assert drafts.value_of(draft.source_text)["slug"] == "chess-server"
    overview = squeezed(member.get(draft.get_absolute_url()))
    assert "things to mend before it can be used" in overview
    assert "Use it</button>" not in overview


def test_a_change_touches_its_line_and_is_a_version(member, draft):
    answer = member.post(page(draft, "figures"), posted(draft, "figures", figures__line_size__value="300 B"))

    assert answer.status_code == 302
    assert diff_of(draft) == [
        ("  line_size: {label: bytes of a line, value: 200 B}", "  line_size: {label: bytes of a line, value: 300 B}")
    ]
    assert list(draft.versions.values_list("version", flat=True)) == [2, 1]
    assert draft.versions.get(version=1).source_text == example()


def test_saving_what_was_not_changed_makes_no_version(member, draft):
    for part in BY_SLUG:
        assert member.post(page(draft, part), posted(draft, part)).status_code == 302
    draft.refresh_from_db()
    assert (draft.version, draft.source_text) == (1, example())


def test_what_is_wrong_is_kept_and_told_beside_its_field(member, draft):
    member.post(page(draft, "figures"), posted(draft, "figures", figures__line_size__value="300 kilobites"))

    answer = member.get(page(draft, "figures"))
    shown = squeezed(answer)
    error = shown[shown.index('id="why-f-figures-line_size-value"') :][:400]
    assert "&#x27;300 kilobites&#x27; is no quantity" in error
    assert 'value="300 kilobites"' in shown
    assert {tab.part.slug: tab.errors for tab in answer.context["tabs"] if tab.errors} == {"figures": 1}


def test_a_live_check_answers_with_what_is_to_be_said_alone_and_gives_way_to_the_next(member, draft):
    fields = posted(draft, "task", title="One", window="w1")
    live = {"HX-Request": "true"}

    answer = member.post(page(draft, "task"), fields | {"level": "hard"}, headers=live)
    assert "<html" not in answer.text
    assert 'id="why-f-level"' in answer.text
    assert "&#x27;hard&#x27; is not one of" in answer.text
    assert 'name="base" id="draft-base" value="2"' in squeezed(answer)
    member.post(page(draft, "task"), fields | {"title": "Two", "base": "2"}, headers=live)
    member.post(page(draft, "task"), fields | {"title": "Three", "base": "3"})

    assert [each.version for each in draft.versions.all()] == [4, 1]
    assert diff_of(draft) == [("title: Guest book", "title: Three")]


def test_a_key_is_named_anew_by_save_and_not_while_one_types(member, draft):
    """The open page goes on with the old key, so a rename under it would make another entry of it."""
    fields = posted(draft, "questions", window="w1") | {"key:questions.lines": "written"}

    live = member.post(page(draft, "questions"), fields, headers={"HX-Request": "true"})
    assert "Press Save to rename it" in live.text
    assert draft_text(draft) == example()
    member.post(page(draft, "questions"), fields)
    assert diff_of(draft) == [("  lines:", "  written:")]


def test_entries_are_added_moved_named_anew_and_removed_by_buttons(member, draft):
    member.post(page(draft, "questions"), posted(draft, "questions", do="add:questions"))
    draft.refresh_from_db()
    assert list(drafts.value_of(draft.source_text)["questions"]) == ["lines", "readers", "question3"]
    changes = {"questions.question3.question": "Who?", "questions.question3.answer": "All.",
               "key:questions.question3": "who", "do": "up:questions.question3"}  # fmt: skip
    member.post(page(draft, "questions"), posted(draft, "questions") | changes)
    draft.refresh_from_db()
    assert "who" in drafts.value_of(draft.source_text)["questions"]
    member.post(page(draft, "questions"), posted(draft, "questions", do="remove:questions.who"))
    assert diff_of(draft) == []


def test_two_windows_keep_each_others_changes_and_ask_where_both_changed_the_same(member, draft):
    mine = posted(draft, "task", title="Mine", minutes="35")
    member.post(page(draft, "task"), posted(draft, "task", summary="Theirs.", minutes="40"))

    answer = member.post(page(draft, "task"), mine)

    assert answer.status_code == 409
    assert "changed to &#x27;40&#x27; elsewhere" in answer.text or "changed to 40" in answer.text.replace("&#x27;", "")
    draft.refresh_from_db()
    assert draft.version == 2
    again = mine | {"base": "2", "summary": "Theirs."}
    assert member.post(page(draft, "task"), again).status_code == 302
    value = drafts.value_of(draft_text(draft))
    assert (value["title"], value["minutes"], value["summary"]) == ("Mine", 35, "Theirs.")


def draft_text(draft: ScenarioDraft) -> str:
    draft.refresh_from_db()
    return draft.source_text


def test_the_file_is_typed_and_kept_also_with_mistakes_in_it(member, draft):
    wrong = example().replace("title: Guest", "title: Guest: a", 1)

    answer = member.post(f"{draft.get_absolute_url()}yaml/", {"source": wrong, "base": "1"}, follow=True)

    assert draft_text(draft) == wrong
    assert "put the text in quotes" in answer.text
    assert member.get(page(draft, "task"))["Location"] == f"{draft.get_absolute_url()}yaml/"
    stale = member.post(f"{draft.get_absolute_url()}yaml/", {"source": "title: x\n", "base": "1"})
    assert (stale.status_code, stale.context["text"]) == (409, "title: x\n")
    file = SimpleUploadedFile("a.yaml", example().encode())
    member.post(f"{draft.get_absolute_url()}yaml/", {"file": file, "base": "2"})
    assert draft_text(draft) == example()


def test_an_upload_with_mistakes_goes_on_in_the_editor(member):
    wrong = example().replace("level: starter", "level: easy")

    assert "Go on in the editor" in member.post("/scenarios/upload/", {"source": wrong}).text
    answer = member.post("/scenarios/upload/", {"source": wrong, "edit": "1"}, follow=True)

    assert ScenarioDraft.objects.get().source_text == wrong
    assert "1 thing to mend before it can be used" in squeezed(answer)


def test_a_version_is_brought_back_and_nothing_is_lost(member, draft):
    member.post(page(draft, "task"), posted(draft, "task", title="Other"))

    member.post(f"{draft.get_absolute_url()}versions/", {"version": "1"})

    assert draft_text(draft) == example()
    assert [each.version for each in draft.versions.all()] == [3, 2, 1]
    assert member.post(f"{draft.get_absolute_url()}versions/", {"version": "9"}).status_code == 404
    old = member.get(f"{draft.get_absolute_url()}source/", {"version": "2"})
    assert "title: Other\n" in old.content.decode()


def test_the_reference_is_drawn_on_the_canvas_and_taken_back(member, draft, owner):
    answer = member.post(f"{draft.get_absolute_url()}canvas/reference/")
    draft.refresh_from_db()
    design = draft.reference
    assert answer["Location"] == f"/designs/{design.pk}/diagram/"
    assert "Take it into the scenario" in member.get(f"/designs/{design.pk}/").text
    member.post(f"{draft.get_absolute_url()}take/reference/")
    assert draft_text(draft) == example()
    save_patch(design, Edit(patch={"diagram": {"components": {"api": {"label": "Front"}}}}, base_version=0),
               author=owner, at=NOON)  # fmt: skip
    assert "The scenario does not have it yet" in squeezed(member.get(page(draft, "reference")))

    member.post(f"{draft.get_absolute_url()}take/reference/")

    (line,) = diff_of(draft)
    assert "label: Front" in line[1]
    member.post(page(draft, "figures"), posted(draft, "figures", figures__line_size__value="250 B"))
    member.post(f"{draft.get_absolute_url()}canvas/reference/")
    assert Design.objects.get(pk=design.pk).data()["estimate"]["rows"]["line_size"]["formula"] == "250 B"


def test_another_design_becomes_the_reference(member, draft, design, owner):
    member.post(f"{draft.get_absolute_url()}take/reference/", {"design": str(design.pk)})

    value = drafts.value_of(draft_text(draft))
    assert value["reference"]["diagram"].keys() == design.data()["diagram"].keys()
    assert value["requirements"] == drafts.value_of(example())["requirements"]
    stranger = Design.objects.create(owner=User.objects.create_user("eve"), title="x", document="{}")
    assert member.post(f"{draft.get_absolute_url()}take/reference/", {"design": str(stranger.pk)}).status_code == 404


def test_the_overview_says_whether_the_reference_keeps_its_targets(member, owner):
    draft = drafts.begin(owner=owner, text=PASTEBIN, at=NOON, words="begun")
    assert "It keeps 3 of its 3 targets" in squeezed(member.get(f"{draft.get_absolute_url()}standing/"))
    fields = posted(draft, "requirements", requirements__measurable__read_up__quantity="99.99%")
    member.post(page(draft, "requirements"), fields)

    assert "It keeps 2 of its 3 targets" in squeezed(member.get(f"{draft.get_absolute_url()}standing/"))


def test_what_is_used_is_ones_own_scenario_equal_byte_for_byte_to_what_a_command_loads(member, draft, owner, tmp_path):
    member.post(page(draft, "task"), posted(draft, "task", title="Mine"))
    answer = member.post(f"{draft.get_absolute_url()}use/", {"anyway": "1"})

    scenario = Scenario.objects.get()
    assert answer["Location"] == scenario.get_absolute_url()
    assert (scenario.owner, scenario.is_published, scenario.source_text) == (owner, False, draft_text(draft))
    file = tmp_path / "guest-book.yaml"
    file.write_bytes(member.get(f"{draft.get_absolute_url()}source/").content)
    before = (scenario.sha, scenario.content)
    scenario.delete()
    call_command("load_scenarios", str(file), "--owner", owner.username, verbosity=0)
    again = Scenario.objects.get()
    assert (again.sha, again.content, again.source_text) == (*before, draft_text(draft))


def test_one_that_contradicts_itself_is_used_only_when_somebody_insists(member, owner):
    text = PASTEBIN.replace("quantity: 99.8%", "quantity: 99.99%").replace("slug: pastebin", "slug: mine")
    draft = drafts.begin(owner=owner, text=text, at=NOON, words="begun")

    asked = member.post(f"{draft.get_absolute_url()}use/")

    assert (asked.status_code, Scenario.objects.count()) == (422, 0)
    assert "does not keep this target itself" in asked.text
    assert member.post(f"{draft.get_absolute_url()}use/", {"anyway": "1"}).status_code == 302
    assert Scenario.objects.get().source_text == text


def test_the_weak_variant_is_drawn_named_by_the_analysis_and_removed(member, owner):
    text = PASTEBIN[: PASTEBIN.index("weak:\n")] + PASTEBIN[PASTEBIN.index("sources:\n") :]
    draft = drafts.begin(owner=owner, text=text, at=NOON, words="begun")
    member.post(f"{draft.get_absolute_url()}canvas/weak/")
    draft.refresh_from_db()
    save_patch(draft.weak, Edit(patch={"diagram": {"components": {"api": {"instances": 1}}}}, base_version=0),
               author=owner, at=NOON)  # fmt: skip

    member.post(f"{draft.get_absolute_url()}take/weak/")
    weak = drafts.value_of(draft_text(draft))["weak"]
    assert weak["patch"] == {"diagram": {"components": {"api": {"instances": 1}}}}
    assert weak["shows"]["requirements"] == ["read_up"]
    assert "single-point:api" in weak["shows"]["findings"]
    member.post(page(draft, "weak"), posted(draft, "weak", weak__shows__findings="nonsense", do="shows"))
    assert drafts.value_of(draft_text(draft))["weak"]["shows"] == weak["shows"]
    member.post(page(draft, "weak"), posted(draft, "weak", do="remove:weak"))
    assert draft_text(draft) == text


def test_an_address_that_another_scenario_has_is_told_at_the_field(member, draft):
    load_scenarios([("a.yaml", changed())], pack="site", now=NOON)

    shown = squeezed(member.get(page(draft, "task")))

    assert "Another scenario has this address" in shown[shown.index('id="why-f-slug"') :][:200]
    assert member.post(f"{draft.get_absolute_url()}use/", {"anyway": "1"}).status_code == 422


def test_a_draft_is_deleted_with_its_versions_and_a_scenario_made_of_it_stays(member, draft):
    member.post(f"{draft.get_absolute_url()}use/", {"anyway": "1"})
    member.post(f"{draft.get_absolute_url()}delete/")

    assert not ScenarioDraft.objects.exists()
    assert Scenario.objects.get().slug == "guest-book"


def test_no_more_drafts_and_versions_are_kept_than_agreed(member, draft, owner, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_VERSIONS", 3)
    for number in range(5):
        member.post(page(draft, "task"), posted(draft, "task", title=f"Title {number}"))
        draft.refresh_from_db()
    assert [each.version for each in draft.versions.all()] == [6, 5, 4]
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 1)
    answer = member.post("/scenarios/write/", {"title": "Another"})
    assert (answer.status_code, ScenarioDraft.objects.count()) == (422, 1)
    assert "You have 1 drafts already" in answer.text


def test_classes_that_one_teaches_are_offered(member, draft, owner):
    room = classes.create_classroom("Systems", owner=owner, time_zone="UTC", at=NOON)
    member.post(f"{draft.get_absolute_url()}use/", {"anyway": "1"})

    address = f"/classes/{room.pk}/assign/?scenario=guest-book"
    assert f'href="{address}"' in member.get("/scenarios/guest-book/").text
    assert f'href="{address}"' in member.get(draft.get_absolute_url()).text


def test_a_topic_that_does_not_exist_is_told_where_it_is_named(member, draft):
    """Of a misbelief as of the topics to read before."""
    member.post(page(draft, "during"), posted(draft, "during", traps__daily__topic="throughput-estimatoin"))

    shown = squeezed(member.get(page(draft, "during")))
    error = shown[shown.index('id="why-f-traps-daily-topic"') :][:300]
    assert (
        "There is no topic &#x27;throughput-estimatoin&#x27;. Did you mean &#x27;throughput-estimation&#x27;?" in error
    )
    assert "throughput-estimatoin" in squeezed(member.get(draft.get_absolute_url()))


def test_queries_of_a_part_stay_few(member, draft, django_assert_max_num_queries):
    """promise 52"""
    with django_assert_max_num_queries(8):
        member.get(page(draft, "questions"))
