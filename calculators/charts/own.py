"""The pictures that belong to one calculator: each takes a solved sheet and draws what its figures mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

import numpy as np

from calculators.charts.figures import ladders
from calculators.engine import queueing
from calculators.engine.combinations import zipf_share
from calculators.engine.dimensions import DIMENSIONLESS
from calculators.engine.quantities import Quantity
from calculators.engine.reliability import PERIOD_SECONDS, k_of_n
from calculators.engine.sheets import Sheet
from calculators.engine.shipped import all_figures
from calculators.engine.solve import Solution
from calculators.engine.units import BYTE, SECOND, parse_unit
from calculators.engine.wording import TIME_SCALES, number_text, readable, saying
from web.charts.plots import Axis, Curve, Spot, line_chart
from web.charts.rows import Bar, Heads, bar_chart

Drawing = Callable[[Solution], list[str]]
Say = Callable[[float], str]
POINTS = 33


def value(solution: Solution, name: str) -> float:
    return quantity(solution, name).value


def quantity(solution: Solution, name: str) -> Quantity:
    return solution.inputs[name] if name in solution.inputs else solution.results[name]


def capital(label: str) -> str:
    return label[:1].upper() + label[1:]


@lru_cache(maxsize=1_000)
def compact(number: float) -> str:
    """A count as short as an axis needs it: 500k, 2.5M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number_text(number / size, digits=3)}{letter}"
    return number_text(number, digits=3)


def time_axis(name: str, longest: float) -> tuple[float, Axis]:
    """The seconds of the unit that suits the longest time, and an axis in that unit, so that its ticks are round."""
    seconds, unit = next((scale for scale in TIME_SCALES if longest >= 2 * scale[0]), TIME_SCALES[-1])
    return seconds, Axis(name, lambda number: f"{number_text(number, digits=3)} {unit}")


def bars(title: str, names: Sequence[str], heads: Heads, *, log: bool = False, limit: str = "") -> Drawing:
    """A bar for each row that is above 0. With `limit`, rows above that one are bad and those below it good."""

    def draw(solution: Solution) -> list[str]:
        most = value(solution, limit) if limit else None
        shown = [name for name in names if value(solution, name) > 0]
        drawn = [_bar(solution, name, most, is_limit=name == limit) for name in shown]
        say = _ticks_of(quantity(solution, shown[0])) if log and shown else None
        return [bar_chart(title, drawn, heads, log=say)] if drawn else []

    return draw


def _ticks_of(found: Quantity) -> Say:
    """How an axis words the values of a unit; counts without their unit, which the rows have and which is long."""
    if found.dimension not in (SECOND, BYTE) and found.unit and parse_unit(found.unit).factor == 1:
        return compact
    return saying(found.dimension, "" if found.dimension == SECOND else found.unit)


def _bar(solution: Solution, name: str, most: float | None, *, is_limit: bool) -> Bar:
    found = quantity(solution, name)
    css = "" if most is None or is_limit else "bad" if found.value > most else "good"
    return Bar(capital(solution.sheet.labels[name]), found.value, readable(found, digits=4), css=css)


def _spaced(start: float, end: float, *, bend: float = 1.0) -> list[float]:
    """Places for the points of a curve; with a `bend` of 2 they are closer to one another near the start."""
    return [start + (end - start) * (step / (POINTS - 1)) ** bend for step in range(POINTS)]


