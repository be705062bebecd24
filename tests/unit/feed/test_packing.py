"""Pieces join to the gzip stream of their texts."""

from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.feed.packing import folded, gzipped, length_unfolded, pack, unfolded, unpacked


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
    kept = folded(texts)
    assert list(unfolded(kept)) == texts
    assert length_unfolded(kept) == sum(map(len, texts))
