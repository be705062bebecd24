"""Where a proposal stands, out of what was recorded of it, and what may be recorded next. Pure.

What was recorded is never changed. A mistake is taken back by another entry, and the history shows both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ckanext.lebak.proposals import states
from ckanext.lebak.tables.problem import N_

COMPLETE, NUMBER, ACTIVITY, HANDOVER, UNDO = "lengkap", "nomor", "kegiatan", "penyerahan", "koreksi"
"""What is recorded beside the statuses of ``states``: the form was complete; BPS's number and letter; it became an
activity; results and metadata were handed to BPS; an entry is taken back."""

KINDS = (*states.STATUSES, COMPLETE, NUMBER, ACTIVITY, HANDOVER, UNDO)
RECORDED_BY_HAND = (*states.STATUSES, COMPLETE)
"""What is recorded with a day and a remark alone."""


class Recorded(Protocol):
    """An entry (``model.ProposalEntry``)."""

    id: int
    what: str
    day: dt.date
    number: str | None
    file: str | None
    activity_id: str | None
    undoes: int | None


class Standing(NamedTuple):
    """Where a proposal stands.

    Attributes:
        status: Of ``states``; empty before it is entered in Romantik.
        since: The day of that status.
        entered_on: The day on which it was entered.
        complete_on: The day on which BPS had the complete form; None if nobody said.
        number: Of the recommendation.
        letter: Id of the entry that has the letter.
        activity_id: The activity that it became.
        handed_over_on: The day on which results and metadata were last handed to BPS.
        last: Id of the last entry that counts, which may be taken back.
    """

    status: str = states.NONE
    since: dt.date | None = None
    entered_on: dt.date | None = None
    complete_on: dt.date | None = None
    number: str = ""
    letter: int | None = None
    activity_id: str | None = None
    handed_over_on: dt.date | None = None
    last: int | None = None

    @property
    def decided_on(self) -> dt.date | None:
        """The day of BPS's answer; None as long as there is none."""
        return self.since if self.status in states.FINAL else None


def in_force(entries: Iterable[Recorded]) -> list[Recorded]:
    """The entries that count: neither taken back nor taking back."""
    found = list(entries)
    undone = {entry.undoes for entry in found if entry.what == UNDO}
    return [entry for entry in found if entry.what != UNDO and entry.id not in undone]


def standing(entries: Iterable[Recorded]) -> Standing:
    """Where a proposal stands.

    Args:
        entries: All that was recorded of it, the oldest first.
    """
    now = Standing()
    for entry in in_force(entries):
        now = now._replace(last=entry.id)
        if entry.what in states.STATUSES:
            entered = entry.day if entry.what == states.ENTERED else now.entered_on
            now = now._replace(status=entry.what, since=entry.day, entered_on=entered)
        elif entry.what == COMPLETE:
            now = now._replace(complete_on=entry.day)
        elif entry.what == NUMBER:
            now = now._replace(number=entry.number or "", letter=entry.id)
        elif entry.what == ACTIVITY:
            now = now._replace(activity_id=entry.activity_id)
        elif entry.what == HANDOVER:
            now = now._replace(handed_over_on=entry.day)
    return now


def refusal(now: Standing, what: str, day: dt.date, today: dt.date) -> tuple[str, str] | None:
    """Why something cannot be recorded now.

    Args:
        now: Where the proposal stands.
        what: One of `KINDS`, but `UNDO` (`undo_refusal`).
        day: On which it happened.
        today: In the county's time.

    Returns:
        The field that is wrong and a sentence, untranslated; None if it may be recorded.
    """
    if day > today:
        return "day", N_("This day has not come yet. Record what has happened.")
    if what in states.STATUSES:
        if not states.may_follow(now.status, what):
            return "what", N_("In Romantik this status does not follow the one that is recorded. Look there again.")
        if now.since and day < now.since:
            return "day", N_("This day is before that of the last status. Look at the dates in Romantik.")
        return None
    return _refusal_beside(now, what, day)


def _refusal_beside(now: Standing, what: str, day: dt.date) -> tuple[str, str] | None:
    if what == COMPLETE:
        if not now.status or now.status in states.FINAL:
            return "what", N_("A form is complete once it is entered in Romantik, and before BPS has answered.")
        if now.entered_on and day < now.entered_on:
            return "day", N_("The form cannot have been complete before it was entered in Romantik.")
    elif now.status != states.FEASIBLE:
        return "what", N_("This comes after BPS has found the proposal feasible. Record that status first.")
    elif what == NUMBER and now.number:
        return "number", N_("The number and its letter are recorded. Take that entry back first if it is wrong.")
    elif what == ACTIVITY and now.activity_id:
        return "what", N_("This proposal has become an activity already.")
    elif what == ACTIVITY and not now.number:
        return "what", N_("Record the recommendation number and its letter first.")
    elif what == HANDOVER and not now.activity_id:
        return "what", N_("First it becomes an activity, whose results are then handed to BPS.")
    return None


def undo_refusal(now: Standing, entries: Sequence[Recorded]) -> str | None:
    """Why the last entry cannot be taken back, as a sentence, untranslated; None if it can."""
    last = next((entry for entry in entries if entry.id == now.last), None)
    if last is None:
        return N_("Nothing is recorded that could be taken back.")
    if last.what == ACTIVITY:
        return N_("It has become an activity, which exists: that is not taken back here.")
    if last.what == states.TO_BE_MENDED:
        return N_("The office is mending it already. Let it hand the proposal in again.")
    return None
