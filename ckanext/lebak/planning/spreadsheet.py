"""Promises in a workbook: a template that holds those there are, and what was written into it, read.

Nothing is written here. `rows` reads a file, `plan` says what would become of each row and names each problem by sheet,
cell and field. A workbook comes from anybody: see ``tables.workbook`` for what is refused; a formula is no value.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Any, NamedTuple

import ckan.plugins.toolkit as tk
import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ckanext.lebak.planning import entry
from ckanext.lebak.planning.model import Promise
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import csv_rows
from ckanext.lebak.tables.workbook import DAMAGED, is_workbook, refuse_unsafe
from ckanext.lebak.vocabulary import vocabulary
from ckanext.lebak.worksheets import holdable

SHEET, LISTS, HELP = "Janji", "Daftar", "Petunjuk"
"""Sheets of the template. They are in Indonesian whatever the page is in: files are passed on."""
ID = "id"
HEADINGS = {
    ID: "ID janji (jangan diubah)",
    "dataset": "Dataset di katalog",
    "title": "Judul data",
    "period": "Periode data",
    "jadwal_rilis": "Jadwal rilis",
    "accrualPeriodicity": "Frekuensi",
    "accessRights": "Akses",
    "unit_produsen": "Unit produsen",
    "kegiatan": "Kegiatan statistik",
    "indikator": "Indikator",
    "prioritas_daerah": "Prioritas daerah",
    "alasan_perubahan": "Alasan perubahan",
}
MOST_ROWS = 500
MOST_BYTES = 5 * 2**20
MOST_SIGNS = 400_000
"""Of all rows together: the page of a dry run carries them, and a form takes no more."""

_COLUMNS = 50  # the template has twelve; what somebody writes beside it is not read
_LABELLED = {"accrualPeriodicity": "frequency", "accessRights": "access"}
_EXAMPLES = {
    "dataset": "Alamat dataset (bagian akhir alamat halamannya). Kosongkan bila datanya belum ada di katalog.",
    "title": "Apa yang diukur, rinciannya, dan wilayahnya. Bila kosong, dipakai judul dataset.",
    "period": "Periode yang digambarkan data: 2025, 2025-S1, 2025-Q3, atau 2025-07.",
    "jadwal_rilis": "Hari terakhir data terbit: 2026-03-31.",
    "accrualPeriodicity": "Pilih dari daftar.",
    "accessRights": "Pilih dari daftar.",
    "unit_produsen": "Unit di dalam perangkat daerah, tanpa nama orang.",
    "kegiatan": "Alamat kegiatan statistik di katalog, bila ada.",
    "indikator": "Alamat indikator di katalog, bila ada.",
    "prioritas_daerah": "Program prioritas kabupaten yang memakai data ini, bila ada.",
    "alasan_perubahan": "Wajib bila Forum sudah menyepakati janji ini.",
}


class Row(NamedTuple):
    """A row as it was written.

    Attributes:
        number: In its sheet; the header is row 1.
        values: By key of `HEADINGS`, as text; empty cells are left out.
        columns: The letter of each column, by key.
        sheet: Name of the sheet; empty for CSV.
    """

    number: int
    values: dict[str, str]
    columns: dict[str, str]
    sheet: str = SHEET

    def cell(self, key: str) -> str:
        """Where a value stands, as ``D7``; of a column that is missing, the row."""
        return f"{self.columns.get(key, '')}{self.number}"


def row_of(given: Mapping[str, Any]) -> Row:
    """A row as the page of a dry run carries it.

    Args:
        given: The fields of `Row`.

    Raises:
        TypeError, KeyError, ValueError: It is none.
    """
    values = {key: str(given["values"][key]) for key in HEADINGS if given["values"].get(key)}
    columns = {key: str(given["columns"][key])[:3] for key in HEADINGS if given["columns"].get(key)}
    return Row(int(given["number"]), values, columns, str(given["sheet"])[:31])


class Problem(NamedTuple):
    """What is wrong with a cell."""

    row: int
    sheet: str
    cell: str
    key: str
    sentence: str


class Plan(NamedTuple):
    """What would become of rows.

    Attributes:
        ready: The promise to change (None for a new one), and what it says then.
        same: How many rows say what is there already.
        problems: Where there is one, nothing is written.
    """

    ready: list[tuple[Promise | None, entry.Said]]
    same: int
    problems: list[Problem]


# --- out --------------------------------------------------------------------------------------------------------------


def template(year: int, office: str, present: Iterable[tuple[str, entry.Said]], series: Sequence[str]) -> bytes:
    """A workbook with drop-downs from the code lists, and the promises that there are.

    Args:
        year: Of the round.
        office: Title of the office.
        present: Id and content of each promise, with addresses in place of ids.
        series: Addresses of the datasets of the office.
    """
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    sheet.append(list(HEADINGS.values()))
    for id_, said in present:
        labelled = {key: _label(vocabulary(name), said[key]) for key, name in _LABELLED.items()}
        values = {**said, **labelled, ID: id_}
        sheet.append([holdable(values[key]) for key in HEADINGS])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = "s"  # a title that begins like a formula is none
    for number, key in enumerate(HEADINGS, start=1):
        head, letter = sheet.cell(1, number), get_column_letter(number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DCE9E0")
        sheet.column_dimensions[letter].width = 44 if key in ("title", "dataset") else 22
        if key not in _LABELLED and key != "dataset":
            sheet.column_dimensions[letter].number_format = "@"  # 2025-07 stays what it is
    sheet.freeze_panes = "B2"
    lists = book.create_sheet(LISTS)
    choices = {"dataset": list(series)}
    choices |= {key: [term.id for term in vocabulary(name).terms()] for key, name in _LABELLED.items()}
    for number, (key, values) in enumerate(choices.items(), start=1):
        lists.cell(1, number, HEADINGS[key])
        for at, value in enumerate(values, start=2):
            lists.cell(at, number, value)
        if values:
            _drop_down(sheet, HEADINGS[key], get_column_letter(number), len(values))
    hints = book.create_sheet(HELP)
    hints.column_dimensions["A"].width, hints.column_dimensions["B"].width = 28, 90
    hints.append([f"Daftar Data {year}", office])
    for key, text in _EXAMPLES.items():
        hints.append([HEADINGS[key], text])
        hints.cell(hints.max_row, 2).alignment = Alignment(wrap_text=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _drop_down(sheet: Any, heading: str, letter: str, number: int) -> None:
    column = get_column_letter(list(HEADINGS.values()).index(heading) + 1)
    choice = DataValidation(type="list", formula1=f"={LISTS}!${letter}$2:${letter}${number + 1}", allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"{column}2:{column}{MOST_ROWS + 1}")


def _label(terms: Any, code: str) -> str:
    term = terms.get(code) or terms.by_uri(code)
    return term.id if term else code


# --- in ---------------------------------------------------------------------------------------------------------------


def rows(stream: IO[bytes]) -> list[Row]:
    """Reads a workbook or a CSV file.

    Args:
        stream: The file; it can seek.

    Returns:
        The rows with something in them; a formula is among its values as it was written.

    Raises:
        TableError: It is no such file, is not safe to open, is too large, or lacks columns.
    """
    if stream.seek(0, io.SEEK_END) > MOST_BYTES:
        raise TableError(N_("The file is larger than {size} MB."), size=MOST_BYTES // 2**20)
    stream.seek(0)
    found: list[Row] = []
    signs = 0
    for row in _read(stream):
        found.append(row)
        signs += sum(len(value) for value in row.values.values())
        if len(found) > MOST_ROWS or signs > MOST_SIGNS:
            raise TableError(N_("The file holds more than {rows} rows, or very long ones. Split it."), rows=MOST_ROWS)
    if not found:
        raise TableError(N_("There is no promise in the file. Write each into a row below the headings."))
    return found


def _read(stream: IO[bytes]) -> Iterator[Row]:
    if not is_workbook(stream):
        yield from _rows(((number, list(cells)) for number, cells in csv_rows(stream)), "")
        return
    refuse_unsafe(stream)
    try:
        # Without `data_only` a formula is seen as one, and not as the value that somebody else computed.
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        chosen: Any = next((sheet for sheet in shown if sheet.title == SHEET), next(iter(shown), None))
        if chosen is not None:
            chosen.reset_dimensions()
            cells = chosen.iter_rows(max_row=MOST_ROWS * 4, max_col=_COLUMNS, values_only=True)
            yield from _rows(((number, list(row)) for number, row in enumerate(cells, start=1)), chosen.title)
        book.close()
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it meet
        raise TableError(DAMAGED) from error


def _rows(found: Iterator[tuple[int, list[Any]]], sheet: str) -> Iterator[Row]:
    _number, head = next(found, (0, []))
    at = _places(head)
    letters = {key: get_column_letter(place + 1) for key, place in at.items()}
    for number, cells in islice(found, MOST_ROWS * 4):
        values = {key: _text(cells[place]) for key, place in at.items() if place < len(cells)}
        values = {key: text for key, text in values.items() if text}
        if values.keys() - {ID}:
            yield Row(number, values, letters, sheet)


def _places(head: Sequence[Any]) -> dict[str, int]:
    said = [" ".join(str(cell or "").casefold().split()) for cell in head[:_COLUMNS]]
    known = {key: (heading.casefold(), key.casefold()) for key, heading in HEADINGS.items()}
    places = {
        key: next(number for number, text in enumerate(said) if text in names)
        for key, names in known.items()
        if any(text in names for text in said)
    }
    missing = [HEADINGS[field.key] for field in entry.FIELDS if field.required and field.key not in places]
    if missing:
        raise TableError(
            N_("The first row lacks these columns: {columns}. Use the template, which has them."),
            columns=", ".join(missing),
        )
    return places


def _text(cell: Any) -> str:
    if isinstance(cell, ArrayFormula | DataTableFormula):  # a formula over several cells is an object of openpyxl's
        return "=" + str(getattr(cell, "text", None) or "").lstrip("=")
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


# --- what would become of it ------------------------------------------------------------------------------------------


def plan(
    given: Iterable[Row], year: int, lookup: entry.Lookup, present: Mapping[str, Promise], agreed: Iterable[str]
) -> Plan:
    """Compares rows with the promises that there are; where anything is wrong, nothing should be written.

    Args:
        given: The rows.
        year: Of the round.
        lookup: Finds what is named.
        present: The promises of the office, by id.
        agreed: Ids of those that the Forum has agreed on.
    """
    result, was_agreed, given = Plan([], 0, []), set(agreed), list(given)
    seen: dict[tuple[str, str], str] = {}
    written = {row.values.get(ID, "") for row in given}
    for promise in present.values():
        if promise.id not in written and not promise.dropped:
            seen[entry.same(promise.said)] = ""
    ids: set[str] = set()
    for row in given:
        problems = []
        id_ = row.values.get(ID, "")
        promise = present.get(id_)
        if id_ and (promise is None or id_ in ids):
            problems.append((ID, tk._("This is no promise of your office, or it stands here twice. Empty this cell.")))
        ids.add(id_)
        changed = entry.read(row.values, year, lookup)
        unchanged = promise is not None and not promise.dropped and _same_content(changed.said, promise.said)
        if not unchanged:
            formula = tk._("This cell holds a formula. Write its value.")
            problems += ((name, formula) for name, text in row.values.items() if text.startswith("="))
        reading = changed if unchanged else entry.read(row.values, year, lookup, agreed=id_ in was_agreed)
        problems += ((key, " ".join(sentences)) for key, sentences in reading.errors.items())
        key = entry.same(reading.said)
        if not reading.errors and key in seen:
            cell = seen[key]
            sentence = tk._("Your office promises this data for this period already{where}.")
            problems.append(("period", sentence.format(where=f" ({cell})" if cell else "")))
        seen[key] = seen.get(key) or row.cell("title")
        result.problems.extend(Problem(row.number, row.sheet, row.cell(name), name, text) for name, text in problems)
        if unchanged:
            result = result._replace(same=result.same + 1)
        else:
            result.ready.append((promise, reading.said))
    return result


def _same_content(said: entry.Said, before: entry.Said) -> bool:
    return all(said[key] == before.get(key, "") for key in entry.KEYS if key != "alasan_perubahan")
