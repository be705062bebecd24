"""Who harvested: counts by day, agent and surface, kept in each process and written now and then.

No address and no user is kept, and an answer never fails by this.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lebak.feed.model import FeedVisit
from ckanext.lebak.profiles.terms import WIB, plain

log = logging.getLogger(__name__)

OTHERS = "(others)"
"""The agent that those past the most count as."""

_SECONDS = 10
_MOST_REQUESTS = 100
_MOST_AGENTS = 200  # of one writing, and of a day in the database: an end to what ever new names can fill
_LOCK = 0x6C6562616B02  # "lebak", and the second of its locks: visits are being added
_LONGEST_AGENT = 120
_UNCHANGED, _ERRORS = 304, 400


class Key(NamedTuple):
    """What is counted: an agent that asked for something on a day of the county."""

    day: dt.date
    agent: str
    surface: str


@dataclass
class Count:
    """How often, as ``model.FeedVisit`` has it."""

    first_at: dt.datetime
    last_at: dt.datetime
    requests: int = 0
    unchanged: int = 0
    errors: int = 0

    def add(self, other: Count) -> None:
        """Counts what another has counted too."""
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)
        self.requests += other.requests
        self.unchanged += other.unchanged
        self.errors += other.errors


class Visits:
    """The counts of one process."""

    def __init__(self) -> None:
        """Begins with nothing."""
        self._lock = threading.Lock()
        self._counts: dict[Key, Count] = {}
        self._noted = 0
        self._written = time.monotonic()

    def note(self, agent: str, surface: str, status: int) -> None:
        """Counts an answer.

        Args:
            agent: The User-Agent that asked.
            surface: What it asked for.
            status: What it got.
        """
        now = dt.datetime.now(WIB)
        key = Key(now.date(), plain(agent)[:_LONGEST_AGENT].strip() or "-", surface)
        with self._lock:
            if key not in self._counts and len(self._counts) >= _MOST_AGENTS:
                key = key._replace(agent=OTHERS)
            count = self._counts.setdefault(key, Count(now, now))
            count.last_at = now
            count.requests += 1
            count.unchanged += status == _UNCHANGED
            count.errors += status >= _ERRORS
            self._noted += 1

    @property
    def due(self) -> bool:
        """Whether there is something to write, and it is time to."""
        return self._noted >= _MOST_REQUESTS or (self._noted > 0 and time.monotonic() - self._written >= _SECONDS)

    def counted(self) -> dict[Key, Count]:
        """Gives the counts away and begins anew."""
        with self._lock:
            counts, self._counts, self._noted = self._counts, {}, 0
            self._written = time.monotonic()
        return counts

    def write(self, engine: sa.Engine) -> None:
        """Adds the counts to those in the database. If that fails they are lost, and the log says so.

        Args:
            engine: The database.
        """
        counts = self.counted()
        if not counts:
            return
        try:
            with engine.begin() as connection:
                # One after another: two that do not see each other would both take the last names of the day.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                named = _named(connection, counts)
                connection.execute(_adding(), [key._asdict() | asdict(count) for key, count in named.items()])
        except SQLAlchemyError:
            lost = sum(count.requests for count in counts.values())
            log.warning("cannot write who harvested: %d answers are not counted", lost, exc_info=True)


def _named(connection: sa.Connection, counts: dict[Key, Count]) -> dict[Key, Count]:
    """The counts, those together whose agents come when their day has the most already."""
    known: dict[dt.date, set[str]] = {
        day: set(connection.scalars(sa.select(FeedVisit.agent).where(FeedVisit.day == day).distinct())) - {OTHERS}
        for day in {key.day for key in counts}
    }
    named: dict[Key, Count] = {}
    for key, count in counts.items():
        agents = known[key.day]
        if key.agent != OTHERS and len(agents) < _MOST_AGENTS:
            agents.add(key.agent)
        kept = key if key.agent in agents else key._replace(agent=OTHERS)
        if kept in named:
            named[kept].add(count)
        else:
            named[kept] = replace(count)
    return named


def _adding() -> sa.Insert:
    new = insert(FeedVisit)
    table = FeedVisit.__table__.c
    summed = {name: table[name] + new.excluded[name] for name in ("requests", "unchanged", "errors")}
    last = sa.func.greatest(table.last_at, new.excluded.last_at)
    return new.on_conflict_do_update(index_elements=["day", "agent", "surface"], set_={"last_at": last, **summed})
