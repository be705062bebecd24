"""How long BPS has had a complete form. Pure.

BPS answers "within 30 days" of a complete form; its offices do not agree which days these are (BPS Gorontalo: "30
hari"; BPS Kota Tangerang: "30 hari kerja"; their service pages at sippn.menpan.go.id). So both are counted, and no day
is named on which the time is over.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

LIMIT = 30
_WORKING = 5
_WEEK = 7


class Count(NamedTuple):
    """Days that have passed.

    Attributes:
        days: Calendar days.
        weekdays: Those from Monday to Friday. Public holidays are not known here, and are counted.
    """

    days: int
    weekdays: int


def since(complete: dt.date, day: dt.date) -> Count:
    """How many days have passed after the day on which the form was complete, up to and with a day.

    Args:
        complete: The day on which it was complete, which is not counted.
        day: Today, or the day of BPS's answer. One before ``complete`` gives nothing.
    """
    days = max((day - complete).days, 0)
    weeks, rest = divmod(days, _WEEK)
    partial = sum((complete.weekday() + number) % _WEEK < _WORKING for number in range(1, rest + 1))
    return Count(days, weeks * _WORKING + partial)
