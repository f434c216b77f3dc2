from __future__ import annotations

from calculators.labs.load_balancing import LAB
from tests.calculators.labs.play import played


def farms(**values):
    return played(LAB, "run", seed=4, **values).farms


def test_two_choices_keep_queues_far_below_those_of_chance():
    """Mitzenmacher, 2001: exponentially better than one random choice."""
    found = farms(servers=10, slow=0, load=90, heavy=0)

    assert found["two-choices"].longest * 2 < found["random"].longest


def test_round_robin_drowns_the_slow_server_and_weights_save_it():
    found = farms(servers=4, slow=1, load=95, heavy=0)

    assert found["round-robin"].mean_took > 3 * found["weighted"].mean_took


def test_a_hash_keeps_clients_with_their_cache_and_heaps_the_heavy_one_on_one_server():
    found = farms(servers=5, slow=0, load=60, heavy=50)
    served = sorted(server.served for server in found["ip-hash"].servers)

    assert found["ip-hash"].hit_share > found["random"].hit_share
    assert served[-1] > 2 * served[-2]


def test_all_strategies_see_the_same_stream():
    found = farms()

    assert len({farm.requests for farm in found.values()}) == 1
    for farm in found.values():
        waiting = sum(len(server.queue) for server in farm.servers)
        assert len(farm.took) + waiting == farm.requests
