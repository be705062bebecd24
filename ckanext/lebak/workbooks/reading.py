"""What a workbook of BPS's forms says, and what is wrong with it by sheet, cell and field. Pure.

A workbook comes from anybody. ``tables.workbook`` refuses what is not safe to open; a formula is no value, because what
it comes to is only what the last program made of it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter

from ckanext.lebak.statistics.questions import Form, Text, form
from ckanext.lebak.statistics.skipping import is_met
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.workbook import DAMAGED, refuse_unsafe
from ckanext.lebak.workbooks import cells, layout
from ckanext.lebak.workbooks.cells import CellError, Value
from ckanext.lebak.workbooks.layout import ANSWER, ID, KEY, LINK, TOP, UNTIL, Line, Table
from ckanext.lebak.workbooks.writing import MARK, UNTIL_KEY

MOST_ROWS, MOST_COLUMNS = 5_000, 80
MOST_BYTES = 10 * 2**20
"""Of a workbook; one with a hundred variables has a thirtieth of that."""
MOST_UNPACKED = 30 * 2**20
"""Bytes of its parts: openpyxl holds the texts of a workbook in memory, at about three times their size."""


class Problem(NamedTuple):
    """What is wrong with a cell.

    Attributes:
        sheet: Title of its sheet; empty for the record as a whole.
        cell: Where, as ``C12``; empty for a question without one.
        label: What is asked there.
        message: A sentence marked by ``N_``, with ``{name}`` for what varies.
        values: What stands for the names.
    """

    sheet: str
    cell: str
    label: Text
    message: str
    values: Mapping[str, str]


class Place(NamedTuple):
    """Where an answer stands."""

    sheet: str
    cell: str


@dataclass
class Understood:
    """A form as it was read.

    Attributes:
        form: Name of the form.
        id: Of the record that the workbook was made of; empty for a new one.
        answers: As ``package_create`` takes them.
        changed: What that record was told by when the workbook was made of it (``records.state_of``); empty for none.
        asked: The questions that the workbook has, answered or not, by the names of their fields.
        places: Where each answer stands, by the name of its field; a part of a group or row as ``field.3.column``.
        problems: What could not be understood.
    """

    form: str
    id: str = ""
    changed: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _Cell(NamedTuple):
    value: Value
    formula: bool


_EMPTY = _Cell(None, formula=False)
_NO: Text = {"id": "No.", "en": "No."}
_Row = Sequence[_Cell]


def read(stream: IO[bytes]) -> list[Understood]:
    """Reads a workbook.

    Args:
        stream: The file; it can seek.

    Returns:
        Its forms, those of whole records in the order of `layout.RECORD_FORMS`; those without any answer are left out.

    Raises:
        TableError: It is no workbook, is not safe to open, is too large, or holds none of the forms.
    """
    with _opened(stream) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        names = [name for name in layout.RECORD_FORMS if name in sheets]
        if not names:
            raise TableError(
                N_(
                    "The workbook holds none of the forms ({forms}). Take a template from the page of the forms, fill "
                    "it in and send it."
                ),
                forms=", ".join(layout.RECORD_FORMS),
            )
        marks = _marks(sheets)
        found: list[Understood] = []
        for name in names:
            read_one = _across if name in layout.ACROSS else _down
            found += read_one(form(name), sheets, marks.get(name, {}))
    return [each for each in found if each.answers or each.problems]


def records_in(stream: IO[bytes], enough: int) -> int:
    """How many records a workbook holds, as far as it is read: no further than to a number that is enough.

    Args:
        stream: The file; it can seek.
        enough: Where to stop counting.

    Raises:
        TableError: It is no workbook, is not safe to open, or is too large.
    """
    with _opened(stream) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        found = sum(name in sheets for name in layout.RECORD_FORMS if name not in layout.ACROSS)
        for name in layout.ACROSS:
            main = layout.tables(name)[0]
            found += sum(1 for _row in islice(_lines_of(main, sheets, _columns_of(main, sheets)), enough))
    return found


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[Any]:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > MOST_BYTES:
        raise TableError(N_("The workbook is larger than {size} MB. Split it."), size=MOST_BYTES // 2**20)
    refuse_unsafe(stream)
    with zipfile.ZipFile(stream) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise TableError(
            N_("The workbook is larger than {size} MB when it is unpacked. Split it."), size=MOST_UNPACKED // 2**20
        )
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        yield book
        book.close()
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it meet
        raise TableError(DAMAGED) from error


def _rows(sheet: Any) -> Iterator[tuple[int, _Row]]:
    """The rows of a sheet that are not empty, by number."""
    sheet.reset_dimensions()
    for number, cells_ in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            raise TableError(N_("A sheet has more than {number} rows. Split it."), number=MOST_ROWS)
        row = [_Cell(cell.value, getattr(cell, "data_type", "n") == "f") for cell in cells_]
        if any(cell.value is not None for cell in row):
            yield number, row


def _marks(sheets: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The records that a workbook was made of, by form: by the id of each, its ``records.state_of`` then."""
    found: dict[str, dict[str, str]] = {}
    if MARK in sheets:
        for number, row in _rows(sheets[MARK]):
            name, id_, changed = (str(_at(row, column).value or "") for column in (1, 2, 3))
            if number > 1 and id_:
                found.setdefault(name, {})[id_] = changed
    return found


