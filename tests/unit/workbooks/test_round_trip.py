"""Workbooks of BPS's forms: what goes in comes out, and every question of every form has a cell."""

from __future__ import annotations

import datetime as dt
import io
import os
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.questions import form
from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.workbooks import cells, layout, paper
from ckanext.lebak.workbooks.reading import Understood, read
from ckanext.lebak.workbooks.writing import MARK, Filled, workbook
from tests.thoroughness import WHOLE
from tests.unit.statistics.strategies import answers

EXAMPLES = settings(
    max_examples=int(os.environ.get("LEBAK_WORKBOOKS") or (200 if WHOLE else 25)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
"""A workbook takes 80 ms to write and to read. ``LEBAK_WORKBOOKS=2000`` tries as many as CI tries of JSON."""


def opened(*filled: Filled) -> list[Understood]:
    return read(io.BytesIO(workbook(filled)))


def changed(filled: Filled, cell: str, value: Any, sheet: str = "MS-Keg") -> Understood:
    """What is read when somebody types into a cell."""
    book = openpyxl.load_workbook(io.BytesIO(workbook([filled])))
    book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    (found,) = read(stream)
    return found


def cell_of(filled: Filled, path: str) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([filled])))[filled.form]
    (row,) = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, layout.KEY).value == path]
    return sheet.cell(row, layout.ANSWER).coordinate


def _private(name: str, told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = form(name).private_keys
    return {k: v for k, v in told.items() if k not in keys}, {k: v for k, v in told.items() if k in keys}


@pytest.mark.parametrize("name", [name for name in layout.RECORD_FORMS if name not in layout.ACROSS])
def test_nothing_is_lost_on_the_way(name: str) -> None:
    @EXAMPLES
    @given(answers(form(name)))
    def whole(told: dict[str, Any]) -> None:
        open_, private = _private(name, told)
        found = opened(Filled(name, open_, private, id="x"))
        assert [(each.answers, each.problems) for each in found] == ([(told, [])] if told else [])

    whole()


@pytest.mark.parametrize("name", layout.ACROSS)
def test_nothing_is_lost_in_a_table(name: str) -> None:
    @EXAMPLES
    @given(st.lists(answers(form(name)).filter(bool), max_size=3))
    def whole(told: list[dict[str, Any]]) -> None:
        # A record whose plain questions are all empty has no row of its own to hang its rows on.
        plain = {line.question.key for line in layout.lines(form(name).questions)}
        kept = [each for each in told if plain & each.keys()]
        found = opened(*(Filled(name, each, id=str(number)) for number, each in enumerate(kept))) if kept else []
        assert [(each.answers, each.problems, each.id) for each in found] == [
            (each, [], str(number)) for number, each in enumerate(kept)
        ]

    whole()


@pytest.mark.parametrize("name", layout.RECORD_FORMS)
def test_every_question_has_its_place(name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([Filled(name, private={})])))
    there: set[str] = set()
    if name not in layout.ACROSS:
        there |= {str(cell.value) for cell in book[name]["F"]}
    for table in layout.tables(name):
        prefix = f"{table.of.key}." if table.of else ""
        there |= {f"{prefix}{cell.value}" for cell in book[table.title][layout.TOP - 1]}
    for question in form(name).questions:
        paths = (
            [f"{question.key}.{column.key}" for column in question.columns]
            if question.kind in (q.ROWS, q.GROUP)
            else [question.key]
        )
        assert set(paths) <= there, question.key


def test_the_person_in_charge_is_not_in_a_workbook_for_others() -> None:
    private = {"ii_pj_nama": "Nama Simulasi"}
    with_name = workbook([Filled("MS-Keg", {"title": "SIMULASI"}, private)])
    without = workbook([Filled("MS-Keg", {"title": "SIMULASI", **private}, None)])
    assert "ii_pj_nama" in read(io.BytesIO(with_name))[0].asked
    (found,) = read(io.BytesIO(without))
    assert not found.asked & form("MS-Keg").private_keys
    assert found.answers == {"title": "SIMULASI"}


