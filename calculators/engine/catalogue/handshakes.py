"""Handshakes: round trips to the first byte with TCP, TLS 1.2 and 1.3, and QUIC, and what kept connections save."""

from __future__ import annotations

from calculators.engine.catalogue.literature import MEASURE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="handshakes",
    title="Handshake round trips",
    summary="Time to the first byte over TCP, TLS 1.2, TLS 1.3 and QUIC, new, resumed, and on a kept connection.",
    inputs=(
        Input(
            name="round_trip",
            label="round trip",
            default="100 ms",
            unit="ms",
            minimum="0",
            source="Worked example: a phone, or another continent",
        ),
        Input(name="server_time", label="time of the server", default="50 ms", unit="ms", minimum="0", source=MEASURE),
        Input(
            name="dns_time",
            label="time to look the name up",
            default="20 ms",
            unit="ms",
            minimum="0",
            help="0 when it is known already.",
            source=MEASURE,
        ),
        Input(
            name="requests",
            label="requests, one after another",
            default="10",
            minimum="1",
            maximum="1e6",
            source="Worked example",
        ),
    ),
    formulas=(
        Formula(
            name="kept",
            label="on a kept connection",
            expression="round_trip + server_time",
            words="one round trip + time of the server",
            help="The least that any request takes.",
        ),
        Formula(
            name="tcp",
            label="TCP alone",
            expression="dns_time + 1 * round_trip + kept",
            words="name + 1 round trip (SYN) + request",
        ),
        Formula(
            name="tls12",
            label="TCP and TLS 1.2",
            expression="dns_time + 3 * round_trip + kept",
            words="name + 1 round trip for TCP + 2 for TLS 1.2 + request",
        ),
        Formula(
            name="tls12_resumed",
            label="TCP and TLS 1.2, session resumed",
            expression="dns_time + 2 * round_trip + kept",
            words="name + 1 round trip for TCP + 1 for TLS + request",
        ),
        Formula(
            name="tls13",
            label="TCP and TLS 1.3",
            expression="dns_time + 2 * round_trip + kept",
            words="name + 1 round trip for TCP + 1 for TLS 1.3 + request",
        ),
        Formula(
            name="tls13_early",
            label="TCP and TLS 1.3, early data",
            expression="dns_time + 1 * round_trip + kept",
            words="name + 1 round trip for TCP + request within the handshake",
            help="Early data can be replayed: only for requests that change nothing.",
        ),
        Formula(
            name="quic",
            label="QUIC",
            expression="dns_time + 1 * round_trip + kept",
            words="name + 1 round trip for both + request",
        ),
        Formula(
            name="quic_early",
            label="QUIC, early data",
            expression="dns_time + kept",
            words="name + request within the handshake",
        ),
        Formula(
            name="new_each",
            label="all requests, a new TLS 1.3 connection each",
            expression="requests * (tls13 - dns_time) + dns_time",
            words="requests × first byte, the name once",
        ),
        Formula(
            name="one_kept",
            label="all requests on one connection",
            expression="tls13 + (requests - 1) * kept",
            words="the first + the rest on the kept connection",
        ),
        Formula(
            name="saved",
            label="saved by keeping it",
            expression="max(new_each - one_kept, 0)",
        ),
    ),
    outputs=("tls12", "tls13", "quic", "quic_early", "kept", "saved"),
    remarks=(
        Remark(
            when="round_trip > 2 * server_time",
            text="Distance costs more than the work: terminate TLS near users, and keep connections to the origin.",
            topic="cdn",
        ),
        Remark(
            when="saved > one_kept",
            text="Keeping the connection saves {saved} of {new_each}: use a pool.",
            topic="http",
        ),
        Remark(
            when="round_trip < 2 ms",
            text="So near that handshakes hardly count: what encryption costs here is processor time.",
            topic="tls-and-https",
        ),
    ),
    topics=("tls-and-https", "tcp", "http-versions-and-grpc", "http"),
    sources=(
        "RFC 9293, TCP (2022): three-way handshake",
        "RFC 5246, TLS 1.2 (2008), section 7.3",
        "RFC 9846, TLS 1.3 (2026), section 2",
        "RFC 9001, Using TLS to Secure QUIC (2021), section 4",
    ),
)
