"""Days as the catalog counts them: those of Lebak, where the day begins seven hours before it does in UTC."""

from __future__ import annotations

import datetime as dt

from ckanext.lebak.profiles.terms import WIB


def today() -> dt.date:
    """The day in Lebak."""
    return dt.datetime.now(WIB).date()


def in_days(number: int) -> str:
    """The day so many days from now, as forms want it (``2026-07-31``)."""
    return (today() + dt.timedelta(days=number)).isoformat()
