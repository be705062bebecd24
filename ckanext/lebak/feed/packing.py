"""Fragments as they are stored: pieces of a gzip stream that can be joined without packing anything again.

A piece is raw DEFLATE (RFC 1951) that ends with a full flush, hence at a byte and without a reference to what came
before. Pieces one after another, between the head and the tail of RFC 1952, are one gzip stream. Its checksum follows
from those of the pieces.

Packed by Intel's ISA-L instead of zlib: a fifth of the time for a twelfth more bytes, and half the time to unpack.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import lz4.block
from isal import isal_zlib

_LEVEL = 2  # of 0 to 3, the most
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no time, unknown system: the same bytes every time
_END = b"\x03\x00"  # an empty last block
_TAIL = struct.Struct("<LL")  # checksum and size of the text


class Piece(NamedTuple):
    """A text, packed.

    Attributes:
        body: Raw DEFLATE, ending with a full flush.
        size: Length of the text in bytes.
        crc: CRC-32 of the text.
    """

    body: bytes
    size: int
    crc: int


def pack(text: bytes) -> Piece:
    """Packs a text. The same text gives the same piece in every process with the same library."""
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    body = packer.compress(text) + packer.flush(isal_zlib.Z_FULL_FLUSH)
    return Piece(body, len(text), isal_zlib.crc32(text))


def gzipped(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The pieces as one gzip stream, part by part."""
    crc = size = 0
    yield _HEAD
    for body, length, checksum in pieces:
        crc = isal_zlib.crc32_combine(crc, checksum, length)
        size += length
        yield body
    yield _END + _TAIL.pack(crc, size & 0xFFFFFFFF)


def unpacked(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The texts of the pieces, one after another.

    Raises:
        ValueError: A piece is not what was packed.
    """
    for piece in pieces:
        text = isal_zlib.decompress(piece.body + _END, -isal_zlib.MAX_WBITS, piece.size or 1)
        if isal_zlib.crc32(text) != piece.crc:
            raise ValueError("a stored piece is damaged")
        yield text


def intact(piece: Piece) -> bool:
    """Whether a piece is what was packed, and ends so that another can follow it."""
    unpacker = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(piece.body + _END)
    except isal_zlib.error:  # pyright: ignore[reportGeneralTypeIssues] - an exception, whatever its stub says
        return False
    # A stream that ends before our end would end there for every reader of the page.
    ends = unpacker.eof and not unpacker.unused_data
    return ends and len(text) == piece.size and isal_zlib.crc32(text) == piece.crc


def folded(parts: Iterable[bytes]) -> list[bytes]:
    """The parts of a text, packed to be kept in memory: twice as large as in gzip, unpacked in a fifth of the time."""
    return [lz4.block.compress(part) for part in parts]


def unfolded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts as they were before `folded`."""
    return map(lz4.block.decompress, parts)
