"""Prose that reads at once: what can be counted of it is counted."""

from __future__ import annotations

import pytest

from tests.studyguide.content import topics
from tests.studyguide.prose import long_sentences, sentences, unexplained_acronyms

# Words of SQL and HTTP, names of products and protocols, units, and acronyms that the field uses as words. A new one is
# explained where it stands, such as "CDC (change data capture)".
KNOWN = frozenset(
    [
        "ACID",
        "ALB",
        "API",
        "AWS",
        "BLOB",
        "CAP",
        "CDA",
        "CDN",
        "CPU",
        "CQRS",
        "CRC",
        "CRDT",
        "CREATE",
        "DELETE",
        "DKIM",
        "DMARC",
        "DNS",
        "DSS",
        "EBS",
        "ECB",
        "EFS",
        "EXPIRE",
        "FIFO",
        "FOR",
        "FTP",
        "GCM",
        "GCRA",
        "GET",
        "HMAC",
        "HNSW",
        "HSTS",
        "HTTP",
        "HTTPS",
        "IEC",
        "INCR",
        "INDEX",
        "IPFS",
        "IVF",
        "JSON",
        "KEM",
        "LIKE",
        "LOCKED",
        "LRU",
        "LSM",
        "LVS",
        "MAC",
        "MQTT",
        "MVCC",
        "NAT",
        "NFS",
        "NLB",
        "NTP",
        "OFFSET",
        "OIDC",
        "OPAQUE",
        "OSI",
        "OWASP",
        "PACELC",
        "PCI",
        "PGQ",
        "PKCE",
        "POSIX",
        "POST",
        "PRAM",
        "PUT",
        "QUIC",
        "RAM",
        "RDS",
        "REST",
        "RFC",
        "RPO",
        "RTO",
        "SASL",
        "SATA",
        "SELECT",
        "SET",
        "SKIP",
        "SLA",
        "SLI",
        "SLO",
        "SMPP",
        "SMS",
        "SMTP",
        "SOCKS",
        "SPARQL",
        "SPF",
        "SQL",
        "SQS",
        "SRE",
        "SRV",
        "SSD",
        "SSE",
        "TCP",
        "TLS",
        "TTL",
        "TXT",
        "UDP",
        "UPDATE",
        "URL",
        "USD",
        "UTC",
        "VPN",
        "VRRP",
        "WHERE",
        "XML",
        "XMPP",
        "YAML",
    ]
)


@pytest.mark.parametrize("slug", list(topics()))
def test_no_sentence_is_longer_than_35_words(slug):
    assert long_sentences(topics()[slug].path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("slug", list(topics()))
def test_an_acronym_is_known_or_explained(slug):
    found = unexplained_acronyms(topics()[slug].path.read_text(encoding="utf-8"), KNOWN)
    assert found == set(), "say in brackets what they mean, or add what everybody knows to KNOWN above"


def test_what_counts_as_a_sentence():
    text = (
        "---\ntitle: X\n---\n# Head\n\nOne two. Three: four!\n\n| a | b |\n\n```sql\nSELECT 1\n```\n- five [[x|six]]\n"
    )

    assert list(sentences(text)) == ["One two.", "Three: four!", "- five six"]
    assert long_sentences("---\n---\n" + "word " * 36)
    assert not long_sentences("---\n---\n" + "word " * 35)
    assert unexplained_acronyms("---\n---\nAn ABC and a DEF (long words), XYZ.", frozenset({"XYZ"})) == {"ABC"}
