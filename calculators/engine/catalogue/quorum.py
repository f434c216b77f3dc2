"""Replication and quorum: N copies, W to write, R to read; overlap, availability, and the chance of stale data."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, DYNAMO, KLEPPMANN, MEASURE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

BAILIS = "Peter Bailis et al., Probabilistically Bounded Staleness for Practical Partial Quorums, VLDB (2012)"

SHEET = Sheet(
    slug="quorum",
    title="Replication and quorum",
    summary="N, R and W: do read and write sets overlap, what stays available, and how often is a read stale?",
    inputs=(
        Input(
            name="copies",
            label="copies, N",
            default="3",
            minimum="1",
            maximum="100",
            source=f"{DYNAMO}: N = 3, R = 2, W = 2",
        ),
        Input(
            name="read_quorum",
            label="copies that a read asks, R",
            default="2",
            minimum="1",
            maximum="100",
            source=f"{DYNAMO}: R = 2",
        ),
        Input(
            name="write_quorum",
            label="copies that confirm a write, W",
            default="2",
            minimum="1",
            maximum="100",
            source=f"{DYNAMO}: W = 2",
        ),
        Input(
            name="availability",
            label="availability of one copy",
            default="99.9%",
            minimum="0",
            maximum="100%",
            help="Measure yours. An SLA says when money comes back, not how often a machine is up.",
            source="Google Cloud, Compute Engine SLA (2023): a single instance, taken as a stand-in for a measurement",
        ),
        Input(
            name="lag",
            label="time until all copies have a write",
            default="100 ms",
            unit="ms",
            minimum="0",
            source=MEASURE,
        ),
        Input(
            name="writes_per_key",
            label="writes to the key that is read",
            default="1/min",
            unit="write/s",
            minimum="0",
            help="To one key, not to the whole store.",
            source=ASSUMED,
        ),
        Input(
            name="round_trip_near",
            label="round trip to a copy",
            default="0.5 ms",
            unit="ms",
            minimum="0",
            help="Between regions nearer to 100 ms.",
            source="Jeff Dean (2009): a round trip within one data centre",
        ),
    ),
    checks=(
        Check(
            must="read_quorum <= copies",
            text="expected at most {copies}, the copies that there are",
            input="read_quorum",
        ),
        Check(
            must="write_quorum <= copies",
            text="expected at most {copies}, the copies that there are",
            input="write_quorum",
        ),
    ),
    formulas=(
        Formula(
            name="overlap",
            label="copies that every read shares with every write",
            expression="max(floor(read_quorum) + floor(write_quorum) - floor(copies), 0)",
            words="R + W − N, at least 0",
            help="1 or more: each read asks a copy that has the latest confirmed write. That alone is not "
            "linearizable.",
        ),
        Formula(
            name="read_failures",
            label="copies that may fail while reads go on",
            expression="floor(copies) - floor(read_quorum)",
            words="N − R",
        ),
        Formula(
            name="write_failures",
            label="copies that may fail while writes go on",
            expression="floor(copies) - floor(write_quorum)",
            words="N − W",
        ),
        Formula(
            name="read_availability",
            label="reads available",
            expression="k_of_n(read_quorum, copies, availability)",
            words="chance that R of N copies are up",
            unit="%",
            help="Assumes that copies fail independently: a shared zone or a bad release makes it less.",
        ),
        Formula(
            name="write_availability",
            label="writes available",
            expression="k_of_n(write_quorum, copies, availability)",
            words="chance that W of N copies are up",
            unit="%",
            help="Assumes that copies fail independently: a shared zone or a bad release makes it less.",
        ),
        Formula(
            name="write_downtime",
            label="no writes, a year",
            expression="(1 - write_availability) * 1 year",
        ),
        Formula(
            name="missed",
            label="chance that a read asks none of the copies written",
            expression="choose(copies - floor(write_quorum), read_quorum) / choose(copies, read_quorum)",
            words="ways to pick R of the N − W others ÷ ways to pick R of N",
            unit="%",
            help="Right after the write is confirmed. Assumes that R and W copies are picked at random; when readers "
            "and "
            "writers each use their nearest copy, it can be 100 %.",
        ),
        Formula(
            name="recent_write",
            label="chance that the key was written within the lag",
            expression="1 - exp(-writes_per_key * lag / 1 write)",
            rounded="min(writes_per_key * lag / 1 write, 1)",
            words="1 − e^(−writes to the key × lag)",
            unit="%",
            help="Writes that come at random (Poisson). Mental estimate: their number within the lag.",
        ),
        Formula(
            name="stale_chance",
            label="chance of a stale read, copies picked at random",
            expression="missed * recent_write",
            unit="%",
            help="Assumes that readers and writers pick copies at random, and that the other copies get the write at "
            "the "
            "end of the lag. Nearest-copy reads can be stale more often.",
        ),
    ),
    outputs=("overlap", "read_availability", "write_availability", "stale_chance", "read_failures", "write_failures"),
    remarks=(
        Remark(
            when="overlap >= 1",
            text="R + W is more than N: each read asks at least one copy that has the latest confirmed write. Sloppy "
            "quorums, clocks and half-failed writes can still return an older one.",
            topic="quorums-and-pacelc",
        ),
        Remark(
            when="overlap < 1",
            text="R + W is not more than N: {stale_chance} of reads of such a key are stale, when copies are picked "
            "at random.",
            topic="quorums-and-pacelc",
        ),
        Remark(
            when="2 * floor(write_quorum) <= copies",
            text="W is not more than half of N: two writes can be confirmed by different copies, so decide which one "
            "wins, "
            "or keep both.",
            topic="consistency-models",
        ),
        Remark(
            when="(write_failures < 1) + (read_failures < 1) > 0",
            text="One copy that fails stops reads or writes.",
            topic="failover",
        ),
        Remark(
            when="round_trip_near > 20 ms",
            text="Every quorum costs a round trip of {round_trip_near}: that is the price when nothing fails.",
            topic="quorums-and-pacelc",
        ),
    ),
    topics=("quorums-and-pacelc", "replication", "consistency-models", "cap-theorem"),
    sources=(
        "David Gifford, Weighted Voting for Replicated Data, SOSP (1979)",
        DYNAMO,
        BAILIS,
        f"{KLEPPMANN}, ch. 5",
    ),
)
