"""Estimates that books and notes publish, derived again from our sheets with their inputs.

P is Donne Martin's System Design Primer, `solutions/system_design` (CC BY 4.0). K is Karan Pratap Singh's System
Design. X1 and X2 are Alex Xu's System Design Interview, volumes 1 (2020) and 2 (2022). G is Grokking the System Design
Interview. J are A. Jain's notes on an Instagram feed. Published figures are rounded; `exact` is what their inputs make
with a day of 86,400 seconds and a month of 30.44 days. Where a text rounds a day to 100,000 seconds, our own rounded
result must be its figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.solve import Solution, solve

KB, MB, GB, TB, PB = 1e3, 1e6, 1e9, 1e12, 1e15
DAY, MONTH = 86_400.0, 365.25 / 12 * 86_400.0


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """`row` of the sheet is `exact` for the inputs; the text says `published`, at most `off` away from that."""

    source: str
    what: str
    typed: Mapping[str, str]
    row: str
    exact: float
    published: float
    sheet: str = "capacity"
    off: float = 0.06

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


K_URLS = {
    "daily_users": "1M", "writes_per_user": "100/month", "reads_per_write": "100", "record_size": "500 B",
    "media_share": "0", "retention": "10 years",
}  # fmt: skip
G_URLS = K_URLS | {"writes_per_user": "500/month", "retention": "5 years"}
X_URLS = K_URLS | {"writes_per_user": "100", "reads_per_write": "10", "record_size": "100 B"}
PASTES = K_URLS | {
    "daily_users": "10M", "writes_per_user": "1/month", "reads_per_write": "10", "record_size": "1.27 kB",
    "retention": "3 years",
}  # fmt: skip
P_TWEETS = {"daily_users": "100M", "writes_per_user": "5", "record_size": "10 kB", "media_share": "0"}
K_TWEETS = {
    "daily_users": "200M", "writes_per_user": "5", "record_size": "100 B", "media_share": "10%", "media_size": "50 kB",
    "retention": "10 years",
}  # fmt: skip
X_TWEETS = {
    "daily_users": "150M", "writes_per_user": "2", "record_size": "0 B", "media_share": "10%", "media_size": "1 MB",
    "peak_factor": "2", "retention": "5 years",
}  # fmt: skip
CHAT = {
    "daily_users": "50M", "writes_per_user": "40", "record_size": "100 B", "media_share": "5%", "media_size": "100 kB",
    "retention": "10 years",
}  # fmt: skip
PHOTOS = {
    "daily_users": "500M", "writes_per_user": "0.1", "reads_per_write": "1,000", "record_size": "4.32 MB",
    "media_share": "0", "retention": "10 years",
}  # fmt: skip
FILMS = {
    "daily_users": "200M", "writes_per_user": "0.025", "reads_per_write": "200", "record_size": "100 MB",
    "media_share": "0", "retention": "10 years",
}  # fmt: skip
RIDES = {
    "daily_users": "100M", "writes_per_user": "10", "record_size": "400 B", "media_share": "0", "retention": "10 years",
}  # fmt: skip
CDN = {
    "read_rate": "25,000,000/day", "read_size": "300 MB", "overhead": "0%", "cdn_hit_ratio": "100%",
    "cdn_price": "$0.02/GB", "volume_tiers": "0",
}  # fmt: skip
CRAWL = {"daily_users": "1M", "record_size": "500 kB", "media_share": "0"}


def capacity(**typed: str) -> dict[str, str]:
    return {"media_share": "0"} | typed


ESTIMATES = (
    Estimate(source="K", what="URL shortener, writes/s", typed=K_URLS, row="write_rate", exact=38.03, published=40),
    Estimate(source="K", what="URL shortener, reads/s", typed=K_URLS, row="read_rate", exact=3_803, published=4_000),
    Estimate(source="K", what="URL shortener, in", typed=K_URLS, row="ingress", exact=19.01 * KB, published=20 * KB),
    Estimate(source="K", what="URL shortener, out", typed=K_URLS, row="egress", exact=1.901 * MB, published=2 * MB),
    Estimate(source="K", what="URL shortener, 10 years", typed=K_URLS, row="stored", exact=6 * TB, published=6 * TB),
    Estimate(source="G", what="URL shortener, writes/s", typed=G_URLS, row="write_rate", exact=190.1, published=200),
    Estimate(source="G", what="URL shortener, reads/s", typed=G_URLS, row="read_rate", exact=19_013, published=19_500),
    Estimate(source="G", what="URL shortener, 5 years", typed=G_URLS, row="stored", exact=15 * TB, published=15 * TB),
    Estimate(source="X1", what="URL shortener, writes/s", typed=X_URLS, row="write_rate", exact=1_157, published=1_160),
    Estimate(source="X1", what="URL shortener, reads/s", typed=X_URLS, row="read_rate", exact=11_574, published=11_600),
    Estimate(source="P", what="Pastebin, writes/s", typed=PASTES, row="write_rate", exact=3.803, published=4),
    Estimate(source="P", what="Pastebin, reads/s", typed=PASTES, row="read_rate", exact=38.03, published=40),
    Estimate(source="P", what="Pastebin, 3 years", typed=PASTES, row="stored", exact=457.2 * GB, published=450 * GB),
    Estimate(source="P", what="Twitter, tweets/s", typed=P_TWEETS, row="write_rate", exact=5_787, published=6_000),
    Estimate(
        source="P", what="Twitter, 150 TB a month", typed=P_TWEETS | {"retention": "1 month"}, row="stored",
        exact=152.2 * TB, published=150 * TB,
    ),
    Estimate(
        source="P", what="Twitter, deliveries/s", sheet="fan-out", row="on_write", exact=57_870, published=60_000,
        typed={"post_rate": "500M/day", "followers": "10"},
    ),
    Estimate(
        source="P", what="Twitter, 250 billion reads a month", sheet="fan-out", row="on_read", exact=95_064,
        published=100_000, typed={"feed_reads": "250,000,000,000/month", "followed": "1"},
    ),
    Estimate(
        source="P", what="Twitter, 10 billion searches a month", sheet="fan-out", row="on_read", exact=3_803,
        published=4_000, typed={"feed_reads": "10,000,000,000/month", "followed": "1"},
    ),
    Estimate(source="K", what="Twitter, tweets/s", typed=K_TWEETS, row="write_rate", exact=11_574, published=12_000),
    Estimate(source="K", what="Twitter, a day", typed=K_TWEETS, row="daily_volume", exact=5.1 * TB, published=5.1 * TB),
    Estimate(source="K", what="Twitter, 10 years", typed=K_TWEETS, row="stored", exact=18.63 * PB, published=19 * PB),
    Estimate(source="K", what="Twitter, in", typed=K_TWEETS, row="ingress", exact=59.03 * MB, published=60 * MB),
    Estimate(source="X1", what="Twitter, tweets/s", typed=X_TWEETS, row="write_rate", exact=3_472, published=3_500),
    Estimate(source="X1", what="Twitter, peak", typed=X_TWEETS, row="peak_write_rate", exact=6_944, published=7_000),
    Estimate(source="X1", what="Twitter, a day", typed=X_TWEETS, row="daily_volume", exact=30 * TB, published=30 * TB),
    Estimate(source="X1", what="Twitter, 5 years", typed=X_TWEETS, row="stored", exact=54.79 * PB, published=55 * PB),
    Estimate(source="K", what="WhatsApp, messages/s", typed=CHAT, row="write_rate", exact=23_148, published=24_000),
    Estimate(source="K", what="WhatsApp, a day", typed=CHAT, row="daily_volume", exact=10.2 * TB, published=10.2 * TB),
    Estimate(source="K", what="WhatsApp, 10 years", typed=CHAT, row="stored", exact=37.26 * PB, published=38 * PB),
    Estimate(source="K", what="WhatsApp, in", typed=CHAT, row="ingress", exact=118.06 * MB, published=120 * MB),
    Estimate(source="J", what="Instagram, posts a day", typed=PHOTOS, row="daily_writes", exact=50e6, published=50e6),
    Estimate(source="J", what="Instagram, a day", typed=PHOTOS, row="daily_volume", exact=216 * TB, published=216 * TB),
    Estimate(source="J", what="Instagram, 10 years", typed=PHOTOS, row="stored", exact=788.94 * PB, published=788 * PB),
    Estimate(source="K", what="Netflix, views/s", typed=FILMS, row="read_rate", exact=11_574, published=12_000),
    Estimate(source="K", what="Netflix, a day", typed=FILMS, row="daily_volume", exact=500 * TB, published=500 * TB),
    Estimate(source="K", what="Netflix, 10 years", typed=FILMS, row="stored", exact=1_826 * PB, published=1_825 * PB),
    Estimate(source="K", what="Netflix, in", typed=FILMS, row="ingress", exact=5.787 * GB, published=5.8 * GB),
    Estimate(
        source="X1", what="YouTube, uploads a day", row="daily_volume", exact=150 * TB, published=150 * TB,
        typed=capacity(daily_users="5M", writes_per_user="0.1", record_size="300 MB"),
    ),
    Estimate(
        source="X1", what="YouTube, CDN of $150,000 a day", sheet="bandwidth", typed=CDN, row="monthly_cost",
        exact=150_000 * MONTH / DAY, published=150_000 * 30, off=0.02,
    ),
    Estimate(source="K", what="Uber, requests/s", typed=RIDES, row="write_rate", exact=11_574, published=12_000),
    Estimate(source="K", what="Uber, a day", typed=RIDES, row="daily_volume", exact=400 * GB, published=400 * GB),
    Estimate(source="K", what="Uber, 10 years", typed=RIDES, row="stored", exact=1.461 * PB, published=1.4 * PB),
    Estimate(source="K", what="Uber, in", typed=RIDES, row="ingress", exact=4.63 * MB, published=5 * MB, off=0.09),
    Estimate(
        source="P", what="Crawler, pages/s", typed=CRAWL | {"writes_per_user": "4,000/month"}, row="write_rate",
        exact=1_521, published=1_600,
    ),
    Estimate(
        source="P", what="Crawler, 3 years", row="stored", exact=72 * PB, published=72 * PB,
        typed=CRAWL | {"writes_per_user": "4,000/month", "retention": "3 years"},
    ),
    Estimate(
        source="X1", what="Crawler, peak", row="peak_write_rate", exact=760.5, published=800,
        typed=CRAWL | {"writes_per_user": "1,000/month", "peak_factor": "2"},
    ),
    Estimate(
        source="X1", what="Crawler, 5 years", row="stored", exact=30 * PB, published=30 * PB,
        typed=CRAWL | {"writes_per_user": "1,000/month", "retention": "5 years"},
    ),
    Estimate(
        source="X1", what="Autocomplete, 20 keystrokes of 10 searches", row="write_rate",
        exact=23_148, published=24_000,
        typed=capacity(daily_users="10M", writes_per_user="200"),
    ),
    Estimate(
        source="X1", what="Autocomplete, a fifth of 20 B searches is new", row="daily_volume", exact=0.4 * GB,
        published=0.4 * GB, typed=capacity(daily_users="10M", writes_per_user="2", record_size="20 B"),
    ),
    Estimate(
        source="X1", what="Drive, uploads/s", row="write_rate", exact=231.5, published=240,
        typed=capacity(daily_users="10M", writes_per_user="2"),
    ),
    Estimate(
        source="X1", what="Drive, quotas of 10 GB", sheet="blob", row="stored", exact=500 * PB, published=500 * PB,
        typed={"files": "50M", "file_size": "10 GB"},
    ),
    Estimate(
        source="X2", what="Nearby friends, updates/s", sheet="polling", row="poll_rate",
        exact=333_333, published=334_000, typed={"clients": "10M", "interval": "30 s"},
    ),
    Estimate(
        source="X2", what="Nearby friends, pushes/s to a tenth of 400 friends", sheet="fan-out", row="on_write",
        exact=13.333e6, published=14e6, typed={"post_rate": "333,333", "followers": "40"},
    ),
    Estimate(
        source="X2", what="Nearby friends, Redis at 100,000/s", sheet="sharding", row="by_rate",
        exact=134, published=140, typed={"request_rate": "13,333,333", "shard_rate": "100,000"},
    ),
    Estimate(
        source="X2", what="Wallet, two legs of a million transfers on nodes of 1,000", sheet="sharding", row="by_rate",
        exact=2_000, published=2_000, typed={"request_rate": "2M", "shard_rate": "1,000"},
    ),
    Estimate(
        source="X2", what="Mail, a year of metadata", sheet="storage", row="kept", exact=730.5 * PB, published=730 * PB,
        typed={"daily_users": "1,000M", "texts_per_user": "40", "text_size": "50 kB", "index_share": "0",
               "images_per_user": "0", "videos_per_user": "0", "growth": "0%", "retention": "1 year"},
    ),
    Estimate(
        source="X2", what="Mail, a year of attachments", sheet="storage", row="kept", exact=1_461 * PB,
        published=1_460 * PB,
        typed={"daily_users": "1,000M", "texts_per_user": "0", "images_per_user": "8", "image_size": "500 kB",
               "videos_per_user": "0", "growth": "0%", "retention": "1 year"},
    ),
    Estimate(
        source="P", what="Mint, transactions/s", row="write_rate", exact=1_901, published=2_000,
        typed=capacity(daily_users="10M", writes_per_user="500/month", record_size="50 B"),
    ),
    Estimate(
        source="P", what="Sales rank, reads/s", row="read_rate", exact=38_026, published=40_000,
        typed=capacity(daily_users="10M", writes_per_user="100/month", reads_per_write="100", record_size="40 B"),
    ),
    Estimate(
        source="P", what="Query cache, 2.7 TB a month", row="stored", exact=2.7 * TB, published=2.7 * TB,
        typed=capacity(daily_users="10M", writes_per_user="1,000/month", record_size="270 B", retention="1 month"),
    ),
    Estimate(
        source="P", what="conversion: a billion a month", row="write_rate", exact=380.3, published=400,
        typed=capacity(daily_users="1,000M", writes_per_user="1/month"),
    ),
)  # fmt: skip


def solved(sheet: str, typed: Mapping[str, str]) -> Solution:
    solution = solve(CATALOGUE[sheet], typed)
    assert solution.errors == {}
    return solution


def row(sheet: str, typed: Mapping[str, str], name: str) -> float:
    return solved(sheet, typed).results[name].value


@pytest.mark.parametrize("estimate", ESTIMATES, ids=str)
def test_what_is_published_follows_from_its_inputs(estimate: Estimate):
    ours = row(estimate.sheet, estimate.typed, estimate.row)

    assert ours == pytest.approx(estimate.exact, rel=1e-3)
    assert estimate.published == pytest.approx(ours, rel=estimate.off)


@pytest.mark.parametrize(
    ("what", "typed", "name", "published"),
    [
        ("X2 Yelp, searches/s", {"daily_users": "100M", "writes_per_user": "5"}, "write_rate", 5_000),
        ("X2 Maps, batches of 15 s/s", {"daily_users": "1,000M", "writes_per_user": "20"}, "write_rate", 200_000),
        (
            "X2 Maps, peak",
            {"daily_users": "1,000M", "writes_per_user": "20", "peak_factor": "5"},
            "peak_write_rate",
            1_000_000,
        ),
        ("X2 Ad clicks/s", {"daily_users": "1,000M", "writes_per_user": "1"}, "write_rate", 10_000),
        (
            "X2 Ad clicks, peak",
            {"daily_users": "1,000M", "writes_per_user": "1", "peak_factor": "5"},
            "peak_write_rate",
            50_000,
        ),
        ("X2 Payments/s", {"daily_users": "1M", "writes_per_user": "1"}, "write_rate", 10),
        ("X2 Leaderboard, users/s", {"daily_users": "5M", "writes_per_user": "1"}, "write_rate", 50),
        (
            "X2 Leaderboard, peak of updates",
            {"daily_users": "5M", "writes_per_user": "10", "peak_factor": "5"},
            "peak_write_rate",
            2_500,
        ),
        ("X2 Mail, sent/s", {"daily_users": "1,000M", "writes_per_user": "10"}, "write_rate", 100_000),
    ],
)
def test_texts_that_round_a_day_are_our_figures_in_the_head(what, typed, name, published):
    step = next(step for step in solved("capacity", typed).steps if step.name == name)

    assert step.rounded is not None
    assert step.rounded.quantity.value == pytest.approx(published)
    assert step.rounded.error_text == "13.6 % low"


# ------------------------------------------------- texts that are wrong, and where the working shows it


def test_netflix_gives_the_bandwidth_of_uploads_for_that_of_viewing():
    """K: "5.8 GB/s". It is what comes in; on the same inputs 1.16 TB/s go out, 200 times more: its read/write ratio."""
    solution = solved("capacity", FILMS)
    going_in, going_out = (solution.results[name].value for name in ("ingress", "egress"))

    assert going_in == pytest.approx(5.8 * GB, rel=0.01)
    assert going_out == pytest.approx(1.157 * TB, rel=1e-3)
    assert going_out / going_in == pytest.approx(200)
    assert any("count both" in said.text for said in solution.remarks)


def test_a_url_of_100_bytes_does_not_make_365_terabytes():
    """Notes on X1: 365 billion records "are 365 TB". At the book's 100 bytes they are 36.5 TB; 365 take 1 kB."""
    assert row("capacity", X_URLS | {"record_size": "1 B"}, "stored") == pytest.approx(365.25e9)
    assert row("capacity", X_URLS, "stored") == pytest.approx(36.5 * TB, rel=1e-3)
    assert row("capacity", X_URLS | {"record_size": "1 kB"}, "stored") == pytest.approx(365 * TB, rel=1e-3)


