"""Who is reminded, at night, that BPS waits for the results of an activity that it recommended.

The organiser of sectoral statistics hands results and metadata to BPS (Government Regulation 51/1999, article 26).
"""

from __future__ import annotations

import datetime as dt
import json

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.notices import telling
from ckanext.lebak.notices.model import RESULTS_DUE
from ckanext.lebak.proposals.model import ProposalEntry
from ckanext.lebak.proposals.recording import TYPE, entries, today
from ckanext.lebak.proposals.standing import ACTIVITY, standing

EVERY = 30
"""Days between two reminders of the same results."""


def remind(day: dt.date | None = None) -> int:
    """Tells offices whose results are there that BPS waits for them: on the day, and each month after. Commits.

    Args:
        day: In the county's time; without it, today.

    Returns:
        How many proposals were told of.
    """
    now, told = day or today(), 0
    for package in _with_activity():
        due = results_on(package.extras)
        if due is None or now < due or standing(entries([package.id])[package.id]).handed_over_on:
            continue
        once = f"{package.id}:{RESULTS_DUE}:{due}:{(now - due).days // EVERY}"
        telling.add(RESULTS_DUE, package, telling.office(package.owner_org), once=once, promised=due.isoformat())
        told += 1
    model.Session.commit()
    return told


def results_on(said: dict[str, str]) -> dt.date | None:
    """The day on which a proposal promises its results: said, or the end of their presentation. Pure.

    Args:
        said: The fields of the proposal as they are stored.
    """
    return _day(said.get("hasil_tersedia")) or _day(_end(said.get("jadwal_penyajian")))


def _with_activity() -> list[model.Package]:
    query = (
        sa.select(model.Package)
        .join(ProposalEntry, ProposalEntry.package_id == model.Package.id)
        .where(
            model.Package.type == TYPE,
            model.Package.state != model.State.DELETED,
            ProposalEntry.what == ACTIVITY,
        )
        .distinct()
        .order_by(model.Package.id)
    )
    return list(model.Session.scalars(query))


def _end(span: str | None) -> str:
    """The last day of a span, which is stored as JSON text of two days."""
    try:
        read = json.loads(span or "[]")
    except ValueError:
        return ""
    return str(read[-1]) if isinstance(read, list) and read else ""


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
