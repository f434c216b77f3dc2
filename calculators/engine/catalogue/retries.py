"""Retries: how much more load they make, layer on layer, what a budget leaves of that, and how long they take."""

from __future__ import annotations

from calculators.engine.catalogue.literature import SRE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="retries",
    title="Retries",
    summary="Amplification at each layer when calls are tried again, with and without a budget, and the time it takes.",
    inputs=(
        Input(
            name="request_rate",
            label="requests from users",
            default="10,000",
            unit="request/s",
            minimum="0",
            source="Worked example",
        ),
        Input(
            name="attempts",
            label="attempts of a call, the first one counted",
            default="4",
            minimum="1",
            maximum="100",
            source=f"{SRE}, ch. 22: three retries",
        ),
        Input(
            name="layers",
            label="layers that try again",
            default="3",
            minimum="1",
            maximum="20",
            help="Browser, front end, service: everyone who repeats a call that failed.",
            source=f"{SRE}, ch. 22: browser, front end, back end",
        ),
        Input(
            name="failure_share",
            label="calls to the lowest layer that fail",
            default="10%",
            minimum="0",
            maximum="100%",
            source="Worked example",
        ),
        Input(
            name="capacity",
            label="requests that the lowest layer serves",
            default="15,000",
            unit="request/s",
            minimum="0.001",
            source="Worked example",
        ),
        Input(
            name="budget",
            label="retry budget of a layer",
            default="10%",
            minimum="0",
            maximum="100%",
            help="Retries that a layer may add to its requests.",
            source=f"{SRE}, ch. 21: a client budget of 10 %",
        ),
        Input(
            name="first_delay",
            label="wait before the first retry",
            default="100 ms",
            unit="ms",
            minimum="0",
            help="Doubled each time (exponential backoff), with jitter on top.",
            source="Marc Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (2015): base doubled at "
            "each attempt",
        ),
        Input(
            name="timeout",
            label="timeout of an attempt",
            default="1 s",
            unit="s",
            minimum="0",
            source="Worked example",
        ),
    ),
    formulas=(
        Formula(
            name="worst",
            label="when the lowest layer is down: attempts for one request",
            expression="floor(attempts) ^ floor(layers)",
            words="attempts, to the power of the layers",
            help="Each layer repeats what the layer below has repeated already.",
        ),
        Formula(
            name="worst_load",
            label="load on the lowest layer then",
            expression="request_rate * worst",
            unit="request/s",
        ),
        Formula(
            name="one_layer",
            label="when only one layer tries again: attempts for one request",
            expression="if(failure_share < 1, (1 - failure_share ^ floor(attempts)) / (1 - failure_share), "
            "floor(attempts))",
            rounded="1 + failure_share",
            words="(1 − failing^attempts) ÷ (1 − failing)",
            help="Failures that come at random and do not depend on load.",
        ),
        Formula(
            name="still_failing",
            label="requests that still fail then",
            expression="failure_share ^ floor(attempts)",
            words="failing, to the power of the attempts",
            unit="%",
            help="Assumes that attempts fail independently; in an outage they fail together.",
        ),
        Formula(
            name="usual_load",
            label="load on the lowest layer, one layer trying",
            expression="request_rate * one_layer",
            unit="request/s",
            help="Assumes that attempts fail independently.",
        ),
        Formula(
            name="budgeted",
            label="with a budget: attempts for one request, at most",
            expression="(1 + budget) ^ floor(layers)",
            words="(1 + budget), to the power of the layers",
        ),
        Formula(
            name="budgeted_load",
            label="load on the lowest layer, with a budget, at most",
            expression="request_rate * budgeted",
            unit="request/s",
        ),
        Formula(
            name="overload",
            label="worst load over what it serves",
            expression="worst_load / capacity",
            unit="%",
        ),
        Formula(
            name="waiting",
            label="waits between attempts, all together",
            expression="first_delay * (2 ^ (floor(attempts) - 1) - 1)",
            words="first wait × (2^retries − 1)",
        ),
        Formula(
            name="longest",
            label="until one layer gives up",
            expression="floor(attempts) * timeout + waiting",
            words="attempts × timeout + waits",
        ),
    ),
    outputs=("worst", "worst_load", "usual_load", "still_failing", "budgeted_load", "longest"),
    remarks=(
        Remark(
            when="(worst_load > capacity) * (usual_load <= capacity)",
            text="At {failure_share} failing all is well ({usual_load}). Once the lowest layer is down it gets "
            "{worst_load} and "
            "serves {capacity}: it cannot recover until callers stop retrying.",
            topic="retries-and-circuit-breakers",
        ),
        Remark(
            when="usual_load > capacity",
            text="Retries push the lowest layer over what it serves: {usual_load} of {capacity}.",
            topic="retries-and-circuit-breakers",
        ),
        Remark(
            when="layers >= 2",
            text="Try again in one layer only, the one right above what fails: {attempts} attempts for a request "
            "instead of "
            "{worst}.",
            topic="retries-and-circuit-breakers",
        ),
        Remark(
            when="longest > 10 s",
            text="One layer may hold its caller for {longest}: longer than people wait, and the caller's own timeout.",
            topic="network-failures",
        ),
    ),
    topics=("retries-and-circuit-breakers", "network-failures", "delivery-guarantees"),
    sources=(
        f"{SRE}, ch. 21 and 22",
        "Marc Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (2015)",
    ),
)
