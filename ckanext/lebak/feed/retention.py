"""What the feed forgets: snapshots that no crawl needs any more, what only they show, old tombstones and visits."""

from __future__ import annotations

import sqlalchemy as sa

from ckanext.lebak import config
from ckanext.lebak.feed.model import DELETE, FeedFragment, FeedRevision, FeedSnapshot, FeedVisit

VISITS_DAYS = 800
"""For how long it is kept who harvested: EPSS asks for the whole year before the one in which it is assessed."""


def forget(engine: sa.Engine) -> None:
    """Removes what is older than the configuration says. The newest snapshot stays, whatever its age.

    Args:
        engine: Of CKAN's database.
    """
    with engine.begin() as connection:
        forgotten = FeedVisit.last_at < _ago(days=VISITS_DAYS)
        connection.execute(sa.delete(FeedVisit).where(forgotten))
        # The one that was the newest when the time began: whoever came since then may have begun with it.
        begun = FeedSnapshot.at <= _ago(hours=config.feed_snapshot_hours())
        last = connection.scalar(sa.select(sa.func.max(FeedSnapshot.seq)).where(begun))
        oldest = connection.scalar(sa.select(sa.func.min(FeedSnapshot.seq))) if last is None else last
        if oldest is None:
            return
        connection.execute(sa.delete(FeedSnapshot).where(FeedSnapshot.seq < oldest))
        replaced = FeedRevision.until <= oldest
        unseen = sa.select(FeedRevision.seq).where(replaced)
        connection.execute(sa.delete(FeedFragment).where(FeedFragment.seq.in_(unseen)))
        # That there was a revision is told for as long as that something is gone: the change stream lists both.
        over = sa.or_(replaced, sa.and_(FeedRevision.kind == DELETE, FeedRevision.until.is_(None)))
        old = FeedRevision.at < _ago(days=config.feed_tombstone_days())
        connection.execute(sa.delete(FeedRevision).where(over, old, FeedRevision.seq < oldest))


def _ago(*, days: int = 0, hours: int = 0) -> sa.ColumnElement[object]:
    # By the database's clock, which also dated what is compared.
    return sa.func.now() - sa.func.make_interval(0, 0, 0, days, hours)
