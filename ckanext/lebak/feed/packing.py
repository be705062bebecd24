"""Fragments as they are stored: pieces of a gzip stream that can be joined without packing anything again.

A piece is raw DEFLATE (RFC 1951) that ends with a full flush, hence at a byte and without a reference to what came
before. Pieces one after another, between the head and the tail of RFC 1952, are one gzip stream. Its checksum follows
from those of the pieces, because CRC-32 is linear: crc(a + b) = crc(a) * x^(8 * len(b)) mod P + crc(b), as zlib's
``crc32_combine`` has it, which Python does not offer.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from typing import NamedTuple

_LEVEL = 4  # packs half of all that publishing costs; 6 would take as long again for a twentieth less
_POLYNOMIAL = 0xEDB88320  # of CRC-32, bits reversed
_ONE = 1 << 31  # x^0, bits reversed
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no time, unknown system: the same bytes every time
_END = b"\x03\x00"  # an empty last block


class Piece(NamedTuple):
    """A text, packed.

    Attributes:
        body: Raw DEFLATE, ending with a full flush.
        size: Length of the text in bytes.
        crc: CRC-32 of the text.
        shift: x^(8 * size) mod P: what the checksum of all before is multiplied by.
    """

    body: bytes
    size: int
    crc: int
    shift: int


def pack(text: bytes) -> Piece:
    """Packs a text. The same text gives the same piece in every process with the same zlib."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    return Piece(body, len(text), zlib.crc32(text), _power(len(text)))


def gzipped(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The pieces as one gzip stream, part by part."""
    crc = size = 0
    yield _HEAD
    for piece in pieces:
        crc = _times(piece.shift, crc) ^ piece.crc
        size += piece.size
        yield piece.body
    yield _END + struct.pack("<LL", crc, size & 0xFFFFFFFF)


def unpacked(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The texts of the pieces, one after another."""
    for piece in pieces:
        yield zlib.decompress(piece.body + _END, -zlib.MAX_WBITS, piece.size or 1)


def _times(a: int, b: int) -> int:
    """A * b mod P, over GF(2), bits reversed."""
    if not b:
        return 0
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


def _squares() -> list[int]:
    found = [1 << 30]  # x^1
    while len(found) < 48:  # texts of up to 2^45 bytes
        found.append(_times(found[-1], found[-1]))
    return found


_SQUARES = _squares()  # x^(2^n)


def _power(size: int) -> int:
    """x^(8 * size) mod P, in two parts that other texts have too."""
    return _times(_power_of_part(size >> 10 << 10), _power_of_part(size & 1023))


@lru_cache(maxsize=8192)
def _power_of_part(size: int) -> int:
    bits = 8 * size
    return reduce(_times, (_SQUARES[bit] for bit in range(bits.bit_length()) if bits >> bit & 1), _ONE)