def hockey_stick(solution: Solution) -> list[str]:
    """Time to the answer as one queue for all servers gets busier, and when each server has its own."""
    service, servers = value(solution, "service_time"), int(value(solution, "servers"))
    now = value(solution, "utilisation")
    here = value(solution, "mean_response") if now < 1 else math.inf
    shares = sorted({*_spaced(0.99, 0.0, bend=2), now} if now < 1 else _spaced(0.99, 0.0, bend=2))
    curves = [Curve("A queue for each server", tuple((share, service / (1 - share)) for share in shares))]
    if servers > 1:
        arrivals = np.maximum(np.array(shares), 1e-9) * servers / service
        times = np.asarray(queueing.mean_response(arrivals, 1 / service, servers))
        shared = tuple(zip(shares, times.tolist(), strict=True))
        curves.insert(0, Curve(f"One queue for {servers:,} servers", shared))
    seconds, percent = saying(SECOND), saying(DIMENSIONLESS, "%")
    return [
        line_chart(
            "The hockey stick: busier servers, longer waits",
            curves,
            Axis("how busy a server is", percent),
            Axis("time to the answer", seconds),
            top_value=max(10 * service, 1.25 * here) if now < 1 else 20 * service,
            spot=Spot(now, here, f"{percent(now)} busy, {seconds(here)}")
            if now < 1
            else Spot(1, 20 * service, f"{percent(now)} busy: off the curve"),
        )
    ]


def downtime(solution: Solution) -> list[str]:
    """Each arrangement on one log scale: one nine more is one decade less downtime."""
    target = value(solution, "target")
    rows = [
        ("One part", value(solution, "availability")),
        ("All parts, no copies", value(solution, "in_series")),
        ("The system, with copies", value(solution, "system")),
        ("Target", target),
        *(
            (f"{label} nines", 1 - 10.0**-count)
            for count, label in ((2, "Two"), (3, "Three"), (4, "Four"), (5, "Five"))
        ),
    ]
    said = saying(SECOND)
    drawn = [
        Bar(label, (1 - share) * PERIOD_SECONDS["year"], said((1 - share) * PERIOD_SECONDS["year"]), _percent(share),
            _verdict(index, share, target))
        for index, (label, share) in enumerate(rows)
        if share < 1
    ]  # fmt: skip
    return [bar_chart("Downtime a year, on a log scale", drawn, Heads("Arrangement", "Down a year"), log=said)]


def _verdict(index: int, share: float, target: float) -> str:
    """Only the three arrangements of the sheet are judged."""
    return "" if index > 2 else "good" if share >= target else "bad"


def _percent(share: float) -> str:
    return readable(Quantity(share, unit="%"), digits=5)


def quorum_sizes(solution: Solution) -> list[str]:
    """What each quorum size costs in availability."""
    copies, each = int(value(solution, "copies")), value(solution, "availability")
    if copies > 9 or each >= 1:
        return []
    said, drawn = saying(SECOND), []
    for size in range(1, copies + 1):
        down = (1 - float(k_of_n(size, copies, each))) * PERIOD_SECONDS["year"]
        uses = [name for name in ("read", "write") if int(value(solution, f"{name}_quorum")) == size]
        drawn.append(Bar(f"{size} of {copies}", down, said(down), " and ".join(f"{use}s" for use in uses)))
    heads = Heads("Copies that must answer", "Down a year")
    return [bar_chart("Downtime a year by the size of a quorum, on a log scale", drawn, heads, log=said)]


def distribution_times(solution: Solution) -> list[str]:
    size, server = value(solution, "file_size"), value(solution, "server_upload")
    upload, download = value(solution, "peer_upload"), value(solution, "peer_download")
    peers, here = value(solution, "peers"), value(solution, "peer_to_peer")
    unit, axis = time_axis("time", max(value(solution, "client_server"), here))
    counts = sorted({*(max(1.0, count) for count in _spaced(1.0, 2 * peers)), peers})
    alone = tuple((n, max(n * size / server, size / download) / unit) for n in counts)
    together = tuple((n, max(size / server, size / download, n * size / (server + n * upload)) / unit) for n in counts)
    return [
        line_chart(
            "Time until everybody has it",
            [Curve("From the server alone", alone), Curve("Peer to peer", together)],
            Axis("peers", compact),
            axis,
            spot=Spot(peers, here / unit, f"peer to peer {saying(SECOND)(here)}"),
        )
    ]