def test_twitter_has_one_number_of_users_in_the_text_and_another_in_the_table():
    """K: the text says 200 million a day, the table 100 million; 12,000 tweets a second follow from the text alone."""
    assert row("capacity", K_TWEETS, "write_rate") == pytest.approx(12_000, rel=0.05)
    assert row("capacity", K_TWEETS | {"daily_users": "100M"}, "write_rate") == pytest.approx(5_787, rel=1e-3)


@pytest.mark.parametrize(("source", "typed", "published"), [("K", K_URLS, 35 * GB), ("G", G_URLS, 170 * GB)])
def test_a_cache_of_a_fifth_of_all_requests_counts_each_link_a_hundred_times(source, typed, published):
    """K and G keep 20 % of a day's *reads* x 500 B. A link that is read a hundred times is kept once."""
    distinct = row("capacity", typed, "cache_memory")

    assert distinct * 100 == pytest.approx(published, rel=0.07)
    assert distinct < published / 95


def test_the_leaderboard_grows_tenfold_between_two_pages():
    """Notes on X2: 5 million users a day first, 50 million later; 50 a second follow from the first alone."""

    def in_the_head(users: str) -> float:
        steps = solved("capacity", {"daily_users": users, "writes_per_user": "1"}).steps
        rounded = next(step.rounded for step in steps if step.name == "write_rate")
        assert rounded is not None
        return rounded.quantity.value

    assert in_the_head("5M") == pytest.approx(50)
    assert in_the_head("50M") == pytest.approx(500)


