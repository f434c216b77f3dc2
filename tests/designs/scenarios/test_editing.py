"""A scenario as forms: what fields show, what the file says after they were filled in, and what the canvas brings."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from designs.document.patches import apply
from designs.scenarios.editing.acting import acted
from designs.scenarios.editing.beginnings import blank_text, named_text
from designs.scenarios.editing.canvas import from_design, with_reference, with_weak
from designs.scenarios.editing.filling import ShownEntry, ShownField, ShownMany, filled, renamed_keys, shown_part
from designs.scenarios.editing.following import followed
from designs.scenarios.editing.merging import joined
from designs.scenarios.editing.parts import BY_SLUG, PARTS, Field, Group, Many
from designs.scenarios.problems import InvalidScenarioError
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import expected_results, reference_of, weak_of
from designs.scenarios.schema import Scenario
from designs.scenarios.soundness import shown_by_weak
from tests.designs.scenarios.examples import ROOT
from web.reading.safe_yaml import read_yaml
from web.reading.yaml_edits import edited, renamed, same

SHIPPED = sorted((ROOT / "fixtures" / "scenarios").glob("*.yaml"))
PASTEBIN = (ROOT / "fixtures" / "scenarios" / "pastebin.yaml").read_text(encoding="utf-8")
each_shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def value_of(text: str) -> dict[str, Any]:
    value = read_yaml(text.encode(), file="").value
    assert isinstance(value, dict)
    return value


def as_posted(part, value) -> dict[str, list[str]]:
    """What a browser sends of a form that nobody touched."""
    posted: dict[str, list[str]] = {}

    def add(name: str, *values: str) -> None:
        posted.setdefault(name, []).extend(values)

    def walk(nodes) -> None:
        for node in nodes:
            if isinstance(node, ShownField):
                if node.field.kind in ("flag", "checks"):
                    add("shown", node.name)
                    add(node.name, *(node.chosen if node.field.kind == "checks" else ["1"] * (node.value == "true")))
                else:
                    add(node.name, node.value.replace("\n", "\r\n"))
            elif isinstance(node, ShownMany):
                add(f"entries:{node.name}", "", *(entry.key for entry in node.entries))
                for entry in node.entries:
                    if not node.many.is_list:
                        add(f"key:{entry.name}", entry.key)
                    walk(entry.nodes)
            else:
                walk(node.nodes)

    walk(shown_part(part, value, {}))
    return posted


def after(part_slug: str, changes: dict[str, list[str]], text: str = PASTEBIN) -> dict[str, Any]:
    part, value = BY_SLUG[part_slug], value_of(text)
    return {**value, **filled(part, value, as_posted(part, value) | changes).value}


def lines(text: str, value: dict[str, Any]) -> tuple[list[str], list[str]]:
    made = edited(text, value).splitlines()
    old = text.splitlines()
    return [line for line in old if line not in made], [line for line in made if line not in old]


@each_shipped
def test_forms_that_nobody_touched_leave_the_file_as_it_is(path):
    """promise 40: and none asks for more fields than the site accepts."""
    value = value_of(path.read_text(encoding="utf-8"))

    for part in PARTS:
        posted = as_posted(part, value)
        assert same(filled(part, value, posted).value, {key: each for key, each in value.items() if key in part.names})
        assert sum(map(len, posted.values())) < 900


def test_every_field_of_the_schema_has_a_place_in_the_editor():
    assert {name for part in PARTS for name in part.names} | {"format", "method"} == set(Scenario.model_fields)

    def names(nodes) -> set[str]:
        return {node.name for node in nodes}

    def inner(nodes, *path: str):
        found = next(node for node in nodes if node.name == path[0])
        assert isinstance(found, Group | Many)
        return found.fields if len(path) == 1 else inner(found.fields, *path[1:])

    fields = [node for part in PARTS for node in part.fields]
    for model, path in [
        ("Question", ("questions",)), ("Figure", ("figures",)), ("Dimension", ("rubric",)), ("Trap", ("traps",)),
        ("Change", ("changes",)), ("Hint", ("hints",)), ("HintGrade", ("hints", "grades")), ("Source", ("sources",)),
        ("Weak", ("weak",)), ("Shows", ("weak", "shows")), ("Requirements", ("requirements",)),
        ("Actor", ("requirements", "actors")), ("FunctionalRequirement", ("requirements", "functional")),
        ("MeasurableRequirement", ("requirements", "measurable")),
    ]:  # fmt: skip
        from designs.scenarios import schema

        assert names(inner(fields, *path)) == set(getattr(schema, model).model_fields) - {"order"}, model
    assert not [each for each in fields if isinstance(each, Field) and not each.label]


@pytest.mark.parametrize(
    ("part", "changes", "old", "new"),
    [
        ("task", {"title": ["Snippets: mine"]}, ["title: Pastebin"], ['title: "Snippets: mine"']),
        ("task", {"minutes": ["soon"]}, ["minutes: 40"], ["minutes: soon"]),
        ("task", {"level": ["medium"]}, ["level: starter"], ["level: medium"]),
        ("figures", {"figures.paste_size.value": ["2 kB"]}, None, None),
        ("questions", {"questions.accounts.answer": ["Yes."]}, ['    answer: "No. A paste belongs to nobody."'],
         ['    answer: "Yes."']),
        ("requirements", {"requirements.functional.search.in_scope": ["1"]},
         ["    search: {text: Find pastes by words, in_scope: false}"],
         ["    search: {text: Find pastes by words, in_scope: true}"]),
        ("rubric", {"rubric.scope.weight": ["17"]}, None, ["    weight: 17"]),
        ("during", {"changes.big.figures": ["paste_size = 60 kB"]}, ["    figures: {paste_size: 50 kB}"],
         ["    figures: {paste_size: 60 kB}"]),
        ("reference", {"commentary.ui": ["A page with one field."]}, [], ["  ui: A page with one field."]),
    ],
)  # fmt: skip
def test_what_is_typed_stands_in_its_place(part, changes, old, new):
    gone, come = lines(PASTEBIN, after(part, changes))

    assert old is None or gone == old
    assert new is None or come == new
    assert len(gone) <= 1
    assert len(come) <= 1


def test_what_is_wrong_is_kept_and_told_at_its_field():
    value = after("figures", {"figures.paste_size.value": ["2 kilobites"], "figures.write_rate.tolerance": ["much"]})
    with pytest.raises(InvalidScenarioError) as caught:
        read_scenario(edited(PASTEBIN, value).encode(), file="draft")
    errors = {each.place: [each.message] for each in caught.value.problems}

    (figures,) = shown_part(BY_SLUG["figures"], value, errors)
    assert isinstance(figures, ShownMany)
    told = {
        field.name: (field.value, field.errors)
        for entry in figures.entries
        for field in entry.nodes
        if isinstance(field, ShownField) and field.errors
    }
    assert told["figures.paste_size.value"][0] == "2 kilobites"
    assert "did you mean" in told["figures.paste_size.value"][1][0]
    assert told["figures.write_rate.tolerance"][0] == "much"
    assert len(told) == 2


def test_errors_inside_of_a_field_are_told_at_the_field_and_those_of_an_entry_at_the_entry():
    errors = {
        "rubric.scope.checks.1": ["No such check."],
        "rubric.scope": ["Odd."],
        "rubric": ["The weights sum to 110."],
    }

    (rubric,) = shown_part(BY_SLUG["rubric"], value_of(PASTEBIN), errors)
    assert isinstance(rubric, ShownMany)
    entry = rubric.entries[0]
    assert isinstance(entry, ShownEntry)
    checks = next(each for each in entry.nodes if isinstance(each, ShownField) and each.field.name == "checks")
    assert (rubric.errors, entry.errors, checks.errors) == (["The weights sum to 110."], ["Odd."], ["No such check."])


def test_keys_are_named_anew_and_what_cannot_be_one_is_told():
    part, value = BY_SLUG["figures"], value_of(PASTEBIN)
    posted = {"key:figures.paste_size": ["size"], "key:figures.peak_factor": ["two words"],
              "key:figures.write_rate": ["read_rate"], "key:reference.x": ["y"]}  # fmt: skip

    renames, errors = renamed_keys(part, value, posted)

    assert renames == [(("figures", "paste_size"), "size")]
    assert "'two words'" in errors["key:figures.peak_factor"][0]
    assert "another 'read_rate'" in errors["key:figures.write_rate"][0]


@pytest.mark.parametrize(
    ("place", "new"),
    [
        (("figures", "paste_size"), "bytes_of_a_paste"),
        (("figures", "stored_bytes"), "kept_bytes"),
        (("requirements", "functional", "expire"), "vanish_some_day"),
        (("requirements", "measurable", "read_up"), "reads_work"),
        (("requirements", "actors", "author"), "who_pastes"),
    ],
)
def test_what_names_a_key_goes_along_when_it_is_named_anew(place, new):
    """The scenario stays without a mistake, and nothing else changes: a name that is left behind would be one."""
    value = value_of(PASTEBIN)
    text = renamed(PASTEBIN, place, new)
    changed = followed(value_of(text), place, new)

    read = read_scenario(edited(text, changed).encode(), file="pastebin.yaml")
    assert len(expected_results(read.scenario)) > 1
    assert str(changed).count(new) > 1
    assert str(changed).replace(new, place[-1]) == str(value)


def test_entries_are_added_moved_and_removed():
    value = value_of(PASTEBIN)

    added, place = acted(BY_SLUG["questions"], value, "add:questions")
    assert place == "questions.question9"
    assert list(added["questions"])[-1] == "question9"
    moved, _ = acted(BY_SLUG["rubric"], value, "up:rubric.estimate")
    assert list(moved["rubric"])[:2] == ["estimate", "scope"]
    grades, place = acted(BY_SLUG["during"], value, "down:hints.stores.grades.0")
    assert [each["cost"] for each in grades["hints"]["stores"]["grades"]] == [3, 1]
    assert place == "hints.stores.grades.1"
    without, _ = acted(BY_SLUG["weak"], value, "remove:weak")
    assert "weak" not in without
    assert acted(BY_SLUG["rubric"], value, "up:rubric.scope")[0] == value
    for nonsense in ("remove:slug", "add:figures.x", "up:rubric.nobody", "explode:rubric", "remove:", "up:rubric"):
        assert acted(BY_SLUG["rubric"], value, nonsense)[0] == value


def test_a_part_that_was_not_there_comes_where_the_schema_has_it():
    text = PASTEBIN[: PASTEBIN.index("traps:\n")] + PASTEBIN[PASTEBIN.index("changes:\n") :]
    value, _ = acted(BY_SLUG["during"], value_of(text), "add:traps")
    from designs.scenarios.editing.acting import placed

    keys = list(value_of(edited(text, placed(value))))
    assert keys[keys.index("traps") - 1 : keys.index("traps") + 2] == ["asked_as", "traps", "changes"]


def test_changes_of_two_people_are_joined_and_where_both_changed_the_same_mine_stands():
    base = {"title": "a", "figures": {"x": 1, "y": 2}, "minutes": 45, "level": "core"}
    mine = {"title": "mine", "figures": {"x": 1, "y": 3}, "minutes": 45}
    theirs = {"title": "theirs", "figures": {"x": 5, "y": 2, "z": 6}, "minutes": 30, "level": "core"}

    merged, clashes = joined(base, mine, theirs)

    assert merged == {"title": "mine", "figures": {"x": 5, "y": 3, "z": 6}, "minutes": 30}
    assert [(each.place, each.theirs) for each in clashes] == [("title", "theirs")]
    assert joined(base, {"title": "a"}, base)[0] == {"title": "a"}
    assert joined({}, {}, theirs) == (theirs, [])


@each_shipped
def test_drawings_that_nobody_touched_leave_the_file_as_it_is(path):
    text = path.read_text(encoding="utf-8")
    value, scenario = value_of(text), read_scenario(text.encode(), file=path.name).scenario
    reference, weak = reference_of(scenario), weak_of(scenario)

    assert same(with_reference(value, reference, reference), value)
    assert weak is not None
    assert edited(text, with_weak(value, reference, weak)) == text


def test_what_was_drawn_is_put_where_it_stands_once():
    """A number exists once: what a design shows of the scenario's own is changed in the scenario."""
    value, scenario = value_of(PASTEBIN), read_scenario(PASTEBIN.encode(), file="").scenario
    before = reference_of(scenario)
    drawn = apply(
        copy.deepcopy(before),
        {
            "meta": {"title": "Reference: Pastebin"},
            "scope": {"measurable_requirements": {"read_up": {"quantity": "99.5%"}}, "questions": {"writes": None}},
            "estimate": {"rows": {"paste_size": {"formula": "2 kB"}, "read_rate": {"unit": "1/min"}}},
            "diagram": {
                "components": {"api": {"instances": 4}, "queue": {"order": 8, "kind": "queue", "x": 5, "y": 6}},
                "connections": {"sweeper_blobs": None},
            },
        },
    )

    gone, come = lines(PASTEBIN, with_reference(value, before, drawn))

    assert [line.split(":")[0].strip() for line in gone] == [
        "paste_size", "read_up", "read_rate", "instances", "sweeper_blobs",
    ]  # fmt: skip
    assert "    " * 2 + "instances: 4" in come
    assert "value: 2 kB" in "".join(come)
    assert "quantity: 99.5%" in "".join(come)
    assert "order" not in "".join(come)


