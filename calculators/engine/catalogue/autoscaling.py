"""Autoscaling: how full servers may be planned when new ones come late."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE, SRE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="autoscaling",
    title="Autoscaling",
    summary="Traffic rises and new servers come minutes later: how full the old ones get, what has to wait, and the "
    "target that would have been safe.",
    inputs=(
        Input(
            name="low", label="traffic before", default="1,000/s", unit="request/s", minimum="0.001/s", source=ASSUMED
        ),
        Input(
            name="high", label="traffic after", default="3,000/s", unit="request/s", minimum="0.001/s", source=ASSUMED
        ),
        Input(
            name="ramp",
            label="time of the rise",
            default="10 min",
            unit="min",
            minimum="1 s",
            help="It rises evenly.",
            source=ASSUMED,
        ),
        Input(
            name="capacity",
            label="requests that a server answers",
            default="100/s",
            unit="request/s",
            minimum="0.001/s",
            source=MEASURE,
        ),
        Input(
            name="target",
            label="how busy servers are planned",
            default="60%",
            minimum="1%",
            maximum="100%",
            help="The autoscaler orders as many as keep them at this.",
            source=ASSUMED,
        ),
        Input(
            name="notice",
            label="until the rise is noticed",
            default="1 min",
            unit="min",
            minimum="0 s",
            help="The autoscaler measures over a window and checks at intervals.",
            source=ASSUMED,
        ),
        Input(
            name="start",
            label="until a new server answers",
            default="3 min",
            unit="min",
            minimum="0 s",
            help="A machine, its program, and warm caches.",
            source=MEASURE,
        ),
    ),
    checks=(Check(must="high >= low", text="traffic falls from {low} to {high}. Expected a rise", input="high"),),
    formulas=(
        Formula(
            name="servers_before",
            label="servers before",
            expression="ceil(low / (capacity * target))",
            words="traffic before ÷ (requests that a server answers × how busy), rounded up",
        ),
        Formula(name="servers_after", label="servers after", expression="ceil(high / (capacity * target))"),
        Formula(name="delay", label="a new server comes after", expression="notice + start", unit="min"),
        Formula(
            name="growth",
            label="traffic grows by",
            expression="(high - low) / ramp * 1 min",
            words="(traffic after − before) ÷ time of the rise, each minute",
            unit="request/s",
        ),
        Formula(
            name="reached",
            label="traffic when the first new servers answer",
            expression="low + (high - low) * min(delay / ramp, 1)",
            unit="request/s",
        ),
        Formula(
            name="bears",
            label="what the old servers answer at most",
            expression="servers_before * capacity",
            unit="request/s",
        ),
        Formula(
            name="worst",
            label="how busy the old servers get",
            expression="reached / bears",
            words="traffic when the first new servers answer ÷ what the old servers answer at most",
            unit="%",
            help="The worst moment of an even rise is when the first new servers answer. Over 100 % requests wait or "
            "are refused.",
        ),
        Formula(
            name="waiting",
            label="requests that have to wait or are refused until then",
            expression="if(high > low, max(reached - bears, 0 request/s) * max(reached - bears, 0 request/s) "
            "/ (2 * max(high - low, 0.000001 request/s)) * ramp "
            "+ max(delay - ramp, 0 s) * max(high - bears, 0 request/s), 0 request)",
            words="the triangle above what the old servers answer, and what follows at full height",
            unit="request",
        ),
        Formula(
            name="safe_target",
            label="target that would not have been too full",
            expression="low / reached",
            words="traffic before ÷ traffic when the first new servers answer",
            unit="%",
            help="With servers that can be divided; rounding up leaves a little more room.",
        ),
        Formula(
            name="fixed_idle",
            label="servers that stand idle before, without autoscaling",
            expression="servers_after - servers_before",
        ),
    ),
    outputs=("servers_before", "servers_after", "worst", "waiting", "safe_target"),
    remarks=(
        Remark(
            when="worst > 100%",
            text="The old servers get {worst} busy before help comes, and {waiting} wait or are refused. Plan them at "
            "{safe_target}, start servers faster, or order them before the rise.",
            topic="overload-control",
        ),
        Remark(
            when="worst <= 100%",
            text="The room of {target} lasts until new servers answer: at worst the old ones are {worst} busy.",
            topic="overload-control",
        ),
        Remark(
            when="delay >= ramp",
            text="The rise is over before the first new server answers. Autoscaling does not help against it; spare "
            "servers and shedding do.",
            topic="overload-control",
        ),
    ),
    topics=("overload-control", "throughput-estimation"),
    sources=(
        f"{SRE}, ch. 22: starting servers takes minutes, so plan for the time until they answer",
        "AWS, Application Auto Scaling user guide: target tracking",
    ),
)