ACTIVITY = Filled("MS-Keg", {"title": "SIMULASI", "cara_pengumpulan_data": "2", "edisi_formulir": "2020"})


@pytest.mark.parametrize(
    ("path", "typed", "wanted"),
    [
        ("cara_pengumpulan_data", 2, "2"),
        ("cara_pengumpulan_data", 2.0, "2"),
        ("cara_pengumpulan_data", "survei", "2"),
        ("cara_pengumpulan_data", "2. Survei", "2"),
        ("iv_metode_pengumpulan_data", 5, ["1", "4"]),
        ("iv_metode_pengumpulan_data", "1; 4", ["1", "4"]),
        ("iv_metode_pengumpulan_data", "Wawancara\n4 apa pun", ["1", "4"]),
        ("tahun_kegiatan", 2026, "2026"),
        ("iii_latar_belakang_kegiatan", "baris satu\r\nbaris dua", "baris satu\nbaris dua"),
        ("title", True, "1"),
    ],
)
def test_what_people_type_is_understood(path: str, typed: Any, wanted: Any) -> None:
    found = changed(ACTIVITY, cell_of(ACTIVITY, path), typed)
    assert not found.problems
    assert found.answers[path] == wanted


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("31/01/2026", dt.datetime(2026, 2, 1), ["2026-01-31", "2026-02-01"]),
        (dt.date(2026, 1, 31), "2026-02-01", ["2026-01-31", "2026-02-01"]),
    ],
)
def test_days_are_understood(start: Any, end: Any, wanted: list[str]) -> None:
    cell = cell_of(ACTIVITY, "iii_jadwal_desain")
    book = openpyxl.load_workbook(io.BytesIO(workbook([ACTIVITY])))
    book["MS-Keg"][cell], book["MS-Keg"][f"D{cell[1:]}"] = start, end
    stream = io.BytesIO()
    book.save(stream)
    assert read(stream)[0].answers["iii_jadwal_desain"] == wanted


@pytest.mark.parametrize(
    ("path", "typed", "part"),
    [
        ("cara_pengumpulan_data", "Sensus penuh", "not in the list"),
        ("iii_jadwal_desain", "bulan depan", "no day"),
        ("iii_jadwal_desain", "2026-01-01", "both days"),
        ("iii_jadwal_desain", "32/01/2026", "no day"),
        ("title", "=1+1", "formula"),
    ],
)
def test_a_problem_names_its_sheet_cell_and_field(path: str, typed: str, part: str) -> None:
    cell = cell_of(ACTIVITY, path)
    (problem,) = changed(ACTIVITY, cell, typed).problems
    assert (problem.sheet, problem.cell) == ("MS-Keg", cell)
    assert problem.label == next(line.label for line in layout.lines(form("MS-Keg").questions) if line.path == path)
    assert part in problem.message
    problem.message.format(**problem.values)


def test_an_answer_to_what_is_not_asked_is_left_out() -> None:
    compilation = Filled("MS-Keg", {**ACTIVITY.answers, "cara_pengumpulan_data": "3"})
    found = changed(compilation, cell_of(compilation, "v_unit_sampel"), "Rumah tangga")
    assert "v_unit_sampel" not in found.answers


def test_the_drop_downs_are_the_code_lists() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([ACTIVITY])))
    cell = cell_of(ACTIVITY, "cara_pengumpulan_data")
    (offer,) = [each for each in book["MS-Keg"].data_validations.dataValidation if cell in str(each.sqref).split()]
    sheet, _sign, range_ = offer.formula1.replace("'", "").partition("!")
    lists: Any = book[sheet]
    options = [row[0].value for row in lists[range_.replace("$", "")]]
    assert options[1] == "2 Survei"
    assert lists.sheet_state == book[MARK].sheet_state == "hidden"


