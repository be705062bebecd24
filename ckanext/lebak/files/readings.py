"""Who took what: each reading of a file that is not open, by name; of open ones the count of a day.

So a takedown can say who holds what must not be held. Nothing is kept of who takes open data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.lebak import config
from ckanext.lebak.files.access import access_of, is_open
from ckanext.lebak.files.content import UPLOAD
from ckanext.lebak.files.model import FileCount, FileReading
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release.visibility import is_public

DOWNLOAD = "download"
DATASTORE = "datastore"


@dataclass(frozen=True)
class Taken:
    """What was taken of a record.

    Attributes:
        readings: Of files that were not open, the oldest first.
        counts: Of open files, by day and file.
    """

    readings: list[FileReading]
    counts: list[FileCount]


def note(user: model.User | None, package: model.Package, resource: model.Resource, kind: str) -> None:
    """Notes that a file of a record as it is now is taken, as `note_content`."""
    content = resource.hash if resource.url_type == UPLOAD else None
    note_content(user, package, resource.id, content, kind, named=not is_open(access_of(package)))


def note_content(
    user: model.User | None, package: model.Package, resource_id: str, content: str | None, kind: str, *, named: bool
) -> None:
    """Notes that a file is taken. The drafts of open data are not noted.

    In a transaction of its own: who only reads has none that could be committed.

    Args:
        user: Who takes it; None for a visitor.
        package: The record.
        resource_id: Id of the file.
        content: SHA-256 of what is taken; None for what is not kept here.
        kind: `DOWNLOAD` or `DATASTORE`.
        named: Whether it is not open, so that who takes it is noted by name.
    """
    what = {"package_id": package.id, "resource_id": resource_id, "kind": kind}
    if named:
        if user is None:
            return  # nobody without an account may take it, so nothing was taken
        statement = sa.insert(FileReading).values(at=sa.func.now(), user_id=user.id, content=content, **what)
    elif is_public(package):
        day = dt.datetime.now(WIB).date()
        new = insert(FileCount).values(day=day, content=content or "", times=1, **what)
        statement = new.on_conflict_do_update(
            constraint=FileCount.__table__.primary_key, set_={"times": FileCount.__table__.c.times + 1}
        )
    else:
        return
    with model.Session.get_bind().engine.begin() as connection:
        if named:
            forget(connection)
        connection.execute(statement)


def since(package_id: str, time: dt.datetime) -> Taken:
    """What was taken of a record since a time.

    Args:
        package_id: The record.
        time: With its zone. Counts are of whole days, in the county's time.
    """
    readings = sa.select(FileReading).where(FileReading.package_id == package_id, FileReading.at >= time)
    first = time.astimezone(WIB).date()
    counts = sa.select(FileCount).where(FileCount.package_id == package_id, FileCount.day >= first)
    return Taken(
        list(model.Session.scalars(readings.order_by(FileReading.at, FileReading.id))),
        list(model.Session.scalars(counts.order_by(FileCount.day, FileCount.resource_id))),
    )


def forget(connection: sa.Connection) -> None:
    """Removes what is older than the configuration says.

    Args:
        connection: To CKAN's database.
    """
    days = sa.func.make_interval(0, 0, 0, config.file_reading_days())
    connection.execute(sa.delete(FileReading).where(FileReading.at < sa.func.now() - days))
