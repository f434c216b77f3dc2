"""Chain of dependencies: availability and tail latency of a request that needs answers from many services."""

from __future__ import annotations

from calculators.engine.catalogue.literature import MEASURE, SRE, TAIL
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="dependency-chain",
    title="Chain of dependencies",
    summary="A request that calls many services: how available it is, and how often at least one of them is slow.",
    inputs=(
        Input(
            name="calls",
            label="calls that a request makes at once",
            default="100",
            minimum="1",
            maximum="1e6",
            source=f"{TAIL}: one hundred servers",
        ),
        Input(
            name="needed_in_series",
            label="calls one after another",
            default="3",
            minimum="0",
            maximum="1,000",
            source="Worked example: gateway, service, database",
        ),
        Input(
            name="availability",
            label="availability of each",
            default="99.99%",
            minimum="0",
            maximum="100%",
            help="Measure yours. A service level agreement says when money comes back, not how often a service is up.",
            source="AWS, Elastic Load Balancing Service Level Agreement (2022), taken as a stand-in for a measurement",
        ),
        Input(
            name="slow_share",
            label="answers of one service that are slow",
            default="1%",
            minimum="0",
            maximum="100%",
            help="Slower than the percentile that you look at: 1 % for the 99th.",
            source=f"{TAIL}: one in a hundred",
        ),
        Input(
            name="usual_time",
            label="time of a usual answer",
            default="10 ms",
            unit="ms",
            minimum="0",
            source=f"{TAIL}: 10 ms",
        ),
        Input(
            name="slow_time",
            label="time of a slow answer",
            default="1 s",
            unit="ms",
            minimum="0",
            source=f"{TAIL}: one second",
        ),
        Input(
            name="target",
            label="requests that should be fast",
            default="99%",
            minimum="0",
            maximum="99.9999999%",
            source=MEASURE,
        ),
    ),
    formulas=(
        Formula(
            name="all_calls",
            label="calls of a request",
            expression="calls + needed_in_series",
        ),
        Formula(
            name="request_availability",
            label="availability of the request",
            expression="availability ^ all_calls",
            rounded="max(1 - all_calls * (1 - availability), 0)",
            words="availability of each, to the power of the calls",
            unit="%",
            help="When every answer is needed, and services fail independently. Mental estimate: add up what is "
            "missing.",
        ),
        Formula(
            name="downtime_month",
            label="failing, time a month",
            expression="(1 - request_availability) * 1 month",
            help="Assumes that services fail independently.",
        ),
        Formula(
            name="slow_requests",
            label="requests that meet a slow answer",
            expression="1 - (1 - slow_share) ^ all_calls",
            rounded="min(all_calls * slow_share, 1)",
            words="1 − (1 − slow answers)^calls, those at once and those one after another",
            unit="%",
            help="Assumes that services are slow independently of each other. A request is slow when any of its calls "
            "is.",
        ),
        Formula(
            name="slow_at_once",
            label="requests that meet a slow answer among the calls at once",
            expression="1 - (1 - slow_share) ^ calls",
            rounded="min(calls * slow_share, 1)",
            words="1 − (1 − slow answers)^calls at once",
            unit="%",
            help="The slowest of the calls at once decides how long they take.",
        ),
        Formula(
            name="mean_time",
            label="mean time of the calls at once",
            expression="usual_time + slow_at_once * (slow_time - usual_time)",
            words="usual time + share that meets a slow answer × how much longer that takes",
            help="Assumes that services are slow independently of each other.",
        ),
        Formula(
            name="series_time",
            label="mean time with those in series",
            expression="mean_time + needed_in_series * (usual_time + slow_share * (slow_time - usual_time))",
            words="the calls at once + those one after another, each by its own mean",
        ),
        Formula(
            name="allowed_share",
            label="slow answers that the target allows each service",
            expression="1 - target ^ (1 / all_calls)",
            rounded="(1 - target) / all_calls",
            words="1 − target^(1 ÷ all calls)",
            unit="%",
            help="Assumes that services are slow independently of each other.",
        ),
        Formula(
            name="hedged_requests",
            label="requests that meet a slow answer, each call asked twice",
            expression="1 - (1 - slow_share ^ 2) ^ all_calls",
            rounded="min(all_calls * slow_share ^ 2, 1)",
            words="1 − (1 − slow answers²)^all calls",
            unit="%",
            help="A second copy is asked when the first is slow. Assumes that a call and its repetition are slow "
            "independently.",
        ),
        Formula(
            name="hedge_cost",
            label="calls more that hedging makes",
            expression="slow_share",
            words="one for each slow answer",
            unit="%",
            help="When the second question waits until the first is slower than usual.",
        ),
    ),
    outputs=(
        "request_availability",
        "slow_requests",
        "series_time",
        "allowed_share",
        "hedged_requests",
        "downtime_month",
    ),
    remarks=(
        Remark(
            when="slow_requests > 10 * slow_share",
            text="{slow_share} slow answers of each service become {slow_requests} slow requests.",
            topic="percentiles-and-littles-law",
        ),
        Remark(
            when="request_availability < availability - 0.1%",
            text="{all_calls} calls of {availability} each leave {request_availability}: answer without some of "
            "them, or "
            "make fewer.",
            topic="bottleneck-review",
        ),
        Remark(
            when="hedged_requests < 0.2 * slow_requests",
            text="Asking a second copy after the usual time cuts slow requests from {slow_requests} to "
            "{hedged_requests}, for "
            "{hedge_cost} more calls.",
            topic="two-choices",
        ),
    ),
    topics=("percentiles-and-littles-law", "monolith-vs-microservices", "availability-nines", "bottleneck-review"),
    sources=(TAIL, f"{SRE}, ch. 3", "Ben Treynor et al., The Calculus of Service Availability, ACM Queue 15 (2017)"),
)
