"""Transfer time: how long some bytes take over a link, by a disk and in a parcel, beside the ladder of latencies."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SCOTT = "Colin Scott, Latency Numbers Every Programmer Should Know, at 2020"

SHEET = Sheet(
    slug="transfer-time",
    title="Transfer time and the latency ladder",
    summary="A size over a link, from memory, SSD and disk, or in a parcel, and where that stands on the ladder.",
    inputs=(
        Input(
            name="size",
            label="bytes to move",
            default="1 TB",
            unit="byte",
            minimum="1 B",
            source="Worked example: one terabyte",
        ),
        Input(
            name="link_speed",
            label="speed of the link",
            default="1 Gbit/s",
            unit="Gbit/s",
            minimum="1 bit/s",
            source="A common port; the slowest link on the way counts",
        ),
        Input(
            name="efficiency",
            label="share of the link that data get",
            default="90%",
            minimum="0.1%",
            maximum="100%",
            help="The rest are headers, repeats and other people's traffic.",
            source=MEASURE,
        ),
        Input(
            name="round_trip",
            label="round trip",
            default="150 ms",
            unit="ms",
            minimum="0",
            maximum="1 hour",
            source=f"{SCOTT}: from California to the Netherlands and back",
        ),
        Input(
            name="round_trips",
            label="round trips before the first byte",
            default="2",
            minimum="0",
            maximum="1,000,000",
            help="TCP and TLS 1.3 take one each; one more when every file is asked for after the last.",
            source="RFC 9293 and RFC 9846: one each",
        ),
        Input(
            name="memory_speed",
            label="memory, in sequence",
            default="4 GB/s",
            unit="GB/s",
            minimum="1 MB/s",
            source="Peter Norvig (2001): 1 MB in 250 µs. One core reads 10 GB/s and more today",
        ),
        Input(
            name="ssd_speed",
            label="SSD, in sequence",
            default="1 GB/s",
            unit="GB/s",
            minimum="1 kB/s",
            source="Jonas Bonér (2012): 1 MB in 1 ms",
        ),
        Input(
            name="disk_speed",
            label="hard disk, in sequence",
            default="200 MB/s",
            unit="MB/s",
            minimum="1 kB/s",
            source="Data sheets of current hard disks: 150 to 250 MB/s",
        ),
        Input(
            name="parcel_time",
            label="a parcel with disks takes",
            default="1 day",
            unit="day",
            minimum="0",
            source=ASSUMED,
        ),
    ),
    formulas=(
        Formula(
            name="waiting",
            label="waiting before the first byte",
            expression="round_trip * round_trips",
        ),
        Formula(
            name="on_the_link",
            label="on the link",
            expression="size / (link_speed * efficiency)",
            rounded="size / (link_speed * 8 bit / 10 bit)",
            words="bytes ÷ (speed × share that data get)",
            help="For a mental estimate a byte is 10 bits: 1 Gbit/s is 100 MB/s.",
        ),
        Formula(name="over_the_link", label="over the link, in all", expression="waiting + on_the_link"),
        Formula(name="from_memory", label="from memory", expression="size / memory_speed"),
        Formula(name="from_ssd", label="from an SSD", expression="size / ssd_speed"),
        Formula(name="from_disk", label="from a hard disk", expression="size / disk_speed"),
        Formula(
            name="by_parcel",
            label="by parcel, copied to and from disks",
            expression="parcel_time + 2 * from_disk",
            words="the journey + writing and reading a hard disk",
        ),
        Formula(
            name="parcel_speed",
            label="speed of the parcel",
            expression="size / by_parcel",
            unit="Mbit/s",
        ),
        Formula(
            name="equal_size",
            label="size from which waiting no longer matters",
            expression="10 * waiting * link_speed * efficiency",
            words="ten times what the link carries while one waits",
        ),
    ),
    outputs=("over_the_link", "from_memory", "from_ssd", "from_disk", "by_parcel"),
    remarks=(
        Remark(
            when="by_parcel < over_the_link",
            text="A parcel ({by_parcel}) is faster than the link ({over_the_link}).",
            topic="bandwidth-estimation",
        ),
        Remark(
            when="waiting < on_the_link / 10",
            text="Waiting ({waiting}) hardly counts for so many bytes: the speed of the link decides.",
            topic="bandwidth-estimation",
        ),
        Remark(
            when="waiting > on_the_link",
            text="Most of the time is waiting for round trips ({waiting}): fewer of them or a nearer server help, "
            "a faster link does not.",
            topic="latency-numbers",
        ),
        Remark(
            when="from_disk > over_the_link",
            text="The disk ({from_disk}) is slower than the link: read from several at once.",
            topic="storage-engines",
        ),
    ),
    topics=("latency-numbers", "bandwidth-estimation", "cdn"),
    sources=(
        "Peter Norvig, Teach Yourself Programming in Ten Years, approximate timing (2001)",
        "Jeff Dean, LADIS keynote, Numbers everyone should know (2009)",
        SCOTT,
    ),
)