def _at(row: _Row, column: int) -> _Cell:
    return row[column - 1] if 0 < column <= len(row) else _EMPTY


def _down(described: Form, sheets: Mapping[str, Any], marks: Mapping[str, str]) -> list[Understood]:
    id_ = next(iter(marks), "")
    found = Understood(described.name, id=id_, changed=marks.get(id_, ""))
    lines = {line.path: line for line in layout.lines(described.questions)}
    given: dict[str, tuple[int, _Row]] = {}
    for number, row in _rows(sheets[described.name]):
        path = str(_at(row, KEY).value or "")
        if path in lines:
            given[path] = (number, row)
            found.asked.add((lines[path].within or lines[path].question).key)
    # In the order of the form, whatever the order of the rows: what is asked, and from which list, follows from before.
    for path, line in lines.items():
        if path in given:
            number, row = given[path]
            place = Place(described.name, f"{get_column_letter(ANSWER)}{number}")
            _answer(found, line, (_at(row, ANSWER), _at(row, UNTIL)), place, found.answers)
    _tables_of(found, described, sheets, {0: found})
    return [found]


def _across(described: Form, sheets: Mapping[str, Any], marks: Mapping[str, str]) -> list[Understood]:
    main = layout.tables(described.name)[0]
    columns = _columns_of(main, sheets)
    asked = {line.question.key for line in main.columns if line.path in columns}
    found: list[Understood] = []
    numbered: dict[int, Understood] = {}
    bare: list[tuple[int, Understood]] = []
    rows: dict[str, int] = {}
    for number, row in _lines_of(main, sheets, columns):
        each = Understood(described.name, asked=set(asked))
        _take_id(each, str(_at(row, columns.get(ID, 0)).value or "").strip(), marks, rows, main.title, number)
        link = _number(_at(row, columns.get(LINK, 0)))
        if link in numbered:
            cell = f"{get_column_letter(columns[LINK])}{number}"
            twice = N_("Number {number} stands here twice. Give each row a number of its own.")
            each.problems.append(Problem(main.title, cell, _NO, twice, {"number": str(link)}))
        elif link:
            numbered[link] = each
        else:
            bare.append((number - TOP + 1, each))
        for line in main.columns:
            _cell_of(each, line, row, columns, number, main.title, each.answers)
        found.append(each)
    # A row without a number has that of its place, unless another row says that it is its own.
    for place, each in bare:
        numbered.setdefault(place, each)
    if found:
        _tables_of(found[0], described, sheets, numbered)
    return found


def _take_id(
    each: Understood, id_: str, marks: Mapping[str, str], rows: dict[str, int], sheet: str, number: int
) -> None:
    """Notes which record a row is of: that of its hidden column alone. A row that somebody copied has it too."""
    if id_ in rows:
        copied = N_(
            "This row is a copy of row {row} and would change the same record. Insert an empty row, and fill that in."
        )
        each.problems.append(Problem(sheet, f"A{number}", _NO, copied, {"row": str(rows[id_])}))
    elif id_:
        rows[id_] = number
        each.id, each.changed = id_, marks.get(id_, "")


