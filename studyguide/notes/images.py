"""Pictures in notes: checked, measured, and identified by their content. An SVG is stripped of everything active."""

from __future__ import annotations

import base64
import binascii
import hashlib
import posixpath
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.ElementTree import fromstring

MAX_BYTES = 10_000_000
SUFFIXES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".webp": "webp", ".svg": "svg+xml"}
DATA = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
SVG_LEFT_OUT = frozenset(
    {"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "set", "animate", "a"}
)
LENGTH = re.compile(r"\s*+([0-9]++(?:\.[0-9]++)?)\s*+(?:px)?\s*+")
FOREIGN_ADDRESS = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)
register_namespace("", SVG)
register_namespace("xlink", XLINK)


class PictureRefusedError(ValueError):
    """Bytes that are no picture that browsers show."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """`kind` is the subtype of image/…; sizes are in pixels, 0 when the file does not say. `load` gives the bytes,
    which of many pictures would take much memory."""

    digest: str
    kind: str
    width: int
    height: int
    load: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def content(self) -> bytes:
        return self.load()

    @property
    def address(self) -> str:
        return f"/topics/images/{self.digest}.{self.kind.partition('+')[0]}"


def read_picture(raw: bytes) -> Picture:
    """PictureRefusedError for anything else than a PNG, JPEG, GIF, WebP or SVG of at most 10 MB."""
    if len(raw) > MAX_BYTES:
        raise PictureRefusedError(f"the picture has {len(raw):,} bytes; at most {MAX_BYTES:,} are kept")
    kind, (width, height) = _measured(raw)
    if kind == "svg+xml":
        raw, (width, height) = _inert_svg(raw)
    if max(width, height) > 20_000:
        raise PictureRefusedError(f"the picture has {width:,} × {height:,} pixels")
    return Picture(digest=hashlib.sha256(raw).hexdigest()[:40], kind=kind, width=width, height=height, load=lambda: raw)


def _measured(raw: bytes) -> tuple[str, tuple[int, int]]:
    try:
        if raw.startswith(b"\x89PNG\r\n\x1a\n"):
            return "png", struct.unpack(">II", raw[16:24])
        if raw[:6] in (b"GIF87a", b"GIF89a"):
            return "gif", struct.unpack("<HH", raw[6:10])
        if raw.startswith(b"\xff\xd8\xff"):
            return "jpeg", _jpeg_size(raw)
        if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            return "webp", _webp_size(raw)
    except struct.error as error:
        raise PictureRefusedError("the picture ends too early") from error
    if b"<svg" in raw[:4_000]:
        return "svg+xml", (0, 0)
    raise PictureRefusedError("this is not a PNG, JPEG, GIF, WebP or SVG")


def _jpeg_size(raw: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(raw):
        if raw[at] != 0xFF:
            at += 1
            continue
        marker = raw[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            return width, height
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + struct.unpack(">H", raw[at + 2 : at + 4])[0]
    raise PictureRefusedError("the picture ends too early")


def _webp_size(raw: bytes) -> tuple[int, int]:
    if raw[12:16] == b"VP8X":
        return int.from_bytes(raw[24:27], "little") + 1, int.from_bytes(raw[27:30], "little") + 1
    if raw[12:16] == b"VP8L":
        bits = struct.unpack("<I", raw[21:25])[0]
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    width, height = struct.unpack("<HH", raw[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _inert_svg(raw: bytes) -> tuple[bytes, tuple[int, int]]:
    """The drawing without scripts, handlers, links, foreign content and addresses outside of it."""
    try:
        root = fromstring(raw, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, ValueError) as error:
        raise PictureRefusedError("the drawing is no SVG") from error
    if root.tag not in (f"{{{SVG}}}svg", "svg"):
        raise PictureRefusedError("the drawing is no SVG")
    _strip(root)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sizes = []
    for name, at in (("width", 2), ("height", 3)):
        found = LENGTH.fullmatch(root.get(name, "")) or (LENGTH.fullmatch(box[at]) if len(box) == 4 else None)
        sizes.append(round(float(found[1])) if found else 0)
    return tostring(root, encoding="utf-8"), (sizes[0], sizes[1])


def _strip(element: Element) -> None:
    waiting = [element]
    while waiting:
        each = waiting.pop()
        for child in list(each):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in SVG_LEFT_OUT:
                each.remove(child)
            else:
                waiting.append(child)
        for name, value in list(each.attrib.items()):
            local = name.rpartition("}")[2].lower()
            leads_out = local == "href" and not value.startswith("#") and not DATA.match(value)
            if local.startswith("on") or leads_out or FOREIGN_ADDRESS.search(value):
                del each.attrib[name]
        if each.text and each.tag.rpartition("}")[2] == "style" and FOREIGN_ADDRESS.search(each.text):
            each.text = ""


def is_data(address: str) -> bool:
    return bool(DATA.match(address))


class Pictures:
    """The picture files of a body of notes, read when a note shows them. `files` gives the bytes of a path."""

    def __init__(self, files: Mapping[str, Callable[[], bytes]] | None = None) -> None:
        self._files = dict(files or {})
        self._read: dict[str, Picture | str] = {}
        self._paths = {path.casefold(): path for path in self._files}
        self._by_name: dict[str, list[str]] = {}
        for path in self._files:
            self._by_name.setdefault(posixpath.basename(path).casefold(), []).append(path)
        self.shown: dict[str, Picture] = {}

    def find(self, address: str, *, from_path: str) -> str | None:
        """The path of the file that an address in the note at `from_path` means: from there, from the root, by name."""
        plain = unquote(address.partition("?")[0].partition("#")[0]).replace("\\", "/")
        plain = plain.removeprefix("@site/")  # Docusaurus
        here = posixpath.normpath(posixpath.join(posixpath.dirname(from_path), plain))
        for path in (here, plain.lstrip("/"), here.lstrip("./")):
            if found := self._paths.get(path.casefold()):
                return found
        named = self._by_name.get(posixpath.basename(plain).casefold(), [])
        return min(named, key=lambda path: (path.count("/"), path)) if named else None

    def at(self, path: str) -> Picture:
        """PictureRefusedError when it is none."""
        if path not in self._read:
            try:
                picture = read_picture(self._files[path]())
                self._read[path] = replace(picture, load=lambda: read_picture(self._files[path]()).content)
            except (PictureRefusedError, OSError) as error:
                self._read[path] = str(error)
        return self._shown(self._read[path])

    def from_data(self, address: str) -> Picture:
        """The picture that an address holds itself; PictureRefusedError."""
        try:
            raw = base64.b64decode(address.partition(",")[2], validate=False)
            return self._shown(read_picture(raw))
        except binascii.Error as error:
            raise PictureRefusedError("the picture is no base64") from error

    def _shown(self, found: Picture | str) -> Picture:
        if isinstance(found, str):
            raise PictureRefusedError(found)
        self.shown[found.digest] = found
        return found
