"""Pieces join to the gzip stream of their texts."""

from __future__ import annotations

import gzip
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.feed.packing import Piece, folded, gzipped, intact, pack, unfolded, unpacked


@given(st.lists(st.binary(max_size=3000), max_size=12))
def test_pieces_join_to_one_gzip_stream(texts: list[bytes]) -> None:
    pieces = [pack(text) for text in texts]
    stream = b"".join(gzipped(pieces))
    assert gzip.decompress(stream) == b"".join(texts)
    assert b"".join(unpacked(pieces)) == b"".join(texts)


def test_a_long_text() -> None:
    text = bytes(range(256)) * 5000
    stream = b"".join(gzipped([pack(text), pack(b""), pack(text[:-1])]))
    assert gzip.decompress(stream) == text + text[:-1]


@given(st.lists(st.binary(max_size=3000), max_size=12))
def test_what_is_folded_comes_back(texts: list[bytes]) -> None:
    assert list(unfolded(folded(texts))) == texts


@given(st.binary(min_size=1, max_size=3000))
def test_damage_of_every_kind_is_found(text: bytes) -> None:
    piece = pack(text)
    assert intact(piece)
    body, size, crc = piece
    last_block = bytes([body[0] | 1]) + body[1:]
    for damaged in (b"", body[:-1], body[:-4], body + b"x", last_block, b"\xff" * len(body), pack(text + b"x").body):
        assert not intact(Piece(damaged, size, crc))
    assert not intact(Piece(body, size + 1, crc))
    assert not intact(Piece(body, size, crc ^ 1))


def test_a_damaged_piece_is_refused() -> None:
    piece = pack(secrets.token_bytes(100_000))
    damaged = piece.body[:50_000] + bytes([piece.body[50_000] ^ 1]) + piece.body[50_001:]
    with pytest.raises(ValueError, match="damaged"):
        list(unpacked([piece._replace(body=damaged)]))
