"""Who is told when a round opens, when promises wait for the head, and when a promise is due or overdue.

Imports nothing of this room but its model and what was agreed and kept; the moves call it, in their transaction.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.notices import schedule, telling
from ckanext.lebak.notices.model import (
    DUE,
    PROMISE_DUE,
    PROMISE_OVERDUE,
    PROMISES_DECLINED,
    PROMISES_WAIT,
    ROUND_OPENED,
)
from ckanext.lebak.people.deputies import of_office
from ckanext.lebak.planning import fulfilment
from ckanext.lebak.planning.model import ListVersion, Round
from ckanext.lebak.planning.offices import owners, producers
from ckanext.lebak.profiles.terms import WIB


def tell_open(opened: Round, actor: str) -> None:
    """Tells the operators and heads of all producers that a round is open.

    Args:
        opened: The round.
        actor: Name of the account that opened it.
    """
    once = f"round:{opened.year}:{opened.opened_at.isoformat()}"
    for office in producers():
        people, until = telling.office(office.id), opened.until.isoformat()
        telling.add_of_list(
            ROUND_OPENED, opened.year, office.name, people, actor=actor, once=f"{once}:{office.id}", promised=until
        )


def tell_waiting(year: int, organization_id: str, actor: str) -> None:
    """Tells the head, and who acts in the head's place, that promises wait for consent."""
    deputies = [user for _capacity, user in of_office(organization_id)]
    people = [*telling.office(organization_id, heads_only=True), *deputies]
    telling.add_of_list(PROMISES_WAIT, year, _name(organization_id), people, actor=actor)


def tell_declined(year: int, organization_id: str, actor: str) -> None:
    """Tells the operators that the head sent promises back."""
    people = telling.office(organization_id)
    telling.add_of_list(PROMISES_DECLINED, year, _name(organization_id), people, actor=actor)


def note_due(today: dt.date | None = None) -> int:
    """Tells offices which promises of the agreed lists are due, and which overdue, each step once. Commits.

    Args:
        today: In the county's time; without it, today.

    Returns:
        How many promises were told of.
    """
    day, told = today or dt.datetime.now(WIB).date(), 0
    for year, entries in _agreed():
        kept = fulfilment.kept({one["promise_id"]: one["period"] for one in entries})
        now_of = owners(one["promise_id"] for one in entries)
        for one in entries:
            promised = dt.date.fromisoformat(one["jadwal_rilis"])
            now = schedule.stage(promised, day)
            if now is None or kept.get(one["promise_id"], fulfilment.Kept()).on is not None:
                continue
            what, number = now
            once = f"promise:{one['promise_id']}:{promised}:{what}:{number}"
            office: str = now_of.get(one["promise_id"]) or one["organization_id"]
            people, said = telling.office(office), {"title": one["title"], "promised": str(promised)}
            kind = PROMISE_DUE if what == DUE else PROMISE_OVERDUE
            telling.add_of_list(kind, year, _name(office), people, once=once, **said)
            told += 1
    model.Session.commit()
    return told


def _agreed() -> list[tuple[int, list[dict[str, Any]]]]:
    """The last version of each year."""
    query = sa.select(ListVersion.year, ListVersion.entries).distinct(ListVersion.year)
    found = model.Session.execute(query.order_by(ListVersion.year, ListVersion.number.desc()))
    return [(row.year, row.entries) for row in found]


def _name(organization_id: str) -> str:
    office = model.Group.get(organization_id)
    return office.name if office else ""
