"""All calculators, in the order of their list: by what people want to know."""

from __future__ import annotations

from calculators.engine.catalogue import (
    autoscaling,
    availability,
    bandwidth,
    blob,
    cache,
    capacity,
    dependency_chain,
    fan_out,
    handshakes,
    index,
    llm_serving,
    message_queue,
    peer_to_peer,
    polling,
    price_steps,
    queueing,
    quorum,
    rate_limit,
    recovery,
    retries,
    sharding,
    storage,
    throughput_window,
    transfer_time,
    vector_index,
)
from calculators.engine.sheets import Sheet

# Each theme with its title, what it is about, and its sheets.
THEMES: tuple[tuple[str, str, tuple[Sheet, ...]], ...] = (
    (
        "How big is it?",
        "Rates, bytes, machines and money.",
        (
            capacity.SHEET,
            storage.SHEET,
            bandwidth.SHEET,
            blob.SHEET,
            index.SHEET,
            vector_index.SHEET,
            llm_serving.SHEET,
            price_steps.SHEET,
        ),
    ),
    (
        "How long does it take?",
        "Waiting, moving bytes, and asking twice.",
        (
            transfer_time.SHEET,
            queueing.SHEET,
            throughput_window.SHEET,
            handshakes.SHEET,
            peer_to_peer.SHEET,
            polling.SHEET,
        ),
    ),
    (
        "Does it stay up?",
        "Availability, copies, and what a failure costs.",
        (availability.SHEET, quorum.SHEET, recovery.SHEET, dependency_chain.SHEET, retries.SHEET, autoscaling.SHEET),
    ),
    (
        "Where does the load go?",
        "Caches, queues, shards and limits.",
        (cache.SHEET, message_queue.SHEET, sharding.SHEET, fan_out.SHEET, rate_limit.SHEET),
    ),
)
SHEETS: tuple[Sheet, ...] = tuple(sheet for _, _, sheets in THEMES for sheet in sheets)
CATALOGUE: dict[str, Sheet] = {sheet.slug: sheet for sheet in SHEETS}
