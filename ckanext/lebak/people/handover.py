"""Handing over: what an operator had to do goes to their successor, and the operator leaves the office at once."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.notices import inbox
from ckanext.lebak.people.capacities import HEAD, OPERATOR
from ckanext.lebak.people.membership import capacity_in, note_change
from ckanext.lebak.people.refusal import N_, Refused

Move = Callable[[model.User, model.User, str], int]
"""Moves one kind of work of the first person to the second, within the office of that id; returns how many."""


def _records(leaver: model.User, successor: model.User, organization_id: str) -> int:
    """Records of the office that the leaver is responsible for: CKAN's ``creator_user_id``. No change of content."""
    package = model.Package
    mine = (
        package.owner_org == organization_id,
        package.creator_user_id == leaver.id,
        package.state != model.State.DELETED,
    )
    found = list(model.Session.scalars(sa.select(package).where(*mine)))
    for record in found:
        record.creator_user_id = successor.id
    return len(found)


MOVES: dict[str, Move] = {"records": _records, "notices": inbox.hand_over}
"""What is handed over, by the name that the audit log gives it. Every table that names a responsible person adds its
own here."""


def hand_over(leaver: model.User, successor: model.User, organization: model.Group, *, by: str) -> dict[str, int]:
    """Moves the work of one member of an office to another, and ends the membership of the first.

    Their tokens and sessions end with it. In one transaction: everything moves or nothing. Leaves the commit to its
    caller.

    Args:
        leaver: Whose work it was.
        successor: Who goes on; an operator or head of the office.
        organization: The office.
        by: Name of the account that does it.

    Returns:
        How many of each kind were moved, by the names of `MOVES`.

    Raises:
        Refused: One of the two is not in the office, or they are the same.
    """
    before = capacity_in(organization.id, leaver.id)
    if before is None:
        raise Refused("user", N_("{person} does not work for this office."), person=leaver.name)
    if successor.id == leaver.id:
        raise Refused("successor", N_("Choose another person as successor."))
    if successor.state != model.State.ACTIVE or capacity_in(organization.id, successor.id) not in (OPERATOR, HEAD):
        raise Refused(
            "successor",
            N_("{person} is no operator of this office yet, or has not taken up the invitation. Invite them first."),
            person=successor.name,
        )
    moved = {name: move(leaver, successor, organization.id) for name, move in MOVES.items()}
    rows = sa.select(model.Member).where(
        model.Member.group_id == organization.id,
        model.Member.table_name == "user",
        model.Member.table_id == leaver.id,
        model.Member.state == model.State.ACTIVE,
    )
    for row in model.Session.scalars(rows):
        row.state = model.State.DELETED
    audit.note(
        by,
        "member.hand_over",
        organization_id=organization.id,
        person=leaver.name,
        details={"successor": successor.name, "moved": moved},
    )
    note_change(by, organization.id, leaver, before, None)
    model.Session.flush()
    return moved