def slow_requests(solution: Solution) -> list[str]:
    calls, slow = value(solution, "calls"), value(solution, "slow_share")
    counts = sorted({*(max(1.0, count) for count in _spaced(1.0, 2 * calls)), calls})
    percent, here = saying(DIMENSIONLESS, "%"), value(solution, "slow_requests")
    return [
        line_chart(
            "Requests that meet at least one slow answer",
            [
                Curve("Each call once", tuple((n, 1 - (1 - slow) ** n) for n in counts)),
                Curve("A second copy asked when slow", tuple((n, 1 - (1 - slow**2) ** n) for n in counts)),
            ],
            Axis("calls at once", compact),
            Axis("slow requests", percent),
            top_value=1.0,
            spot=Spot(calls, here, f"{percent(here)} slow"),
        )
    ]


def what_memory_buys(solution: Solution) -> list[str]:
    """The hit ratio that a growing cache allows, from Zipf's law."""
    objects, size = value(solution, "objects"), value(solution, "object_size")
    exponent, memory = value(solution, "zipf_exponent"), value(solution, "cache_memory")
    largest = objects * size
    memories = sorted({*_spaced(0.0, largest, bend=2), min(memory, largest)})
    shares = np.asarray(zipf_share(np.array(memories) / size, objects, exponent))
    points = tuple(zip(memories, shares.tolist(), strict=True))
    percent, here = saying(DIMENSIONLESS, "%"), value(solution, "possible_hit_ratio")
    return [
        line_chart(
            "What memory buys",
            [Curve("Hit ratio, at most", points)],
            Axis("memory of the cache", saying(BYTE)),
            Axis("hit ratio, at most", percent),
            top_value=1.0,
            spot=Spot(min(memory, largest), here, percent(here)),
        )
    ]


def backlog_over_time(solution: Solution) -> list[str]:
    burst, drain, most = (value(solution, name) for name in ("burst_time", "drain_time", "backlog"))
    if most <= 0:
        return []
    end = (burst + drain) * 1.15
    unit, axis = time_axis("time", end)
    points = tuple(
        (time / unit, waiting) for time, waiting in ((0, 0.0), (burst, most), (burst + drain, 0.0), (end, 0.0))
    )
    return [
        line_chart(
            "The backlog, from the start of the burst",
            [Curve("Messages that wait", points)],
            axis,
            Axis("messages that wait", compact),
            spot=Spot(burst / unit, most, f"{compact(most)} after {saying(SECOND)(burst)}"),
        )
    ]


def through_the_bucket(solution: Solution) -> list[str]:
    sent, refill, bucket, window = (
        value(solution, name) for name in ("client_rate", "refill_rate", "bucket_size", "window")
    )
    times = sorted({*_spaced(0.0, window), min(value(solution, "burst_time"), window)})
    unit, axis = time_axis("time", window)
    return [
        line_chart(
            "An eager client in one window",
            [
                Curve("Sent", tuple((t / unit, sent * t) for t in times)),
                Curve("Let through", tuple((t / unit, min(sent * t, bucket + refill * t)) for t in times)),
            ],
            axis,
            Axis("requests since the start", compact),
        )
    ]


@cache
def latency_ladder() -> list[str]:
    """The classic table with its year beside later ones, as the figures have it."""
    return ladders(all_figures().of_theme("latency"))


def charts_for(solution: Solution) -> Iterable[str]:
    for draw in OWN.get(solution.sheet.slug, ()):
        yield from draw(solution)


def overloaded_charts_for(known: Solution) -> list[str]:
    """The charts that show a sheet past the point where it has an answer."""
    return hockey_stick(known) if known.sheet.slug == "queueing" else []


def fixed_charts_for(sheet: Sheet) -> list[str]:
    """What no input changes."""
    return latency_ladder() if sheet.slug == "transfer-time" else []


