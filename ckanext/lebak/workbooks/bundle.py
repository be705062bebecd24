"""The workbooks of an upload: one, or a zip file of many. Pure."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.workbook import is_workbook
from ckanext.lebak.workbooks.reading import MOST_BYTES, records_in

MOST_FILES = 2_000
MOST_ALL = 200 * 2**20
"""Bytes of all workbooks of a zip file together."""
END = ".xlsx"

_DAMAGED = N_("The file is neither a workbook (XLSX) nor a ZIP file of workbooks that can be read.")
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""What zipfile raises for a damaged archive, one with a password, or one that somebody made to be no archive."""


class Part(NamedTuple):
    """A workbook of an upload.

    Attributes:
        name: As in the zip file.
        stream: Its content; it can seek.
    """

    name: str
    stream: IO[bytes]


def parts(stream: IO[bytes], name: str) -> Iterator[Part]:
    """The workbooks of an upload, one in memory at a time, in the order of their names.

    Args:
        stream: The file; it can seek.
        name: Its name.

    Raises:
        TableError: It is neither a workbook nor a zip file of workbooks, or holds too much.
    """
    if is_workbook(stream):
        yield Part(name, stream)
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            for member in _members(archive):
                yield Part(member.filename, io.BytesIO(_content(archive, member)))
    except _UNREADABLE as error:
        raise TableError(_DAMAGED) from error


def count(stream: IO[bytes]) -> int:
    """How many workbooks an upload holds, without unpacking it.

    Raises:
        TableError: As `parts`.
    """
    if is_workbook(stream):
        return 1
    try:
        with zipfile.ZipFile(stream) as archive:
            return len(_members(archive))
    except _UNREADABLE as error:
        raise TableError(_DAMAGED) from error


def has_many(stream: IO[bytes], most: int) -> bool:
    """Whether an upload holds more records than some, without reading further than it takes to know that.

    Args:
        stream: The file; it can seek.
        most: So many are not many.

    Returns:
        False for what cannot be read: that is found out at once.
    """
    found = 0
    try:
        for part in parts(stream, ""):
            found += _records_in(part, most - found + 1)
            if found > most:
                break
    except TableError:
        return False
    return found > most


def _records_in(part: Part, enough: int) -> int:
    try:
        return records_in(part.stream, enough)
    except TableError:
        return 0


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    # What Excel and macOS leave beside the files: locks and the halves of resources.
    found = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(END)
        and not member.filename.rpartition("/")[2].startswith(("~$", "._"))
        and not member.is_dir()
    ]
    if not found:
        raise TableError(N_("The ZIP file holds no workbook (XLSX)."))
    if len(found) > MOST_FILES:
        raise TableError(N_("The ZIP file holds more than {number} workbooks. Split it."), number=MOST_FILES)
    if sum(member.file_size for member in found) > MOST_ALL:
        raise TableError(
            N_("The workbooks are larger than {size} MB together. Split the file."), size=MOST_ALL // 2**20
        )
    return sorted(found, key=lambda member: member.filename)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member, unpacked no further than it may be, whatever its head says of its size."""
    with archive.open(member) as source:
        content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TableError(
            N_("{name} is larger than {size} MB. Split it."), name=member.filename, size=MOST_BYTES // 2**20
        )
    return content
