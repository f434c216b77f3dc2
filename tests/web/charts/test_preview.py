"""The picture beside a shared address, made by resvg: its size by the bytes of PNG, its contents by decoding them."""

from __future__ import annotations

import struct
import zlib

import pytest

from web.charts.preview import card, png

pytestmark = pytest.mark.one_database
PAPER = (0xFF, 0xFF, 0xFF)
RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10">'
    '<path fill="#f00" d="M0 0h20v10H0z"/></svg>'
)


def small(drawn: str) -> list[bytes]:
    """The same picture in a tenth of its size, which is soon decoded."""
    return rows(png(drawn.replace('width="1200" height="630"', 'width="120" height="63"', 1)))


def rows(picture: bytes) -> list[bytes]:
    """Rows of red, green, blue and opacity (PNG specification 1.2, section 6: five filters)."""
    width, height, depth, colours = struct.unpack(">IIBB", picture[16:26])
    assert (depth, colours) == (8, 6)
    at, packed = 8, b""
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        packed += picture[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride, done = zlib.decompress(packed), 4 * width, []
    before = bytearray(stride)
    for number in range(height):
        start = number * (stride + 1)
        how, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for place in range(stride):
            left = row[place - 4] if place >= 4 else 0
            up, corner = before[place], before[place - 4] if place >= 4 else 0
            nearest = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
            row[place] = (row[place] + (0, left, up, (left + up) // 2, nearest)[how]) & 255
        done.append(bytes(row))
        before = row
    return done


def colour(picture: list[bytes], x: int, y: int) -> tuple[int, ...]:
    return tuple(picture[y][4 * x : 4 * x + 3])


def test_a_preview_has_the_size_that_sites_ask_for_and_the_drawing_in_its_middle():
    drawn = card("A shop", "Six components.", RED)

    assert struct.unpack(">II", png(drawn)[16:24]) == (1200, 630)
    picture = small(drawn)
    assert colour(picture, 60, 36) == (255, 0, 0)
    assert colour(picture, 10, 36) == PAPER  # twice as wide as high: as high as there is room


def test_a_drawing_that_is_not_wide_stands_beside_the_text_as_high_as_the_card():
    tall = RED.replace('width="20" height="10" viewBox="0 0 20 10"', 'width="10" height="10" viewBox="0 0 10 10"')
    picture = small(card("A map", "All topics.", tall))

    assert [colour(picture, x, 36) for x in (64, 68, 112, 118)] == [PAPER, (255, 0, 0), (255, 0, 0), PAPER]
    assert colour(picture, 100, 58) == (255, 0, 0)


def test_words_are_text_and_a_long_title_ends_before_the_margin():
    drawn = card("<script>" + "W" * 500, "a & b")

    assert "<script>" not in drawn
    assert "a &amp; b" in drawn
    picture = small(drawn)
    assert {colour(picture, x, y) for x in range(116, 120) for y in range(4, 10)} == {PAPER}
    assert {colour(picture, x, 7) for x in range(5, 70)} != {PAPER}  # there are letters


def test_what_has_no_size_is_left_out():
    assert card("A shop", "", "<p>no drawing</p>") == card("A shop", "")
    assert card("A shop", "", "<svg></svg>") == card("A shop", "")


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match=r"."):
        png("no picture")
