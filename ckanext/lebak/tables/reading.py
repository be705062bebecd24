"""A file of a table: its header and its rows, one after the other, never the whole file at once.

Read are CSV and TSV in UTF-8 (with or without its mark; comma, semicolon or tab between the cells) and the first
visible sheet of an XLSX workbook, with the values that its formulas had when it was saved.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

import openpyxl

from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.values import Cell

Row = tuple[int, Sequence[Cell]]
"""A row with its number in the file; the header is row 1."""

MAX_WORKBOOK = 500 * 2**20
"""Unpacked size above which a workbook is refused: a small file can unpack to anything."""
MAX_SHARED_TEXT = 50 * 2**20
"""openpyxl streams the sheets, but keeps the other parts in memory: above this size the file should be CSV."""

_DAMAGED = N_("The file cannot be read as an XLSX workbook. Save it again as XLSX, or as CSV UTF-8.")
_SAMPLE = 2**16
_SEPARATORS = ",;\t"


def csv_rows(stream: IO[bytes]) -> Iterator[Row]:
    """The rows of a CSV or TSV file, the header first. Rows without any value are left out.

    Args:
        stream: The file from its beginning; it can seek.

    Raises:
        TableError: The file is not UTF-8 or not CSV.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    number = 1
    try:
        separator = _separator(text.readline(_SAMPLE))
        text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeDecodeError as error:
        raise TableError(
            N_("The file is not in UTF-8, so its letters cannot be read with certainty. Save it again as CSV UTF-8.")
        ) from error
    except csv.Error as error:
        raise TableError(
            N_(
                "The file cannot be read as CSV after row {row}: a quotation mark is not closed, or a cell is too long."
            ),
            row=number,
        ) from error
    finally:
        # A wrapper that is thrown away closes its file, which the caller still reads.
        if not stream.closed:
            text.detach()


def xlsx_rows(stream: IO[bytes]) -> Iterator[Row]:
    """The rows of the first visible sheet of a workbook, the header first. Rows without any value are left out.

    Args:
        stream: The file; it can seek.

    Raises:
        TableError: The file is no workbook, has no visible sheet, or is too large.
    """
    _refuse_large_workbook(stream)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        for sheet in _visible(book.worksheets):
            # The size that a program wrote into the file is often wrong, and would cut rows off.
            sheet.reset_dimensions()
            yield from _padded(enumerate(sheet.iter_rows(values_only=True), start=1))
        book.close()
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it meet
        raise TableError(_DAMAGED) from error


READERS: dict[str, Callable[[IO[bytes]], Iterator[Row]]] = {"CSV": csv_rows, "TSV": csv_rows, "XLSX": xlsx_rows}
"""The formats that are tables, as CKAN writes them, and how each is read."""


def _visible(sheets: Iterable[Any]) -> list[Any]:
    """The first sheet that is not hidden, as a list of one."""
    for sheet in sheets:
        if sheet.sheet_state == "visible":
            return [sheet]
    raise TableError(N_("The workbook has no visible sheet with a table."))


def _padded(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
    """Rows with cells for every column of the first: a worksheet leaves out empty cells at the end."""
    width = 0
    for number, cells in rows:
        end = len(cells)
        while end and cells[end - 1] in (None, ""):
            end -= 1
        if end:
            width = width or end
            yield number, [*cells[:end], *[None] * (width - end)]


def _separator(header: str) -> str:
    outside = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _refuse_large_workbook(stream: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableError(_DAMAGED) from error
    kept = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if kept > MAX_SHARED_TEXT or sum(part.file_size for part in parts) > MAX_WORKBOOK:
        raise TableError(
            N_("The workbook is too large to be read as a table. Save its sheet as CSV UTF-8 and upload that.")
        )
    stream.seek(0)
