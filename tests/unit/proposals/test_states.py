"""What Romantik may say next, and where a proposal stands out of what was recorded."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.proposals import states
from ckanext.lebak.proposals.standing import (
    ACTIVITY,
    COMPLETE,
    HANDOVER,
    NUMBER,
    RECORDED_BY_HAND,
    UNDO,
    Standing,
    refusal,
    standing,
    undo_refusal,
)
from ckanext.lebak.vocabulary import vocabulary

TODAY = dt.date(2026, 6, 30)
FIRST = dt.date(2026, 3, 2)
WAY = (states.ENTERED, states.BEING_CHECKED, states.FEASIBLE)


@dataclass
class Entry:
    id: int
    what: str
    day: dt.date = FIRST
    number: str | None = None
    file: str | None = None
    activity_id: str | None = None
    undoes: int | None = None


def _entries(*what: str) -> list[Entry]:
    return [Entry(number, each, FIRST + dt.timedelta(days=number)) for number, each in enumerate(what, 1)]


def _with(entries: list[Entry], what: str, **more: object) -> list[Entry]:
    return [*entries, Entry(len(entries) + 1, what, TODAY, **more)]  # type: ignore[arg-type]


def test_the_code_list_has_every_status_in_romantiks_words() -> None:
    assert set(vocabulary("romantik_status")) == set(states.STATUSES)
    assert vocabulary("romantik_status")[states.TO_BE_MENDED].id == "DALAM PROSES PERBAIKAN"


def test_which_status_may_follow_which() -> None:
    allowed = {pair for pair in itertools.product(states.NEXT, states.STATUSES) if states.may_follow(*pair)}
    assert len(allowed) == 14
    assert (states.NONE, states.ENTERED) in allowed
    assert not {pair for pair in allowed if pair[0] in states.FINAL}
    assert (states.ENTERED, states.FEASIBLE) not in allowed
    assert {states.FEASIBLE, states.NOT_FEASIBLE, states.CANCELLED} == states.FINAL


@given(st.lists(st.sampled_from(RECORDED_BY_HAND), max_size=12))
def test_whatever_is_recorded_the_statuses_follow_the_table(what: list[str]) -> None:
    entries: list[Entry] = []
    for each in what:
        now = standing(entries)
        day = (now.since or FIRST) + dt.timedelta(days=1)
        if refusal(now, each, day, TODAY) is None:
            entries.append(Entry(len(entries) + 1, each, day))
    told = [entry.what for entry in entries if entry.what in states.STATUSES]
    assert all(states.may_follow(before, after) for before, after in itertools.pairwise([states.NONE, *told]))
    assert standing(entries).status == (told[-1] if told else states.NONE)


def test_a_number_a_letter_an_activity_and_the_results_come_in_this_order() -> None:
    entries = _entries(*WAY)
    for what in (HANDOVER, ACTIVITY):
        assert refusal(standing(entries), what, TODAY, TODAY) is not None
    assert refusal(standing(entries[:2]), NUMBER, TODAY, TODAY) is not None
    assert refusal(standing(entries), NUMBER, TODAY, TODAY) is None
    entries = _with(entries, NUMBER, number="K-26.3602.001", file="0" * 64)
    assert refusal(standing(entries), NUMBER, TODAY, TODAY) is not None
    assert refusal(standing(entries), HANDOVER, TODAY, TODAY) is not None
    assert refusal(standing(entries), ACTIVITY, TODAY, TODAY) is None
    entries = _with(entries, ACTIVITY, activity_id="x")
    assert refusal(standing(entries), ACTIVITY, TODAY, TODAY) is not None
    assert refusal(standing(entries), HANDOVER, TODAY, TODAY) is None
    now = standing(_with(entries, HANDOVER))
    assert (now.number, now.activity_id, now.handed_over_on) == ("K-26.3602.001", "x", TODAY)
    assert now.decided_on == FIRST + dt.timedelta(days=3)


def test_days_are_those_that_have_come_and_go_forward() -> None:
    now = standing(_entries(states.ENTERED))
    assert refusal(now, states.BEING_CHECKED, TODAY + dt.timedelta(days=1), TODAY) is not None
    assert refusal(now, states.BEING_CHECKED, FIRST, TODAY) is not None
    assert refusal(now, COMPLETE, FIRST, TODAY) is not None
    assert refusal(now, COMPLETE, FIRST + dt.timedelta(days=1), TODAY) is None
    assert refusal(Standing(), COMPLETE, FIRST, TODAY) is not None


def test_a_mistake_is_taken_back_and_both_stay() -> None:
    entries = _entries(*WAY)
    assert undo_refusal(standing(entries), entries) is None
    undone = _with(entries, UNDO, undoes=3)
    assert standing(undone).status == states.BEING_CHECKED
    assert standing(undone).last == 2
    assert len(undone) == 4
    assert undo_refusal(Standing(), []) is not None


@pytest.mark.parametrize("last", [ACTIVITY, states.TO_BE_MENDED])
def test_what_others_rely_on_is_not_taken_back(last: str) -> None:
    entries = _entries(states.ENTERED, states.BEING_CHECKED, last)
    assert undo_refusal(standing(entries), entries) is not None
