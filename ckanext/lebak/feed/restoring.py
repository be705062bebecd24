"""What the feed needs after the database came back from a backup."""

from __future__ import annotations

import sqlalchemy as sa

from ckanext.lebak.feed import publishing
from ckanext.lebak.feed.model import FeedRevision, live

LEAP = 10**7
"""Numbers that are left out: more than a catalogue gives between two backups, and few of those that there are."""


def advance(engine: sa.Engine) -> int:
    """Has the change stream go on above every number that it ever gave, and every record told again.

    A backup brings back an older sequence of numbers. Readers of the stream would pass over what is published under
    numbers that they have read, and would keep what was published after the backup and is lost. A number that is above
    all of them is new to everybody.

    Args:
        engine: Of CKAN's database.

    Returns:
        How many records wait to be published again.
    """
    sequence = sa.func.pg_get_serial_sequence(FeedRevision.__tablename__, FeedRevision.seq.key)
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.nextval(sequence) + LEAP)))
        ids = list(connection.scalars(sa.select(FeedRevision.package_id).where(live())))
        publishing.renew(connection, ids)
    return len(ids)
