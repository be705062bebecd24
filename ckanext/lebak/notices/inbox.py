"""The notices of a person, and whether they want them by e-mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context
from sqlalchemy.orm.attributes import flag_modified

from ckanext.lebak.notices import wording
from ckanext.lebak.notices.model import OF_REQUESTS, OF_THE_LIST, Notice
from ckanext.lebak.people.capacities import HEAD, OPERATOR, is_deputy, membership

MOST_SHOWN = 100
_OURS = "lebak"
_NO_DIGEST = "no_digest"


class Told(NamedTuple):
    """A notice that a person may read, with the address of its record; empty for a record that is gone."""

    notice: Notice
    address: str


def unread(user: model.User) -> int:
    """How many notices a person has not read: one look into an index."""
    query = sa.select(sa.func.count()).select_from(Notice).where(Notice.user_id == user.id, Notice.read_at.is_(None))
    return model.Session.scalar(query) or 0


def listed(user: model.User, limit: int = MOST_SHOWN) -> list[Told]:
    """The notices of a person: those not read first, then the newest.

    Args:
        user: The account.
        limit: At most so many are looked at.
    """
    query = (
        sa.select(Notice)
        .where(Notice.user_id == user.id)
        .order_by(Notice.read_at.is_not(None), Notice.at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return readable(user, model.Session.scalars(query))


def readable(user: model.User, notices: Iterable[Notice]) -> list[Told]:
    """Those of the notices whose records the person may still see: who left an office reads no more of its drafts.

    Args:
        user: The account.
        notices: Notices of that account.
    """
    kept = list(notices)
    ids = {notice.package_id for notice in kept} | {notice.details.get("release_of") for notice in kept}
    query = sa.select(model.Package.id, model.Package.type, model.Package.name, model.Package.state)
    there = {row.id: row for row in model.Session.execute(query.where(model.Package.id.in_(ids)))}
    sees: dict[str, bool] = {}
    works: dict[str, bool] = {}
    found = []
    for notice in kept:
        if notice.what in (*OF_THE_LIST, *OF_REQUESTS):
            office = str(notice.details.get("office"))
            if office not in works:
                works[office] = _works_for(user, office)
            if works[office]:
                found.append(Told(notice, _address(notice, office)))
            continue
        # A working copy is gone once it was released; then the released record is meant.
        package = there.get(notice.package_id) or there.get(str(notice.details.get("release_of")))
        if package is None:
            found.append(Told(notice, ""))
            continue
        if package.id not in sees:
            asking = Context(user=user.name, auth_user_obj=user)
            sees[package.id] = authz.is_authorized_boolean("package_show", asking, {"id": package.id})
        if sees[package.id]:
            found.append(Told(notice, wording.address(package.type, package.name)))
    return found


def _address(notice: Notice, office: str) -> str:
    """Where what is told of no record stands."""
    said = notice.details
    if notice.what in OF_REQUESTS:
        return wording.request_address(said["request"])
    return wording.list_address(said["year"], office)


def _works_for(user: model.User, office: str) -> bool:
    group = model.Group.get(office)
    return group is not None and (membership(user, group.id) in (OPERATOR, HEAD) or is_deputy(user, group.id))


def shown(told: Told) -> dict[str, Any]:
    """A notice as the API gives it."""
    notice = told.notice
    return {
        "id": notice.id,
        "what": notice.what,
        "package_id": notice.package_id,
        "at": notice.at.isoformat(),
        "read_at": notice.read_at.isoformat() if notice.read_at else None,
        "sentence": wording.sentence(notice),
        "address": told.address,
        "message": wording.message(notice, told.address),
    }


def mark_read(user: model.User, ids: Collection[int] | None = None) -> int:
    """Marks notices of a person as read. Leaves the commit to its caller.

    Args:
        user: The account. Notices of others are left alone.
        ids: Which; None for all.

    Returns:
        How many were not read before.
    """
    mine = [Notice.user_id == user.id, Notice.read_at.is_(None)]
    if ids is not None:
        mine.append(Notice.id.in_(ids))
    change = sa.update(Notice).where(*mine).values(read_at=dt.datetime.now(dt.timezone.utc)).returning(Notice.id)
    return len(model.Session.scalars(change).all())


def wants_digest(user: model.User) -> bool:
    """Whether a person gets the daily e-mail; everybody does who did not turn it off."""
    return not ((user.plugin_extras or {}).get(_OURS) or {}).get(_NO_DIGEST)


def set_digest(user: model.User, *, wanted: bool) -> None:
    """Turns the daily e-mail on or off. Leaves the commit to its caller."""
    extras = dict(user.plugin_extras or {})
    extras[_OURS] = {**(extras.get(_OURS) or {}), _NO_DIGEST: not wanted}
    user.plugin_extras = extras
    flag_modified(user, "plugin_extras")


def hand_over(leaver: model.User, successor: model.User, organization_id: str) -> int:
    """Moves what a person has not read of an office's records to who takes over from them.

    Args:
        leaver: Who leaves.
        successor: Who takes over. What they were told themselves they are not told twice.
        organization_id: The office.

    Returns:
        How many notices moved.
    """
    records = sa.select(model.Package.id).where(model.Package.owner_org == organization_id)
    theirs = sa.select(Notice.package_id, Notice.what, sa.func.coalesce(Notice.once, "")).where(
        Notice.user_id == successor.id
    )
    told = {tuple(row) for row in model.Session.execute(theirs)}
    office = sa.select(model.Group.name).where(model.Group.id == organization_id).scalar_subquery()
    of_the_list = sa.and_(Notice.what.in_((*OF_THE_LIST, *OF_REQUESTS)), Notice.details["office"].astext == office)
    query = sa.select(Notice).where(
        Notice.user_id == leaver.id,
        Notice.read_at.is_(None),
        sa.or_(Notice.package_id.in_(records), of_the_list),
    )
    moved = [
        notice
        for notice in model.Session.scalars(query)
        if (notice.package_id, notice.what, notice.once or "") not in told
    ]
    for notice in moved:
        notice.user_id = successor.id
    model.Session.flush()
    return len(moved)
