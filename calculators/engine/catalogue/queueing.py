"""Queueing: how long a request waits for one server and for several, and how that rises as they get busier."""

from __future__ import annotations

from calculators.engine.catalogue.literature import KLEINROCK, LITTLE, MEASURE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="queueing",
    title="Queueing",
    summary="Utilisation against waiting, for random (Poisson) arrivals and exponential service times: M/M/1, M/M/c by "
    "Erlang C, and Little's law.",
    inputs=(
        Input(
            name="arrival_rate",
            label="requests that arrive",
            default="160",
            unit="request/s",
            minimum="0.000001",
            source="Worked example",
        ),
        Input(
            name="service_time",
            label="time to serve one",
            default="20 ms",
            unit="ms",
            minimum="1 ns",
            help="Only the work, without waiting.",
            source=MEASURE,
        ),
        Input(
            name="servers",
            label="servers, or threads, or connections",
            default="4",
            minimum="1",
            maximum="10,000",
            help="All take from one queue.",
            source="Worked example: 80 % busy",
        ),
    ),
    checks=(
        Check(
            must="load < floor(servers)",
            text="{load} servers are busy all the time, and there are {servers}: the queue grows without end. "
            "Expected at least {least_servers}",
            input="servers",
            endless=("mean_wait", "mean_response", "wait_p99", "queue_length", "in_system", "separate_response"),
            spoils=("one_more_wait",),
        ),
    ),
    formulas=(
        Formula(
            name="load",
            label="offered load",
            expression="arrival_rate * service_time / 1 request",
            words="requests that arrive × time to serve one",
            help="In erlangs: how many servers are busy on average. Little's law for the servers, without the queue.",
        ),
        Formula(
            name="least_servers",
            label="fewest servers that keep up",
            expression="floor(load) + 1",
        ),
        Formula(name="utilisation", label="how busy a server is", expression="load / floor(servers)", unit="%"),
        Formula(
            name="waiting_chance",
            label="chance to have to wait",
            expression="erlang_c(servers, load)",
            words="Erlang C of servers and load",
            unit="%",
        ),
        Formula(
            name="mean_wait",
            label="mean wait",
            expression="waiting_chance * service_time / (floor(servers) - load)",
            words="chance to wait × time to serve one ÷ (servers − load)",
            help="Assumes Poisson arrivals and exponential service times. Constant service times wait about half as "
            "long.",
        ),
        Formula(
            name="mean_response",
            label="mean time to the answer",
            expression="mean_wait + service_time",
            help="Assumes Poisson arrivals, exponential service times, and one queue for all.",
        ),
        Formula(
            name="wait_p99",
            label="wait that one in a hundred exceeds",
            expression="ln(max(waiting_chance / 1%, 1)) * service_time / (floor(servers) - load)",
            words="ln(chance to wait ÷ 1 %) × time to serve one ÷ (servers − load)",
            help="Assumes Poisson arrivals, exponential service times, and first come, first served. The wait alone, "
            "without "
            "the service; 0 when fewer than one in a hundred wait at all.",
        ),
        Formula(
            name="queue_length",
            label="requests in the queue, mean",
            expression="arrival_rate * mean_wait",
            words="requests that arrive × mean wait (Little's law)",
            unit="request",
        ),
        Formula(
            name="in_system",
            label="requests inside, mean",
            expression="arrival_rate * mean_response",
            words="requests that arrive × mean time to the answer (Little's law)",
            unit="request",
            help="Little's law on a mean that assumes Poisson arrivals and exponential service times.",
        ),
        Formula(
            name="separate_response",
            label="the same servers with a queue each",
            expression="service_time / (1 - utilisation)",
            words="M/M/1: time to serve one ÷ (1 − how busy)",
            help="Requests dealt out at random, each server with its own queue.",
        ),
        Formula(
            name="one_more_wait",
            label="mean wait with one more server",
            expression="erlang_c(servers + 1, load) * service_time / (floor(servers) + 1 - load)",
            words="the same with one server more",
            help="Under the same assumptions: Poisson arrivals, exponential service times, one queue.",
        ),
        Formula(
            name="most_at_80",
            label="requests that these servers take at 80 %",
            expression="floor(servers) * 80% / service_time * 1 request",
            words="servers × 80 % ÷ time to serve one",
            unit="request/s",
        ),
    ),
    outputs=("utilisation", "mean_wait", "mean_response", "wait_p99", "in_system", "one_more_wait"),
    remarks=(
        Remark(
            when="utilisation > 0.9",
            text="{utilisation} busy: on the steep part of the curve, where a little more traffic multiplies the wait. "
            "One more server cuts it from {mean_wait} to {one_more_wait}.",
            topic="percentiles-and-littles-law",
        ),
        Remark(
            when="(servers >= 2) * (separate_response > 1.5 * mean_response)",
            text="One shared queue answers in {mean_response}; a queue for each server would take {separate_response}.",
            topic="load-balancing",
        ),
        Remark(
            when="mean_wait < 0.05 * service_time",
            text="Almost nobody waits: the time is the work itself, and more servers would not help.",
            topic="percentiles-and-littles-law",
        ),
    ),
    topics=("percentiles-and-littles-law", "throughput-estimation", "load-balancing"),
    sources=(
        f"{KLEINROCK}, ch. 3",
        LITTLE,
        "Agner Krarup Erlang, Solution of some problems in the theory of probabilities (1917)",
    ),
)