def test_uber_leaves_out_the_cars():
    """K counts riders' requests: 12,000 a second. A million drivers, each heard every 4 s, send 20 times that."""
    riders = row("capacity", RIDES, "write_rate")
    drivers = row("polling", {"clients": "1M", "interval": "4 s"}, "poll_rate")

    assert drivers == pytest.approx(250_000)
    assert drivers / riders > 20


@pytest.mark.parametrize(("size", "a_day"), [("0.03 GB", 15_000), ("0.3 GB", 150_000), ("1.5 GB", 750_000)])
def test_the_cdn_of_youtube_costs_150000_dollars_only_with_a_third_of_a_gigabyte(size, a_day):
    """X1: 5 million users x 5 videos x 0.3 GB x $0.02. One set of notes writes 0.03 GB and keeps the result; another
    takes 1.5 GB."""
    assert row("bandwidth", CDN | {"read_size": size}, "monthly_cost") / (MONTH / DAY) == pytest.approx(a_day)


def test_the_instagram_feed_leaves_out_what_it_sends():
    """J stores 216 TB a day and stops there. A hundred posts viewed by each of 500 million are 2.5 TB/s, 20 Tbit/s."""
    assert row("capacity", PHOTOS, "egress") == pytest.approx(2.5 * TB, rel=1e-3)


def test_a_day_of_100000_seconds_needs_fewer_servers_than_there_is_load_for():
    """Shared notes: 15,000 writes a second at peak on servers of 1,000 are 15; the exact 17,361 need 18."""
    inputs = capacity(reads_per_write="0", requests_per_server="1,000", target_utilisation="100%")
    servers = next(step for step in solved("capacity", inputs).steps if step.name == "servers")

    assert servers.result.value == 18 + 1
    assert servers.rounded is not None
    assert servers.rounded.quantity.value == 15 + 1
