"""Throughput by window and round trip: stop-and-wait, a sliding window, and what loss leaves of a fast link."""

from __future__ import annotations

from calculators.engine.catalogue.literature import KUROSE, MEASURE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

MATHIS = "Matthew Mathis et al., The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm, CCR 27 (1997)"

SHEET = Sheet(
    slug="throughput-window",
    title="Throughput by window and round trip",
    summary="Why a fast link is slow over a long distance: stop-and-wait, sliding windows, and loss.",
    inputs=(
        Input(
            name="link_speed",
            label="speed of the link",
            default="1 Gbit/s",
            unit="Gbit/s",
            minimum="1 bit/s",
            source=f"{KUROSE}, section 3.4.2: 1 Gbit/s",
        ),
        Input(
            name="round_trip",
            label="round trip",
            default="30 ms",
            unit="ms",
            minimum="1 µs",
            source=f"{KUROSE}, section 3.4.2: 30 ms, from coast to coast",
        ),
        Input(
            name="packet",
            label="bytes per packet",
            default="1,000 B",
            unit="byte",
            minimum="1 B",
            source=f"{KUROSE}, section 3.4.2: 1,000 bytes",
        ),
        Input(
            name="window",
            label="bytes that may be on their way",
            default="64 KiB",
            unit="byte",
            minimum="1 B",
            help="The receiver's window, without scaling at most 65,535 bytes.",
            source="RFC 9293: 16 bits for the window",
        ),
        Input(
            name="loss",
            label="packets that are lost",
            default="0.01%",
            minimum="0",
            maximum="100%",
            source=MEASURE,
        ),
        Input(
            name="file_size", label="bytes to send", default="1 GB", unit="byte", minimum="1 B", source="Worked example"
        ),
    ),
    formulas=(
        Formula(
            name="send_time",
            label="time to put a packet on the link",
            expression="packet / link_speed",
        ),
        Formula(
            name="stop_and_wait",
            label="stop-and-wait: throughput",
            expression="packet / (round_trip + send_time)",
            rounded="packet / round_trip",
            words="one packet ÷ (round trip + time to send it)",
            unit="Mbit/s",
        ),
        Formula(
            name="stop_and_wait_use",
            label="stop-and-wait: share of the link",
            expression="send_time / (round_trip + send_time)",
            unit="%",
        ),
        Formula(
            name="pipe",
            label="bytes on their way when the link is full",
            expression="link_speed * round_trip",
            words="speed × round trip: the bandwidth-delay product",
        ),
        Formula(
            name="packets_in_pipe",
            label="packets on their way then",
            expression="ceil((round_trip + send_time) / send_time)",
            words="(round trip + time to send one) ÷ time to send one",
        ),
        Formula(
            name="by_window",
            label="sliding window: throughput",
            expression="min(link_speed, window / round_trip)",
            words="the smaller of: speed of the link, window ÷ round trip",
            unit="Mbit/s",
        ),
        Formula(
            name="window_use",
            label="sliding window: share of the link",
            expression="by_window / link_speed",
            unit="%",
        ),
        Formula(
            name="by_loss",
            label="what loss leaves, one connection",
            expression="if(loss > 0, packet / round_trip * sqrt(1.5 / loss), link_speed)",
            words="packet ÷ round trip × √(3/2) ÷ √loss (Mathis), without loss the speed of the link",
            unit="Mbit/s",
            help="For TCP Reno, which halves its window at each loss. CUBIC and BBR lose less.",
        ),
        Formula(
            name="throughput",
            label="throughput",
            expression="min(by_window, by_loss)",
            words="the smaller of: sliding window, what loss leaves",
            unit="Mbit/s",
        ),
        Formula(name="time_to_send", label="time to send it all", expression="round_trip + file_size / throughput"),
        Formula(
            name="connections",
            label="connections that fill the link",
            expression="ceil(link_speed / throughput)",
        ),
    ),
    outputs=("stop_and_wait", "by_window", "by_loss", "throughput", "time_to_send", "pipe"),
    remarks=(
        Remark(
            when="window < pipe",
            text="The window ({window}) is smaller than what the link holds ({pipe}): it is used to {window_use}. "
            "Scale the "
            "window, or open several connections.",
            topic="tcp",
        ),
        Remark(
            when="by_loss < by_window",
            text="Loss of {loss} leaves {by_loss}, whatever the window: a nearer server helps, since the round trip "
            "divides.",
            topic="cdn",
        ),
        Remark(
            when="throughput >= link_speed",
            text="The link is full: now only a faster link helps.",
            topic="bandwidth-estimation",
        ),
    ),
    topics=("tcp", "bandwidth-estimation", "latency-numbers"),
    sources=(f"{KUROSE}, sections 3.4 and 3.7", MATHIS, "RFC 7323, TCP Extensions for High Performance (2014)"),
)
