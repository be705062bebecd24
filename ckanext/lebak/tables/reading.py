"""A file of a table: its header and its rows, one after the other, never the whole file at once.

Read are CSV and TSV in UTF-8 (with or without its mark; comma, semicolon or tab between the cells) and XLSX workbooks,
with the values that their formulas had when they were saved. The table of a workbook is its first visible sheet; who
looks for what should not be in it reads every sheet and what stands beside the cells.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, NamedTuple
from xml.etree import ElementTree

import openpyxl
from openpyxl.packaging.relationship import get_dependents, get_rels_path

from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.values import Cell
from ckanext.lebak.tables.workbook import DAMAGED, refuse_unsafe

Row = tuple[int, Sequence[Cell]]
"""A row with its number in the file; the header is row 1."""

MAX_LINE = 2**22
"""Signs of a row of CSV, over all its lines. The widest table has fewer, and what has no end must have one."""
MAX_SHEET_ROWS = 2**20
"""The last row that a spreadsheet has."""
MAX_CELLS = 10**8
"""Of one workbook, counting those that are empty: a cell in the last corner of a sheet makes billions of them."""

COMMENT = "comment"
DRAWING = "drawing"
PIVOT = "pivot"
SHEET_NAME = "name"

_NOT_UTF_8 = N_("The file is not in UTF-8, so its letters cannot be read with certainty. Save it again as CSV UTF-8.")
_SAMPLE = 2**16
_SEPARATORS = ",;\t"
_BESIDE_CELLS = [
    (re.compile(r"xl/(?:comments|threadedComments/).*\.xml\Z"), COMMENT),
    (re.compile(r"xl/(?:drawings|charts|diagrams)/[^/]+\.xml\Z"), DRAWING),
    (re.compile(r"xl/pivotCache/[^/]+\.xml\Z"), PIVOT),
]
# What such an element says is one text, however many runs of letters it is made of.
_WHOLE = frozenset({"comment", "threadedComment", "p", "v"})


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
        lines = _Lines(text)
        for number, cells in enumerate(csv.reader(lines, delimiter=separator, strict=True), start=1):
            lines.row_is_read()
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeDecodeError as error:
        raise TableError(_NOT_UTF_8) from error
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
        TableError: The file is no workbook, has no visible sheet, is too large, or is not safe to open.
    """
    with _opened(stream) as book:
        for sheet in _visible(book.worksheets):
            yield from _padded(_Cells().rows(sheet))


@dataclass(frozen=True)
class Sheet:
    """A sheet of a file.

    Attributes:
        name: As in the workbook; None for CSV.
        hidden: Whether a reader of the workbook does not see it.
        rows: To be read before the next sheet is asked for; hidden rows and columns are among them.
    """

    name: str | None
    hidden: bool
    rows: Iterator[Row]


def csv_sheets(stream: IO[bytes]) -> Iterator[Sheet]:
    """A CSV or TSV file as its only sheet.

    Args:
        stream: The file from its beginning; it can seek.

    Raises:
        TableError: As `csv_rows`, when the rows are read.
    """
    yield Sheet(None, hidden=False, rows=csv_rows(stream))


def xlsx_sheets(stream: IO[bytes]) -> Iterator[Sheet]:
    """Every sheet of a workbook, those too that are hidden.

    Args:
        stream: The file; it can seek.

    Raises:
        TableError: As `xlsx_rows`, also while rows are read.
    """
    with _opened(stream) as book:
        cells = _Cells()
        for sheet in book.worksheets:
            yield Sheet(sheet.title, sheet.sheet_state != "visible", _damage_told(cells.rows(sheet)))


class Note(NamedTuple):
    """A text of a workbook that stands beside the cells.

    Attributes:
        place: ``comment``, ``drawing`` (text boxes and charts), ``pivot`` (the data kept behind a pivot table) or
            ``name`` (of a sheet).
        sheet: The sheet that it belongs to; None where that is not said.
        text: The text.
    """

    place: str
    sheet: str | None
    text: str


def xlsx_notes(stream: IO[bytes]) -> Iterator[Note]:
    """The texts of a workbook that stand beside its cells.

    Args:
        stream: The file; it can seek.

    Raises:
        TableError: As `xlsx_rows`.
    """
    with _opened(stream) as book, zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
        belongs: dict[str, str] = {}
        for sheet in book.worksheets:
            yield Note(SHEET_NAME, sheet.title, sheet.title)
            rels = get_rels_path(sheet._worksheet_path)
            if rels in names:
                belongs |= {link.target: sheet.title for link in get_dependents(archive, rels) if link.target}
        for name in names:
            place = next((place for form, place in _BESIDE_CELLS if form.match(name)), None)
            if place:
                with archive.open(name) as part:
                    for text in _texts(part):
                        yield Note(place, belongs.get(name), text)


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


class _Lines:
    """The lines of a text, for csv.reader, which alone would put a file without line ends into one row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._signs = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self._signs += len(line)
        if self._signs > MAX_LINE:
            raise csv.Error
        if "\0" in line:  # UTF-16 without its mark is UTF-8 with every second sign NUL
            raise TableError(_NOT_UTF_8)
        return line

    def row_is_read(self) -> None:
        """The next line begins a new row."""
        self._signs = 0


class _Cells:
    """Reads the sheets of one workbook, and stops where they have no end."""

    def __init__(self) -> None:
        self._count = 0

    def rows(self, sheet: Any) -> Iterator[Row]:
        """The rows of a sheet with their numbers."""
        # The size that a program wrote into the file is often wrong, and would cut rows off.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_row=MAX_SHEET_ROWS + 1, values_only=True), start=1):
            self._count += len(cells)
            # openpyxl fills up to the last row that it was asked for only where there is a later one.
            if number > MAX_SHEET_ROWS or self._count > MAX_CELLS:
                raise TableError(DAMAGED)
            yield number, cells


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[Any]:
    refuse_unsafe(stream)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        yield book
        book.close()
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it meet
        raise TableError(DAMAGED) from error


def _damage_told(rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except TableError:
        raise
    except Exception as error:
        raise TableError(DAMAGED) from error


def _texts(part: IO[bytes]) -> Iterator[str]:
    """The texts of a part of a workbook: what its elements say, and the values that a pivot table keeps."""
    above: list[ElementTree.Element] = []
    whole = 0
    for event, element in ElementTree.iterparse(part, events=("start", "end")):  # noqa: S314 (DOCTYPEs are refused)
        is_whole = element.tag.rpartition("}")[2] in _WHOLE
        if event == "start":
            above.append(element)
            whole += is_whole
            continue
        above.pop()
        whole -= is_whole
        value = element.get("v")
        if value:
            yield value
        if not whole:
            if is_whole:
                yield "".join(element.itertext())
            if above:
                above[-1].clear()
