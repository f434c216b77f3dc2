from __future__ import annotations

import itertools

import pytest

from designs.analysis.flows import flows_of
from designs.analysis.graph import graph_of
from tests.designs.analysis.build import READ, WRITE, design, model, store
from tests.designs.exchange.test_growth import MOST_GROWTH, steps


def flow(document, operation="read"):
    return flows_of(document, graph_of(document))[operation]


def test_proposed_flow_runs_from_the_client_to_the_store_and_is_marked():
    found = flow(
        design(
            {"app": "client", "lb": "load_balancer", "api": "service", "db": store(), "other": "service"},
            "app -> lb, lb -> api, api -> db, api -> other",
            operations={"read": READ},
        )
    )

    assert found.is_proposed
    assert [hop.connection for hop in found.hops] == ["app_lb", "lb_api", "api_db"]
    assert found.visits == {"app": 1, "lb": 1, "api": 1, "db": 1}


def test_balancer_divides_among_equals():
    found = flow(
        design(
            {"app": "client", "lb": "load_balancer", "a": "service", "b": "service", "db": store()},
            "app -> lb, lb -> a, lb -> b, a -> db, b -> db",
            operations={"read": READ},
        )
    )

    assert found.visits == {"app": 1, "lb": 1, "a": 0.5, "b": 0.5, "db": 1}


def test_drawn_share_leaves_the_rest_to_the_others():
    found = flow(
        design(
            {"app": "client", "lb": "load_balancer", "a": "service", "b": "service", "c": "service"},
            "app -> lb, lb -> a, lb -> b, lb -> c",
            operations={"read": READ},
            flows={"read": ["app_lb", {"connection": "lb_a", "split": "60%"}, "lb_b", "lb_c"]},
        )
    )

    assert not found.is_proposed
    assert found.visits == pytest.approx({"app": 1, "lb": 1, "a": 0.6, "b": 0.2, "c": 0.2})


def test_service_calls_all_that_it_is_drawn_to_call():
    found = flow(
        design(
            {"app": "client", "api": "service", "a": "service", "b": "service"},
            "app -> api, api -> a, api -> b",
            operations={"read": READ},
            flows={"read": ["app_api", {"connection": "api_a", "multiplier": "200"}, "api_b"]},
        )
    )

    assert found.visits == {"app": 1, "api": 1, "a": 200, "b": 1}


def test_cache_beside_lets_only_its_misses_through_to_the_store():
    found = flow(
        design(
            {"app": "client", "api": "service", "memory": {"kind": "cache", "cache_hit_ratio": "80%"}, "db": store()},
            "app -> api, api -> memory, api -> db",
            operations={"read": READ},
        )
    )

    assert found.visits == pytest.approx({"app": 1, "api": 1, "memory": 1, "db": 0.2})


def test_writes_are_not_served_from_a_cache():
    found = flow(
        design(
            {"app": "client", "api": "service", "memory": {"kind": "cache", "cache_hit_ratio": "80%"}, "db": store()},
            "app -> api, api -> memory, api -> db",
            operations={"write": WRITE},
        ),
        "write",
    )

    assert found.visits == {"app": 1, "api": 1, "db": 1}


def test_caches_in_a_row_multiply_their_misses():
    found = flow(
        design(
            {
                "app": "client",
                "edge": {"kind": "cdn", "cache_hit_ratio": "50%"},
                "memory": {"kind": "cache", "cache_hit_ratio": "90%"},
                "db": store(),
            },
            "app -> edge, edge -> memory, memory -> db",
            operations={"read": READ},
        )
    )

    assert found.visits == pytest.approx({"app": 1, "edge": 1, "memory": 0.5, "db": 0.05})


def test_what_lies_behind_a_queue_is_counted_apart():
    found = flow(
        design(
            {"app": "client", "api": "service", "jobs": "queue", "worker": "worker", "db": store()},
            "app -> api, api ~> jobs, jobs -> worker, worker -> db",
            operations={"write": WRITE},
        ),
        "write",
    )

    assert {key: value for key, value in found.visits.items() if value} == {"app": 1, "api": 1, "jobs": 1}
    assert {key: value for key, value in found.later_visits.items() if value} == {"worker": 1, "db": 1}


