"""Which arrows carry a request, and what a drawing is worth in which they lead elsewhere."""

from __future__ import annotations

import copy

import pytest

from designs.document.diagram import Component, Connection
from designs.interviews.case import reach
from designs.interviews.marking import marked, suggested_points
from designs.interviews.ways import carries
from designs.scenarios.reference import expected_results, given_document, reference_of
from tests.designs.interviews.shipped import case_of, scenario

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("source", "target", "kind", "is_a_way"),
    [
        ("client", "load_balancer", "sync", True),
        ("load_balancer", "service", "sync", True),
        ("service", "load_balancer", "sync", True),
        ("service", "client", "sync", False),
        ("sql", "load_balancer", "sync", False),
        ("sql", "service", "sync", False),
        ("sql", "stream", "async", True),
        ("sql", "sql", "sync", True),
        ("sql", "search_index", "sync", False),
        ("sql", "search_index", "async", True),
        ("cache", "sql", "sync", True),
        ("cache", "service", "sync", False),
        ("cdn", "service", "sync", True),
        ("cdn", "object_store", "sync", True),
        ("cdn", "queue", "async", False),
        ("client", "worker", "sync", False),
        ("queue", "worker", "async", True),
        ("service", "worker", "sync", True),
        ("third_party", "sql", "sync", False),
        ("third_party", "service", "sync", True),
        ("third_party", "queue", "sync", False),
        ("client", "sql", "sync", False),
        ("client", "object_store", "sync", True),
        ("load_balancer", "sql", "sync", False),
        ("queue", "sql", "async", False),
        ("stream", "data_lake", "async", True),
    ],
)
def test_an_arrow_carries_a_request_from_who_asks_to_who_is_asked(source, target, kind, is_a_way):
    ends = Component(kind=source, label="a"), Component(kind=target, label="b")

    assert carries(*ends, Connection(source="a", target="b", kind=kind)) is is_a_way


def drawn(kinds: dict[str, str], arrows: list[tuple[str, str]], *, reads_only: bool = True) -> dict:
    """One operation on one entity that the component `store` holds."""
    document = given_document(scenario("url-shortener"))
    held = {"reads": {"e": True}} if reads_only else {"writes": {"e": True}}
    components = {key: {"kind": kind, "label": key} for key, kind in kinds.items()}
    components["store"]["stores"] = {"e": True}
    return document | {
        "data_model": {"entities": {"e": {"name": "Link", "fields": {"f": {"name": "key", "type": "text"}}}}},
        "api": {"operations": {"o": {"name": "openLink", "rate": "1/s", **held}}},
        "diagram": {
            "components": components,
            "connections": {f"a{at}": {"source": a, "target": b} for at, (a, b) in enumerate(arrows)},
        },
    }


CLIENT, SERVER, STORE = {"client": "client"}, {"server": "service"}, {"store": "key_value"}


@pytest.mark.parametrize(
    ("kinds", "arrows", "reads_only", "share"),
    [
        (CLIENT | SERVER | STORE, [("client", "server"), ("server", "store")], True, 1),
        (CLIENT | STORE, [("client", "store")], True, 0),
        (CLIENT | {"store": "object_store"}, [("client", "store")], True, 0),
        (
            CLIENT | SERVER | {"jobs": "queue", "worker": "worker"} | STORE,
            [("client", "server"), ("server", "jobs"), ("jobs", "worker"), ("worker", "store")],
            False,
            1,
        ),
        (
            CLIENT | SERVER | {"jobs": "queue", "worker": "worker"} | STORE,
            [("client", "server"), ("server", "jobs"), ("jobs", "worker"), ("worker", "store")],
            True,
            0,
        ),
    ],
    ids=[
        "through a server",
        "straight into a database",
        "a file that nothing made",
        "written behind a queue",
        "read behind a queue",
    ],
)
def test_an_operation_reaches_data_through_code_and_waits_for_no_queue(kinds, arrows, reads_only, share):
    assert reach(case_of(drawn(kinds, arrows, reads_only=reads_only), "url-shortener"), "o") == share


def test_a_client_reads_a_file_directly_where_something_that_runs_code_works_beside_it():
    document = drawn(CLIENT | SERVER | {"store": "object_store"}, [("client", "store"), ("client", "server")])
    document["data_model"]["entities"]["note"] = {"name": "Note", "fields": {"f": {"name": "text", "type": "text"}}}
    document["api"]["operations"]["write"] = {"name": "writeNote", "rate": "1/s", "writes": {"note": True}}
    diagram = document["diagram"]
    diagram["components"]["notes"] = {"kind": "sql", "label": "notes", "stores": {"note": True}}
    diagram["connections"]["on"] = {"source": "server", "target": "notes"}
    case = case_of(document, "url-shortener")

    assert (reach(case, "o"), reach(case, "write")) == (1, 1)


