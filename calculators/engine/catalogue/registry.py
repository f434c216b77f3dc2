"""All calculators by slug, in the order in which they are shown."""

from __future__ import annotations

from calculators.engine.catalogue import (
    availability,
    bandwidth,
    blob,
    cache,
    capacity,
    dependency_chain,
    fan_out,
    handshakes,
    index,
    message_queue,
    peer_to_peer,
    polling,
    queueing,
    quorum,
    rate_limit,
    recovery,
    retries,
    sharding,
    storage,
    throughput_window,
    transfer_time,
)
from calculators.engine.sheets import Sheet

SHEETS: tuple[Sheet, ...] = (
    capacity.SHEET,
    storage.SHEET,
    bandwidth.SHEET,
    blob.SHEET,
    index.SHEET,
    transfer_time.SHEET,
    queueing.SHEET,
    throughput_window.SHEET,
    handshakes.SHEET,
    peer_to_peer.SHEET,
    polling.SHEET,
    availability.SHEET,
    quorum.SHEET,
    recovery.SHEET,
    dependency_chain.SHEET,
    retries.SHEET,
    cache.SHEET,
    message_queue.SHEET,
    sharding.SHEET,
    fan_out.SHEET,
    rate_limit.SHEET,
)
CATALOGUE: dict[str, Sheet] = {sheet.slug: sheet for sheet in SHEETS}
