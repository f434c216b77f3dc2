"""Which product a component's field names: one that is known, and no guess between several."""

from __future__ import annotations

import pytest

from designs.document.technologies import TECHNOLOGIES, WORD, technology_of


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("PostgreSQL", "PG"),
        ("postgres:16-alpine", "PG"),
        ("Amazon RDS for PostgreSQL 16", "PG"),
        ("Amazon Aurora (PostgreSQL)", "Au"),
        ("aws_dynamodb_table", "Dy"),
        ("aws_s3_bucket", "S3"),
        ("Apache Kafka", "Kf"),
        ("Redis Cluster", "Re"),
        ("Google Cloud Pub/Sub", "GPS"),
        ("NGINX Ingress", "ngx"),
        ("Node.js", "Nd"),
        ("Elasticsearch 8", "ES"),
        ("Cassandra", "Ca"),
    ],
)
def test_a_product_is_known_however_it_is_written(text, letters):
    found = technology_of(text)
    assert found
    assert found.letters == letters


@pytest.mark.parametrize(
    "text",
    [
        "",
        "our own",
        "Redis or Memcached",
        "Kafka, then S3",
        "MySQL-compatible, sharded with Vitess",
        "Elastic Load Balancing",
        "the algorithm of ours",
        "S3-compatible (MinIO)",
    ],
)
def test_none_and_several_have_no_letters(text):
    assert technology_of(text) is None


def test_letters_tell_products_apart_and_words_are_found_as_they_stand():
    assert len({each.letters for each in TECHNOLOGIES}) == len(TECHNOLOGIES)
    words = [each for technology in TECHNOLOGIES for each in technology.words]
    assert len(set(words)) == len(words)
    assert all(" ".join(WORD.findall(each)) == each for each in words)
    assert all(2 <= len(each.letters) <= 3 for each in TECHNOLOGIES)
    assert all(technology_of(each.name) == each for each in TECHNOLOGIES)