def test_a_workbook_with_another_form_is_refused() -> None:
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(TableError) as refused:
        read(stream)
    assert "MS-Keg" in str(refused.value)


@given(st.binary(max_size=300))
def test_no_nonsense_is_a_workbook(content: bytes) -> None:
    with pytest.raises(TableError):
        read(io.BytesIO(content))


NEW = Filled("MS-Keg", {**ACTIVITY.answers, "edisi_formulir": "baru"})


@pytest.mark.parametrize(
    ("filled", "typed", "wanted"),
    [
        (NEW, "2", "2"),
        (NEW, "2 Cross Sectional", "2"),
        (NEW, "Longitudinal Cross Sectional", "3"),
        (ACTIVITY, "2 Longitudinal Cross Sectional", "2"),
    ],
)
def test_a_choice_of_the_edition_is_understood(filled: Filled, typed: str, wanted: str) -> None:
    found = changed(filled, cell_of(filled, "iv_tipe_pengumpulan_data"), typed)
    assert (found.answers["iv_tipe_pengumpulan_data"], found.problems) == (wanted, [])


@pytest.mark.parametrize(
    ("filled", "path", "typed", "part"),
    [
        (NEW, "iv_tipe_pengumpulan_data", "2 Longitudinal Cross Sectional", "another edition"),
        (ACTIVITY, "iv_tipe_pengumpulan_data", "3 Longitudinal Cross Sectional", "another edition"),
        (NEW, "iv_tipe_pengumpulan_data", "2 apa pun", "not in the list"),
    ],
)
def test_a_choice_of_another_edition_is_not_taken_for_its_code(
    filled: Filled, path: str, typed: str, part: str
) -> None:
    found = changed(filled, cell_of(filled, path), typed)
    (problem,) = found.problems
    assert part in problem.message
    problem.message.format(**problem.values)
    assert path not in found.answers


def test_an_empty_form_offers_the_choices_of_all_editions() -> None:
    question = form("MS-Keg").by_key["iv_tipe_pengumpulan_data"]
    assert {"2 Longitudinal Cross Sectional", "2 Cross Sectional"} <= set(cells.choices(question, {}))
    assert "2 Longitudinal Cross Sectional" not in cells.choices(question, {"edisi_formulir": "baru"})


@pytest.mark.parametrize("typed", ["²", "1" * 5_000, "٣"])
def test_what_is_nearly_a_number_is_a_problem(typed: str) -> None:
    assert changed(ACTIVITY, cell_of(ACTIVITY, "iv_metode_pengumpulan_data"), typed).problems