OWN: Mapping[str, tuple[Drawing, ...]] = {
    "capacity": (bars("The monthly bill", ("server_cost", "storage_cost", "egress_cost"), Heads("Part", "A month")),),
    "storage": (
        bars(
            "A day's new bytes by type, on a log scale",
            ("text_daily", "image_daily", "video_daily", "event_daily"),
            Heads("Type", "A day"),
            log=True,
        ),
    ),
    "bandwidth": (
        bars("Bytes at peak", ("peak_ingress", "peak_egress", "origin_egress"), Heads("Direction", "At peak")),
    ),
    "blob": (
        bars("The same bytes, a month", ("object_cost", "block_cost", "file_cost"), Heads("Kept in", "A month")),
        bars("Bytes on disk", ("stored", "with_parity", "with_copies"), Heads("Protection", "Bytes")),
    ),
    "index": (
        bars(
            "Time to find one record, on a log scale",
            ("scan_time", "binary_time", "tree_time"),
            Heads("Way", "Time"),
            log=True,
        ),
    ),
    "transfer-time": (
        bars(
            "The same bytes, on a log scale",
            ("from_memory", "from_ssd", "from_disk", "over_the_link", "by_parcel"),
            Heads("Way", "Time"),
            log=True,
        ),
    ),
    "queueing": (hockey_stick,),
    "throughput-window": (
        bars(
            "What each limit leaves, on a log scale",
            ("stop_and_wait", "by_window", "by_loss", "link_speed"),
            Heads("Limit", "Throughput"),
            log=True,
        ),
    ),
    "handshakes": (
        bars(
            "Time to the first byte",
            ("tls12", "tls12_resumed", "tls13", "tls13_early", "tcp", "quic", "quic_early", "kept"),
            Heads("Connection", "First byte"),
        ),
    ),
    "peer-to-peer": (distribution_times,),
    "polling": (
        bars(
            "Requests a second",
            ("poll_rate", "long_poll_rate", "event_rate"),
            Heads("Way", "A second"),
        ),
        bars(
            "Age of news, on a log scale",
            ("poll_worst_staleness", "poll_mean_staleness", "stream_staleness"),
            Heads("Way", "Age"),
            log=True,
        ),
    ),
    "availability": (downtime,),
    "quorum": (quorum_sizes,),
    "recovery": (
        bars(
            "Where the time of a failover goes",
            ("detection", "promotion", "redirection", "warm_up"),
            Heads("Part", "Time"),
        ),
    ),
    "dependency-chain": (slow_requests,),
    "retries": (
        bars(
            "Load on the lowest layer, on a log scale",
            ("request_rate", "usual_load", "budgeted_load", "worst_load", "capacity"),
            Heads("Case", "A second"),
            log=True,
            limit="capacity",
        ),
    ),
    "cache": (what_memory_buys,),
    "message-queue": (backlog_over_time,),
    "sharding": (
        bars(
            "One shard",
            ("mean_rate", "hot_rate", "shard_rate"),
            Heads("Shard", "Requests"),
            limit="shard_rate",
        ),
    ),
    "fan-out": (
        bars(
            "Work a second, on a log scale",
            ("on_write", "all_on_write", "on_read", "mixed_reads"),
            Heads("Way", "A second"),
            log=True,
        ),
    ),
    "rate-limit": (through_the_bucket,),
    "vector-index": (
        bars(
            "Memory of three ways to keep the vectors, on a log scale",
            ("raw", "graph", "compressed"),
            Heads("Way", "Bytes"),
            log=True,
        ),
    ),
    "llm-serving": (
        bars(
            "Memory: one conversation, the weights, and what the processors hold, on a log scale",
            ("conversation_cache", "weights", "all_memory"),
            Heads("What", "Bytes"),
            log=True,
        ),
    ),
    "price-tiers": (bars("A month's bill", ("bill", "flat", "cdn_bill", "bill_next"), Heads("Way", "USD")),),
    "autoscaling": (
        bars(
            "Traffic against what the old servers answer",
            ("low", "reached", "high", "bears"),
            Heads("When", "A second"),
            limit="bears",
        ),
    ),
}
