"""One cell of a table: what it may write for each type, and what is refused."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.tables.values import CellError, Converter

KINDS = ("teks", "bilangan_bulat", "desimal", "tahun", "tanggal", "boolean")


def read(kind: str, *cells: Any) -> Any:
    convert = Converter(kind)
    return [convert(cell) for cell in cells][-1]


@pytest.mark.parametrize("code", ["36.02", "36.02.08", "007", "2.10", " 12 ", "-"])
def test_a_code_stays_as_it_is_written(code: str) -> None:
    assert read("teks", code) == code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", ["", "   ", None])
def test_an_empty_cell_has_no_value(kind: str, cell: str | None) -> None:
    assert read(kind, cell) is None


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_of_the_datastore_is_read(number: int) -> None:
    assert read("bilangan_bulat", str(number)) == number
    assert read("bilangan_bulat", number) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_decimal_is_read_with_a_point_and_with_a_comma(number: Decimal) -> None:
    assert read("desimal", str(number)) == number
    assert read("desimal", str(number).replace(".", ",")) == number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.250", "1.250"),
        ("0,125", "0.125"),
        ("1250,5", "1250.5"),
        ("3312,298", "3312.298"),
        ("+4", "4"),
        (36.02, "36.02"),
    ],
)
def test_a_decimal_that_can_be_read_in_one_way_is_taken(cell: str | float, value: str) -> None:
    assert read("desimal", cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["1,250", "12,298", "-999,000"])
def test_a_decimal_that_can_be_read_in_two_ways_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match="two ways"):
        read("desimal", cell)


@pytest.mark.parametrize("cell", ["1.234,5", "1,234.5", "1 234", "12%", "Rp5", "-", "1.", ".5", "1e3", "NaN", "٣"])
def test_what_is_no_plain_number_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        read("desimal", cell)


def test_a_column_keeps_to_one_decimal_mark() -> None:
    with pytest.raises(CellError, match="point in one row"):
        read("desimal", "1,5", "1.5")


@pytest.mark.parametrize("cell", ["1.000", "1,000", "5.0", "lima", str(2**63), True])
def test_what_is_no_whole_number_is_refused(cell: str | bool) -> None:
    with pytest.raises(CellError):
        read("bilangan_bulat", cell)


def test_a_worksheet_keeps_whole_numbers_as_floats() -> None:
    assert read("bilangan_bulat", 5.0) == 5
    assert read("tahun", 2024.0) == 2024
    assert read("teks", 3602.0) == "3602"
    assert read("boolean", 1.0) is True


@pytest.mark.parametrize(("cell", "value"), [("2024", 2024), (2024, 2024)])
def test_a_year_has_four_digits(cell: Any, value: int) -> None:
    assert read("tahun", cell) == value


@pytest.mark.parametrize("cell", ["24", "2024/2025", "02024", 20245])
def test_what_is_no_year_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read("tahun", cell)


@given(st.dates())
def test_a_date_is_read_as_iso_writes_it(day: dt.date) -> None:
    assert read("tanggal", day.isoformat()) == day
    assert read("tanggal", dt.datetime.combine(day, dt.time(12))) == day


@pytest.mark.parametrize("cell", ["17/08/2026", "2026-02-30", "17 Agustus 2026", 46000])
def test_what_is_no_iso_date_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read("tanggal", cell)


@pytest.mark.parametrize(("cell", "value"), [("Ya", True), ("tidak", False), ("1", True), (False, False)])
def test_yes_and_no(cell: Any, value: bool) -> None:
    assert read("boolean", cell) is value


def test_a_word_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(CellError):
        read("boolean", "mungkin")


@pytest.mark.parametrize("kind", KINDS)
@given(cell=st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times()))
def test_no_cell_does_anything_but_be_read_or_refused(kind: str, cell: Any) -> None:
    try:
        value = read(kind, cell)
    except CellError:
        return
    assert value is None or isinstance(value, (str, int, Decimal, bool, dt.date))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["9" * 100_000, "," * 100_000, "9," * 50_000, " " * 100_000 + "x"])
def test_a_huge_cell_takes_no_time(kind: str, text: str) -> None:
    began = time.perf_counter()
    try:
        read(kind, text)
    except CellError:
        assert kind != "teks"
    assert time.perf_counter() - began < 0.05
