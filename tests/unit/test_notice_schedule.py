"""When a promise is told of (notices/schedule.py)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.notices.schedule import is_kept, stage

PROMISED = dt.date(2027, 2, 1)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-31, None),
        (-30, ("due", 30)),
        (-8, ("due", 30)),
        (-7, ("due", 7)),
        (0, ("due", 7)),
        (1, ("overdue", 0)),
        (7, ("overdue", 0)),
        (8, ("overdue", 1)),
        (15, ("overdue", 2)),
    ],
)
def test_an_office_is_reminded_ahead_then_the_day_after_then_weekly(days: int, said: tuple[str, int] | None) -> None:
    assert stage(PROMISED, PROMISED + dt.timedelta(days=days)) == said


@given(st.integers(-400, 400))
def test_a_day_without_a_look_loses_nothing_and_says_nothing_twice(days: int) -> None:
    today = PROMISED + dt.timedelta(days=days)
    now, before = stage(PROMISED, today), stage(PROMISED, today - dt.timedelta(days=1))
    assert before is None or now is not None
    if now and now[0] == "overdue" and before and before[0] == "overdue":
        assert now[1] - before[1] in (0, 1)


@pytest.mark.parametrize(
    ("releases", "kept"),
    [
        ([], False),
        ([("2026-08-01", "2027-02-01")], False),
        ([("2027-01-20", "2027-02-01")], False),
        ([("2026-08-01", "2027-02-01"), ("2026-09-01", "2027-02-01")], False),
        ([("2026-08-01", "2027-02-01"), ("2027-01-20", "2027-02-01")], True),
        ([("2027-02-01", "2027-02-01")], True),
        ([("2026-08-01", "2027-02-01"), ("2027-03-01", "2027-02-01")], True),
    ],
)
def test_a_promise_is_kept_by_the_release_after_the_one_that_made_it(
    releases: list[tuple[str, str]], kept: bool
) -> None:
    assert is_kept(PROMISED, [(dt.date.fromisoformat(day), said) for day, said in releases]) is kept
