"""Days since a form was complete, counted both ways; and the form of a recommendation number."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.proposals import days, numbers
from ckanext.lebak.vocabulary import vocabulary

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@given(DAYS, st.integers(0, 400))
def test_both_counts_are_what_counting_one_by_one_gives(complete: dt.date, number: int) -> None:
    passed = [complete + dt.timedelta(days=each) for each in range(1, number + 1)]
    assert days.since(complete, complete + dt.timedelta(days=number)) == (
        number,
        sum(day.weekday() < 5 for day in passed),
    )


def test_before_it_was_complete_nothing_is_counted() -> None:
    assert days.since(dt.date(2026, 5, 4), dt.date(2026, 5, 1)) == (0, 0)


@pytest.mark.parametrize("number", ["V-21.0000.007", "V-23.1600.004", "K-22.7400.004", "V-26.3602.001"])
def test_numbers_as_bps_issues_them(number: str) -> None:
    assert numbers.is_number(number)
    assert numbers.normal(f" {number.lower()} ") == number


@pytest.mark.parametrize(
    "number", ["", "V-26.3602.1", "V26.3602.001", "V-26.36.02.001", "V-26.3602.001x", "V-2६.3602.001"]
)
def test_what_is_no_number(number: str) -> None:
    assert not numbers.is_number(number)


def test_the_letter_says_the_form() -> None:
    assert set(vocabulary("proposal_form")) == set(numbers.LETTERS)
    assert numbers.fits("V-26.3602.001", numbers.SURVEY)
    assert not numbers.fits("V-26.3602.001", numbers.COMPILATION)
    assert numbers.fits("K-26.3602.001", numbers.COMPILATION)
