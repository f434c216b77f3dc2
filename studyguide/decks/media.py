"""The pictures of an Anki package: found by the names that cards have for them, checked, and known by their content."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

import zstandard

from studyguide.decks import wire
from studyguide.decks.archive import MAX_WINDOW, UNREADABLE
from studyguide.decks.problems import DeckError
from studyguide.notes.images import MAX_BYTES, Picture, PictureRefusedError, read_picture
from web.reading.json_text import read_json

ZSTD = b"\x28\xb5\x2f\xfd"
OCCLUSION = re.compile(r"image-occlusion:(rect|ellipse|polygon):([^{}]*)")
NUMBER = re.compile(r"-?(?:\d++(?:\.\d++)?|\.\d++)")


@dataclass
class Media:
    """`shown` are the pictures that cards have, by digest; `lost` the names of those that are not in the package or
    cannot be read."""

    archive: zipfile.ZipFile | None = None
    entries: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Picture] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    _read: dict[str, Picture | None] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> Media:
        """With the list of media that the package has, of either form."""
        if "media" not in archive.namelist():
            return cls(archive=archive)
        raw = _unpacked(archive, "media", limit=20_000_000)
        try:
            if raw.lstrip().startswith(b"{"):
                listed = {str(name): str(number) for number, name in read_json(raw).items()}
            else:
                entries = [value for field, value in wire.fields(raw) if field == 1 and isinstance(value, bytes)]
                listed = {wire.text(entry, 1): str(number) for number, entry in enumerate(entries)}
        except (ValueError, AttributeError, DeckError):
            listed = {}
        return cls(archive=archive, entries=listed)

    def address(self, name: str) -> str | None:
        """Where the picture of this name is shown; None when there is none."""
        picture = self.picture(name)
        return picture.address if picture else None

    def picture(self, name: str) -> Picture | None:
        plain = unquote(name)
        if plain not in self._read:
            self._read[plain] = self._found(plain)
        found = self._read[plain]
        if found is None:
            self.lost.add(plain[:200])
        else:
            self.shown[found.digest] = found
        return found

    def _found(self, name: str) -> Picture | None:
        entry = self.entries.get(name)
        if self.archive is None or entry is None or entry not in self.archive.namelist():
            return None
        try:
            return read_picture(_unpacked(self.archive, entry, limit=MAX_BYTES))
        except (PictureRefusedError, DeckError):
            return None

    def stacked(self, lower: str, upper: str) -> str:
        """A name for the picture with the other one upon it; that of the lower one when one of them is missing."""
        below, above = self.picture(lower), self.picture(upper)
        if below is None or above is None or not below.width:
            return upper if above is None else lower
        size = f'width="{below.width}" height="{below.height}"'
        images = "".join(
            f'<image {size} href="data:image/{escape(each.kind)};base64,{base64.b64encode(each.content).decode()}"/>'
            for each in (below, above)
        )
        box = f'viewBox="0 0 {below.width} {below.height}"'
        name = unquote(f"{lower}/{upper}")
        try:
            self._read[name] = read_picture(
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>{images}</svg>'.encode()
            )
        except PictureRefusedError:  # too large together
            return lower
        return name

    def covered(self, name: str, shapes: list[str]) -> str | None:
        """The address of the picture with regions covered; None when there is no such picture."""
        picture = self.picture(name)
        if picture is None or not picture.width:
            return None
        data = base64.b64encode(picture.content).decode()
        size = f'width="{picture.width}" height="{picture.height}"'
        regions = "".join(_region(shape, picture) for shape in shapes)
        drawing = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {picture.width} {picture.height}">'
            f'<image {size} href="data:image/{escape(picture.kind)};base64,{data}"/>{regions}</svg>'
        )
        try:
            made = read_picture(drawing.encode())
        except PictureRefusedError:  # too large together with its covers
            return None
        self.shown[made.digest] = made
        return made.address


def occlusions(text: str) -> list[str]:
    """The regions that a hole of Anki's image occlusion names, each as `shape:left=…:top=…`."""
    return [f"{shape}:{rest}" for shape, rest in OCCLUSION.findall(text)]


def _region(shape: str, picture: Picture) -> str:
    """One region, whose sides Anki gives as shares of the picture's."""
    kind, _, rest = shape.partition(":")
    values = dict(part.split("=", 1) for part in rest.split(":") if "=" in part)

    def share(name: str, whole: int) -> float:
        found = NUMBER.fullmatch(values.get(name, "0"))
        return round(float(found[0]) * whole, 1) if found else 0

    look = 'fill="#fcebd9" stroke="#a84a06" stroke-width="2"'
    left, top = share("left", picture.width), share("top", picture.height)
    if kind == "ellipse":
        rx, ry = share("rx", picture.width), share("ry", picture.height)
        return f'<ellipse cx="{left + rx}" cy="{top + ry}" rx="{rx}" ry="{ry}" {look}/>'
    if kind == "polygon":
        numbers = [float(each) for each in NUMBER.findall(values.get("points", ""))]
        points = " ".join(
            f"{x * picture.width:.1f},{y * picture.height:.1f}"
            for x, y in zip(numbers[::2], numbers[1::2], strict=False)
        )
        return f'<polygon points="{points}" {look}/>'
    width, height = share("width", picture.width), share("height", picture.height)
    return f'<rect x="{left}" y="{top}" width="{width}" height="{height}" {look}/>'


def _unpacked(archive: zipfile.ZipFile, name: str, *, limit: int) -> bytes:
    """The bytes of an entry, also of one that is packed once more by zstd; DeckError when they are too many."""
    try:
        with archive.open(name) as inside:
            raw = inside.read(limit + 1)
        if raw.startswith(ZSTD):
            reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(io.BytesIO(raw))
            raw = reader.read(limit + 1)
    except UNREADABLE as error:
        raise DeckError(f"{name!r} in the archive is broken.") from error
    if len(raw) > limit:
        raise DeckError(f"{name!r} in the archive unpacks to more than {limit:,} bytes.")
    return raw