def table(*filled: Filled) -> tuple[Any, Any, dict[str, int]]:
    """The workbook of indicators, its sheet, and the column of each key."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(filled)))
    sheet = book["MS-Ind"]
    return book, sheet, {str(cell.value): number for number, cell in enumerate(sheet[layout.TOP - 1], 1)}


def read_again(book: Any) -> list[Understood]:
    stream = io.BytesIO()
    book.save(stream)
    return read(stream)


def indicators(*rows: str) -> tuple[Filled, ...]:
    return tuple(
        Filled(
            "MS-Ind", {"title": f"SIMULASI {id_}", "apakah_indikator_komposit": "2"}, id=id_, changed=f"kemarin {id_}"
        )
        for id_ in rows
    )


def test_a_row_is_of_the_record_in_its_hidden_column_and_of_no_other() -> None:
    book, sheet, columns = table(*indicators("a", "b", "c"))
    assert sheet.column_dimensions[get_column_letter(columns[layout.ID])].hidden
    sheet.insert_rows(layout.TOP + 1)
    sheet.cell(layout.TOP + 1, columns["title"]).value = "SIMULASI baru"
    found = read_again(book)
    assert [(each.answers["title"], each.id, each.changed) for each in found] == [
        ("SIMULASI a", "a", "kemarin a"),
        ("SIMULASI baru", "", ""),
        ("SIMULASI b", "b", "kemarin b"),
        ("SIMULASI c", "c", "kemarin c"),
    ]
    assert not [each.problems for each in found if each.problems]


def test_a_row_that_is_renumbered_stays_of_its_record() -> None:
    book, sheet, _columns = table(*indicators("a", "b"))
    sheet.cell(layout.TOP, 1).value, sheet.cell(layout.TOP + 1, 1).value = "2", "1"
    assert [(each.answers["title"], each.id) for each in read_again(book)] == [("SIMULASI a", "a"), ("SIMULASI b", "b")]


def test_a_copied_row_is_a_problem_and_changes_nothing() -> None:
    book, sheet, _columns = table(*indicators("a"))
    for cell in sheet[layout.TOP]:
        sheet.cell(layout.TOP + 1, cell.column).value = cell.value
    sheet.cell(layout.TOP + 1, 1).value = "2"
    first, second = read_again(book)
    assert (first.id, first.problems) == ("a", [])
    (problem,) = second.problems
    assert (second.id, problem.cell) == ("", f"A{layout.TOP + 1}")
    assert str(layout.TOP) in problem.message.format(**problem.values)


def test_a_row_whose_answers_are_taken_away_is_no_row() -> None:
    book, sheet, columns = table(*indicators("a", "b"))
    for column in range(2, columns[layout.ID]):
        sheet.cell(layout.TOP, column).value = None
    assert [each.id for each in read_again(book)] == ["b"]


def test_rows_belong_to_the_row_with_their_number_also_where_one_has_none() -> None:
    rows = {"variabel_pembangun": [{"nama": "PUS"}]}
    book, sheet, columns = table(*(Filled("MS-Ind", {**each.answers, **rows}) for each in indicators("a", "b")))
    sheet.insert_rows(layout.TOP)
    sheet.cell(layout.TOP, columns["title"]).value = "SIMULASI baru"
    assert ["variabel_pembangun" in each.answers for each in read_again(book)] == [False, True, True]


def test_a_workbook_says_which_questions_it_has() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([Filled("MS-Keg", ACTIVITY.answers, {}, id="x")])))
    assert read_again(book)[0].asked == set(form("MS-Keg").by_key)
    del book["MS-Var"]
    sheet = book["MS-Keg"]
    number = next(row for row in range(1, sheet.max_row) if sheet.cell(row, layout.KEY).value == "i_alamat")
    sheet.delete_rows(number)
    (found,) = read_again(book)
    assert set(form("MS-Keg").by_key) - found.asked == {"iii_variabel_yang_dikumpulkan", "i_alamat"}


@pytest.mark.parametrize("name", layout.RECORD_FORMS)
def test_a_template_asks_all_of_its_form(name: str) -> None:
    filled = Filled(name, {"title": "SIMULASI"}, {})
    assert opened(filled)[0].asked == set(form(name).by_key)


@given(st.lists(st.text(st.characters(codec="latin-1", exclude_categories=("Cc",)), max_size=60), max_size=200))
@settings(deadline=None, max_examples=20)
def test_whatever_the_lines_are_it_can_be_printed(lines: list[str]) -> None:
    text = "\n".join(lines)
    filled = Filled("MS-Keg", {"title": "SIMULASI", "iii_latar_belakang_kegiatan": text})
    assert paper.pdf(filled, office="SIMULASI").startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["\n" * 3_000, "W" * 30_000, "\n".join(["W" * 70] * 300), "x\n" * 2_000])
def test_a_long_answer_goes_on_at_the_next_page(text: str) -> None:
    variables = [{"nama": "SIMULASI", "definisi": text}]
    answers = {"title": "SIMULASI", "iii_tujuan_kegiatan": text, "iii_variabel_yang_dikumpulkan": variables}
    assert paper.pdf(Filled("MS-Keg", answers), office="SIMULASI").startswith(b"%PDF-")
