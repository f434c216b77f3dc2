"""Rate limit: what a token bucket lets through, what a fixed window lets slip, and what a shared counter bears."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, NUMBERS, XU
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="rate-limit",
    title="Rate limit",
    summary="Tokens and bursts for one client, the overshoot of a fixed window, and the load on a shared counter.",
    inputs=(
        Input(
            name="refill_rate",
            label="tokens that a client gets back",
            default="10",
            unit="request/s",
            minimum="0.000001",
            source="Worked example",
        ),
        Input(
            name="bucket_size",
            label="tokens that a bucket holds",
            default="50",
            unit="request",
            minimum="1",
            help="The burst that is allowed after a pause.",
            source="Worked example",
        ),
        Input(
            name="client_rate",
            label="requests that an eager client sends",
            default="30",
            unit="request/s",
            minimum="0",
            source=ASSUMED,
        ),
        Input(name="window", label="window", default="1 min", unit="s", minimum="1 ms", source="Worked example"),
        Input(
            name="total_rate",
            label="requests of all clients",
            default="200,000",
            unit="request/s",
            minimum="0",
            source="Worked example",
        ),
        Input(
            name="operations",
            label="counter operations for a request",
            default="2",
            unit="operation/request",
            minimum="0",
            help="Add one and set its expiry; a script on the store makes it one.",
            source="Redis documentation, INCR: pattern rate limiter",
        ),
        Input(
            name="counter_capacity",
            label="operations that one counter store serves",
            default="100,000",
            unit="operation/s/node",
            minimum="0.001",
            source=f"{NUMBERS}: 100,000 to 300,000 for Redis; the low end",
        ),
        Input(
            name="nodes",
            label="gateways that count",
            default="20",
            unit="node",
            minimum="1",
            maximum="1e6",
            source="Worked example",
        ),
        Input(
            name="batch_time",
            label="time between reports of a gateway",
            default="1 s",
            unit="s",
            minimum="1 ms",
            help="Gateways may count on their own and report from time to time.",
            source=ASSUMED,
        ),
        Input(
            name="active_clients",
            label="clients within a window",
            default="1M",
            unit="client",
            minimum="1",
            source="Worked example",
        ),
        Input(
            name="counter_size",
            label="bytes for a client's counter",
            default="100 B/client",
            unit="byte/client",
            minimum="0",
            help="A log of all times (sliding log) takes that for each request instead.",
            source=ASSUMED,
        ),
    ),
    formulas=(
        Formula(
            name="burst_time",
            label="time until the bucket is empty",
            expression="if(client_rate > refill_rate, bucket_size / (client_rate - refill_rate), 0 s)",
            words="bucket ÷ (requests sent − tokens back); 0 when it never empties",
        ),
        Formula(
            name="refill_time",
            label="time until it is full again",
            expression="bucket_size / refill_rate",
        ),
        Formula(
            name="allowed",
            label="requests that get through in a window, at most",
            expression="bucket_size + refill_rate * window",
            unit="request",
        ),
        Formula(
            name="served",
            label="requests of the eager client that get through",
            expression="min(client_rate * window, allowed)",
            words="the smaller of: what it sends in a window, what gets through",
            unit="request",
        ),
        Formula(
            name="refused_share",
            label="share that is refused",
            expression="if(client_rate > 0, 1 - served / (client_rate * window), 0%)",
            words="1 − requests through ÷ requests sent",
            unit="%",
        ),
        Formula(
            name="fixed_window_slip",
            label="most within one window's length, fixed windows",
            expression="2 * refill_rate * window",
            unit="request",
            help="The whole limit at the end of one window, and again at the start of the next.",
        ),
        Formula(
            name="counter_load",
            label="operations on the shared counter",
            expression="total_rate * operations",
            unit="operation/s",
        ),
        Formula(
            name="counter_nodes",
            label="counter stores, by client",
            expression="max(ceil(counter_load / counter_capacity), 1 node)",
            words="operations ÷ what one serves, rounded up",
            unit="node",
        ),
        Formula(
            name="batched_load",
            label="reports per second when gateways count on their own, at most",
            expression="min(counter_load / 1 operation, nodes * active_clients / (1 node * 1 client) / batch_time) "
            "* 1 operation",
            words="gateways × clients ÷ time between reports, or one for each request where that is less",
            unit="operation/s",
            help="A gateway reports each client that it has seen.",
        ),
        Formula(
            name="overshoot",
            label="most that one client gets above its limit meanwhile",
            expression="(nodes / 1 node - 1) * refill_rate * batch_time",
            words="(gateways − 1) × limit × time between reports",
            unit="request",
        ),
        Formula(
            name="counter_memory",
            label="memory for all counters",
            expression="active_clients * counter_size",
        ),
    ),
    outputs=("allowed", "refused_share", "fixed_window_slip", "counter_load", "counter_nodes", "counter_memory"),
    remarks=(
        Remark(
            when="fixed_window_slip > 1.5 * allowed",
            text="Fixed windows let {fixed_window_slip} through around a boundary; this bucket never more than "
            "{allowed}.",
            topic="rate-limit-algorithms",
        ),
        Remark(
            when="counter_nodes > 1 node",
            text="One counter store is not enough for {counter_load}: spread clients over {counter_nodes}, or count "
            "in the "
            "gateways and report.",
            topic="rate-limiting",
        ),
        Remark(
            when="client_rate <= refill_rate",
            text="The client stays below its limit and is never refused.",
            topic="rate-limiting",
        ),
        Remark(
            when="overshoot > bucket_size",
            text="Counting apart with a report each {batch_time} lets a client overshoot by {overshoot}.",
            topic="rate-limit-algorithms",
        ),
    ),
    topics=("rate-limiting", "rate-limit-algorithms", "api-gateway"),
    sources=(
        f"{XU}, ch. 4",
        "Jonathan Turner, New Directions in Communications, IEEE Communications Magazine 24 (1986): the leaky bucket",
        "Redis documentation, INCR: pattern rate limiter",
    ),
)