def test_replication_adds_each_write_once_at_every_copy_even_in_a_ring():
    document = design(
        {"app": "client", "api": "service", "main": store(), "copy": store(), "far": store()},
        "app -> api, api -> main, main => copy, copy => far, far => main",
        operations={"write": WRITE, "read": READ},
        flows={"write": ["app_api", "api_main"]},
    )

    assert flow(document, "write").copied_writes == {"copy": 1, "far": 1}
    assert flow(document, "read").copied_writes == {}


def test_reads_divide_among_copies_and_writes_go_to_the_leader():
    document = design(
        {"app": "client", "api": "service", "main": store(), "copy": store()},
        "app -> api, api -> main, api -> copy, main => copy",
        operations={"write": WRITE, "read": READ},
    )

    assert flow(document, "read").visits == {"app": 1, "api": 1, "main": 0.5, "copy": 0.5}
    assert flow(document, "write").visits == {"app": 1, "api": 1, "main": 1}


def test_retries_amplify_along_the_path():
    document = design(
        {"app": "client", "api": "service", "db": store()}, "app -> api, api -> db", operations={"read": READ}
    )

    found = flows_of(document, graph_of(document), {"app_api": 1.5, "api_db": 2.0})["read"]

    assert found.visits == pytest.approx({"app": 1, "api": 1.5, "db": 3})


def test_circle_that_fades_is_solved():
    """Half of the requests come back: 1 + 1/2 + 1/4 + ... = 2."""
    found = flow(
        design(
            {"app": "client", "a": "service", "b": "service"},
            "app -> a, a -> b, b -> a",
            operations={"read": READ},
            flows={"read": ["app_a", "a_b", {"connection": "b_a", "split": "50%"}]},
        )
    )

    assert found.problem == ""
    assert found.visits == pytest.approx({"app": 1, "a": 2, "b": 2})


def test_circle_that_feeds_itself_is_refused_by_name():
    found = flow(
        design(
            {"app": "client", "a": "service", "b": "service", "c": "service"},
            "app -> a, a -> b, b -> a, b -> c",
            operations={"read": READ},
            flows={"read": ["app_a", "a_b", "b_a", "b_c"]},
        )
    )

    assert "a → b → a" in found.problem
    assert not found.visits


def test_operation_whose_entity_nobody_stores_has_no_flow_and_says_so():
    found = flow(design({"app": "client", "db": "sql"}, "app -> db", operations={"read": READ}, entities={"thing": {}}))

    assert found.problem == "no component stores 'thing'"


def test_paths_of_one_operation_count_their_common_beginning_once():
    document = design(
        {"app": "client", "api": "service", "memory": "cache", "db": store()},
        "app -> api, api -> memory, api -> db",
        operations={"read": READ},
    )
    raw = document.model_dump()
    raw["flows"] = {
        "hit": {"operation": "read", "hops": {"a": {"connection": "app_api"}, "b": {"connection": "api_memory"}}},
        "miss": {
            "operation": "read",
            "hops": {"a": {"connection": "app_api"}, "b": {"connection": "api_db", "split": "10%"}},
        },
    }

    found = flow(type(document).model_validate(raw))

    assert found.visits == pytest.approx({"app": 1, "api": 1, "memory": 1, "db": 0.1})


def test_operation_whose_store_nobody_calls_has_no_flow_and_says_so():
    """Without a client, whoever nobody calls is where requests come from; here that is the store itself."""
    found = flow(design({"db": store(), "copy": "sql"}, "db -> copy", operations={"read": READ}))

    assert found.problem == "no arrow that a request takes leads to what it needs"


def loads(components: dict[str, object], arrows: str, **operations: dict[str, str]) -> dict[str, float] | str:
    """Requests a second at each component, of operations that name no data; or why there is no path."""
    asked = design(components, arrows, operations={key: {"name": key, **each} for key, each in operations.items()})
    flows = flows_of(asked, graph_of(asked))
    if problem := next((flow.problem for flow in flows.values() if flow.problem), ""):
        return problem
    found: dict[str, float] = {}
    for flow in flows.values():
        for each in flow.visits:
            found[each] = found.get(each, 0.0) + flow.visits[each] + flow.later_visits[each]
    return found


