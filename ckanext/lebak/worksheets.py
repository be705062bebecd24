"""Sheets of the workbooks that people take away: a head, and a row for each thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDE, _NARROW = 48, 16


def add(
    book: Workbook,
    title: str,
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    wide: Collection[str] = (),
) -> None:
    """Adds a sheet to a workbook.

    Args:
        book: A workbook that is only written.
        title: Of the sheet.
        headings: Of the columns, by key.
        rows: Each with these keys. Text stays text, also where it begins like a formula.
        wide: Keys of the columns that hold sentences.
    """
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, key in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE if key in wide else _NARROW
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings.values()])
    for row in rows:
        sheet.append([_cell(sheet, row[key]) for key in headings])


def holdable(value: Any) -> Any:
    """A value as a cell can hold it: openpyxl fails at a text with signs that XML has no place for.

    Args:
        value: What is to be written; only of texts something is taken away.
    """
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, holdable(value))
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=bold)
    return cell
