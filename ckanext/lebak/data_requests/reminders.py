"""Who is told that tables are asked for, and that the day until which they are wanted comes near or is past."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.data_requests.model import DataRequest, RequestedTable
from ckanext.lebak.notices import schedule, telling
from ckanext.lebak.notices.model import DUE, TABLES_ASKED, TABLES_DUE, TABLES_OVERDUE
from ckanext.lebak.profiles.terms import WIB


def tell_asked(request: DataRequest, office: model.Group, actor: str) -> None:
    """Tells the operators and the head of an office that a request asks it for tables; once, however many they are.

    Args:
        request: The request.
        office: The office that is asked.
        actor: Name of the account that asks.
    """
    once = f"request:{request.id}:{office.id}"
    _tell(TABLES_ASKED, request, office, once, actor)


def note_due(today: dt.date | None = None) -> int:
    """Tells offices which requests are due, and which overdue, as long as they have not said anything of a table.

    Each step is told once. Commits.

    Args:
        today: In the county's time; without it, today.

    Returns:
        How many offices were told.
    """
    day, told = today or dt.datetime.now(WIB).date(), 0
    open_ = (DataRequest.closed_at.is_(None), RequestedTable.answered_at.is_(None))
    query = (
        sa.select(DataRequest, model.Group)
        .join(RequestedTable, RequestedTable.request_id == DataRequest.id)
        .join(model.Group, model.Group.id == RequestedTable.organization_id)
        .where(*open_, model.Group.state == model.State.ACTIVE)
        .order_by(DataRequest.due, DataRequest.id, model.Group.id)
    )
    # A row for each table that waits; an office is told once of all of them.
    waiting = dict.fromkeys(tuple(row) for row in model.Session.execute(query))
    for request, office in waiting:
        now = schedule.stage(request.due, day)
        if now is None:
            continue
        what, number = now
        once = f"request:{request.id}:{office.id}:{request.due}:{what}:{number}"
        _tell(TABLES_DUE if what == DUE else TABLES_OVERDUE, request, office, once)
        told += 1
    model.Session.commit()
    return told


def _tell(what: str, request: DataRequest, office: model.Group, once: str, actor: str = "") -> None:
    people, until = telling.office(office.id), request.due.isoformat()
    said = {"title": request.title, "promised": until}
    telling.add_of_request(what, request.id, office.name, people, actor=actor, once=once, **said)
