"""A ZIP file of workbooks (workbooks/bundle.py): whatever is wrong with it is told, and many records are noticed."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.workbooks import bundle
from ckanext.lebak.workbooks.writing import Filled, workbook

ONE = workbook([Filled("FS3", {"title": "SIMULASI"})])


def zipped(*bodies: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for number, body in enumerate(bodies):
            archive.writestr(f"{number}.xlsx", body)
    return target.getvalue()


def taken(body: bytes) -> int:
    """How many workbooks come out of a file."""
    stream = io.BytesIO(body)
    bundle.count(stream)
    stream.seek(0)
    return len(list(bundle.parts(stream, "a.zip")))


def with_content_of(body: bytes, content: bytes) -> bytes:
    """With other bytes where the first member begins: its head says how it is packed."""
    at = struct.unpack_from("<H", body, 26)[0] + struct.unpack_from("<H", body, 28)[0] + 30
    return body[:at] + content + body[at + len(content) :]


def with_flag_of_utf8(body: bytes) -> bytes:
    """With a name that is said to be UTF-8 and is not."""
    at = body.index(b"PK\x01\x02")
    changed = bytearray(body)
    changed[at + 9] |= 0x08
    name = at + 46
    changed[name : name + 1] = b"\xff"
    return bytes(changed)


DAMAGES: list[Callable[[], bytes]] = [
    lambda: with_content_of(zipped(ONE), b"\xff" * 40),
    lambda: with_content_of(zipped(ONE, packing=zipfile.ZIP_LZMA), b"\xff" * 40),
    lambda: with_content_of(zipped(ONE, packing=zipfile.ZIP_BZIP2), b"\xff" * 40),
    lambda: with_flag_of_utf8(zipped(ONE)),
    lambda: zipped(ONE)[:-30],
]


@pytest.mark.parametrize("damaged", DAMAGES)
def test_a_damaged_file_is_refused_in_words(damaged: Callable[[], bytes]) -> None:
    with pytest.raises(TableError):
        taken(damaged())


@given(st.integers(0, len(zipped(ONE)) - 1), st.binary(min_size=1, max_size=40))
def test_whatever_is_damaged_nothing_else_is_raised(at: int, content: bytes) -> None:
    body = zipped(ONE)
    body = body[:at] + content + body[at + len(content) :]
    with contextlib.suppress(TableError):
        assert taken(body) <= 1


def test_many_records_are_noticed_wherever_they_are() -> None:
    indicators = workbook([Filled("MS-Ind", {"title": f"SIMULASI {number}"}) for number in range(21)])
    few = workbook([Filled("MS-Ind", {"title": "SIMULASI"})])
    assert bundle.has_many(io.BytesIO(indicators), 20)
    assert bundle.has_many(io.BytesIO(zipped(few, b"rusak", indicators)), 20)
    assert not bundle.has_many(io.BytesIO(indicators), 21)
    assert not bundle.has_many(io.BytesIO(zipped(few, few)), 20)
    assert not bundle.has_many(io.BytesIO(b"rusak"), 20)
