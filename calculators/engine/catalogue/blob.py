"""Blobs and chunks: how many chunks files make, what copies or parity add, and what it costs to keep them where."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, GFS
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="blob",
    title="Blobs and chunks",
    summary="Chunks, copies and parity, the memory for metadata, and the price of object, block and file storage.",
    inputs=(
        Input(name="files", label="files", default="10M", unit="file", minimum="1", source="Worked example"),
        Input(
            name="file_size",
            label="bytes per file, mean",
            default="100 MB",
            unit="byte/file",
            minimum="1 B",
            source=ASSUMED,
        ),
        Input(
            name="chunk_size",
            label="bytes per chunk",
            default="64 MB",
            unit="byte/chunk",
            minimum="1 B",
            source=f"{GFS}, section 2.5: 64 MB",
        ),
        Input(
            name="copies",
            label="copies of each chunk",
            default="3",
            minimum="1",
            maximum="100",
            source=f"{GFS}, section 2.3: three",
        ),
        Input(
            name="chunk_metadata",
            label="metadata for a chunk",
            default="64 B",
            unit="byte/chunk",
            minimum="0",
            source=f"{GFS}, section 2.6.1: less than 64 bytes",
        ),
        Input(
            name="file_metadata",
            label="metadata for a file",
            default="64 B",
            unit="byte/file",
            minimum="0",
            source=f"{GFS}, section 2.6.1: less than 64 bytes, names shortened by their prefix",
        ),
        Input(
            name="data_parts",
            label="data parts of an erasure code",
            default="6",
            minimum="1",
            maximum="100",
            source="HDFS Erasure Coding, Apache Hadoop documentation: RS-6-3",
        ),
        Input(
            name="parity_parts",
            label="parity parts",
            default="3",
            minimum="0",
            maximum="100",
            source="HDFS Erasure Coding, Apache Hadoop documentation: RS-6-3",
        ),
        Input(
            name="object_price",
            label="object storage",
            default="$0.023/GB/month",
            unit="USD/GB/month",
            minimum="0",
            source="AWS S3 Standard, first 50 TB, us-east-1, list price 2024",
        ),
        Input(
            name="block_price",
            label="network disks",
            default="$0.08/GB/month",
            unit="USD/GB/month",
            minimum="0",
            source="AWS EBS gp3, us-east-1, list price 2024",
        ),
        Input(
            name="file_price",
            label="a shared file system",
            default="$0.30/GB/month",
            unit="USD/GB/month",
            minimum="0",
            source="AWS EFS Standard, us-east-1, list price 2024",
        ),
    ),
    formulas=(
        Formula(name="stored", label="bytes, one copy", expression="files * file_size"),
        Formula(
            name="chunks_per_file",
            label="chunks of a file",
            expression="ceil(file_size * 1 file / chunk_size)",
            words="bytes per file ÷ bytes per chunk, rounded up",
            unit="chunk",
            help="The last one need not be full and takes only what it holds.",
        ),
        Formula(
            name="chunks",
            label="chunks",
            expression="files * chunks_per_file / 1 file",
            words="files × chunks of a file",
            unit="chunk",
        ),
        Formula(name="with_copies", label="bytes with copies", expression="stored * copies"),
        Formula(
            name="with_parity",
            label="bytes with parity instead",
            expression="stored * (data_parts + parity_parts) / data_parts",
            words="bytes × (data + parity) ÷ data parts",
            help="Any of the parts may fail, up to as many as there are parity parts; a repair reads all data parts.",
        ),
        Formula(
            name="chunk_copies",
            label="chunks to look after, with copies",
            expression="chunks * copies",
            unit="chunk",
        ),
        Formula(
            name="metadata",
            label="memory for metadata",
            expression="chunks * chunk_metadata + files * file_metadata",
        ),
        Formula(
            name="small_file_metadata",
            label="the same bytes as files of 1 MB: memory",
            expression="stored / 1 MB * 1 chunk * chunk_metadata + stored / 1 MB * 1 file * file_metadata",
            words="one chunk and one file for each MB",
        ),
        Formula(
            name="object_cost",
            label="object storage a month",
            expression="stored * object_price * 1 month",
            unit="USD",
            help="At the list price of the first tier; its own copies are in it.",
        ),
        Formula(
            name="block_cost",
            label="network disks a month",
            expression="stored * block_price * 1 month",
            unit="USD",
            help="The price of one copy. Each further copy on disks of your own costs as much again.",
        ),
        Formula(
            name="file_cost",
            label="a shared file system a month",
            expression="stored * file_price * 1 month",
            unit="USD",
        ),
    ),
    outputs=("stored", "chunks", "with_copies", "with_parity", "metadata", "object_cost"),
    remarks=(
        Remark(
            when="metadata < 64 GB",
            text="All metadata are {metadata} and fit into the memory of one machine, as in the Google File System.",
            topic="distributed-file-systems",
        ),
        Remark(
            when="small_file_metadata > 10 * metadata",
            text="As files of 1 MB the same bytes need {small_file_metadata} of metadata: pack small files together.",
            topic="distributed-file-systems",
        ),
        Remark(
            when="with_parity < 0.7 * with_copies",
            text="Parity keeps {with_parity} instead of {with_copies}. Copies are faster to read and to repair: "
            "parity is for data that is seldom read.",
            topic="blob-storage",
        ),
        Remark(
            when="object_cost < 0.5 * block_cost",
            text="Object storage costs {object_cost} a month, disks {block_cost}, a shared file system {file_cost}.",
            topic="choosing-storage",
        ),
    ),
    topics=("blob-storage", "distributed-file-systems", "choosing-storage", "cost-estimation"),
    sources=(GFS, "Cheng Huang et al., Erasure Coding in Windows Azure Storage, USENIX ATC (2012)"),
)
