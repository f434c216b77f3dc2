"""Methods are data: files that fit are read, others refused with file and line. Progress comes from the document."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from designs.document.patches import apply
from designs.document.schema import Document, blank
from designs.methods.method import AREAS, MethodError, read_method
from designs.methods.progress import MARKS, progress
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import given_document
from designs.selectors.methods import DEFAULT, method_called, methods
from designs.workbench.posted import put
from tests.designs.document.examples import complete

TEXT = (settings.FIXTURES_DIR / "methods" / f"{DEFAULT}.yaml").read_text(encoding="utf-8")


def read(text: str):
    return read_method(text.encode(), file="a.yaml", marks=MARKS)


def test_ours_has_three_phases_eight_steps_and_45_minutes():
    method = methods()[DEFAULT]
    assert [(phase.title, phase.minutes) for phase in method.phases] == [
        ("Scope", 10),
        ("Sketch", 20),
        ("Bottlenecks", 13),
    ]
    assert method.areas == list(AREAS)
    assert (len(method.steps), method.slack_minutes, method.minutes) == (8, 2, 45)


def test_the_others_keep_every_area_within_reach():
    for method in methods().values():
        assert sorted(method.areas) == sorted(AREAS)
        assert method.minutes == 45


def test_a_design_of_an_unknown_method_follows_ours():
    assert method_called("gone").slug == DEFAULT


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("slug: understand", "slug: Understand", "steps.0.slug", id="type"),
        pytest.param("phase: bottleneck", "phase: botleneck", "no phase 'botleneck'", id="phase"),
        pytest.param("areas: [ui]", "areas: [moon]", "no area 'moon'", id="area"),
        pytest.param("mark: actors_named", "mark: actors_maned", "no mark 'actors_maned'", id="mark"),
        pytest.param("slack_minutes: 2", "order: 2", "order", id="repeated key"),
        pytest.param("order: 1", "order: &a 1", "anchor", id="anchor"),
        pytest.param("order: 1", "order: [1", "the [ that opens on line", id="no YAML"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_line(old, new, words):
    assert TEXT.count(old) == 1
    broken = TEXT.replace(old, new)
    line = broken[: broken.index(new)].count("\n") + 1
    with pytest.raises(MethodError) as caught:
        read(broken)
    assert words in caught.value.message
    assert caught.value.file == "a.yaml"
    # What is not closed is noticed on the line after it.
    assert caught.value.line - line in ((0,) if words != "YAML" else (0, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("areas: [ui]", "areas: [api]", "area 'api' stands twice", id="area twice"),
        pytest.param("minutes: 13}", "minutes: 14}", "has 14 minutes, its steps have 13", id="sum"),
        pytest.param("{id: users,", "{id: asked,", "entry 'asked' stands twice", id="entry twice"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old, new, words):
    assert TEXT.count(old) == 1
    with pytest.raises(MethodError, match=words):
        read(TEXT.replace(old, new))


def test_a_step_cannot_be_done_by_ticking_alone():
    broken = re.sub(r", mark: (screens_drawn|transaction_told|transaction_calls)", "", TEXT)
    with pytest.raises(MethodError, match="has no mark"):
        read(broken)


def test_topics_of_methods_exist():
    known = {path.stem for path in (settings.FIXTURES_DIR / "topics").glob("*/*.md")}
    for method in methods().values():
        for step in method.steps:
            assert {step.topic, *(entry.topic for entry in step.checklist)} - {None} <= known


def met(document, step: str) -> set[str]:
    found = next(
        each for each in progress(Document.model_validate(document), methods()[DEFAULT]) if each.step.slug == step
    )
    return {check.entry.id for check in found.checks if check.is_met}


def test_a_blank_design_has_met_nothing():
    for each in progress(Document.model_validate(blank()), methods()[DEFAULT]):
        assert (each.met, each.percent, each.is_done) == (0, 0, False)


def test_of_a_step_that_is_done_the_rest_is_for_its_author_to_tick():
    """Five of six of the data model are computed and met; no step that is not done names a rest."""
    steps = progress(Document.model_validate(complete()), methods()[DEFAULT])
    found = {each.step.slug: (each.met, each.asked, each.rest_to_tick) for each in steps if each.is_done}

    assert found["data-model"] == (5, 6, 1)
    assert not any(each.rest_to_tick for each in steps if not each.is_done)


def test_what_a_scenario_gave_is_not_counted_as_done():
    """Nobody has worked yet, so every step stands at 0, and says how much of it was given."""
    path = settings.FIXTURES_DIR / "scenarios" / "twitter.yaml"
    given = Document.model_validate(given_document(read_scenario(path.read_bytes(), file=path.name).scenario))
    steps = {each.step.slug: each for each in progress(given, methods()[DEFAULT], began=given)}

    assert {slug: each.met for slug, each in steps.items()} == dict.fromkeys(steps, 0)
    estimate = steps["estimate"]
    assert (estimate.given, estimate.asked) == (2, 4)
    assert {check.entry.id for check in estimate.checks if check.is_given} == {"inputs", "sources"}
    rate = {"reads": {"label": "Reads", "formula": "1M/day * 2"}}
    done = Document.model_validate(apply(given.model_dump(), {"estimate": {"rows": rate}}))
    after = next(each for each in progress(done, methods()[DEFAULT], began=given) if each.step.slug == "estimate")
    assert (after.met, after.percent) == (2, 50)


def test_ticks_alone_finish_no_step():
    document = blank()
    for step in methods()[DEFAULT].steps:
        checked = {entry.id: True for entry in step.checklist}
        document = apply(document, {"steps": {step.slug: {"checked": checked}}})
    assert not any(each.is_done for each in progress(Document.model_validate(document), methods()[DEFAULT]))


@pytest.mark.parametrize(
    ("mark", "place", "value"),
    [
        ("understand/out_of_scope", "scope/functional_requirements/ads", None),
        ("understand/targets", "scope/measurable_requirements", None),
        ("estimate/solved", "estimate/rows/tweet_rate/formula", "nobody * 2"),
        ("data-model/stores", "data_model/entities/user/store_reason", " "),
        ("api/served", "api/operations/get_timeline/serves", None),
        ("api/rates", "api/operations/get_timeline/rate", "daily_users"),
        ("high-level/connected", "diagram/components/lonely/kind", "cache"),
        ("high-level/path", "diagram/connections/c2", None),
        ("detailed/because", "decisions/fanout/because", ""),
        ("bottlenecks/service_copies", "diagram/components/api/instances", 1),
    ],
)
def test_a_mark_goes_when_what_it_rests_on_goes(mark, place, value):
    step, entry = mark.split("/")
    patch: dict = {}
    put(patch, tuple(place.split("/")), value)
    assert entry in met(complete(), step)
    assert entry not in met(apply(complete(), patch), step)
