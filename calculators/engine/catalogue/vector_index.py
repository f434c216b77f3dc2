"""A vector index: memory of three ways to keep vectors, and comparisons of three ways to search them."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

HNSW = "Malkov and Yashunin, Hierarchical Navigable Small World Graphs, IEEE TPAMI 42 (2020)"
PQ = "Jégou, Douze and Schmid, Product Quantization for Nearest Neighbor Search, IEEE TPAMI 33 (2011)"

SHEET = Sheet(
    slug="vector-index",
    title="Vector index",
    summary="Bytes of vectors as they are, with the links of HNSW and compressed, the machines for them, and how many "
    "vectors a search looks at.",
    inputs=(
        Input(name="vectors", label="vectors", default="10M", minimum="1", source=ASSUMED),
        Input(
            name="numbers",
            label="numbers of a vector",
            default="1,536",
            minimum="1",
            source="OpenAI, Embeddings guide: text-embedding-3-small has 1,536",
        ),
        Input(
            name="number_size",
            label="bytes of a number",
            default="4 B",
            unit="B",
            minimum="0.125 B",
            help="4 as floats, 2 as half floats, 1 or an eighth when rounded.",
            source="IEEE 754, single precision",
        ),
        Input(
            name="links",
            label="links of a vector in the lowest layer",
            default="32",
            minimum="1",
            source=f"{HNSW}: twice M, and M of 5 to 48; here M is 16",
        ),
        Input(name="link_size", label="bytes of a link", default="4 B", unit="B", minimum="1 B", source=ASSUMED),
        Input(
            name="code_size",
            label="bytes of a compressed vector",
            default="96 B",
            unit="B",
            minimum="1 B",
            source=f"{PQ}: one byte for each part; 96 parts are an assumption",
        ),
        Input(
            name="lists",
            label="groups of an IVF index",
            default="4,096",
            minimum="1",
            source="An assumption: of the order of the root of the number of vectors",
        ),
        Input(name="probes", label="groups that a search looks into", default="16", minimum="1", source=ASSUMED),
        Input(name="copies", label="copies", default="2", minimum="1", source=ASSUMED),
        Input(
            name="machine_memory",
            label="memory of a machine",
            default="64 GB",
            unit="GB",
            minimum="1 GB",
            source=ASSUMED,
        ),
        Input(
            name="usable",
            label="share of it for the index",
            default="70%",
            minimum="1%",
            maximum="100%",
            source=ASSUMED,
        ),
    ),
    checks=(
        Check(
            must="probes <= lists",
            text="there are {lists} groups. Expected at most as many to look into",
            input="probes",
        ),
    ),
    formulas=(
        Formula(name="raw", label="vectors as they are", expression="vectors * numbers * number_size", unit="GB"),
        Formula(
            name="link_bytes",
            label="links of HNSW",
            expression="vectors * links * link_size",
            unit="GB",
            help="Of the lowest layer. The layers above hold a few percent more.",
        ),
        Formula(name="graph", label="HNSW in memory", expression="raw + link_bytes", unit="GB"),
        Formula(
            name="compressed",
            label="compressed by product quantization",
            expression="vectors * code_size",
            unit="GB",
            help="The originals may stay on disk, to look again at the best hundred.",
        ),
        Formula(
            name="machines",
            label="machines for HNSW with copies",
            expression="ceil(graph / (machine_memory * usable)) * floor(copies)",
            words="HNSW in memory ÷ usable memory of a machine, rounded up, × copies",
        ),
        Formula(
            name="machines_compressed",
            label="machines when compressed",
            expression="ceil(compressed / (machine_memory * usable)) * floor(copies)",
        ),
        Formula(
            name="compared",
            label="vectors that an IVF search compares",
            expression="floor(lists) + vectors * floor(probes) / floor(lists)",
            words="centres of all groups + vectors of the groups that it looks into",
            help="Assumes groups of equal size. They are not, so it is the mean.",
        ),
        Formula(
            name="share_compared",
            label="of an exact scan",
            expression="compared / vectors",
            unit="%",
        ),
        Formula(
            name="best_lists",
            label="groups with the fewest comparisons",
            expression="sqrt(vectors * floor(probes))",
            words="root of (vectors × groups that a search looks into)",
            help="Where the derivative of the row above is zero.",
        ),
        Formula(
            name="scan_time",
            label="an exact scan on one core",
            expression="raw / (10 GB/s)",
            words="vectors as they are ÷ 10 GB/s",
            unit="ms",
            help="Assumes that one core reads 10 GB/s from memory, as the site's latency numbers say.",
        ),
    ),
    outputs=("raw", "graph", "compressed", "machines", "share_compared", "scan_time"),
    remarks=(
        Remark(
            when="scan_time < 50 ms",
            text="Comparing with every vector takes {scan_time} on one core: exact, and perhaps quick enough. No index "
            "is needed yet.",
            topic="vector-search-and-rag",
        ),
        Remark(
            when="machines > machines_compressed",
            text="Compressed, {machines_compressed} machines do instead of {machines}. Measure the loss of recall.",
            topic="vector-search-and-rag",
        ),
        Remark(
            when="link_bytes > raw / 2",
            text="The links take nearly as much as the vectors: with short vectors fewer links, or another index, pay.",
            topic="vector-search-and-rag",
        ),
        Remark(
            when="machines <= machines_compressed",
            text="All vectors fit into {machines} machines as they are.",
            topic="vector-search-and-rag",
        ),
    ),
    topics=("vector-search-and-rag",),
    sources=(HNSW, PQ),
)
