"""Reads the pixels of a small PNG picture: what the icons of an app package are checked by."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Samples a pixel, by the header's kind of colour: RGB, and RGB with transparency.
_SAMPLES = {2: 3, 6: 4}
#: Pixels a side; an icon has 192 at most, and nothing larger is unpacked.
LARGEST = 1024

Pixel = tuple[int, int, int, int]


class NotPng(Exception):  # noqa: N818 - says what is wrong with the file
    """The bytes are no PNG of 8 bits a sample in RGB or RGBA, not interlaced."""


@dataclass(frozen=True)
class Picture:
    """Rows of pixels, from the top: red, green, blue and opacity, each from 0 to 255."""

    width: int
    height: int
    rows: tuple[tuple[Pixel, ...], ...]

    @property
    def pixels(self) -> Iterator[Pixel]:
        return (pixel for row in self.rows for pixel in row)

    @property
    def corners(self) -> set[Pixel]:
        return {row[side] for row in (self.rows[0], self.rows[-1]) for side in (0, -1)}


def read(data: bytes) -> Picture:
    """The picture in a PNG file. Raises NotPng for anything else. https://www.w3.org/TR/png-3/"""
    try:
        chunks = list(_chunks(data))
        kind, header = chunks[0]
        width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
        samples = _SAMPLES[colour]
        if kind != b"IHDR" or bits != 8 or interlaced or not (0 < width <= LARGEST and 0 < height <= LARGEST):
            raise NotPng
        size = height * (width * samples + 1)
        raw = zlib.decompressobj().decompress(b"".join(body for name, body in chunks if name == b"IDAT"), size)
        if len(raw) != size:
            raise NotPng
        return Picture(width, height, tuple(_rows(raw, width, samples)))
    except (struct.error, zlib.error, KeyError, IndexError):
        raise NotPng from None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise NotPng
    at, name = len(SIGNATURE), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if struct.unpack_from(">I", data, at + 8 + length) != (zlib.crc32(name + body),):
            raise NotPng
        yield name, body
        at += length + 12


def _rows(raw: bytes, width: int, samples: int) -> Iterator[tuple[Pixel, ...]]:
    length = width * samples
    above = bytearray(length)
    for start in range(0, len(raw), length + 1):
        row = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + length]), above, samples)
        yield tuple(_pixel(row[at : at + samples]) for at in range(0, length, samples))
        above = row


def _pixel(samples: bytearray) -> Pixel:
    red, green, blue = samples[:3]
    return red, green, blue, samples[3] if len(samples) > 3 else 255


def _unfiltered(kind: int, row: bytearray, above: bytearray, samples: int) -> bytearray:
    """A row as it was before the encoder wrote each sample as the difference from its neighbours."""
    for at, written in enumerate(row):
        left, corner = (row[at - samples], above[at - samples]) if at >= samples else (0, 0)
        row[at] = (written + _foretold(kind, left, above[at], corner)) & 255
    return row


def _foretold(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda near: abs(guess - near))
    return (0, left, above, (left + above) // 2)[kind]