def _tables_of(
    first: Understood, described: Form, sheets: Mapping[str, Any], records: Mapping[int, Understood]
) -> None:
    """Reads the sheets with rows, each row into the record that it names."""
    for table in layout.tables(described.name):
        if table.of is None:
            continue
        columns = _columns_of(table, sheets)
        for record in records.values() if columns else ():
            record.asked.add(table.of.key)
        for number, row in _lines_of(table, sheets, columns):
            record = records.get(_number(_at(row, columns[LINK]))) if table.linked and LINK in columns else first
            if record is None:
                cell = f"{get_column_letter(columns[LINK])}{number}"
                told = N_("No row of sheet {sheet} has this number.")
                first.problems.append(Problem(table.title, cell, _NO, told, {"sheet": described.name}))
                continue
            answers: dict[str, Any] = {}
            key, rows = table.of.key, record.answers.setdefault(table.of.key, [])
            for line in table.columns:
                _cell_of(record, line, row, columns, number, table.title, answers, prefix=f"{key}.{len(rows)}.")
            if answers:
                rows.append(answers)
        for record in records.values():
            if record.answers.get(table.of.key) == []:
                del record.answers[table.of.key]


def _columns_of(table: Table, sheets: Mapping[str, Any]) -> dict[str, int]:
    """The column of each key of a table; none where its sheet, or the row with the keys, is not there."""
    for number, row in _rows(sheets[table.title]) if table.title in sheets else ():
        if number >= TOP - 1:
            return {str(cell.value): column for column, cell in enumerate(row, 1) if cell.value} if number < TOP else {}
    return {}


def _lines_of(table: Table, sheets: Mapping[str, Any], columns: Mapping[str, int]) -> Iterator[tuple[int, _Row]]:
    """The rows of a table in which somebody wrote something, with their numbers."""
    ours = {columns.get(LINK), columns.get(ID)}
    for number, row in _rows(sheets[table.title]) if columns else ():
        if number >= TOP and any(cell.value is not None for column, cell in enumerate(row, 1) if column not in ours):
            yield number, row


def _cell_of(
    record: Understood,
    line: Line,
    row: _Row,
    columns: Mapping[str, int],
    number: int,
    sheet: str,
    answers: dict[str, Any],
    *,
    prefix: str = "",
) -> None:
    column = columns.get(line.path)
    if column:
        until = columns.get(f"{line.path}{UNTIL_KEY}")
        beside = _at(row, until) if until else _EMPTY
        place = Place(sheet, f"{get_column_letter(column)}{number}")
        _answer(record, line, (_at(row, column), beside), place, answers, prefix=prefix)


def _answer(
    record: Understood,
    line: Line,
    given: tuple[_Cell, _Cell],
    place: Place,
    answers: dict[str, Any],
    *,
    prefix: str = "",
) -> None:
    """Takes the answer of a line into `answers`, or notes what is wrong with it."""
    cell, beside = given
    key = f"{prefix}{line.within.key}.0.{line.question.key}" if line.within else f"{prefix}{line.question.key}"
    record.places[key] = place
    if cell.formula or beside.formula:
        formula = N_("There is a formula. Write its value instead: formulas are not taken.")
        record.problems.append(Problem(place.sheet, place.cell, line.label, formula, {}))
        return
    heard: Mapping[str, Any] = answers
    target = answers
    if line.within:
        target = (answers.get(line.within.key) or [{}])[0]
        heard = target
    try:
        value = cells.understood(line.question, cell.value, beside.value, heard)
    except CellError as error:
        record.problems.append(Problem(place.sheet, place.cell, line.label, error.message, error.values))
        return
    # What stands in the cell of a question that is not asked is left out, as the form in the browser does.
    asks = line.within or line.question
    if value is None or not is_met(asks.condition, answers):
        return
    target[line.question.key] = value
    if line.within:
        answers[line.within.key] = [target]


def _number(cell: _Cell) -> int:
    text = str(cell.value or "").strip().removesuffix(".0").rstrip(".")
    return int(text) if text.isdecimal() and len(text) < len("1000000") else 0