def test_what_is_missed_names_the_arrow_that_leads_against_the_way():
    kinds = CLIENT | SERVER | {"other": "sql", "second": "service"} | STORE
    document = drawn(kinds, [("client", "server"), ("server", "other"), ("other", "second"), ("second", "store")])
    document["api"]["operations"]["o"]["serves"] = dict.fromkeys(
        scenario("url-shortener").requirements.functional, True
    )
    hops = {f"h{at}": {"connection": f"a{at}", "order": at} for at in range(4)}
    lines = marked(case_of(document | {"flows": {"f": {"operation": "o", "hops": hops}}}, "url-shortener"))
    evidence = {each.check: each for line in lines for each in line.evidence}

    found = evidence["operations_reach_storage"]
    assert "The arrow from other to second carries no request" in found.missed
    assert found.words == "For 0 of 3 requirements the operations reach what they read and write."


def test_components_that_no_operation_comes_to_hold_every_line_down():
    """A fifth may stand apart; of a drawing of which half stands apart no line leaves its lowest level."""
    slug = "url-shortener"
    given, whole = given_document(scenario(slug)), reference_of(scenario(slug))
    few, many = copy.deepcopy(whole), copy.deepcopy(whole)
    count = len(whole["diagram"]["components"])
    few["diagram"]["components"]["apart"] = {"kind": "service", "label": "Apart"}
    many["diagram"]["components"] |= {f"apart{at}": {"kind": "sql", "label": f"Apart {at}"} for at in range(count)}

    assert suggested_points(marked(case_of(few, slug, given=given))) > 85
    lines = marked(case_of(many, slug, given=given))
    assert suggested_points(lines) < 40
    assert f"no operation comes to {count} of the components in the drawing: Apart 0, Apart 1" in lines[0].because


def in_the_shortener(change):
    """Points and first reason for the reference of the shortener, changed by a function."""
    slug = "url-shortener"
    document = copy.deepcopy(reference_of(scenario(slug)))
    change(document)
    lines = marked(case_of(document, slug, given=given_document(scenario(slug))))
    return suggested_points(lines), lines[0].because


def draw(document, pairs):
    arrows = document["diagram"]["connections"]
    arrows |= {f"new{at}": {"source": source, "target": target} for at, (source, target) in enumerate(pairs)}


def test_arrows_that_carry_nothing_hold_every_line_down():
    """From a store to a service, and the same arrow twice; one such arrow alone is forgiven."""

    def backwards(document, most):
        boxes = document["diagram"]["components"]
        drawn = {(each["source"], each["target"]) for each in document["diagram"]["connections"].values()}
        stores = [key for key, each in boxes.items() if each["kind"] in ("sql", "key_value", "wide_column", "cache")]
        fronts = [key for key, each in boxes.items() if each["kind"] in ("service", "load_balancer")]
        pairs = [(store, front) for store in stores for front in fronts if (front, store) not in drawn]
        draw(document, (pairs * most)[:most])

    assert in_the_shortener(lambda document: backwards(document, 1))[0] > 85
    points, because = in_the_shortener(lambda document: backwards(document, 6))
    assert points < 25
    assert "of the arrows carry nothing" in because


def test_answers_drawn_as_arrows_are_no_fault():
    """Many draw the way back of each request, and what a service sends to a client."""

    def answered(document):
        boxes, arrows = document["diagram"]["components"], document["diagram"]["connections"]
        draw(
            document,
            [(each["target"], each["source"]) for each in arrows.values() if each.get("kind") != "replication"],
        )
        service = next(key for key, each in boxes.items() if each["kind"] == "service")
        client = next(key for key, each in boxes.items() if each["kind"] == "client")
        arrows["push"] = {"source": service, "target": client, "kind": "async"}

    assert "carry nothing" not in in_the_shortener(answered)[1]


def test_data_of_musts_that_is_nowhere_holds_every_line_down():
    """One of the two entities of the musts is in no store. What no must needs may be missing."""

    def nowhere(document, *, is_a_must):
        counts = document["api"]["operations"]["get_counts"]
        counts["serves"] = {"open": True} if is_a_must else counts["serves"]
        document["diagram"]["components"]["counts"]["stores"] = {}

    assert in_the_shortener(lambda document: nowhere(document, is_a_must=False))[0] > 60
    points, because = in_the_shortener(lambda document: nowhere(document, is_a_must=True))
    assert points < 25
    assert "operations do not reach the data that they read and write: DayCount" in because


def test_a_drawing_for_which_no_result_is_right_proves_nothing():
    """Missing results count as wrong ones do; one right result of four is enough."""
    asked = scenario("url-shortener")
    results = list(expected_results(asked))

    def only(document, right):
        for name in results[right:]:
            document["estimate"]["rows"].pop(name, None)

    def wrong(document):
        for name in results:
            document["estimate"]["rows"][name]["formula"] = "7"

    assert in_the_shortener(lambda document: only(document, 0))[0] < 25
    points, because = in_the_shortener(wrong)
    assert points < 25
    assert "the expected results are missing or wrong" in because
    assert in_the_shortener(lambda document: only(document, 2))[0] > 40
