"""Reference periods (periods.py)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.periods import parse_period, years_between


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-S1", "2024-01-01", "2024-06-30"),
        ("2024-s2", "2024-07-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02-28", "2023-02-28", "2023-02-28"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, start: str, end: str) -> None:
    period = parse_period(text)
    assert period is not None
    assert (period.start.isoformat(), period.end.isoformat(), period.text) == (start, end, text.upper())


@pytest.mark.parametrize(
    "value",
    [
        "",
        "24",
        "2024-S3",
        "2024-Q5",
        "2024-13",
        "2023-02-30",
        "0000",
        "2024-1",
        None,
        True,
        [],
        "2024 " * 9,
        "٢٠٢٤",
        pytest.param(10**5000, id="huge"),
    ],
)
def test_nonsense_is_no_period(value: object) -> None:
    assert parse_period(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text())))
def test_any_input_is_answered(value: object) -> None:
    period = parse_period(value)
    assert period is None or period.start <= period.end


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_its_own_period(day: date) -> None:
    period = parse_period(day.isoformat())
    assert period is not None
    assert period.start == period.end == day


def test_years_of_a_span() -> None:
    assert years_between("2020-S2", "2023") == [2020, 2021, 2022, 2023]
    assert years_between("2024-07", None) == [2024]
    assert years_between("2024", "2020") == []
    assert years_between("0001", "9999") == []
