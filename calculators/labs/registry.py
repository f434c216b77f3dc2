"""All labs by slug, in the order in which they are shown."""

from __future__ import annotations

from calculators.labs import (
    cache_policies,
    cap,
    crdt,
    duplicate_delivery,
    hash_placement,
    isolation,
    leader_election,
    load_balancing,
    mapreduce,
    quad_tree,
    raft_log,
    rate_limiters,
    retry_storm,
    two_states,
    vector_clocks,
)
from calculators.labs.lab import Lab

LABS: tuple[Lab, ...] = (
    hash_placement.LAB,
    load_balancing.LAB,
    rate_limiters.LAB,
    cache_policies.LAB,
    cap.LAB,
    leader_election.LAB,
    raft_log.LAB,
    vector_clocks.LAB,
    crdt.LAB,
    isolation.LAB,
    retry_storm.LAB,
    two_states.LAB,
    duplicate_delivery.LAB,
    quad_tree.LAB,
    mapreduce.LAB,
)
BY_SLUG: dict[str, Lab] = {lab.slug: lab for lab in LABS}
