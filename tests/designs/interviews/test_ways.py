"""Which arrows carry a request, and what a drawing is worth in which they lead elsewhere."""

from __future__ import annotations

import copy
from random import Random

import pytest

from designs.document.diagram import Component, Connection
from designs.interviews import drafts
from designs.interviews.case import reach
from designs.interviews.marking import marked, suggested_points
from designs.interviews.ways import carries
from designs.scenarios.reference import given_document, reference_of
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
        (CLIENT | {"store": "object_store"}, [("client", "store")], True, 1),
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
    ids=["through a server", "straight into a database", "a file", "written behind a queue", "read behind a queue"],
)
def test_an_operation_reaches_data_through_code_and_waits_for_no_queue(kinds, arrows, reads_only, share):
    assert reach(case_of(drawn(kinds, arrows, reads_only=reads_only), "url-shortener"), "o") == share


def test_what_is_missed_names_the_arrow_that_leads_against_the_way():
    kinds = CLIENT | SERVER | {"other": "sql", "second": "service"} | STORE
    document = drawn(kinds, [("client", "server"), ("server", "other"), ("other", "second"), ("second", "store")])
    document["api"]["operations"]["o"]["serves"] = dict.fromkeys(
        scenario("url-shortener").requirements.functional, True
    )
    hops = {f"h{at}": {"connection": f"a{at}", "order": at} for at in range(4)}
    lines = marked(case_of(document | {"flows": {"f": {"operation": "o", "hops": hops}}}, "url-shortener"))
    evidence = {each.check: each for line in lines for each in line.evidence}

    assert "The arrow from other to second carries no request" in evidence["operations_reach_storage"].missed


def test_components_that_no_operation_comes_to_hold_every_line_down():
    """A fifth may stand apart; of a drawing of which half stands apart no line leaves its lowest third."""
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


@pytest.mark.parametrize("slug", ["ad-clicks", "chat", "distributed-cache", "key-value-store", "top-k", "video"])
def test_a_reference_with_arrows_that_lead_anywhere_and_wrong_results_is_nonsense(slug):
    given = given_document(scenario(slug))
    mixed = [drafts.shuffled_arrows(scenario(slug), Random(f"{slug}/{seed}")) for seed in range(2)]

    assert max(suggested_points(marked(case_of(each, slug, given=given))) for each in mixed) < 25