def test_a_drawing_without_data_that_leaves_no_choice_is_one_path():
    """Of 1 read and 1 change, 0.2 of the read miss the cache; the change goes past it."""
    components = {
        "app": "client",
        "lb": "load_balancer",
        "api 1": "service",
        "api 2": "service",
        "cache": {"kind": "cache", "cache_hit_ratio": "80%"},
        "db": "sql",
    }
    components = {key.replace(" ", ""): each for key, each in components.items()}
    arrows = "app -> lb, lb -> api1, lb -> api2, api1 -> cache, api1 -> db, api2 -> cache, api2 -> db"
    found = loads(components, arrows, get={"rate": "1/s", "method": "GET"}, change={"rate": "1/s", "method": "POST"})
    assert found == pytest.approx({"app": 2, "lb": 2, "api1": 1, "api2": 1, "cache": 1, "db": 1.2})


@pytest.mark.parametrize(
    ("components", "arrows"),
    [
        ({"app": "client", "gate": "api_gateway", "a": "service", "b": "sql"}, "app -> gate, gate -> a, gate -> b"),
        ({"app": "client", "api": "service", "db": "sql", "mail": "third_party"}, "app -> api, api -> db, api -> mail"),
        ({"app": "client", "a": "service", "b": "service"}, "app -> a, a -> b, b -> a"),
    ],
    ids=["two kinds", "a store and somebody else", "a circle"],
)  # fmt: skip
def test_a_drawing_without_data_that_leaves_a_choice_has_no_path(components, arrows):
    assert (
        loads(components, arrows, get={"rate": "1/s"})
        == "it names no entity that it reads or writes, and no flow is drawn"
    )


def test_reads_go_through_a_cdn_and_writes_past_it():
    """Both reach the bucket: of 1,000 reads a second 50 miss, and 10 writes come by the service."""
    parts = {
        "user": "client",
        "cdn": {"kind": "cdn", "cache_hit_ratio": "95%", "stores": {"photo": True}},
        "api": "service",
        "bucket": {"kind": "object_store", "stores": {"photo": True}},
    }
    operations = {
        "view": {"method": "GET", "reads": {"photo": True}, "rate": "1k/s"},
        "send": {"method": "POST", "writes": {"photo": True}, "rate": "10/s"},
    }
    loads = model(parts, "user -> cdn, cdn -> bucket, user -> api, api -> bucket", operations=operations).loads

    peaks = {key: each.peak for key, each in loads.components.items()}
    assert peaks == pytest.approx({"user": 1010, "cdn": 1000, "api": 10, "bucket": 60})


def test_one_service_that_leads_to_all_that_is_written_answers():
    """The search index is nearer by the query service, but the commands' own queue leads there, too."""
    parts = {
        "user": "client", "gate": "load_balancer", "commands": "service", "queries": "service",
        "db": {"kind": "sql", "stores": {"product": True}}, "changes": "stream", "projector": "worker",
        "index": {"kind": "search_index", "stores": {"entry": True}},
    }  # fmt: skip
    arrows = (
        "user -> gate, gate -> commands, gate -> queries, queries -> index, commands -> db, commands ~> changes, "
        "changes -> projector, projector -> index"
    )
    operations = {
        "update": {"method": "PUT", "writes": {"product": True, "entry": True}, "rate": "200/s"},
        "search": {"method": "GET", "reads": {"entry": True}, "rate": "1k/s"},
    }
    found = model(parts, arrows, operations=operations)

    assert set(found.flows["update"].components) == set(parts) - {"queries"}
    assert set(found.flows["search"].components) == {"user", "gate", "queries", "index"}


def test_consumers_of_one_queue_take_what_they_can_serve():
    parts = {"user": "client", "jobs": "queue", "store": store("object_store")}
    parts |= {key: {"kind": "worker", "capacity": f"{rate}/s"} for key, rate in (("a", 40), ("b", 40), ("c", 20))}
    arrows = "user ~> jobs, jobs -> a, jobs -> b, jobs -> c, a -> store, b -> store, c -> store"
    loads = model(parts, arrows, operations={"up": {**WRITE, "rate": "70/s"}}).loads.components

    assert [loads[key].utilisation for key in "abc"] == pytest.approx([0.7] * 3)


