"""Marks are fair on every shipped scenario: nonsense earns next to nothing, and better drafts earn more."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from designs.analysis.report import analyse
from designs.document.checks import problems_of
from designs.document.schema import Document
from designs.interviews import drafts, qualities
from designs.interviews.case import FOREIGN, ON_THE_SUBJECT, OWN
from designs.interviews.checks import is_reason
from designs.interviews.marking import Case, marked, suggested_points
from designs.interviews.results import to_work_out
from designs.interviews.subject import shared_names, terms_of
from designs.scenarios.reference import answer_of, expected_results, given_document, reference_of
from tests.designs.interviews.shipped import FIXTURES, case_of, figures, scenario

pytestmark = pytest.mark.one_database

SLUGS = sorted(path.stem for path in (FIXTURES / "scenarios").glob("*.yaml"))


def points(slug: str, document: dict, *, is_given: bool = True) -> int:
    asked = scenario(slug)
    analysis = analyse(Document.model_validate(document), figures())
    given = given_document(asked) if is_given else {}
    return suggested_points(marked(Case(asked, analysis, expected_results(asked), given=given)))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_order_of_qualities_holds(slug):
    """Untouched and nonsense below 25 and below weak, weak below medium, medium below good, good above 85. Nonsense is
    also a random half of the reference, and the reference with arrows drawn at random: with wrong results, or with all
    data in every store."""
    earned: dict[str, list[int]] = {}
    for quality, kind, document in qualities.drafts_of(scenario(slug), seeds=1):
        assert [each for each in problems_of(document) if each.severity == "error"] == [], (quality, kind)
        earned.setdefault(quality, []).append(points(slug, document))
    for make in (drafts.some_half, drafts.shuffled_arrows, drafts.data_everywhere):
        earned["nonsense"].append(points(slug, make(scenario(slug), Random(slug))))

    assert earned["untouched"] == [0]
    assert max(earned["nonsense"]) < 25
    assert max(earned["nonsense"]) < min(earned["weak"])
    assert max(earned["weak"]) < min(earned["medium"])
    assert max(earned["medium"]) < min(earned["good"])
    assert min(earned["good"]) > 85


@pytest.mark.parametrize(
    "slug", ["hotel-booking", "leaderboard", "news-feed", "url-shortener", "notifications", "payments"]
)
def test_words_of_the_task_over_a_path_that_works_are_no_design(slug):
    drawn = [drafts.words_of_the_task(scenario(slug), Random(seed)) for seed in range(2)]

    assert max(points(slug, each) for each in drawn) < 25


@pytest.mark.parametrize("slug", ["twitter", "leaderboard"])
def test_hundreds_of_numbers_hold_no_result(slug):
    """Numbers from 0.1 to 10^11 in steps of a quarter, over a path that works, so that some are near each result."""
    document = drafts.words_of_the_task(scenario(slug), Random(0))
    expected = expected_results(scenario(slug))
    named = {f"{10 ** (at / 10 - 1):.4g}{unit}": "a guess" for unit in ("/s", " B", " B/s", "") for at in range(120)}
    rows = {f"guess_{at}": {"label": label, "formula": formula} for at, (formula, label) in enumerate(named.items())}
    document["estimate"]["rows"] = given_document(scenario(slug))["estimate"]["rows"] | rows
    solved = analyse(Document.model_validate(document), figures()).model.estimate
    lucky = [name for name in expected if any(expected[name].allows(solved.values[row]) for row in rows)]

    assert len(lucky) > len(expected) / 2
    assert points(slug, document) < 25


@pytest.mark.parametrize("slug", SLUGS)
def test_what_the_interviewer_said_is_no_reason_of_ones_own(slug):
    """Answers, hints and wishes: whole, after their question, one after the other, in a frame, and cut anew. Most
    reasons of the reference add to them."""
    asked = scenario(slug)
    said = [answer_of(asked, key) for key in asked.questions]
    said += [grade.text for each in asked.hints.values() for grade in each.grades]
    wishes = [each.text.rstrip(".") for each in asked.requirements.functional.values()]
    words = " ".join(said).split()
    copies = [*said, *wishes, *(f"{one} {other}" for one, other in pairwise(said))]
    copies += [f"{each.question} {answer_of(asked, key)}" for key, each in asked.questions.items()]
    copies += [f"Because {text} So this is the right choice for us here." for text in [*said, *wishes]]
    copies += [" ".join(words[at : at + 14]) for at in range(0, len(words), 14)]
    reference = reference_of(asked)
    own = [each["because"] for each in reference.get("decisions", {}).values()]
    case = case_of(given_document(asked), slug)

    assert [text for text in copies if is_reason(case, text, "", set())] == []
    assert sum(is_reason(case, text, "", set()) for text in own) >= 0.75 * len(own)


def test_a_result_that_repeats_a_given_figure_is_not_asked_for():
    """Of the five results of the pastebin two are given by the month, and one of six of the shortener."""
    unasked = {
        slug: sorted(
            set(expected_results(scenario(slug))) - set(to_work_out(scenario(slug), expected_results(scenario(slug))))
        )
        for slug in ("pastebin", "url-shortener", "chat")
    }

    assert unasked == {"pastebin": ["read_rate", "write_rate"], "url-shortener": ["write_rate"], "chat": []}
    told = {
        each.check: each
        for line in marked(case_of(given_document(scenario("pastebin")), "pastebin"))
        for each in line.evidence
    }
    assert "0 of 3 expected results" in told["estimate_within_tolerance"].words


@pytest.mark.parametrize("slug", ["news-feed", "url-shortener", "chat"])
def test_a_good_design_in_words_that_nobody_knows_stays_good(slug):
    """Its results show that it answers this task."""
    document = drafts.good(scenario(slug))
    for at, each in enumerate(document["api"]["operations"].values()):
        each["name"], each["path"] = f"verb{at}Noun", f"/noun{at}"
    for at, each in enumerate(document["data_model"]["entities"].values()):
        each["name"] = f"Noun{at}"

    assert points(slug, document) > 85


def test_a_load_that_nobody_has_worked_out_proves_no_capacity():
    document = reference_of(scenario("url-shortener"))
    for row in document["estimate"]["rows"].values():
        row["formula"] = "7"
    lines = marked(case_of(document, "url-shortener", given=given_document(scenario("url-shortener"))))
    capacity = next(each for line in lines for each in line.evidence if each.check == "capacity_covers_peak")

    assert capacity.share == 0
    assert capacity.words.startswith("For 3 of 3 requirements the drawing carries the peak; ")
    assert "missing or wrong" in capacity.words


@pytest.mark.parametrize(
    ("slug", "other"),
    [
        ("pastebin", "url-shortener"),
        ("proximity", "ride-hailing"),
        ("payment-api", "payments"),
        ("stock-exchange", "ticket-sale"),
        ("autocomplete", "company-rag"),
        ("twitter", "news-feed"),
        ("ad-clicks", "top-k"),
        ("collaborative-editor", "live-comments"),
    ],
)
def test_the_reference_of_another_scenario_stays_in_the_lowest_third(slug, other):
    """With operations that are said to serve all that is asked here; the nearest pairs, and those that fared best."""
    foreign = drafts.of_another_scenario(scenario(slug), scenario(other), Random(other))
    for operation in foreign["api"]["operations"].values():
        operation["serves"] = dict.fromkeys(scenario(slug).requirements.functional, True)

    assert points(slug, foreign) < 40


def test_by_its_names_alone_no_reference_belongs_to_another_scenario():
    """Over all pairs of shipped scenarios."""
    names = {slug: Document.model_validate(reference_of(scenario(slug))) for slug in SLUGS}
    terms = {slug: terms_of(scenario(slug)) for slug in SLUGS}
    shared = {(slug, other): shared_names(names[other], terms[slug]) for slug in SLUGS for other in SLUGS}

    foreign = {pair: share for pair, share in shared.items() if pair[0] != pair[1] and share >= FOREIGN}
    assert foreign == {}, "give the operations, entities and rows of one of the two other names"
    assert min(shared[slug, slug] for slug in SLUGS) > OWN


IN_OTHER_WORDS = {
    "twitter": (
        {"createStatus": ["Status"], "homeTimeline": ["Status", "Timeline"], "followUser": ["FollowEdge"]},
        {
            "Status": ["status_id", "user_id", "content"],
            "Timeline": ["user_id", "status_id"],
            "FollowEdge": ["followee"],
        },
    ),
    "ride-hailing": (
        {"updateLocation": ["DriverLocation"], "nearbyDrivers": ["DriverLocation"], "requestTrip": ["Trip"]},
        {
            "DriverLocation": ["driver_id", "latitude", "longitude"],
            "Trip": ["passenger_id", "driver_id", "pickup", "dropoff"],
        },
    ),
    "chat": (
        {"sendMessage": ["Message"], "getMessages": ["Message"], "ack": ["Receipt"]},
        {
            "Message": ["channel_id", "from_user", "content"],
            "Receipt": ["message_id", "delivered_at"],
            "GroupMember": ["channel_id", "user_id"],
        },
    ),
}


@pytest.mark.parametrize("slug", IN_OTHER_WORDS)
def test_a_design_in_other_words_belongs_by_half_of_its_results(slug):
    """Names that students give, which the reference does not use."""
    operations, entities = IN_OTHER_WORDS[slug]
    document = drafts.medium(scenario(slug))
    document["data_model"]["entities"] = {
        name: {"name": name, "fields": {field: {"name": field, "type": "text"} for field in fields}}
        for name, fields in entities.items()
    }
    document["api"]["operations"] = {
        name: {"name": name, "writes": dict.fromkeys(touched, True)} for name, touched in operations.items()
    }
    document |= {"diagram": {}, "flows": {}, "decisions": {}, "bottlenecks": {}}
    assert case_of(document, slug, given=given_document(scenario(slug))).belongs > ON_THE_SUBJECT


@pytest.mark.parametrize("slug", ["pastebin", "twitter", "payments"])
@pytest.mark.parametrize("kind", ["random boxes", "copied prompt", "without reasons"])
def test_nonsense_earns_nothing_either_where_nothing_was_given(slug, kind):
    for seed in range(5):
        document = qualities.NONSENSE[kind](scenario(slug), Random(seed))
        assert points(slug, document, is_given=False) < 25


def test_an_honest_draft_typed_by_hand_stands_between_nonsense_and_the_reference():
    """The pastebin, as a student in a hurry writes it: one path, one of three results, one reason, one server each."""
    document = given_document(scenario("pastebin"))
    document["estimate"]["rows"] |= {
        "writes": {"label": "writes per second", "formula": "pastes_per_month", "unit": "1/s"},
        "reads": {"label": "reads per second", "formula": "reads_per_month", "unit": "1/s"},
        "bytes": {"label": "bytes in a month", "formula": "pastes_per_month * 1 month * paste_size", "unit": "GB"},
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
    for kind in qualities.NONSENSE:
        assert points("pastebin", qualities.NONSENSE[kind](scenario("pastebin"), Random(1))) < medium
