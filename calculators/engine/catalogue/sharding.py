"""Sharding: how many shards size and load ask for, how unevenly keys fall, and what one hot key does."""

from __future__ import annotations

from calculators.engine.catalogue.literature import KLEPPMANN, MEASURE, NUMBERS
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="sharding",
    title="Sharding",
    summary="Shards by size and by rate, how uneven they get by chance, and the share of one hot key.",
    inputs=(
        Input(
            name="stored",
            label="bytes to keep, one copy",
            default="40 TB",
            unit="TB",
            minimum="0",
            source="Worked example",
        ),
        Input(
            name="request_rate",
            label="requests per second, peak",
            default="60,000",
            unit="request/s",
            minimum="0.001",
            source="Worked example",
        ),
        Input(
            name="shard_size",
            label="bytes that one shard keeps well",
            default="2 TB/shard",
            unit="TB/shard",
            minimum="1 MB/shard",
            source=f"{NUMBERS}: a relational database to about 10 TB; a fifth of it, so that a copy takes hours and "
            "not days",
        ),
        Input(
            name="shard_rate",
            label="requests that one shard serves",
            default="5,000",
            unit="request/s/shard",
            minimum="0.001",
            source=f"{NUMBERS}: 10,000 to 50,000 for a relational database; half of the low end",
        ),
        Input(
            name="keys",
            label="keys",
            default="100M",
            unit="key",
            minimum="1",
            maximum="1e15",
            help="Different values of the shard key: users, tenants, devices.",
            source="Worked example",
        ),
        Input(
            name="hot_key_share",
            label="requests that go to the hottest key",
            default="1%",
            minimum="0",
            maximum="100%",
            help="0.01 % is even; a celebrity or a large tenant may take several percent.",
            source=MEASURE,
        ),
        Input(
            name="growth",
            label="growth a year",
            default="50%",
            minimum="0",
            maximum="10,000%",
            source="An assumption: ask, or try a range",
        ),
    ),
    formulas=(
        Formula(name="by_size", label="shards for the size", expression="ceil(stored / shard_size)", unit="shard"),
        Formula(
            name="by_rate", label="shards for the rate", expression="ceil(request_rate / shard_rate)", unit="shard"
        ),
        Formula(
            name="shards", label="shards", expression="max(by_size, by_rate, 1 shard)", words="the larger of the two"
        ),
        Formula(
            name="in_two_years",
            label="shards after two years of growth",
            expression="max(ceil(stored * (1 + growth) ^ 2 / shard_size), ceil(request_rate * (1 + growth) ^ 2 / "
            "shard_rate))",
            words="the same with (1 + growth)² times as much",
            unit="shard",
        ),
        Formula(name="keys_per_shard", label="keys on a shard, mean", expression="keys / shards", unit="key/shard"),
        Formula(
            name="chance_skew",
            label="fullest shard over the mean, by chance",
            expression="1 + sqrt(2 * ln(max(shards / 1 shard, 1)) * (shards / 1 shard) / (keys / 1 key))",
            words="1 + √(2 × ln(shards) ÷ keys on a shard)",
            help="Keys dealt out by a good hash, all equally busy. Balls into bins, for many more keys than shards.",
        ),
        Formula(
            name="mean_rate",
            label="requests of a shard, mean",
            expression="request_rate / shards",
            unit="request/s/shard",
        ),
        Formula(
            name="hot_rate",
            label="requests of the shard with the hottest key",
            expression="request_rate * hot_key_share / 1 shard + request_rate * (1 - hot_key_share) / shards",
            words="requests × share of the hottest key + an even part of the rest",
            unit="request/s/shard",
        ),
        Formula(
            name="hot_skew",
            label="hottest shard over the mean",
            expression="hot_rate / mean_rate",
        ),
        Formula(
            name="usable",
            label="requests that all shards serve before the hottest is full",
            expression="request_rate * shard_rate / hot_rate",
            words="requests × what a shard serves ÷ requests of the hottest shard",
            unit="request/s",
        ),
        Formula(
            name="moved_modulo",
            label="keys that move when one shard is added, by modulo",
            expression="(shards / 1 shard) / (shards / 1 shard + 1)",
            words="shards ÷ (shards + 1)",
            unit="%",
        ),
        Formula(
            name="moved_ring",
            label="keys that move by consistent hashing",
            expression="1 / (shards / 1 shard + 1)",
            words="1 ÷ (shards + 1)",
            unit="%",
        ),
    ),
    outputs=("shards", "in_two_years", "hot_rate", "hot_skew", "chance_skew", "moved_ring"),
    remarks=(
        Remark(
            when="shards <= 1 shard",
            text="One machine keeps {stored} and serves {request_rate}: do not shard yet.",
            topic="sharding",
        ),
        Remark(
            when="in_two_years > 1.5 * shards",
            text="Two years of growth ask for {in_two_years} instead of {shards}: cut the keys into many more "
            "partitions than machines now, and move whole partitions later.",
            topic="partitioning-schemes",
        ),
        Remark(
            when="hot_rate > shard_rate",
            text="The hottest shard gets {hot_rate} and serves {shard_rate}. More shards do not help: split the "
            "key, or "
            "cache it.",
            topic="sharding",
        ),
        Remark(
            when="chance_skew > 1.2",
            text="So few keys for each shard that by chance one becomes {chance_skew} times as full as the mean: "
            "pick a "
            "finer key.",
            topic="partitioning-schemes",
        ),
        Remark(
            when="by_rate > 2 * by_size",
            text="Rate, not size, asks for {shards}: a cache or read replicas may be enough.",
            topic="replication",
        ),
        Remark(
            when="by_size > 2 * by_rate",
            text="Size, not rate, asks for {shards}: move old or large records to cheaper storage first.",
            topic="choosing-storage",
        ),
    ),
    topics=("sharding", "partitioning-schemes", "consistent-hashing", "virtual-nodes"),
    sources=(
        f"{KLEPPMANN}, ch. 6",
        "Martin Raab and Angelika Steger, Balls into Bins, RANDOM (1998)",
        "David Karger et al., Consistent Hashing and Random Trees, STOC (1997)",
    ),
)
