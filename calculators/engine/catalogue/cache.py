"""Cache: what a hit ratio does to latency and to the database, the memory it takes, and a restart that is cold."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE, NUMBERS
from calculators.engine.sheets import Formula, Input, Remark, Sheet

BRESLAU = "Lee Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM (1999)"

SHEET = Sheet(
    slug="cache",
    title="Cache",
    summary="From the hit ratio to latency and the load left for the database, and what a cold restart does.",
    inputs=(
        Input(
            name="read_rate",
            label="reads per second",
            default="50,000",
            unit="read/s",
            minimum="0.001",
            source="Worked example",
        ),
        Input(
            name="hit_ratio",
            label="reads that the cache answers",
            default="90%",
            minimum="0",
            maximum="100%",
            source=MEASURE,
        ),
        Input(
            name="cache_time",
            label="time of a hit",
            default="0.5 ms",
            unit="ms",
            minimum="0",
            source="Jeff Dean (2009): a round trip within one data centre",
        ),
        Input(
            name="database_time",
            label="time of a read from the database",
            default="10 ms",
            unit="ms",
            minimum="0",
            source=MEASURE,
        ),
        Input(
            name="database_capacity",
            label="reads that the database can serve",
            default="10,000",
            unit="read/s",
            minimum="0.001",
            source=f"{NUMBERS}: 10,000 to 50,000 for a relational database; the low end",
        ),
        Input(
            name="objects",
            label="distinct objects",
            default="100M",
            unit="object",
            minimum="1",
            maximum="1e15",
            source="Worked example",
        ),
        Input(
            name="object_size",
            label="bytes per object",
            default="1 kB",
            unit="byte/object",
            minimum="1 B",
            help="With its key and the cache's own overhead.",
            source=ASSUMED,
        ),
        Input(
            name="cache_memory",
            label="memory of the cache",
            default="64 GB",
            unit="GB",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="zipf_exponent",
            label="how skewed popularity is",
            default="0.8",
            minimum="0",
            maximum="3",
            help="Zipf's exponent: 0 when all are equally popular, 0.64 to 0.83 measured at web proxies.",
            source=f"{BRESLAU}: 0.64 to 0.83",
        ),
    ),
    formulas=(
        Formula(
            name="effective_time",
            label="mean time of a read",
            expression="hit_ratio * cache_time + (1 - hit_ratio) * (cache_time + database_time)",
            words="hits × time of a hit + misses × (time of a hit + time of the database)",
            help="A miss has asked the cache first.",
        ),
        Formula(
            name="speed_up",
            label="times faster than without a cache",
            expression="if(effective_time > 0, database_time / effective_time, 1)",
            words="time of the database ÷ mean time",
        ),
        Formula(
            name="database_load",
            label="reads left for the database",
            expression="read_rate * (1 - hit_ratio)",
            unit="read/s",
        ),
        Formula(
            name="database_utilisation",
            label="how busy that makes the database",
            expression="database_load / database_capacity",
            unit="%",
        ),
        Formula(
            name="one_point_less",
            label="reads for the database when one hit in a hundred is lost",
            expression="read_rate * (1 - max(hit_ratio - 1%, 0))",
            words="reads × (1 − (hit ratio − 1 %))",
            unit="read/s",
        ),
        Formula(
            name="cached_objects",
            label="objects that fit into memory",
            expression="min(floor(cache_memory / object_size), objects)",
            words="memory ÷ bytes per object, at most all",
            unit="object",
        ),
        Formula(
            name="possible_hit_ratio",
            label="hit ratio that this memory allows",
            expression="zipf_share(cached_objects / 1 object, objects / 1 object, zipf_exponent)",
            words="share of reads that goes to the most popular objects that fit (Zipf)",
            unit="%",
            help="Assumes that reads are independent and popularity is fixed. Reads that cluster in time can hit more "
            "often; "
            "expiry and change cost hits.",
        ),
        Formula(
            name="whole_size",
            label="memory for everything",
            expression="objects * object_size",
        ),
        Formula(
            name="cold_overload",
            label="load on the database after a cold restart",
            expression="read_rate / database_capacity",
            words="all reads ÷ what the database can serve",
            unit="%",
        ),
        Formula(
            name="hits_to_bear",
            label="hit ratio from which the database keeps up",
            expression="max(1 - database_capacity / read_rate, 0)",
            words="1 − what the database can serve ÷ all reads",
            unit="%",
        ),
        Formula(
            name="warm_up",
            label="time to fill the cache again, at least",
            expression="cached_objects * 1 read / 1 object / min(read_rate, database_capacity)",
            words="objects that fit ÷ reads that the database can serve, one miss each",
            help="Popular objects come back sooner; the last ones much later.",
        ),
    ),
    outputs=(
        "effective_time",
        "database_load",
        "database_utilisation",
        "possible_hit_ratio",
        "cold_overload",
        "warm_up",
    ),
    remarks=(
        Remark(
            when="database_load > database_capacity",
            text="{database_load} still reach the database, which serves {database_capacity}.",
            topic="caching-basics",
        ),
        Remark(
            when="(read_rate > database_capacity) * (database_load <= database_capacity)",
            text="The database survives only while the cache works: right after a restart it gets {cold_overload} of "
            "what it can serve. The overload falls as popular objects come back, and ends once {hits_to_bear} of the "
            "reads are hits; to fill the whole cache takes at least {warm_up}. Warm it first, or let few through.",
            topic="caching-basics",
        ),
        Remark(
            when="hit_ratio > possible_hit_ratio",
            text="{hit_ratio} is more than {cache_memory} allow at this skew ({possible_hit_ratio}).",
            topic="cache-eviction",
        ),
        Remark(
            when="cache_memory > whole_size",
            text="Everything fits ({whole_size}): what limits the hit ratio is expiry, not memory.",
            topic="cache-eviction",
        ),
        Remark(
            when="(hit_ratio >= 0.9) * (hit_ratio < 1)",
            text="One hit in a hundred less, and the database gets {one_point_less} instead of {database_load}.",
            topic="caching-basics",
        ),
    ),
    topics=("caching-basics", "cache-eviction", "cache-write-policies"),
    sources=(
        "John Hennessy and David Patterson, Computer Architecture: A Quantitative Approach, appendix B: average "
        "access time",
        BRESLAU,
    ),
)
