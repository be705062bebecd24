"""Pieces join to the gzip stream of their texts."""

from __future__ import annotations

import gzip
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.feed.packing import folded, gzipped, pack, unfolded, unpacked


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


def test_a_damaged_piece_is_refused() -> None:
    piece = pack(secrets.token_bytes(100_000))
    damaged = piece.body[:50_000] + bytes([piece.body[50_000] ^ 1]) + piece.body[50_001:]
    with pytest.raises(ValueError, match="damaged"):
        list(unpacked([piece._replace(body=damaged)]))
