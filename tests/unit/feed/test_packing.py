"""Pieces join to the gzip stream of their texts."""

from __future__ import annotations

import gzip
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from ckanext.lebak.feed.packing import gzipped, length_unzipped, pack, unpacked, unzipped


@given(st.lists(st.binary(max_size=3000), max_size=12))
def test_pieces_join_to_one_gzip_stream(texts: list[bytes]) -> None:
    pieces = [pack(text) for text in texts]
    stream = b"".join(gzipped(pieces))
    assert gzip.decompress(stream) == b"".join(unzipped(stream)) == b"".join(texts)
    assert length_unzipped(stream) == sum(map(len, texts))
    assert b"".join(unpacked(pieces)) == b"".join(texts)


def test_a_long_text() -> None:
    text = bytes(range(256)) * 5000
    stream = b"".join(gzipped([pack(text), pack(b""), pack(text[:-1])]))
    assert gzip.decompress(stream) == b"".join(unzipped(stream)) == text + text[:-1]


def test_a_damaged_stream_is_refused() -> None:
    stream = b"".join(gzipped([pack(secrets.token_bytes(100_000))]))
    damaged = stream[:50_000] + bytes([stream[50_000] ^ 1]) + stream[50_001:]
    with pytest.raises(isal_zlib.error):  # pyright: ignore[reportArgumentType] - its stub says less than it is
        list(unzipped(damaged))
