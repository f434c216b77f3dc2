"""The order of the list of calculators: by what people want to know."""

from __future__ import annotations

from calculators.engine.catalogue.registry import SHEETS
from calculators.engine.sheets import Sheet

THEMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "How big is it?",
        "Rates, bytes, machines and money.",
        (
            "capacity",
            "storage",
            "bandwidth",
            "blob",
            "index",
            "vector-index",
            "llm-serving",
            "price-tiers",
        ),
    ),
    (
        "How long does it take?",
        "Waiting, moving bytes, and asking twice.",
        ("transfer-time", "queueing", "throughput-window", "handshakes", "peer-to-peer", "polling"),
    ),
    (
        "Does it stay up?",
        "Availability, copies, and what a failure costs.",
        ("availability", "quorum", "recovery", "dependency-chain", "retries", "autoscaling"),
    ),
    (
        "Where does the load go?",
        "Caches, queues, shards and limits.",
        ("cache", "message-queue", "sharding", "fan-out", "rate-limit"),
    ),
)


def sheets_by_theme() -> list[tuple[str, str, list[Sheet]]]:
    """Title, sentence and sheets; what no theme names comes last, so that no calculator is lost."""
    by_slug = {sheet.slug: sheet for sheet in SHEETS}
    named = {slug for _, _, slugs in THEMES for slug in slugs}
    groups = [(title, lead, [by_slug[slug] for slug in slugs if slug in by_slug]) for title, lead, slugs in THEMES]
    groups.append(("More", "", [sheet for sheet in SHEETS if sheet.slug not in named]))
    return [group for group in groups if group[2]]
