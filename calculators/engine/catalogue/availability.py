"""Availability: nines as downtime, parts all needed, copies of which some are, and a promise against a target."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE, SRE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="availability",
    title="Availability",
    summary="Nines as downtime a year, month, week and day; parts in series, in parallel and k of n; a target to "
    "compare with.",
    inputs=(
        Input(
            name="availability",
            label="availability of one part",
            default="99.9%",
            minimum="0",
            maximum="100%",
            help="3 nines, 99.95% or 0.999. Measure yours: an SLA says when money comes back, not how often a part is "
            "up.",
            source="Google Cloud, Compute Engine SLA (2023): a single instance, taken as a stand-in for a measurement",
        ),
        Input(
            name="parts",
            label="parts that are all needed",
            default="3",
            minimum="1",
            maximum="1,000",
            help="Load balancer, service, database: one after another.",
            source="Worked example: three parts in series",
        ),
        Input(
            name="copies",
            label="copies of each part",
            default="2",
            minimum="1",
            maximum="100",
            source="Worked example: one to spare",
        ),
        Input(
            name="needed",
            label="copies that must be up",
            default="1",
            minimum="1",
            maximum="100",
            help="1 when any copy will do, 2 of 3 for a majority.",
            source="Worked example",
        ),
        Input(
            name="target",
            label="target, or promise to users",
            default="99.95%",
            minimum="0",
            maximum="100%",
            source="AWS, Amazon RDS Service Level Agreement (2024): Multi-AZ",
        ),
        Input(
            name="shared_causes",
            label="outages that hit all copies at once",
            default="0.01%",
            minimum="0",
            maximum="100%",
            help="One bad deploy, one expired certificate, one rack. Independent copies are the optimistic case: 0 %.",
            source=MEASURE,
        ),
        Input(
            name="repair_time",
            label="time to repair",
            default="1 hour",
            unit="hour",
            minimum="1 s",
            source=ASSUMED,
        ),
    ),
    checks=(
        Check(must="needed <= copies", text="expected at most {copies}, the copies that there are", input="needed"),
    ),
    formulas=(
        Formula(
            name="downtime_one",
            label="one part down a year",
            expression="(1 - availability) * 1 year",
            rounded="(1 - availability) * 360 day",
            words="(1 − availability) × a year",
        ),
        Formula(
            name="in_series",
            label="all parts, one copy of each",
            expression="availability ^ parts",
            rounded="1 - parts * (1 - availability)",
            words="availability of one part, to the power of the parts",
            unit="%",
            help="Assumes that parts fail independently. Mental estimate: add up what is missing. Three parts of 99.9 "
            "% miss "
            "0.3 %.",
        ),
        Formula(
            name="copied_part",
            label="one part with its copies",
            expression="k_of_n(needed, copies, availability) * (1 - if(copies > 1, shared_causes, 0))",
            words="chance that enough copies are up × (1 − outages that hit all, when there is more than one copy)",
            unit="%",
            help="The availability of a single copy already holds every outage that hits it.",
        ),
        Formula(
            name="system",
            label="the system",
            expression="copied_part ^ parts",
            words="one part with its copies, to the power of the parts",
            unit="%",
            help="Assumes that parts and copies fail independently, but for the causes that hit all copies at once.",
        ),
        Formula(
            name="downtime_year",
            label="down a year",
            expression="(1 - system) * 1 year",
            words="(1 − the system) × 365.25 days",
            help="As the system's availability, under its assumption of independent failures.",
        ),
        Formula(
            name="downtime_month", label="down a month", expression="(1 - system) * 1 month", words="a twelfth of that"
        ),
        Formula(name="downtime_week", label="down a week", expression="(1 - system) * 1 week", words="of seven days"),
        Formula(name="downtime_day", label="down a day", expression="(1 - system) * 1 day", words="of 24 hours"),
        Formula(
            name="budget_month",
            label="downtime that the target allows a month",
            expression="(1 - target) * 1 month",
            words="(1 − target) × a month",
        ),
        Formula(
            name="budget_used",
            label="share of the target's downtime that is used",
            expression="if(target < 1, (1 - system) / (1 - target), 0%)",
            words="(1 − the system) ÷ (1 − target)",
            unit="%",
        ),
        Formula(
            name="outages_allowed",
            label="outages a year that the target allows",
            expression="(1 - target) * 1 year / repair_time",
            words="downtime allowed a year ÷ time to repair",
        ),
    ),
    outputs=("system", "downtime_year", "downtime_month", "in_series", "budget_month", "outages_allowed"),
    remarks=(
        Remark(
            when="system < target",
            text="The system ({system}) is below its target ({target}): {downtime_month} down a month, where "
            "{budget_month} are allowed.",
            topic="availability-nines",
        ),
        Remark(
            when="system >= target",
            text="The system keeps its target and uses {budget_used} of the downtime that it allows.",
            topic="availability-nines",
        ),
        Remark(
            when="(copies > 1) * (shared_causes > 10 * (1 - availability) ^ 2)",
            text="What hits all copies at once ({shared_causes}) now matters more than single failures: deploy in "
            "steps, "
            "and spread over zones.",
            topic="failover",
        ),
        Remark(
            when="outages_allowed < 1",
            text="The target leaves no room for even one outage of {repair_time} a year: repair must be automatic.",
            topic="failover",
        ),
    ),
    topics=("availability-nines", "failover", "replication", "bottleneck-review"),
    sources=(
        f"{SRE}, ch. 3 and appendix A",
        "Kishor Trivedi, Probability and Statistics with Reliability, Queuing, and Computer Science Applications "
        "(2001), "
        "ch. 2",
    ),
)
