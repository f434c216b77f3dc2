"""Answers are compressed for whoever reads it, in a way that they read."""

from __future__ import annotations

import gzip

import pytest
import zstandard
from django.http import HttpResponse
from django.test import RequestFactory
from playwright.sync_api import expect

from web.shown.compression import CompressionMiddleware

TEXT = "number one, number two, " * 200


def answered(accepted, text=TEXT, **headers):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted} if accepted else {})
    return CompressionMiddleware(lambda _: HttpResponse(text, headers=headers))(request)


def unpacked(answer):
    """Read as a stream, as browsers do: what is in the frame that may be skipped never shows."""
    with zstandard.ZstdDecompressor().stream_reader(answer.content, read_across_frames=True) as reader:
        return reader.read().decode()


def test_browsers_get_zstd_and_its_length():
    answer = answered("gzip, deflate, br, zstd")
    assert answer["Content-Encoding"] == "zstd"
    assert int(answer["Content-Length"]) == len(answer.content) < len(TEXT)
    assert answer["Vary"] == "Accept-Encoding"
    assert unpacked(answer) == TEXT


def test_others_get_gzip_or_the_text_itself():
    packed = answered("gzip, deflate")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).decode() == TEXT
    plain = answered("")
    assert "Content-Encoding" not in plain
    assert plain.content.decode() == TEXT
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "given"),
    [
        ("gzip;q=0", None),
        ("zstd;q=0, gzip", "gzip"),
        ("zstd ; q=0.000, gzip; q=0", None),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip;q=, zstd;level=0", "zstd"),
        (";q=0,,gzip", "gzip"),
    ],
)
def test_what_a_client_refuses_it_does_not_get(accepted, given):
    """RFC 9110, section 12.5.3: a weight of 0 refuses an encoding."""
    answer = answered(accepted)

    assert answer.get("Content-Encoding") == given
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("text", "headers"),
    [("short", {}), (TEXT, {"Content-Encoding": "gzip"})],
    ids=["too short to gain", "packed already"],
)
def test_what_would_gain_nothing_stays_as_it_is(text, headers):
    answer = answered("zstd", text, **headers)
    assert answer.content.decode() == text
    assert answer.get("Content-Encoding") == headers.get("Content-Encoding")


def test_a_strong_tag_becomes_weak():
    """RFC 9110, section 8.8.1: the bytes are others now."""
    assert answered("zstd", ETag='"1"')["ETag"] == 'W/"1"'


def test_the_length_tells_nothing_of_one_character_more():
    """BREACH reads secrets from the lengths of answers that hold text of its own."""
    assert len({len(answered("zstd").content) for _ in range(30)}) > 5


def test_a_browser_reads_it(page):
    with page.expect_response("**/calculators/capacity/") as found:
        page.goto("/calculators/capacity/")
    assert found.value.headers["content-encoding"] == "zstd"
    expect(page.locator("h1")).to_have_text("Capacity")
