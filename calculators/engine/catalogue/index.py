"""Index: reads to find one record by looking at all, by binary search and by a B-tree, and what writes pay for it."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, KLEPPMANN
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="index",
    title="Index",
    summary="Linear, binary search and B-tree: pages read to find one record, the size of an index, the cost of a "
    "write.",
    inputs=(
        Input(
            name="records",
            label="records",
            default="100M",
            unit="record",
            minimum="1",
            maximum="1e18",
            source="Worked example",
        ),
        Input(
            name="record_size",
            label="bytes per record",
            default="200 B",
            unit="byte/record",
            minimum="1 B",
            source=ASSUMED,
        ),
        Input(
            name="page_size",
            label="bytes per page",
            default="8 KiB",
            unit="byte/page",
            minimum="64 B",
            maximum="1 GB",
            source="PostgreSQL manual, database page layout: 8 kB; InnoDB takes 16 kB",
        ),
        Input(
            name="entry_size",
            label="bytes per entry of the index",
            default="16 B",
            unit="byte/record",
            minimum="1 B",
            help="The key and a pointer to a page.",
            source="A key and a pointer of 8 bytes each",
        ),
        Input(
            name="page_fill",
            label="how full a page of the index is",
            default="69%",
            minimum="1%",
            maximum="100%",
            source="Andrew Yao, On random 2-3 trees, Acta Informatica 9 (1978): ln 2, for entries that come at random",
        ),
        Input(
            name="read_time",
            label="time to read a page at random",
            default="150 µs",
            unit="us",
            minimum="0",
            source="Jonas Bonér (2012): 4 kB at random from an SSD",
        ),
        Input(
            name="scan_speed",
            label="speed in sequence",
            default="1 GB/s",
            unit="GB/s",
            minimum="1 kB/s",
            source="Jonas Bonér (2012): 1 MB from an SSD in 1 ms",
        ),
        Input(name="indexes", label="indexes on the table", default="4", minimum="0", maximum="1,000", source=ASSUMED),
        Input(
            name="write_rate",
            label="records written",
            default="2,000",
            unit="record/s",
            minimum="0",
            source="Worked example",
        ),
    ),
    formulas=(
        Formula(
            name="records_per_page",
            label="records on a page",
            expression="max(floor(page_size * 1 page / record_size), 1 record)",
            words="bytes per page ÷ bytes per record",
            unit="record",
        ),
        Formula(
            name="pages",
            label="pages of the table",
            expression="ceil(records / records_per_page * 1 page)",
            words="records ÷ records on a page",
            unit="page",
        ),
        Formula(name="table_size", label="the table", expression="records * record_size"),
        Formula(
            name="scan_time",
            label="linear: time to look at everything",
            expression="table_size / scan_speed",
        ),
        Formula(
            name="binary_steps",
            label="binary search: comparisons at most",
            expression="floor(log2(records / 1 record)) + 1",
            words="⌊log₂ records⌋ + 1",
            help="Over a sorted file; nearly every comparison reads another page.",
        ),
        Formula(
            name="binary_time",
            label="binary search: time from an SSD",
            expression="binary_steps * read_time",
            words="comparisons × time to read a page",
            help="Mental estimate: 2^10 is about a thousand, so a million takes 20 comparisons and a billion 30.",
        ),
        Formula(
            name="fan_out",
            label="B-tree: entries on a page",
            expression="max(floor(page_size * 1 page / entry_size * page_fill / 1 record), 2)",
            words="bytes per page ÷ bytes per entry × how full",
        ),
        Formula(
            name="height",
            label="B-tree: pages from root to entry",
            expression="levels(records / 1 record, fan_out)",
            words="⌈log of the records to the base of the entries on a page⌉",
        ),
        Formula(
            name="tree_time",
            label="B-tree: time with nothing cached",
            expression="(height + 1) * read_time",
            words="(pages from root to entry + the record's page) × time to read a page",
        ),
        Formula(
            name="index_size",
            label="one index",
            expression="records * entry_size / page_fill",
            words="records × bytes per entry ÷ how full",
        ),
        Formula(
            name="inner_size",
            label="its levels above the leaves",
            expression="index_size / fan_out",
            words="one index ÷ entries on a page",
            help="Small enough to stay in memory; then a look-up reads the leaf and the record.",
        ),
        Formula(
            name="write_amplification",
            label="bytes written for each byte of a record, at most",
            expression="(1 + indexes) * page_size * 1 page / (record_size * 1 record)",
            words="(table + indexes) × bytes per page ÷ bytes per record",
            help="Assumes that a write touches one page of each, and that no two records share a page. A log that is "
            "written first adds the record itself.",
        ),
        Formula(
            name="page_writes",
            label="pages changed a second, at most",
            expression="write_rate * (1 + indexes) * 1 page / 1 record",
            words="records written × (table + indexes)",
            unit="page/s",
        ),
    ),
    outputs=("scan_time", "binary_time", "height", "tree_time", "index_size", "write_amplification"),
    remarks=(
        Remark(
            when="scan_time < 10 ms",
            text="Looking at everything takes {scan_time}: no index is needed yet.",
            topic="indexing",
        ),
        Remark(
            when="inner_size < 1 GB",
            text="All levels above the leaves are {inner_size} and stay in memory: a look-up reads two pages from "
            "disk.",
            topic="indexing",
        ),
        Remark(
            when="write_amplification > 100",
            text="Small records with {indexes} indexes write up to {write_amplification} bytes for each of their own: "
            "an LSM tree, or fewer indexes.",
            topic="storage-engines",
        ),
        Remark(
            when="indexes >= 6",
            text="Every write pays for {indexes} indexes ({page_writes}): drop those that no query uses.",
            topic="indexing",
        ),
    ),
    topics=("indexing", "storage-engines", "relational-databases"),
    sources=(
        "Rudolf Bayer and Edward McCreight, Organization and Maintenance of Large Ordered Indices, Acta Informatica "
        "1 (1972)",
        f"{KLEPPMANN}, ch. 3",
    ),
)
