"""One cell of a table: what stands in the file, and the value of the described type that it writes.

The types are the codes of ``vocabularies/column_type.csv``. What can be read in two ways is refused, never guessed:

- ``12,5`` and ``12.5`` are both twelve and a half, but a column keeps to one of them;
- ``1.250`` is one and a quarter (a point is always the decimal point); ``1,250`` is refused, because in Indonesia it is
  1.25 and elsewhere 1250; ``1250,5`` and ``0,125`` can be nothing else and are taken;
- thousands are not grouped, neither by point nor by comma nor by space.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ckanext.lebak.tables.problem import N_

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
"""What a file gives: text from CSV, also numbers, dates and truth values from a worksheet."""

Value = str | int | Decimal | bool | dt.date | None
"""What the datastore gets."""

TEXT = "teks"
TRUE = frozenset({"ya", "true", "benar", "1"})
FALSE = frozenset({"tidak", "false", "salah", "0"})

_LONGEST = 100
"""No number, date or truth value is longer; a longer text is not looked at further."""
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:([.,])[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_YEAR = re.compile(r"[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BIGINT = 2**63


class CellError(ValueError):
    """A cell that is not of the type of its column.

    Attributes:
        message: A sentence marked for translation that says what the cell should be; it names ``{value}``.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Converter:
    """Reads the cells of one column.

    Args:
        kind: Code of the column's type; an unknown or empty one reads text.
    """

    def __init__(self, kind: str | None) -> None:
        self._read = _READERS.get(kind or TEXT, _text)
        self._marks: set[str] = set()

    def __call__(self, cell: Cell) -> Value:
        """The value that a cell writes; None for an empty one.

        Raises:
            CellError: The cell writes no value of this type, or can be read in two ways.
        """
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if self._read is _decimal and isinstance(cell, str):
            self._keep_to_one_mark(cell)
        return self._read(cell)

    def _keep_to_one_mark(self, cell: str) -> None:
        self._marks |= {mark for mark in ".," if mark in cell[:_LONGEST]}
        if len(self._marks) > 1:
            raise CellError(
                N_(
                    '"{value}": this column writes decimals with a point in one row and with a comma in another. '
                    "Use one of them throughout."
                )
            )


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        if "\0" in cell:
            raise CellError(N_('"{value}" holds a sign that no text has (NUL). Remove it.'))
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = _whole(cell)
        return repr(cell) if whole is None else str(whole)
    if isinstance(cell, dt.datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return (cell.date() if midnight else cell).isoformat()
    return str(cell)


def _integer(cell: Cell) -> int:
    message = N_('"{value}" is not a whole number. Write only digits, without points or commas between them.')
    number = _whole(cell)
    if number is None:
        number = int(_matching(_INTEGER, cell, message))
    if not -_BIGINT <= number < _BIGINT:
        raise CellError(N_('"{value}" is too large for a whole number. Describe the column as text if it is a code.'))
    return number


def _decimal(cell: Cell) -> Decimal:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Decimal(repr(cell))
    message = N_(
        '"{value}" is not a number. Write digits and at most one decimal point or comma, without grouping thousands.'
    )
    text = _matching(_DECIMAL, cell, message)
    if _GROUPED.fullmatch(text):
        raise CellError(
            N_(
                '"{value}" can be read in two ways, as thousands and as decimals. '
                "Write it with a decimal point, or without a comma."
            )
        )
    return Decimal(text.replace(",", "."))


def _year(cell: Cell) -> int:
    message = N_('"{value}" is not a year. Write four digits.')
    number = _whole(cell)
    return int(_matching(_YEAR, cell if number is None else str(number), message))


def _date(cell: Cell) -> dt.date:
    message = N_('"{value}" is not a date. Write year, month and day, as in 2026-08-17.')
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        return dt.date.fromisoformat(_matching(_DATE, cell, message))
    except ValueError as error:
        raise CellError(message) from error


def _boolean(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = _text(cell)
    word = text.strip().lower() if len(text) <= _LONGEST else ""
    if word not in TRUE | FALSE:
        raise CellError(N_('"{value}" is neither yes nor no. Write ya or tidak.'))
    return word in TRUE


def _whole(cell: Cell) -> int | None:
    """The number of a worksheet's cell, if it is a whole one; a spreadsheet keeps 5 as 5.0."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    return int(cell) if isinstance(cell, float) and cell.is_integer() else None


def _matching(form: re.Pattern[str], cell: Cell, message: str) -> str:
    text = cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST else ""
    if not form.fullmatch(text):
        raise CellError(message)
    return text


_READERS: dict[str, Callable[[Any], Value]] = {
    TEXT: _text,
    "bilangan_bulat": _integer,
    "desimal": _decimal,
    "tahun": _year,
    "tanggal": _date,
    "boolean": _boolean,
}