FAN_OUT = {
    "app": "client", "api": "service", "posts": store(), "jobs": "queue", "worker": "worker",
    "timelines": {"kind": "cache", "cache_hit_ratio": "80%"}, "follows": {"kind": "sql", "stores": {"follow": True}},
}  # fmt: skip


def visited(document, operation):
    found = flow(document, operation)
    assert found.problem == ""
    return tuple({key for key, count in each.items() if count} for each in (found.visits, found.later_visits))


def test_a_write_leaves_work_in_the_queue_beside_its_path_and_a_read_does_not():
    """One write: the interface calls the store and the queue; the worker, the cache and what it asks come later."""
    document = design(
        FAN_OUT,
        "app -> api, api -> posts, api -> timelines, api ~> jobs, jobs -> worker, worker -> timelines, "
        "worker -> follows",
        operations={"write": WRITE, "read": READ},
    )

    assert visited(document, "write") == ({"app", "api", "posts", "jobs"}, {"worker", "timelines", "follows"})
    assert visited(document, "read") == ({"app", "api", "posts", "timelines"}, set())


def test_changes_that_a_store_hands_on_are_followed():
    document = design(
        {"app": "client", "api": "service", "db": store(), "log": "stream", "maker": "worker", "index": "search_index"},
        "app -> api, api -> db, db ~> log, log -> maker, maker -> index, maker -> db",
        operations={"write": WRITE},
    )

    assert visited(document, "write") == ({"app", "api", "db", "log"}, {"maker", "index"})


@pytest.mark.parametrize(
    ("named", "stored", "goes_on"),
    [
        ("follow", {}, False),  # the name of the queue tells of photos
        ("likePhoto", {}, True),
        ("likePhoto", {"count": True}, False),  # the worker's store holds what only sharing writes
    ],
)
def test_work_in_a_queue_belongs_to_the_writes_that_it_is_named_after_or_whose_data_it_ends_in(named, stored, goes_on):
    parts = {
        "app": "client", "api": "service", "db": store(),
        "jobs": {"kind": "queue", "label": "Photos to count"}, "worker": "worker",
        "counts": {"kind": "key_value", "stores": stored},
    }  # fmt: skip
    document = design(
        parts,
        "app -> api, api -> db, api ~> jobs, jobs -> worker, worker -> counts",
        operations={
            "share": {**WRITE, "name": "sharePhoto", "writes": {"thing": True, **stored}},
            "other": {**WRITE, "name": named},
        },
    )

    assert visited(document, "share")[1] == {"worker", "counts"}
    assert visited(document, "other")[1] == ({"worker", "counts"} if goes_on else set())


def test_a_worker_that_calls_back_makes_no_circle():
    document = design(
        {"app": "client", "api": "service", "db": store(), "jobs": "queue", "worker": "worker"},
        "app -> api, api -> db, api ~> jobs, jobs -> worker, worker -> api, worker -> db",
        operations={"write": WRITE},
    )

    assert visited(document, "write") == ({"app", "api", "db", "jobs"}, {"worker", "db"})


def test_workers_that_call_each_other_in_circles_are_all_reached_in_linear_time():
    def chained(count: int):
        names = [f"w{number}" for number in range(count)]
        calls = [f"{one} -> {other}" for one, other in itertools.pairwise(["jobs", *names])]
        back = [f"{name} -> {first}" for name in names[3:] for first in names[:2]]
        return names, design(
            {"app": "client", "api": "service", "db": store(), "jobs": "queue"} | dict.fromkeys(names, "worker"),
            ", ".join(["app -> api, api -> db, api ~> jobs", *calls, *back]),
            operations={"write": WRITE},
        )

    names, document = chained(50)
    assert visited(document, "write")[1] == set(names)
    few, many = chained(100)[1], chained(200)[1]
    assert steps(lambda: flow(many, "write")) <= MOST_GROWTH * steps(lambda: flow(few, "write"))