def test_a_design_becomes_the_reference_without_what_the_scenario_states_itself():
    value, scenario = value_of(PASTEBIN), read_scenario(PASTEBIN.encode(), file="").scenario

    made = from_design({**value, "reference": {}}, reference_of(scenario))

    again = reference_of(Scenario.model_validate(made))
    assert again["diagram"] == reference_of(scenario)["diagram"]
    assert again["estimate"] == reference_of(scenario)["estimate"]
    assert "scope" not in made["reference"]
    assert made["requirements"] == value["requirements"]
    bare = from_design({**value, "reference": {}, "requirements": {}}, reference_of(scenario))
    assert list(bare["requirements"]["functional"]) == list(value["requirements"]["functional"])


def test_a_fault_that_was_drawn_is_what_differs_from_the_reference():
    text = PASTEBIN[: PASTEBIN.index("weak:\n")] + PASTEBIN[PASTEBIN.index("sources:\n") :]
    value, scenario = value_of(text), read_scenario(text.encode(), file="").scenario
    reference = reference_of(scenario)

    made = with_weak(value, reference, apply(reference, {"diagram": {"components": {"api": {"instances": 1}}}}))

    assert made["weak"]["patch"] == {"diagram": {"components": {"api": {"instances": 1}}}}
    weak = Scenario.model_validate({**made, "weak": {**made["weak"], "title": "-", "text": "-"}})
    failing, findings = shown_by_weak(weak)
    assert failing == ["read_up"]
    assert "single-point:api" in findings


def test_an_empty_beginning_says_what_is_missing_and_nothing_else():
    text = blank_text(slug="chess", title="Chess: a game")
    assert value_of(text)["title"] == "Chess: a game"

    with pytest.raises(InvalidScenarioError) as caught:
        read_scenario(text.encode(), file="")
    assert {each.place for each in caught.value.problems} == {
        "summary", "prompt", "trains", "requirements.functional",
    }  # fmt: skip
    assert {each.message for each in caught.value.problems} == {"Nothing stands here yet."}


def test_a_copy_has_its_own_name_and_all_the_rest_byte_for_byte():
    made = named_text(PASTEBIN, slug="snippets", title="Snippets")

    assert made == PASTEBIN.replace("slug: pastebin", "slug: snippets").replace("title: Pastebin", "title: Snippets", 1)


def test_the_empty_file_lies_beside_its_code():
    assert (Path(__file__).parents[3] / "designs" / "scenarios" / "editing" / "blank.yaml").is_file()
