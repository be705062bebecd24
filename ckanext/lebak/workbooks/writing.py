"""Records, or nothing, as a workbook: BPS's forms with drop-downs from the code lists. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import Form, Question, form
from ckanext.lebak.workbooks import cells, layout
from ckanext.lebak.workbooks.layout import ANSWER, HELP, ID, KEY, LABEL, LINK, NUMBER, TOP, UNTIL, Line, Table

LISTS = "Pilihan"
"""The sheet that the drop-downs take their lists from."""
MARK = "Katalog"
"""The hidden sheet that tells which records a workbook was made of."""
EMPTY_ROWS = 200
"""Rows of a table that have drop-downs, beside those that are filled."""

_HEAD = PatternFill("solid", fgColor="EEF1F4")
_BOLD, _TOP = Font(bold=True), Alignment(wrap_text=True, vertical="top")
_WIDTHS = {NUMBER: 9, LABEL: 44, ANSWER: 52, UNTIL: 14, HELP: 60, KEY: 10}


@dataclass(frozen=True)
class Filled:
    """A form with its answers.

    Attributes:
        form: Name of the form.
        answers: As ``package_show`` gives them; empty for a template.
        private: Answers about the person in charge; None for a reader who may not have them.
        id: Of the record.
        changed: What changes whenever the record does (``records.state_of``): a workbook that comes back tells by it
            whether somebody changed the record meanwhile.
    """

    form: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] | None = None
    id: str = ""
    changed: str = ""


def workbook(filled: Sequence[Filled]) -> bytes:
    """A workbook of forms: one record of each form with a question a row, any number of those in `layout.ACROSS`.

    Args:
        filled: The forms, each with its answers.

    Raises:
        ValueError: Two records of a form that has a sheet of its own.
    """
    book = _Book()
    for name in dict.fromkeys(each.form for each in filled):
        of_form = [each for each in filled if each.form == name]
        if name in layout.ACROSS:
            book.across(form(name), of_form)
        elif len(of_form) == 1:
            book.down(form(name), of_form[0])
        else:
            raise ValueError(f"{len(of_form)} records of {name} in one workbook")
    return book.saved(filled)


class _Book:
    """A workbook that grows."""

    def __init__(self) -> None:
        self._book = Workbook()
        self._book.remove(self._book.worksheets[0])
        self._lists: dict[tuple[str, ...], str] = {}

    def down(self, described: Form, filled: Filled) -> None:
        """A sheet with a question a row, and one for each question that has rows."""
        sheet = self._sheet(described.name)
        for column, width in _WIDTHS.items():
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.column_dimensions[get_column_letter(KEY)].hidden = True
        self._row(sheet, 1, ["No.", "Pertanyaan", "Jawaban", "Sampai", "Petunjuk", "kunci"], bold=True)
        sheet.freeze_panes = "A2"
        answers, number = {**filled.answers, **(filled.private or {})}, 1
        titles = {table.of.key: table.title for table in layout.tables(described.name) if table.of}
        for block in described.blocks:
            number += 1
            self._row(sheet, number, ["", block.title.get("id", "")], bold=True)
            for question in block.questions:
                if question.kind == q.ROWS:
                    number += 1
                    to_sheet = f"Isi lembar {titles[question.key]}."
                    self._row(sheet, number, [question.number, question.label["id"], "", "", to_sheet])
                    continue
                if question.private and filled.private is None:
                    continue
                for line in layout.lines((question,)):
                    number += 1
                    self._line(sheet, number, line, answers)
        for table in layout.tables(described.name):
            self._table(table, [(0, row) for row in _rows(table, answers)])

    def across(self, described: Form, filled: Sequence[Filled]) -> None:
        """A sheet with a record a row, and one for each question that has rows."""
        records = [(number, {**each.answers, **(each.private or {})}) for number, each in enumerate(filled, 1)]
        for table in layout.tables(described.name):
            if table.of is None:
                self._table(table, records, [each.id for each in filled])
            else:
                self._table(table, [(number, row) for number, answers in records for row in _rows(table, answers)])

    def saved(self, filled: Sequence[Filled]) -> bytes:
        """The finished workbook."""
        mark = self._book.create_sheet(MARK)
        self._row(mark, 1, ["formulir", "id", "diubah"])
        for number, each in enumerate(filled, 2):
            self._row(mark, number, [each.form, each.id, each.changed])
        mark.sheet_state = "hidden"
        if self._lists:
            lists = self._book.create_sheet(LISTS)
            for column, options in enumerate(self._lists, 1):
                for number, option in enumerate(options, 1):
                    self._cell(lists, number, column, option)
            lists.sheet_state = "hidden"
        stream = io.BytesIO()
        self._book.save(stream)
        return stream.getvalue()

    def _table(self, table: Table, records: Sequence[tuple[int, Mapping[str, Any]]], ids: Sequence[str] = ()) -> None:
        """A sheet with rows; in one of records, each row has the id of its record in a hidden column at the end."""
        sheet = self._sheet(table.title)
        first = [("No.", LINK)] if table.linked else []
        last = [("id", ID)] if table.of is None else []
        heads = [*first, *(column for line in table.columns for column in _columns(line)), *last]
        self._row(sheet, 1, [label for label, _key in heads], bold=True)
        self._row(sheet, TOP - 1, [key for _label, key in heads])
        sheet.row_dimensions[TOP - 1].hidden = True
        sheet.freeze_panes = sheet.cell(TOP, 1)
        for column in range(1, len(heads) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 8 if table.linked and column == 1 else 28
        if last:
            sheet.column_dimensions[get_column_letter(len(heads))].hidden = True
        for number, (record, answers) in enumerate(records, TOP):
            values = [str(record)] if table.linked else []
            for line in table.columns:
                values += _written(line, answers)[: len(_columns(line))]
            self._row(sheet, number, [*values, *ids[number - TOP : number - TOP + 1]])
        end = TOP + len(records) + EMPTY_ROWS
        column = 1 + table.linked
        for line in table.columns:
            self._offer(sheet, f"{get_column_letter(column)}{TOP}:{get_column_letter(column)}{end}", line.question, {})
            column += len(_columns(line))

    def _line(self, sheet: Any, number: int, line: Line, answers: Mapping[str, Any]) -> None:
        question, (answer, until) = line.question, _written(line, answers)
        told = [line.number, line.label["id"], answer, until, _help(question, answers), line.path]
        self._row(sheet, number, told)
        self._offer(sheet, sheet.cell(number, ANSWER).coordinate, question, answers)

    def _offer(self, sheet: Any, cells_: str, question: Question, answers: Mapping[str, Any]) -> None:
        options = tuple(cells.choices(question, answers)) if question.kind == q.CODE else ()
        if not options:
            return
        if options not in self._lists:
            letter = get_column_letter(len(self._lists) + 1)
            self._lists[options] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(options)}"
        offer = DataValidation("list", formula1=self._lists[options], allow_blank=True)
        offer.error, offer.errorTitle = "Pilih salah satu dari daftar.", "Tidak ada dalam daftar"
        offer.add(cells_)
        sheet.add_data_validation(offer)

    def _sheet(self, title: str) -> Any:
        return self._book.create_sheet(title)

    def _row(self, sheet: Any, number: int, values: Sequence[str], *, bold: bool = False) -> None:
        for column, value in enumerate(values, 1):
            self._cell(sheet, number, column, value, bold=bold)

    @staticmethod
    def _cell(sheet: Any, number: int, column: int, value: str, *, bold: bool = False) -> None:
        cell = sheet.cell(number, column)
        if value != "":
            cell.value = value
            cell.data_type = "s"  # also where it begins like a formula
        cell.alignment, cell.number_format = _TOP, "@"  # so that Excel leaves codes and days as they are typed
        if bold:
            cell.font, cell.fill = _BOLD, _HEAD


def _rows(table: Table, answers: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (answers.get(table.of.key) if table.of else None) or ()


def _written(line: Line, answers: Mapping[str, Any]) -> tuple[str, str]:
    if line.within is None:
        return cells.written(line.question, answers.get(line.question.key), answers)
    rows = answers.get(line.within.key) or [{}]
    return cells.written(line.question, rows[0].get(line.question.key), rows[0])


def _columns(line: Line) -> list[tuple[str, str]]:
    """Heading and key of each column of a line in a table: two for a span of days."""
    number = f"({line.number}) " if line.number else ""
    heading = f"{number}{line.label['id']}"
    if line.question.kind == q.DAYS:
        return [(f"{heading}: mulai", line.path), (f"{heading}: sampai", f"{line.path}{UNTIL_KEY}")]
    return [(heading, line.path)]


UNTIL_KEY = "+"
"""End of the key of the column with the last day of a span."""


def _help(question: Question, answers: Mapping[str, Any]) -> str:
    told = [question.help.get("id", "")]
    if question.kind == q.CODES:
        told.append("Boleh lebih dari satu, satu per baris: " + "; ".join(cells.choices(question, answers)))
    elif question.kind == q.TEXTS:
        told.append("Boleh lebih dari satu, satu per baris.")
    elif question.kind == q.DAYS:
        told.append("Tanggal mulai di kolom Jawaban, tanggal selesai di kolom Sampai, seperti 2026-12-31.")
    elif question.kind == q.DAY:
        told.append("Seperti 2026-12-31.")
    if question.issued:
        told.append("Diisi oleh BPS.")
    return " ".join(part for part in told if part)
