"""Values for e-Walidata out of rows. Figures are simulated."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.ewalidata import values


def _rows(*cells: Any) -> list[dict[str, Any]]:
    return [{"_id": number, "jumlah": cell} for number, cell in enumerate(cells, start=1)]


@pytest.mark.parametrize(
    ("cells", "aggregation", "value", "problem"),
    [
        ((1, "2.5", Decimal("0.5")), "sum", Decimal("4.0"), ""),
        ((1, 3), "mean", Decimal(2), ""),
        ((1, 3), "max", Decimal(3), ""),
        ((1, 3), "min", Decimal(1), ""),
        ((1, None), "count", Decimal(2), ""),
        ((7,), "single", Decimal(7), ""),
        ((7, 8), "single", None, values.SEVERAL_ROWS),
        ((), "sum", None, values.NO_ROWS),
        ((1, None), "sum", None, values.NO_NUMBER),
        ((1, "NaN"), "sum", None, values.NO_NUMBER),
        (("1e22",), "single", Decimal("1e22"), ""),
        (("1e999999",), "single", None, values.NO_NUMBER),
    ],
)
def test_rows_become_one_value_or_say_why_not(
    cells: tuple[Any, ...], aggregation: str, value: Decimal | None, problem: str
) -> None:
    result = values.aggregate(_rows(*cells), "jumlah", aggregation)
    assert (result.value, result.problem) == (value, problem)
    assert [cell.row for cell in result.cells] == list(range(1, len(cells) + 1))


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_a_sum_is_the_sum_of_its_cells(numbers: list[int]) -> None:
    result = values.aggregate(_rows(*numbers), "jumlah", values.SUM)
    assert values.text_of(result.value) == str(sum(numbers))
    assert sum(int(cell.text) for cell in result.cells) == sum(numbers)


@pytest.mark.parametrize(
    ("now", "last", "exported", "told"),
    [
        ("100", "100", "100", []),
        ("100", None, None, [values.NEW]),
        (None, "100", None, [values.GONE]),
        ("126", "100", None, [values.GREAT_CHANGE]),
        ("125", "100", None, []),
        ("0", "0", None, []),
        ("1", "0", None, [values.GREAT_CHANGE]),
        ("100", "100", "90", [values.REVISED]),
        ("1", "0." + "3" * 28, "0.333333", [values.GREAT_CHANGE]),
    ],
)
def test_what_differs_is_flagged(now: str | None, last: str | None, exported: str | None, told: list[str]) -> None:
    numbers = (Decimal(text) if text is not None else None for text in (now, last, exported))
    assert values.flags(*numbers) == told


@given(st.decimals(-(10**29), 10**29, allow_nan=False, allow_infinity=False))
def test_a_value_is_passed_on_in_plain_digits_and_is_no_revision_of_itself(number: Decimal) -> None:
    text = values.text_of(number)
    assert abs(Decimal(text) - number) <= Decimal("0.000001")
    assert not {"E", "e"} & set(text)
    assert text != "-0"
    assert values.flags(number, number, Decimal(text)) == []


@pytest.mark.parametrize(
    ("cell", "told"), [(2024, True), ("2024", True), (Decimal("2024.0"), True), ("2023", False), (None, False)]
)
def test_a_cell_says_its_year_as_text_or_number(cell: Any, told: bool) -> None:
    assert values.is_year(cell, 2024) is told
