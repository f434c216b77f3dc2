"""Peer-to-peer distribution: the least time to bring a file to everybody, from one server and with everybody's help."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, KUROSE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="peer-to-peer",
    title="Peer-to-peer distribution",
    summary="The least time until everybody has a file: from a server alone, and when those who have parts share them.",
    inputs=(
        Input(name="file_size", label="the file", default="4.5 GB", unit="GB", minimum="1 B", source=ASSUMED),
        Input(
            name="peers",
            label="who want it",
            default="1,000",
            unit="peer",
            minimum="1",
            maximum="1e10",
            source="Worked example",
        ),
        Input(
            name="server_upload",
            label="upload of the server",
            default="1 Gbit/s",
            unit="Gbit/s",
            minimum="1 bit/s",
            source="A common port of a server",
        ),
        Input(
            name="peer_upload",
            label="upload of a peer",
            default="10 Mbit/s",
            unit="Mbit/s/peer",
            minimum="0",
            help="Mean; home connections upload much more slowly than they download.",
            source=ASSUMED,
        ),
        Input(
            name="peer_download",
            label="download of the slowest peer",
            default="50 Mbit/s",
            unit="Mbit/s",
            minimum="1 bit/s",
            source=ASSUMED,
        ),
    ),
    formulas=(
        Formula(
            name="server_copies",
            label="server sends all copies",
            expression="(peers / 1 peer) * file_size / server_upload",
            words="peers × file ÷ upload of the server",
        ),
        Formula(
            name="slowest_download",
            label="slowest peer downloads",
            expression="file_size / peer_download",
            words="file ÷ download of the slowest peer",
        ),
        Formula(
            name="client_server",
            label="from the server only",
            expression="max(server_copies, slowest_download)",
            words="the longer of the two",
            help="Grows with every peer.",
        ),
        Formula(
            name="server_once",
            label="server sends it once",
            expression="file_size / server_upload",
            words="file ÷ upload of the server",
        ),
        Formula(
            name="total_upload",
            label="upload of all together",
            expression="server_upload + peers * peer_upload",
            unit="Gbit/s",
        ),
        Formula(
            name="everybody_sends",
            label="all copies by everybody's upload",
            expression="(peers / 1 peer) * file_size / total_upload",
            words="peers × file ÷ upload of all together",
        ),
        Formula(
            name="peer_to_peer",
            label="peer to peer",
            expression="max(server_once, slowest_download, everybody_sends)",
            words="the longest of: server sends it once, slowest peer downloads, all copies by everybody's upload",
            help="Never above file ÷ upload of a peer, however many they are.",
        ),
        Formula(
            name="speed_up",
            label="times faster peer to peer",
            expression="client_server / peer_to_peer",
        ),
        Formula(
            name="server_share",
            label="share of the bytes that the server must send",
            expression="server_upload / total_upload",
            unit="%",
            help="When everybody sends as much as they can.",
        ),
    ),
    outputs=("client_server", "peer_to_peer", "speed_up", "total_upload"),
    remarks=(
        Remark(
            when="peer_to_peer <= slowest_download",
            text="Peer to peer the slowest peer's own line is the limit: more upload does not help.",
            topic="peer-to-peer",
        ),
        Remark(
            when="speed_up >= 1.1",
            text="Peer to peer is {speed_up} times faster: every peer that has a part brings its own upload.",
            topic="peer-to-peer",
        ),
        Remark(
            when="speed_up < 1.1",
            text="Hardly faster peer to peer: the server keeps up with so few.",
            topic="peer-to-peer",
        ),
        Remark(
            when="client_server > 1 day",
            text="From one server it takes {client_server}: use a CDN, or let peers share.",
            topic="cdn",
        ),
    ),
    topics=("peer-to-peer", "cdn", "bandwidth-estimation"),
    sources=(f"{KUROSE}, section 2.5",),
)
