"""Marks are fair on every shipped scenario: nonsense earns next to nothing, and better drafts earn more."""

from __future__ import annotations

from random import Random

import pytest

from designs.analysis.report import analyse
from designs.document.checks import problems_of
from designs.document.schema import Document
from designs.interviews import drafts
from designs.interviews.marking import Case, marked, suggested_points
from designs.scenarios.reference import expected_results, given_document, reference_of
from tests.designs.interviews.shipped import FIXTURES, figures, scenario

SLUGS = sorted(path.stem for path in (FIXTURES / "scenarios").glob("*.yaml"))


def points(slug: str, document: dict, *, is_given: bool = True) -> int:
    asked = scenario(slug)
    analysis = analyse(Document.model_validate(document), figures())
    given = given_document(asked) if is_given else {}
    return suggested_points(marked(Case(asked, analysis, expected_results(asked), given=given)))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_order_of_qualities_holds(slug):
    """Untouched and nonsense below 25 and below weak, weak below medium, medium below good, good above 85."""
    earned: dict[str, list[int]] = {}
    for quality, kind, document in drafts.drafts_of(scenario(slug), seeds=2):
        assert [each for each in problems_of(document) if each.severity == "error"] == [], (quality, kind)
        earned.setdefault(quality, []).append(points(slug, document))

    assert earned["untouched"] == [0]
    assert max(earned["nonsense"]) < 25
    assert max(earned["nonsense"]) < min(earned["weak"])
    assert max(earned["weak"]) < min(earned["medium"])
    assert max(earned["medium"]) < min(earned["good"])
    assert min(earned["good"]) > 85


@pytest.mark.parametrize(
    ("slug", "other"), [("pastebin", "twitter"), ("twitter", "video"), ("chat", "unique-ids"), ("maps", "pastebin")]
)
def test_the_reference_of_another_scenario_earns_next_to_nothing(slug, other):
    """As it stands there, and with operations that are said to serve what is asked here."""
    foreign = drafts.of_another_scenario(scenario(slug), scenario(other), Random(other))

    assert points(slug, foreign) < 25
    assert points(slug, reference_of(scenario(other)), is_given=False) < 25


@pytest.mark.parametrize("slug", ["pastebin", "twitter", "payments"])
@pytest.mark.parametrize("kind", ["random boxes", "copied prompt", "without reasons"])
def test_nonsense_earns_nothing_either_where_nothing_was_given(slug, kind):
    for seed in range(5):
        document = drafts.NONSENSE[kind](scenario(slug), Random(seed))
        assert points(slug, document, is_given=False) < 25


def test_an_honest_draft_typed_by_hand_stands_between_nonsense_and_the_reference():
    """The pastebin, as a student in a hurry writes it: one path, two of five results, one reason, one server each."""
    document = given_document(scenario("pastebin"))
    document["estimate"]["rows"] |= {
        "writes": {"label": "writes per second", "formula": "pastes_per_month", "unit": "1/s"},
        "reads": {"label": "reads per second", "formula": "reads_per_month", "unit": "1/s"},
    }
    document["data_model"] = {"entities": {"p": {"name": "Paste", "fields": {"k": {"name": "key", "type": "text"}}}}}
    document["api"] = {
        "operations": {
            "save": {"name": "savePaste", "rate": "writes", "serves": {"paste": True}, "writes": {"p": True}},
            "open": {"name": "openPaste", "rate": "reads", "serves": {"read": True}, "reads": {"p": True}},
        }
    }
    document["diagram"] = {
        "components": {
            "c": {"kind": "client", "label": "Browser"},
            "s": {"kind": "service", "label": "Server"},
            "d": {"kind": "sql", "label": "Postgres", "stores": {"p": True}},
        },
        "connections": {"a": {"source": "c", "target": "s"}, "b": {"source": "s", "target": "d"}},
    }
    document["decisions"] = {
        "d": {
            "question": "Where do pastes live?",
            "options": {"sql": {"name": "SQL"}},
            "choice": "sql",
            "because": "The rows are small and an index on the expiry date finds what has to be deleted.",
        }
    }
    medium = points("pastebin", document)

    assert 25 < medium < 85
    for kind in drafts.NONSENSE:
        assert points("pastebin", drafts.NONSENSE[kind](scenario("pastebin"), Random(1))) < medium
